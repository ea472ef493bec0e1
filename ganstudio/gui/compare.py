"""CompareWindow: runs side by side: a curve of all of them over each other, and their pictures at a common time."""

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from ganstudio.gui import compare_data
from ganstudio.gui.collapsible import ElidedLabel
from ganstudio.gui.compare_data import CURVES, UNITS, Story
from ganstudio.gui.compare_plot import ComparePlot, pen
from ganstudio.gui.compare_thread import CompareThread, Seen, Wanted
from ganstudio.gui.theme import SPACE
from ganstudio.gui.viewing import DOT, nearest, percent
from ganstudio.gui.widgets import Choice, PictureGrid, Slider

_SIZE = (920, 680)  # px, where the screen has room
_LEAST = 24  # pictures of a run that are shown, more where there is room
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
        self._thread.failed.connect(self.failed)
        self._curve, self._unit = QComboBox(self), QComboBox(self)
        self._noise = Choice(
            "noise of the pictures",
            (
                ("each its own z", "each its own z", "The pictures that each run saved of its own fixed noise"),
                ("same z", "same z", "Pictures that all generators make of one and the same noise"),
            ),
            self,
        )
        self._words = QLabel("Reading the runs …", self)
        self._slider = Slider(0, 0, parent=self)
        self._split = QSplitter(Qt.Orientation.Vertical, self)
        self._grids = QWidget(self)
        self._lay_out()
        self._connect()
        self.resize(QSize(*_SIZE).boundedTo(QGuiApplication.primaryScreen().availableGeometry().size()))

    def compare(self, paths: Sequence[Path]) -> None:
        """Read these runs and show them."""
        self._words.setText("Reading the runs …")
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
        self._curve.setAccessibleName("Curve that is compared")
        for number, shown in enumerate(CURVES):
            self._curve.addItem(shown.label)
            self._curve.setItemData(number, shown.help, Qt.ItemDataRole.ToolTipRole)
        self._unit.setAccessibleName("Unit of the x axis")
        self._unit.addItems(list(UNITS))
        self._words.setProperty("muted", True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._slider.setObjectName("compareSlider")
        self._slider.setAccessibleName("time of the pictures")
        self._slider.setToolTip("Goes to the same time in all runs; the line in the curves goes along.")
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self._curve)
        top.addWidget(self._unit)
        top.addStretch(1)
        top.addWidget(self._noise)
        row = QHBoxLayout(self._grids)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        self._split.addWidget(self._grids)
        self._split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE,) * 4)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(top)
        whole.addWidget(self._split, 1)
        whole.addWidget(self._slider)
        whole.addWidget(self._words)

    def _connect(self) -> None:
        self._curve.currentIndexChanged.connect(self._show_curve)
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
        self._split.insertWidget(0, self._plot)
        self._split.setSizes([self.height() // 3, self.height() * 2 // 3])
        why = compare_data.same_noise_possible(stories)
        same = self._noise.button(1)
        same.setEnabled(not why)
        same.setToolTip(why or "Pictures that all generators make of one and the same noise")
        if why:
            self._noise.button(0).setChecked(True)
        self._show_unit()

    def _make_columns(self) -> None:
        for old in self._columns:
            old.setParent(None)
            old.deleteLater()
        self._columns = [_Column(index, story.title, self._grids) for index, story in enumerate(self._stories)]
        row = self._grids.layout()
        assert row is not None
        for column in self._columns:
            row.addWidget(column)

    def _show_unit(self, *_: object) -> None:
        """Epochs or steps: the slider's stops are others, it stays at the end or goes to the nearest one."""
        self._stops = compare_data.stops(self._stories, self._unit.currentText())
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, max(0, len(self._stops) - 1))
            self._slider.setValue(self._slider.maximum())
        self._slider.setEnabled(len(self._stops) > 1)
        self._show_curve()
        if self._plot is not None:
            self._plot.show_all()
        self._ask()

    def _show_curve(self, *_: object) -> None:
        if self._plot is None:
            return
        shown = CURVES[self._curve.currentIndex()]
        lines = [story.curve(shown, self._unit.currentText()) for story in self._stories]
        self._plot.set_lines(lines, shown.percent, smooth=not shown.measured)
        self._show_values()

    def _place(self) -> float:
        """Where the slider stands, in epochs or steps."""
        return self._stops[self._slider.value()] if self._stops else 0.0

    def _ask(self, *_: object) -> None:
        place, unit = self._place(), self._unit.currentText()
        if self._plot is None:
            return
        self._plot.set_cursor(place)
        self._words.setText(f"{unit[:-1]} {place:,.1f}" if unit == "epochs" else f"step {place:,.0f}")
        self._slider.setAccessibleDescription(self._words.text())
        self._show_values()
        self._thread.request(Wanted(self._stories, place, unit, self._noise.index == 1))

    def _show_values(self) -> None:
        """Value of the curve at the slider's place, beside each title."""
        shown = CURVES[self._curve.currentIndex()]
        assert self._plot is not None
        for index, column in enumerate(self._columns):
            value = self._plot.value_at(index, self._at_or_before(index))
            words = "" if math.isnan(value) else (percent(value) if shown.percent else f"{value:.3g}")
            column.show_value(f"{shown.label} {words}" if words else "")

    def _at_or_before(self, index: int) -> float:
        """The slider's place; for a measure, that of the last one before."""
        shown, place = CURVES[self._curve.currentIndex()], self._place()
        x, _ = self._stories[index].curve(shown, self._unit.currentText())
        if not shown.measured or not len(x) or place < x[0]:
            return place
        at = nearest([int(1000 * each) for each in x], int(1000 * place))
        return float(x[at or 0])

    @Slot(object, object)
    def _answered(self, wanted: Wanted, seen: list[Seen]) -> None:
        if wanted.stories is not self._stories:
            return
        for column, story, one in zip(self._columns, wanted.stories, seen, strict=True):
            column.show_pictures(one, story.epoch_at(one.step))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._slider.setFocus()


class _Column(QWidget):
    """A run: how its line looks, its title, where it stands, its pictures."""

    def __init__(self, index: int, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel(title)
        self._value, self._where = QLabel(), ElidedLabel()
        self.grid = PictureGrid(f"pictures of {title}")
        self.grid.set_least(_LEAST)
        for label in (self._value, self._where):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(_LineSample(index))
        top.addWidget(self.title, 1)
        top.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self._where)
        column.addWidget(self.grid, 1)

    def show_value(self, words: str) -> None:
        """Value of the curve that is shown."""
        self._value.setText(words)

    def show_pictures(self, seen: Seen, epoch: float) -> None:
        """Pictures, and the step they are of."""
        if seen.pictures is None:
            self.grid.show_words("No pictures are kept of this time.")
        else:
            self.grid.show_pictures(seen.pictures)
        self._where.set_full(f"epoch {epoch:,.1f} {DOT} step {seen.step:,}")


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
