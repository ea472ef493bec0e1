"""CompareWindow: runs side by side: what differs in their settings, their curves, their pictures at a common time."""

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Measured
from ganstudio.gui.compare import compared_runs
from ganstudio.gui.compare.compare_plot import ComparePlot, pen
from ganstudio.gui.compare.compared_runs import CURVES, UNITS, Shown, Story
from ganstudio.gui.compare.differences import between
from ganstudio.gui.compare.settings_table import SettingsTable
from ganstudio.gui.compare.small_plot import SmallPlots
from ganstudio.gui.model.viewing import nearest
from ganstudio.gui.setup.form import paths_in_order
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.compare import CompareThread, GridsRequest, RunGrid
from ganstudio.runs.labels import display_name
from ganstudio.text import DOT, EN_DASH, format_number, format_percent

_FCD = "Fréchet classifier distance to the real pictures: lower is better."
_SIZE = (1180, 740)  # px, where the screen has room
_FRAME = (12, 40)  # px that a window manager adds
_NARROW = 200  # px: a column in which the step stands alone, without the epoch
_LEAST = 24  # pictures of a run that are shown, more where there is room
_SAVED = "The pictures that each run saved while it trained, made from its own random numbers z."
_SAME = "Pictures that the generators make from the same random numbers z: they differ only in what was learned."
_SAMPLE = 22  # px: length of line before the name of a run


class CompareWindow(QDialog):
    """Not modal: runs may be trained meanwhile. It shows them as they were when it was opened."""

    failed = Signal(object)  # Failed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareWindow")
        self.setWindowTitle("Compare runs")
        self._stories: tuple[Story, ...] = ()
        self._stops: list[float] = []
        self._columns: list[_Column] = []
        self._plot: ComparePlot | None = None
        self._thread = CompareThread(self)
        self._thread.loaded.connect(self._loaded)
        self._thread.answered.connect(self._answered)
        self._thread.refused.connect(self.failed)
        self._thread.failed.connect(self.failed)
        self._curve, self._unit = QComboBox(self), QComboBox(self)
        self._noise = ChoiceRow(
            "noise of the pictures",
            (
                ("saved pictures", "saved pictures", _SAVED),
                ("from the same z", "pictures from the same z", _SAME),
            ),
            self,
        )
        self._words = QLabel("Reading the runs…", self)
        self._slider = Slider(0, 0, parent=self)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._grids = QWidget(self)
        self.table, self._small = SettingsTable(self), SmallPlots(self)
        self._lay_out()
        self._connect()
        room = QGuiApplication.primaryScreen().availableGeometry().size() - QSize(*_FRAME)
        self.resize(QSize(*_SIZE).boundedTo(room))

    def compare(self, paths: Sequence[Path]) -> None:
        """Read these runs and show them."""
        self._words.setText("Reading the runs…")
        self._thread.load(list(paths))

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._thread.stop()

    @property
    def slider(self) -> Slider:
        """Goes through all times at which one of the runs saved pictures."""
        return self._slider

    @property
    def plot(self) -> ComparePlot | None:
        """The curves; None until the runs are read."""
        return self._plot

    def grid(self, index: int) -> PictureGrid:
        """Pictures of a run."""
        return self._columns[index].grid

    def titles(self) -> list[str]:
        """What stands over the pictures."""
        return [column.title.full() for column in self._columns]

    # Building

    def _lay_out(self) -> None:
        self._curve.setObjectName("compareCurve")
        for box in (self._curve, self._unit):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._curve.setAccessibleName("Curve to compare")
        self._curve.setToolTip("The curve that is shown large; you can also click a small one.")
        self._unit.setAccessibleName("Unit of the x axis")
        self._unit.addItems(list(UNITS))
        self._words.setProperty("muted", True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._slider.setObjectName("compareSlider")
        self._slider.setAccessibleName("time of the pictures")
        self._slider.setToolTip("Moves all runs to the same time; the line in the curves follows.")
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._curve)
        top.addWidget(self._unit)
        top.addStretch(1)
        top.addWidget(self._noise)
        row = QHBoxLayout(self._grids)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self._curves = QWidget(self._split)
        self._curves_row = QHBoxLayout(self._curves)
        self._curves_row.setContentsMargins(0, 0, 0, 0)
        self._curves_row.setSpacing(SPACE)
        self._curves_row.addWidget(self._small, 1)
        self._split.addWidget(self._curves)
        self._split.addWidget(self._grids)
        self._split.setChildrenCollapsible(False)
        close = QPushButton("Close", self)
        close.setObjectName("closeCompareButton")
        close.setToolTip("Close this window (Esc)")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE)
        foot.addWidget(self._words, 1)
        foot.addWidget(close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE,) * 4)
        whole.setSpacing(SPACE // 2)
        whole.addWidget(self.table)
        whole.addLayout(top)
        whole.addWidget(self._split, 1)
        whole.addWidget(self._slider)
        whole.addLayout(foot)

    def _connect(self) -> None:
        self._curve.activated.connect(self._choose_curve)
        self._small.group.idClicked.connect(self._choose_curve)
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._noise.changed.connect(self._ask)
        self._slider.valueChanged.connect(self._ask)

    # What is shown

    @Slot(object)
    def _loaded(self, stories: list[Story]) -> None:
        self._stories = tuple(stories)
        self._make_columns()
        if self._plot is not None:
            self._plot.setParent(None)
            self._plot.deleteLater()
        self._plot = ComparePlot(len(stories), self)
        self._curves_row.insertWidget(0, self._plot, 1)
        self._split.setSizes([1000, 1000])
        self._show_settings()
        self._offer_curves()
        why = compared_runs.same_noise_possible(stories)
        same = self._noise.button(1)
        same.setEnabled(not why)
        same.setToolTip(why or _SAME)
        if why:
            self._noise.button(0).setChecked(True)
        self._show_unit()

    def _show_settings(self) -> None:
        stories = self._stories
        facts = []
        if any(story.measures for story in stories):
            facts = [
                ("FCD, best", [_fcd(story.best, with_step=True) for story in stories], _FCD),
                ("FCD, newest", [_fcd(story.measures[-1] if story.measures else None) for story in stories], _FCD),
            ]
        self.table.show_runs([story.title for story in stories], facts)
        self.table.show_differences(between([(story.config, story.values) for story in stories], paths_in_order()))

    def _offer_curves(self) -> None:
        """Those that there is something to see of; at first the most telling one is large."""
        known = compared_runs.known_curves(self._stories)
        self._small.set_curves(known)
        with QSignalBlocker(self._curve):
            self._curve.clear()
            for place, shown in known.items():
                self._curve.addItem(shown.label, place)
                self._curve.setItemData(self._curve.count() - 1, shown.help, Qt.ItemDataRole.ToolTipRole)
            self._curve.setCurrentIndex(max(0, self._curve.findData(compared_runs.most_telling(self._stories))))

    def _choose_curve(self, chosen: int) -> None:
        """By its row in the list, or by the place of the small plot that was clicked."""
        if self.sender() is self._small.group:
            with QSignalBlocker(self._curve):
                self._curve.setCurrentIndex(self._curve.findData(chosen))
        self._show_curve()

    @property
    def _shown(self) -> Shown:
        """The curve that is large."""
        place = self._curve.currentData()
        return CURVES[0 if place is None else int(place)]

    def rename(self, path: Path) -> None:
        """A run has another name."""
        name = display_name(path)
        if all(story.path != path or story.title == name for story in self._stories):
            return
        self._stories = tuple(replace(each, title=name) if each.path == path else each for each in self._stories)
        for index, story in enumerate(self._stories):
            self._columns[index].title.set_full(story.title, f"{story.title}\n{story.path}")
            self.table.rename(index, story.title)
        self._ask()

    def _make_columns(self) -> None:
        for old in self._columns:
            old.setParent(None)
            old.deleteLater()
        self._columns = [_Column(index, story, self._grids) for index, story in enumerate(self._stories)]
        row = self._grids.layout()
        assert row is not None
        for column in self._columns:
            row.addWidget(column)

    def _show_unit(self, *_: object) -> None:
        """Epochs or steps: the slider's stops are others, it stays at the end or goes to the nearest one."""
        self._stops = compared_runs.stops(self._stories, self._unit.currentText())
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, max(0, len(self._stops) - 1))
            self._slider.setValue(self._slider.maximum())
        self._slider.setEnabled(len(self._stops) > 1)
        self._show_small()
        self._show_curve()
        if self._plot is not None:
            self._plot.show_all()
        self._ask()

    def _show_small(self) -> None:
        unit = self._unit.currentText()
        end = max((story.end(unit) for story in self._stories), default=0.0)
        for place in self._small.places():
            self._small.plot(place).set_lines([story.curve(CURVES[place], unit) for story in self._stories], end)

    def _show_curve(self, *_: object) -> None:
        if self._plot is None or not self._curve.count():
            return
        shown = self._shown
        lines = [story.curve(shown, self._unit.currentText()) for story in self._stories]
        self._plot.set_lines(lines, shown.percent, smooth=not shown.measured)
        self._small.plot(CURVES.index(shown)).setChecked(True)
        self._show_values()

    def _place(self) -> float:
        """Where the slider stands, in epochs or steps."""
        return self._stops[self._slider.value()] if self._stops else 0.0

    def _ask(self, *_: object) -> None:
        place, unit = self._place(), self._unit.currentText()
        if self._plot is None:
            return
        self._plot.set_cursor(place)
        self._small.set_cursor(place)
        self._words.setText(f"{unit[:-1]} {place:,.1f}" if unit == "epochs" else f"step {place:,.0f}")
        self._slider.setAccessibleDescription(self._words.text())
        self._show_values()
        self._thread.request(GridsRequest(self._stories, place, unit, self._noise.index == 1))

    def _show_values(self) -> None:
        """Value of the curve at the slider's place, beside each title."""
        shown = self._shown
        assert self._plot is not None
        for index, column in enumerate(self._columns):
            value = self._plot.value_at(index, self._at_or_before(index))
            words = "" if math.isnan(value) else (format_percent(value) if shown.percent else format_number(value))
            column.show_value(f"{shown.label} {words}" if words else "")

    def _at_or_before(self, index: int) -> float:
        """The slider's place; for a measure, that of the last one before."""
        shown, place = self._shown, self._place()
        x, _ = self._stories[index].curve(shown, self._unit.currentText())
        if not shown.measured or not len(x) or place < x[0]:
            return place
        at = nearest([int(1000 * each) for each in x], int(1000 * place))
        return float(x[at or 0])

    @Slot(object, object)
    def _answered(self, request: GridsRequest, grids: list[RunGrid]) -> None:
        if request.stories is not self._stories:
            return
        for column, story, grid in zip(self._columns, request.stories, grids, strict=True):
            column.show_pictures(grid, story.epoch_at(grid.step))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._slider.setFocus()


def _fcd(measured: Measured | None, with_step: bool = False) -> str:
    if measured is None:
        return EN_DASH
    return f"{format_number(measured.fcd)}{f' at step {measured.step:,}' if with_step else ''}"


class _Column(QWidget):
    """A run: how its line looks, its title, where it stands, its pictures."""

    def __init__(self, index: int, story: Story, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self.title.set_full(story.title, f"{story.title}\n{story.path}")
        self._value, self._where = QLabel(), ElidedLabel()
        self._at = 0, 0.0  # step and epoch of the pictures
        self.grid = PictureGrid(f"pictures of {story.title}")
        self.grid.set_min_count(_LEAST)
        for label in (self._value, self._where):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(_LineSample(index))
        top.addWidget(self.title, 1)
        below = QHBoxLayout()
        below.setSpacing(SPACE // 2)
        below.addWidget(self._where, 1)
        below.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.grid, 1)

    def show_value(self, words: str) -> None:
        """Value of the curve that is shown."""
        self._value.setText(words)

    def show_pictures(self, seen: RunGrid, epoch: float) -> None:
        """Pictures, and the step they are of."""
        if seen.pictures is None:
            self.grid.show_text("No pictures were kept from this time.")
        else:
            self.grid.show_pictures(seen.pictures, columns=seen.columns, period=seen.period)
        self._at = seen.step, epoch
        self._show_place()

    def _show_place(self) -> None:
        step, whole = f"step {self._at[0]:,}", f"epoch {self._at[1]:,.1f} {DOT} step {self._at[0]:,}"
        self._where.set_full(step if self.width() < _NARROW else whole, whole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_place()


class _LineSample(QWidget):
    """A piece of a run's line."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedSize(_SAMPLE, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        made = pen(self._index)
        made.setWidth(2)
        painter = QPainter(self)
        painter.setPen(made)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
