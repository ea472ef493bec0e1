"""CurvesPanel: losses, accuracy of D, probabilities and the value of the game, over the whole run."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QCursor, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.errors import InputError
from ganstudio.events import Failed
from ganstudio.gui import theme
from ganstudio.gui.curve_data import Curves, Floats
from ganstudio.gui.curve_files import TableThread, save_plots
from ganstudio.gui.plot import Plot
from ganstudio.gui.plot_specs import SPECS
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.series import COLUMNS
from ganstudio.gui.widgets import Slider

_DRAWN = tuple(dict.fromkeys(line.column for spec in SPECS for line in spec.lines))

_REDRAW = 100  # ms: at most ten times a second
_PATIENCE = 0.02  # s: a redraw that has more to read than this goes on after other events
_LEAST_HEIGHT = 72  # px of a plot with its legend
_SMOOTHING, _SMOOTHEST = 6, 40  # positions of the slider: at the start, at the right end


def half_life(position: int) -> float:
    """Ticks after which a value counts half, at a position of the smoothing slider: 0 is none, then 1 to some 860."""
    return 2 ** ((position - 1) / 4) if position else 0.0


class CurvesPanel(QWidget):
    """Four plots over one x axis. They scroll with the run until a person zooms; a double click returns."""

    failed = Signal(object)  # Failed
    written = Signal(str)  # path of a file that was saved

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curvesPanel")
        self.setAccessibleName("curves")
        self._model = model
        self._curves = Curves(_DRAWN)
        self._following = True
        self._linking = False
        self._drawn_at = 0.0  # time.monotonic()
        self._hovered: float | None = None
        self._wanted = list(reversed(range(len(SPECS))))  # plots to show, the one asked for last at the end
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.redraw)
        self._table = TableThread(self)
        self.plots = [Plot(spec, self) for spec in SPECS]
        self._buttons = [QToolButton(self) for _ in SPECS]
        self._smoothing = Slider(0, _SMOOTHEST, parent=self)
        self._log = QToolButton(self)
        self._unit = QComboBox(self)
        self._words = QLabel(self)
        self._lay_out()
        self._connect()
        self._smooth()
        self._explain()
        self._fit_plots()

    def minimumSizeHint(self) -> QSize:
        return QSize(220, _LEAST_HEIGHT + 60)

    def stop(self) -> bool:
        """Wait for a table that is being written; False if that takes too long."""
        return self._table.wait(30_000)

    # Building

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        for spec, button in zip(SPECS, self._buttons, strict=True):
            button.setText(spec.short)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setAccessibleName(f"show plot: {spec.title}")
            top.addWidget(button)
        top.addStretch(1)
        self._make_log_button()
        top.addWidget(self._log)
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE // 2)
        self._make_footer()
        name = QLabel("smooth", self)
        name.setToolTip(self._smoothing.toolTip())
        for label in (name, self._words):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        below.addWidget(name)
        below.addWidget(self._smoothing)
        below.addWidget(self._words, 1)
        below.addWidget(self._unit)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # plots without room are left out
        column.setContentsMargins(*(theme.SPACE // 2,) * 4)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(top)
        for plot in self.plots:
            column.addWidget(plot, 1)
        column.addLayout(below)

    def _make_log_button(self) -> None:
        self._log.setText("log")
        self._log.setCheckable(True)
        self._log.setProperty("small", True)
        self._log.setObjectName("logScaleButton")
        self._log.setAccessibleName("logarithmic losses")
        self._log.setToolTip("Losses on a logarithmic scale.")

    def _make_footer(self) -> None:
        self._smoothing.setObjectName("smoothingSlider")
        self._smoothing.setAccessibleName("smoothing of the curves")
        self._smoothing.setToolTip(
            "Smooths the lines with a running average; the values as they came stay visible behind them. "
            "A double click sets it as it was at first."
        )
        self._smoothing.setFixedWidth(72)
        self._smoothing.setValue(_SMOOTHING)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._unit.addItems(["epochs", "steps"])
        self._unit.setAccessibleName("unit of the x axis")
        self._unit.setToolTip("What the x axis counts: passes over the data, or rounds of updates.")

    def _connect(self) -> None:
        model = self._model
        model.reset.connect(self._reset)
        model.configChanged.connect(self._explain)
        model.ticked.connect(self._redraw_soon)
        model.marked.connect(self._redraw_soon)
        model.viewedStepChanged.connect(self._redraw_soon)
        for index, (plot, button) in enumerate(zip(self.plots, self._buttons, strict=True)):
            button.setProperty("plotIndex", index)
            button.clicked.connect(self._choose_plot)
            plot.toggled.connect(self._redraw_soon)
            plot.view.moved.connect(self._moved)
            plot.view.taken.connect(self._taken)
            plot.view.hovered.connect(self._hover)
            plot.view.left.connect(self._leave)
            plot.view.returnAsked.connect(self.return_to_run)
            plot.view.menuAsked.connect(self._menu_at)
        self._smoothing.valueChanged.connect(self._smooth)
        self._smoothing.resetAsked.connect(self._reset_smoothing)
        self._log.toggled.connect(self._set_log)
        self._unit.currentIndexChanged.connect(self._change_unit)
        self._table.done.connect(self.written)
        self._table.failed.connect(self.failed)

    def _explain(self) -> None:
        """What the plots mean depends on the loss, which may change during a run."""
        loss = self._model.config.objective.loss
        for plot, button in zip(self.plots, self._buttons, strict=True):
            plot.explain(loss)
            button.setToolTip(plot.spec.tip(loss))
        self._redraw_soon()

    # Drawing

    @property
    def following(self) -> bool:
        """Whether the plots scroll with the run."""
        return self._following

    def _x(self) -> Floats:
        """Where each value stands on the x axis."""
        return self._model.history.column(("epoch", "step")[self._unit.currentIndex()])

    def _x_of(self, step: int) -> float:
        steps = self._model.history.column("step")
        return float(np.interp(step, steps, self._x())) if len(steps) and step else 0.0

    def _redraw_soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start(_REDRAW)

    def redraw(self) -> None:
        """Draw what came since the last time."""
        if not self.isVisible():
            return  # showEvent comes back to it
        if not self._curves.follow(self._model.history, _PATIENCE):
            self._timer.start(0)
            if time.monotonic() - self._drawn_at < _REDRAW / 1000:
                return  # reading on comes first
        self._drawn_at = time.monotonic()
        if self._following:
            self._show_whole_run()
        marks = [(self._x_of(mark.step), mark.kind, mark.text) for mark in self._model.marks]
        viewed = None if self._model.viewed_step is None else self._x_of(self._model.viewed_step)
        for plot in self._shown():
            plot.set_marks(marks)
            plot.set_viewed(viewed)
        self._draw()

    def _draw(self) -> None:
        x = self._x()
        for plot in self._shown():
            plot.draw(self._curves, x)
        self._say_values()

    def _shown(self) -> list[Plot]:
        return [plot for plot in self.plots if plot.isVisibleTo(self)]

    def _show_whole_run(self) -> None:
        x = self._x()
        if not len(x):
            start, stop = 0.0, 1.0
        else:
            start = float(x[0]) if x[0] > 0.05 * x[-1] else 0.0
            stop = max(float(x[-1]), start + 1e-3)
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

    def _reset(self) -> None:
        self._following = True
        self._curves = Curves(_DRAWN, self._decay())
        self._leave()
        self.redraw()

    # Settings

    def _decay(self) -> float:
        ticks = half_life(self._smoothing.value())
        return 2 ** (-1 / ticks) if ticks else 0.0

    def _smooth(self) -> None:
        self._curves.set_decay(self._decay())
        ticks = half_life(self._smoothing.value())
        self._smoothing.setAccessibleDescription(f"a value counts half after {ticks:.0f} points" if ticks else "none")
        self._redraw_soon()

    def _reset_smoothing(self) -> None:
        self._smoothing.setValue(_SMOOTHING)

    def _set_log(self, log: bool) -> None:
        self.plots[0].set_log(log)
        self.redraw()

    def _change_unit(self) -> None:
        self._following = True
        self._leave()
        self.redraw()

    def _choose_plot(self) -> None:
        index = int(self.sender().property("plotIndex"))
        if index in self._wanted:
            self._wanted.remove(index)
        if self._buttons[index].isChecked() or not self._wanted:
            self._wanted.append(index)
        self._fit_plots()
        self.redraw()

    def _fit_plots(self) -> None:
        """Show as many of the wanted plots as there is room for, those asked for last before others."""
        room = max(1, (self.height() - 60) // _LEAST_HEIGHT)
        shown = set(self._wanted[-room:])
        lowest = max(shown)
        for index, (plot, button) in enumerate(zip(self.plots, self._buttons, strict=True)):
            plot.setVisible(index in shown)
            button.setChecked(index in shown)
            plot.show_x_axis(index == lowest)

    # Pointing

    def _hover(self, x: float) -> None:
        self._hovered = x
        self._say_values()
        words = next((text for plot in self._shown() if (text := plot.mark_near(x))), "")
        self._shown()[0].tell(words, QPointF(QCursor.pos() + QPoint(0, theme.SPACE)))

    def _leave(self) -> None:
        self._hovered = None
        self._say_values()

    def _say_values(self) -> None:
        """Legends and the line below tell of the tick under the pointer, else of the newest."""
        x, count = self._x(), len(self._curves)
        index = count - 1 if count else None
        if self._hovered is not None and index is not None:
            index = min(index, int(np.searchsorted(x, self._hovered)))
            if index and self._hovered - x[index - 1] < x[index] - self._hovered:
                index -= 1
        pointed = self._hovered is not None and index is not None
        for plot in self._shown():
            plot.show_values(self._curves, index)
            plot.set_cursor(float(x[index]) if pointed and index is not None else None)
        words = "epoch {:,.2f}" if self._unit.currentIndex() == 0 else "step {:,.0f}"
        self._words.setText(words.format(x[index]) if pointed and index is not None else "")

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
        path, _ = QFileDialog.getSaveFileName(self, "Save curves", f"curves.{kind}", f"{kind.upper()} (*.{kind})")
        if path:
            chosen = Path(path)
            self.save(chosen if chosen.suffix else chosen.with_suffix(f".{kind}"))

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
        self._fit_plots()
        self._redraw_soon()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "plots"):
            for plot in self.plots:
                plot.restyle()
            self._redraw_soon()
