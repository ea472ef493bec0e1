"""CurvesPanel: losses, accuracy of D, probabilities and the value of the game, over the whole run."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.errors import InputError
from ganstudio.events import ByHand, Failed, Marked, Measured
from ganstudio.gui.curves import by_hand, coming
from ganstudio.gui.curves.alarm_bar import AlarmBar
from ganstudio.gui.curves.alarms import Alarms
from ganstudio.gui.curves.curve_data import Floats
from ganstudio.gui.curves.curve_files import save_plots
from ganstudio.gui.curves.curve_source import Columns, Source
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_buttons import PlotButtons
from ganstudio.gui.curves.plot_footer import PlotFooter
from ganstudio.gui.curves.plot_specs import SPECS, columns_of
from ganstudio.gui.curves.quality import MEASURES, ClassHistogram, viewed_measure, words_of
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.series import COLUMNS, Series
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.window.enlarge_button import EnlargeButton
from ganstudio.gui.workers.curve_table import CurveTableThread
from ganstudio.runs.labels import display_name, file_name

_QUALITY = next(index for index, spec in enumerate(SPECS) if spec.of_measures)
_REDRAW, _RAREST = 100, 1000  # ms: at most ten times a second, and once at least
_SHARE = 0.004  # of the time goes into redraws, or they become rarer: training needs the processor, and Python, too
_EDGE = 0.015  # of the x axis that is left free behind the newest measure
_PATIENCE = 0.02  # s: a redraw that has more to read than this goes on after other events
_LEAST_HEIGHT = 72  # px of a plot with its legend
_GOOD_HEIGHT = 88  # px of one where another one joins it by itself


class CurvesPanel(QWidget):
    """Plots over one x axis. They scroll with the run until a person zooms; a double click returns."""

    failed = Signal(object)  # Failed
    written = Signal(str)  # path of a file that was saved
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPanel")
        self.setAccessibleName("curves")
        self._model = model
        self._seen: list[Measured] = []
        self._measured = Columns(self._seen, MEASURES)
        self.ticks = Source(self._read_ticks, columns_of(SPECS, of_measures=False))
        self.measures = Source(self._read_measures, columns_of(SPECS, of_measures=True))
        self._following = True
        self._linking = False
        self._drawn_at = 0.0  # time.monotonic()
        self._cost = 0.0  # s of the last redraw
        self._hovered: float | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.redraw)
        self._table = CurveTableThread(self)
        self.plots = [Plot(spec, self) for spec in SPECS]
        self.alarms = Alarms(model, self)
        self.alarm_bar = AlarmBar(self)
        self._buttons = PlotButtons(SPECS, self)
        self._histogram = ClassHistogram(self)
        self._log = QToolButton(self)
        self.enlarge_button = EnlargeButton("the curves", self)
        self._alone: int | None = None  # the plot that is enlarged
        self._footer = PlotFooter(self)
        self._lay_out()
        self._connect()
        self._smooth()
        self._explain()
        self._fit_plots()

    def minimumSizeHint(self) -> QSize:
        return QSize(220, _LEAST_HEIGHT + 60)

    def heightForWidth(self, width: int) -> int:
        return self.minimumSizeHint().height()  # of what wraps, Qt asks the layout; but plots without room are left out

    def offer(self, measure: QAction) -> None:
        """A button for measuring now, beside the plot of what is measured."""
        self._footer.set_measure_action(measure)

    def stop(self) -> bool:
        """Wait for a table that is being written; False if that takes too long."""
        return self._table.stop(30.0)

    # Building

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self._buttons)
        top.addStretch(1)
        self._make_log_button()
        top.addWidget(self._log)
        top.addWidget(self.enlarge_button)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # plots without room are left out
        column.setContentsMargins(*(theme.SPACE // 2,) * 4)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(top)
        column.addWidget(self.alarm_bar)
        for plot in self.plots:
            column.addWidget(plot, 1)
        column.addWidget(self._histogram)
        column.addWidget(self._footer)

    def _make_log_button(self) -> None:
        self._log.setText("log")
        self._log.setCheckable(True)
        self._log.setProperty("small", True)
        self._log.setObjectName("logScaleButton")
        self._log.setAccessibleName("logarithmic losses and distance")
        self._offer_log()

    def _connect(self) -> None:
        model = self._model
        model.reset.connect(self._reset)
        model.configChanged.connect(self._explain)
        model.ticked.connect(self._redraw_soon)
        model.marked.connect(self._redraw_soon)
        model.measured.connect(self._redraw_soon)
        model.viewedStepChanged.connect(self._redraw_soon)
        model.statusChanged.connect(self._redraw_soon)
        model.measuringChanged.connect(self._redraw_soon)
        self._buttons.changed.connect(self._choose_plots)
        self.alarms.changed.connect(self._warn)
        self.alarm_bar.changed.connect(self._fit_plots)
        for plot in self.plots:
            plot.toggled.connect(self._redraw_soon)
            plot.logWorthChanged.connect(self._offer_log)
            plot.view.moved.connect(self._moved)
            plot.view.taken.connect(self._taken)
            plot.view.hovered.connect(self._hover)
            plot.view.left.connect(self._leave)
            plot.view.returnAsked.connect(self.return_to_run)
            plot.view.doubleClicked.connect(self._double_clicked)
            plot.view.menuAsked.connect(self._menu_at)
        self._footer.smoothed.connect(self._smooth)
        self._footer.unitChanged.connect(self._change_unit)
        self._log.toggled.connect(self._set_log)
        self._table.written.connect(self.written)
        self._table.refused.connect(self.failed)
        self._table.failed.connect(self.failed)

    def _explain(self) -> None:
        """What the plots mean depends on the loss, which may change during a run."""
        loss, calm = self._model.config.objective.loss, self.alarms.calm
        for plot, button in zip(self.plots, self._buttons.buttons, strict=True):
            plot.explain(loss, calm)
            button.setToolTip(plot.spec.tip(loss, calm))
        self._redraw_soon()

    def _warn(self) -> None:
        """Titles, tooltips and the bar say whether the losses are calm."""
        warned = self.alarms.warned
        for plot in self.plots:
            plot.set_alarm(warned.title if warned is not None and warned.plot == plot.spec.object_name else "")
        self.alarm_bar.show_warning(warned)
        self._explain()

    # Drawing

    @property
    def following(self) -> bool:
        """Whether the plots scroll with the run."""
        return self._following

    def _read_ticks(self) -> Series:
        return self._model.history

    def _read_measures(self) -> Columns:
        return self._measured

    def _source(self, plot: Plot) -> Source:
        return self.measures if plot.spec.of_measures else self.ticks

    def _x(self) -> Floats:
        return self.ticks.x()

    def _take_measures(self) -> None:
        """Look at the measures anew where the run was measured, was rewound, or is another."""
        if self._model.measures is self._seen:
            return
        self._seen = self._model.measures
        self._measured = Columns(self._seen, MEASURES)
        if self._buttons.set_there(_QUALITY, bool(self._seen)):
            self._fit_plots()

    def _redraw_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(max(_REDRAW, min(_RAREST, round(self._cost / _SHARE * 1000))))

    def redraw(self) -> None:
        """Draw what came since the last time."""
        if not self.isVisible():
            return  # showEvent comes back to it
        self._take_measures()
        self.measures.follow()
        if not self.ticks.follow(_PATIENCE):
            self._timer.start(0)
            if time.monotonic() - self._drawn_at < _REDRAW / 1000:
                return  # reading on comes first
        self._drawn_at = began = time.monotonic()
        if self._following:
            self._show_whole_run()
        marks: list[tuple[float, str, str]] = [
            (self.ticks.x_of(mark.step), mark.kind, _text(mark)) for mark in self._model.marks
        ]
        viewed = None if self._model.viewed_step is None else self.ticks.x_of(self._model.viewed_step)
        for plot in self._shown():
            plot.set_marks(marks)
            plot.set_viewed(viewed)
        if not self._seen:
            self.plots[_QUALITY].say_why_empty(coming.why_empty(self._model))
        self._footer.say_next_measure(coming.next_one(self._model) if self._model.is_busy else "")
        self._histogram.show_measure(viewed_measure(self._model), run_config(self._model))
        self._draw()
        self._cost = time.monotonic() - began

    def _draw(self) -> None:
        for plot in self._shown():
            source = self._source(plot)
            plot.draw(source.curves, source.x())
            plot.view.settle()
        self._say_values()

    def _shown(self) -> list[Plot]:
        return [plot for plot in self.plots if plot.isVisibleTo(self)]

    def _show_whole_run(self) -> None:
        x = self._x()
        if not len(x):
            start, stop = 0.0, 1.0
        else:
            start = float(x[0]) if len(x) > 1 and x[0] > 0.05 * x[-1] else 0.0
            stop = max(float(x[-1]), start + 1e-3)
            measured = self.measures.x()
            if len(measured) and measured[-1] > stop - _EDGE * (stop - start):  # a dot at the very edge would be cut
                stop = float(measured[-1]) + _EDGE * (float(measured[-1]) - start)
        self._set_range(start, stop)

    def _set_range(self, start: float, stop: float) -> None:
        self._linking = True
        for plot in self.plots:
            plot.view.set_x_range(start, stop)
        self._linking = False

    def _moved(self, seen: tuple[float, float]) -> None:
        """One plot was moved: the others go along."""
        if not self._linking:
            self._set_range(*seen)
            self._draw()

    def _taken(self) -> None:
        self._following = False

    def return_to_run(self) -> None:
        """Show the whole run, and scroll with it, again."""
        self._following = True
        self.redraw()

    def _double_clicked(self) -> None:
        """Back from a zoom; from there, the plot alone in the whole window, and back."""
        if not self._following:
            self.return_to_run()
            return
        view = self.sender()
        self._alone = next(index for index, plot in enumerate(self.plots) if plot.view is view)
        self.enlargeRequested.emit(self)

    def set_large(self, large: bool) -> None:
        """Whether a panel is enlarged; if none is, no plot is alone."""
        self._alone = self._alone if large else None
        self._fit_plots()
        self._redraw_at_new_size()

    def _redraw_at_new_size(self) -> None:
        """Once the plots are laid out: how many numbers stand along y goes by their height."""
        if self.isVisible():
            self._timer.start(0)

    def _reset(self) -> None:
        self._following = True
        self.alarm_bar.forget()
        self.ticks.restart(self._footer.decay())
        self.measures.restart()
        self._leave()
        self.redraw()

    # Settings

    def _smooth(self) -> None:
        self.ticks.curves.set_decay(self._footer.decay())
        self._redraw_soon()

    def _set_log(self, log: bool) -> None:
        for plot in self.plots:
            plot.set_log(log)
        self.redraw()

    def _offer_log(self) -> None:
        """The button stands out where a logarithmic scale would show more than is seen."""
        why = next((plot.log_worth for plot in self._shown() if plot.log_worth), "")
        said = f"<b>The values in view range from {why}: a logarithmic scale shows them all.</b>" if why else ""
        self._log.setToolTip(
            wrapped("Shows the losses, and the distance of the measured quality, on a logarithmic scale.", said)
        )
        if bool(why) != bool(self._log.property("offered")):
            self._log.setProperty("offered", bool(why))
            self._log.style().polish(self._log)

    def _change_unit(self) -> None:
        self.ticks.unit = self.measures.unit = self._footer.unit
        self._following = True
        self._leave()
        self.redraw()

    def _choose_plots(self) -> None:
        self._alone = None
        self._fit_plots()
        self.redraw()

    def _fit_plots(self) -> None:
        """Show as many of the wanted plots as there is room for, those asked for last before others."""
        warning = self.alarm_bar.height_for(self.width() - theme.SPACE)
        self.alarm_bar.setFixedHeight(warning or self.alarm_bar.height())  # plots give way, not its words
        room = self.height() - 60 - warning
        count = room // _LEAST_HEIGHT
        if not self._buttons.asked and room < len(self.plots) * _GOOD_HEIGHT + self._histogram.height():
            count = min(count, len(self.plots) - 1)  # the quality comes beside the others where there is room for it
        shown = self._buttons.fit(count)
        shown = {self._alone} if self._alone is not None else shown
        spare = room - len(shown) * _LEAST_HEIGHT
        measured = _QUALITY in shown and bool(self._seen)
        self._histogram.setVisible(measured and spare >= self._histogram.height())
        self._footer.offer_measuring(_QUALITY in shown)
        lowest, beside = max(shown), max(self.plots[index].beside() for index in shown)
        for index, plot in enumerate(self.plots):
            plot.setVisible(index in shown)
            plot.show_x_axis(index == lowest)
            plot.view.leave_beside(beside)

    # Pointing

    def _hover(self, x: float) -> None:
        self._hovered = x
        self._say_values()
        words = [next((text for plot in self._shown() if (text := plot.mark_near(x))), "")]
        index = self.measures.nearest(x)
        if self.sender() is self.plots[_QUALITY].view and index is not None:
            words.append(words_of(self._seen[index]))
        self._shown()[0].tell("\n".join(filter(None, words)), QPointF(QCursor.pos() + QPoint(0, theme.SPACE)))

    def _leave(self) -> None:
        self._hovered = None
        self._say_values()

    def _say_values(self) -> None:
        """Legends and the line below tell of the tick under the pointer, else of the newest."""
        pointed = self._hovered is not None and len(self.ticks) > 0
        for plot in self._shown():
            source = self._source(plot)
            index = source.nearest(self._hovered)
            plot.show_values(source.curves, index)
            plot.set_cursor(float(source.x()[index]) if pointed and index is not None else None)
        index = self.ticks.nearest(self._hovered)
        self._footer.say_place(float(self._x()[index]) if pointed and index is not None else None)

    # Files

    def _menu_at(self, place: QPointF) -> None:
        self.menu().popup(place.toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:  # the mouse's comes from the plots, after a zoom's drag
            self.menu().popup(self.mapToGlobal(self.rect().center()))

    def menu(self) -> QMenu:
        """Menu of a right click."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, kind in (("Save picture (PNG)", "png"), ("Save drawing (SVG)", "svg"), ("Save table (CSV)", "csv")):
            action = QAction(f"{text}\N{HORIZONTAL ELLIPSIS}", menu)
            action.setData(kind)
            action.triggered.connect(self._save_chosen)
            menu.addAction(action)
        measures = menu.addAction("Save measurements (CSV)\N{HORIZONTAL ELLIPSIS}", self.ask_and_save_measures)
        measures.setEnabled(bool(self._model.measures))
        menu.addSeparator()
        back = menu.addAction("Show the whole run", self.return_to_run)
        back.setEnabled(not self._following)
        return menu

    def _save_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.ask_and_save(str(action.data()))

    def ask_and_save(self, kind: str) -> None:
        """Ask for a file and save the curves in it; `kind` is "png", "svg" or "csv"."""
        self._ask("Save curves", f"curves.{kind}", kind, self.save)

    def ask_and_save_measures(self) -> None:
        """Ask for a file and save the measures of the run in it, as a table."""
        self._ask("Save measurements", "measures.csv", "csv", self.save_measures)

    def _ask(self, title: str, what: str, kind: str, save: Callable[[Path], None]) -> None:
        folder = self._model.folder
        name = f"{file_name(display_name(folder.path))}-{what}" if folder is not None else what
        place = file_dialogs.DOCUMENTS if kind == "csv" else file_dialogs.PICTURES
        file_dialogs.ask_save(self, title, name, f"{kind.upper()} (*.{kind})", save, place)

    def save_measures(self, path: Path) -> None:
        """Save every measure of the run as a table (.csv)."""
        self._table.write(path, {name: self._measured.column(name) for name in MEASURES})

    def save(self, path: Path) -> None:
        """Save the whole history as a table (.csv), or what is shown as a picture (.png, .svg)."""
        if path.suffix.lower() == ".csv":
            self._table.write(path, {name: self._model.history.column(name).copy() for name in COLUMNS})
            return
        try:
            save_plots(self._shown(), path)
            self.written.emit(str(path))
        except InputError as error:
            self.failed.emit(Failed(str(error)))

    # Room and theme

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_plots()
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = sum(button.sizeHint().width() + 4 for button in (self._log, self.enlarge_button))
        self._buttons.shorten(self.width() - theme.SPACE - beside)
        self._fit_plots()
        self._redraw_at_new_size()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plots"):
            for plot in self.plots:
                plot.restyle()
            self._redraw_soon()


def _text(mark: Marked) -> str:
    """What a mark says under the pointer."""
    return by_hand.words(mark) if isinstance(mark, ByHand) else mark.text
