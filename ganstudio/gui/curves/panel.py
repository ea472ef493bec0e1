"""Panel with the curves of the open run: losses, accuracy of D, D(x), V(D, G) and the measured quality."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import Marked
from ganstudio.gui.curves.alarm_bar import AlarmBar
from ganstudio.gui.curves.alarms import Alarms
from ganstudio.gui.curves.curve_files import CurveFiles
from ganstudio.gui.curves.feed import CurveFeed
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_footer import PlotFooter
from ganstudio.gui.curves.plot_stack import PlotStack
from ganstudio.gui.curves.pointer import CurvePointer
from ganstudio.gui.curves.run_view import RunView
from ganstudio.gui.curves.x_axis import SharedXAxis
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.enlarge_button import EnlargeButton


class CurvesPanel(QWidget):
    """Plots over one x axis.

    They scroll with the run until the user zooms; a double click returns. What the panel is made of: `CurveFeed` reads
    the run, `PlotStack` chooses and lays out the plots, `SharedXAxis` moves them together, `CurvePointer` shows the
    values under the pointer, `RunView` what the run says beside its curves, and `CurveFiles` saves what is shown.
    """

    failed = Signal(object)  # Failed
    written = Signal(str)  # path of a file that was saved
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPanel")
        self.setAccessibleName("curves")
        self._model = model
        self.feed = CurveFeed(model, self)
        self.stack = PlotStack(self)
        self.alarms = Alarms(model, self)
        self.alarm_bar = AlarmBar(self)
        self.footer = PlotFooter(self)
        self.enlarge_button = EnlargeButton("the curves", self)
        self.x_axis = SharedXAxis([plot.view for plot in self.plots], self)
        self._pointer = CurvePointer(self.feed, self.plots, self.stack.shown_plots, self.footer, self)
        self._run_view = RunView(model, self.feed, self.stack, self.footer)
        self.files = CurveFiles(model, self.feed, self.stack.shown_plots, self)
        self._lay_out()
        self._connect()
        self._smooth()
        self._explain()
        self._fit_plots()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.stack.buttons)
        top.addStretch(1)
        top.addWidget(self.stack.log_button)
        top.addWidget(self.enlarge_button)
        margin = theme.SPACE // 2
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # plots without room are hidden
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(margin)
        column.addLayout(top)
        column.addWidget(self.alarm_bar)
        for plot in self.plots:
            column.addWidget(plot, 1)
        column.addWidget(self.stack.histogram)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self._model.reset.connect(self._reset)
        self._model.configChanged.connect(self._explain)
        self.feed.redrawNeeded.connect(self.redraw)
        self.feed.measuresReplaced.connect(self._show_quality)
        self.stack.changed.connect(self._choose_plots)
        self.stack.logToggled.connect(self.redraw)
        self.alarms.changed.connect(self._warn)
        self.alarms.wentBack.connect(self.alarm_bar.forget_after)
        self.alarm_bar.changed.connect(self._fit_plots)
        self.x_axis.moved.connect(self._draw)
        for plot in self.plots:
            plot.toggled.connect(self.feed.schedule_redraw)
            plot.view.returnRequested.connect(self.return_to_run)
            plot.view.doubleClicked.connect(self._double_clicked)
            plot.view.menuRequested.connect(self.show_menu)
        self.footer.smoothingChanged.connect(self._smooth)
        self.footer.unitChanged.connect(self._change_unit)
        self.files.written.connect(self.written)
        self.files.failed.connect(self.failed)

    @property
    def plots(self) -> list[Plot]:
        """All plots, from the top."""
        return self.stack.plots

    def set_measure_action(self, action: QAction) -> None:
        """Show a button that measures the quality now, beside the plot of the quality."""
        self.footer.set_measure_action(action)

    def set_findings(self, marks: Sequence[Marked]) -> None:
        """Mark in the plots where what the coach found began."""
        self._run_view.findings = marks
        self.feed.schedule_redraw()

    def stop(self) -> bool:
        """Wait for files that are being written; return False if that takes too long."""
        return self.files.stop()

    # Drawing

    def redraw(self) -> None:
        """Draw what came since the last time; a hidden panel is drawn when it is shown."""
        if not self.isVisible() or not self.feed.read():
            return
        self.x_axis.show_run(self.feed.ticks.x(), self.feed.measures.x())
        self._run_view.show()
        self._draw()
        self.feed.finish_redraw()

    def _draw(self) -> None:
        for plot in self.stack.shown_plots():
            source = self.feed.source_of(plot.spec)
            plot.draw(source.curves, source.x())
            plot.view.settle()
        self._pointer.show_values()

    @property
    def following(self) -> bool:
        """Whether the plots scroll with the run."""
        return self.x_axis.following

    def return_to_run(self) -> None:
        """Show the whole run, and scroll with it, again."""
        self.x_axis.following = True
        self.redraw()

    def _reset(self) -> None:
        """Begin with another run."""
        self.x_axis.following = True
        self.alarm_bar.forget()
        self.feed.restart(self.footer.decay())
        self._pointer.leave()
        self.redraw()

    def _smooth(self) -> None:
        self.feed.set_decay(self.footer.decay())
        self.feed.schedule_redraw()

    def _change_unit(self) -> None:
        self.feed.set_unit(self.footer.unit)
        self.x_axis.following = True
        self._pointer.leave()
        self.redraw()

    # What the run means

    def _explain(self) -> None:
        """Explain the plots: what they mean depends on the loss, which may change during a run."""
        self.stack.set_points(self._model.config.makes_points)
        self.stack.explain(self._model.config.objective.loss, self.alarms.calm)
        self.feed.schedule_redraw()

    def _warn(self) -> None:
        """Say in titles, tooltips and the bar whether the losses are calm."""
        alarm = self.alarms.current
        for plot in self.plots:
            plot.set_alarm(alarm.title if alarm is not None and alarm.plot == plot.spec.object_name else "")
        self.alarm_bar.show_alarm(alarm)
        self._explain()

    # Which plots

    def _show_quality(self) -> None:
        if self.stack.set_measured(bool(self.feed.measured)):
            self._fit_plots()

    def _choose_plots(self) -> None:
        self._fit_plots()
        self.redraw()

    def _fit_plots(self) -> None:
        """Show as many plots as there is room for; the alarm bar comes first."""
        bar_height = self.alarm_bar.height_for(self.width() - theme.SPACE)
        self.alarm_bar.setFixedHeight(bar_height or self.alarm_bar.height())  # plots give way, not its text
        quality_shown = self.stack.fit(self.height() - self.stack.CHROME_HEIGHT - bar_height)
        self.footer.show_measure_button(quality_shown)

    def _double_clicked(self) -> None:
        """Return from a zoom; if there is none, request that the plot is enlarged alone, or no longer."""
        if not self.following:
            self.return_to_run()
            return
        view = self.sender()
        self.stack.enlarge(next(plot for plot in self.plots if plot.view is view))
        self.enlargeRequested.emit(self)

    def set_large(self, large: bool) -> None:
        """Follow the window's enlarging of a panel: if none is large, no plot is alone."""
        if not large:
            self.stack.enlarge(None)
        self._fit_plots()
        self.feed.redraw_next()  # once the plots are laid out: how many numbers fit along y depends on their height

    # Menu

    def menu(self) -> QMenu:
        """Return the menu of a right click."""
        menu = self.files.menu(self)
        menu.addSeparator()
        menu.addAction("Show the whole run", self.return_to_run).setEnabled(not self.following)
        return menu

    def show_menu(self, position: QPointF) -> None:
        """Show the menu at a position on the screen."""
        self.menu().popup(position.toPoint())

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:  # the mouse's comes from the plots, after a zoom's drag
            self.show_menu(QPointF(self.mapToGlobal(self.rect().center())))

    # Size and theme

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.stack.MIN_PLOT_HEIGHT + self.stack.CHROME_HEIGHT)

    @override
    def heightForWidth(self, width: int) -> int:
        return self.minimumSizeHint().height()  # Qt would ask the layout; but plots without room are hidden

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.feed.paused = False
        self._fit_plots()
        self.feed.redraw_next()  # not at once: what shows the panel may have to lay out all docks, too

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.feed.paused = True

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = sum(button.sizeHint().width() + 4 for button in (self.stack.log_button, self.enlarge_button))
        self.stack.buttons.shorten(self.width() - theme.SPACE - beside)
        self._fit_plots()
        self.feed.redraw_next()  # once the plots are laid out: how many numbers fit along y depends on their height

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "stack"):
            for plot in self.plots:
                plot.restyle()
            self.feed.schedule_redraw()
