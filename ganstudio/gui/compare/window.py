"""Window that compares runs: their settings, their curves, and their pictures at a common time."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.events import Measured
from ganstudio.gui.compare.compare_plot import ComparePlot
from ganstudio.gui.compare.compare_thread import CompareThread, GridsRequest, RunGrid
from ganstudio.gui.compare.compared_runs import UNITS, ComparedRun, slider_stops, why_not_same_z
from ganstudio.gui.compare.curve_comparison import CurveComparison
from ganstudio.gui.compare.differences import find_differences
from ganstudio.gui.compare.run_column import RunColumn
from ganstudio.gui.compare.settings_table import SettingsTable
from ganstudio.gui.dialogs.fitting import Scrolled, room_for_dialog
from ganstudio.gui.setup.form import paths_in_order
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers import window_first
from ganstudio.runs.labels import display_name
from ganstudio.text import EN_DASH, format_number

_DISTANCE_HELP = {
    "FCD": "FCD: Fréchet classifier distance from the real pictures. Lower is better.",
    "JS": "JS: Jensen-Shannon divergence from the real points, bits. Lower is better.",
}
_SIZE = (1180, 740)  # px, where the screen has room
_SAVED_HELP = "The pictures that each run saved during training, made from its own random numbers z."
_SAME_Z_HELP = "Pictures from the same random numbers z for all generators: they differ only in what was learned."
_READING = "Reading the runs…"

_CHANGES_HELP = "Points of the data that were added, erased or moved by hand. Marks in the curves of a run say which."


class CompareWindow(QDialog):
    """Window that compares runs as they were when it was opened; it is not modal, so that training can continue."""

    failed = Signal(object)  # Failed

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareWindow")
        self.setWindowTitle("Compare runs")
        self._runs: tuple[ComparedRun, ...] = ()
        self._stops: list[float] = []  # of the slider, in the unit of the x axis
        self._columns: list[RunColumn] = []
        self._thread = CompareThread(self)
        self._thread.loaded.connect(self._show_runs)
        self._thread.answered.connect(self._show_grids)
        self._thread.refused.connect(self.failed)
        self._thread.failed.connect(self.failed)
        self._unit = QComboBox(self)
        self._z_choice = ChoiceRow(
            "noise of the pictures",
            (
                ("saved pictures", "saved pictures", _SAVED_HELP),
                ("from the same z", "pictures from the same z", _SAME_Z_HELP),
            ),
            self,
        )
        self._place = Label(_READING, self)
        self.slider = Slider(0, 0, parent=self)  # through all times at which one of the runs saved pictures
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self.table = SettingsTable(self)
        self.curves = CurveComparison(self._splitter)
        self._grids = QWidget()
        Scrolled(self._grids, self._splitter)  # six runs are wider than a small screen
        self._set_up()
        self._lay_out()
        self._connect()
        self.resize(QSize(*_SIZE).boundedTo(room_for_dialog()))

    def compare(self, paths: Sequence[Path]) -> None:
        """Read these runs and show them."""
        self._place.setText(_READING)
        self._thread.load(list(paths))

    def stop(self) -> bool:
        """End the thread; return False if it did not end in time."""
        return self._thread.stop()

    @property
    def plot(self) -> ComparePlot | None:
        """The large plot; None until the runs are read."""
        return self.curves.plot

    @property
    def place_text(self) -> str:
        """The time of the pictures, as text."""
        return self._place.text()

    def grid(self, index: int) -> PictureGrid:
        """Return the pictures of a run."""
        return self._columns[index].grid

    def titles(self) -> list[str]:
        """Return the titles of the runs."""
        return [column.title.full() for column in self._columns]

    # Building

    def _set_up(self) -> None:
        self._unit.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._unit.setAccessibleName("Unit of the x axis")
        self._unit.addItems(list(UNITS))
        self._z_choice.setObjectName("compareNoise")
        self._place.setProperty("muted", True)
        self._place.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.slider.setObjectName("compareSlider")
        self.slider.setAccessibleName("time of the pictures")
        self.slider.setToolTip("Moves all runs to the same time; the line in the curves follows.")
        self._splitter.setChildrenCollapsible(False)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.curves.curve_box)
        top.addWidget(self._unit)
        top.addStretch(1)
        top.addWidget(self._z_choice)
        self._grid_row = QHBoxLayout(self._grids)
        self._grid_row.setContentsMargins(0, 0, 0, 0)
        self._grid_row.setSpacing(SPACE)
        close = QPushButton("Close", self)
        close.setObjectName("closeCompareButton")
        close.setToolTip("Close this window (Esc)")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE)
        bottom.addWidget(self._place, 1)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.table)
        column.addLayout(top)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.slider)
        column.addLayout(bottom)

    def _connect(self) -> None:
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._z_choice.changed.connect(self._show_place)
        self.slider.valueChanged.connect(self._show_place)
        self.curves.curveChanged.connect(self._show_values)

    # What is shown

    @Slot(object)
    def _show_runs(self, runs: list[ComparedRun]) -> None:
        window_first.hold_workers()
        self._runs = tuple(runs)
        self._make_columns()
        self.curves.set_runs(runs)
        self._splitter.setSizes([1000, 1000])
        self._show_settings()
        self._offer_same_z(why_not_same_z(runs))
        self._show_unit()

    def _make_columns(self) -> None:
        for column in self._columns:
            column.setParent(None)
            delete_later(column)
        self._columns = [RunColumn(index, run, self._grids) for index, run in enumerate(self._runs)]
        for column in self._columns:
            self._grid_row.addWidget(column)

    def _show_settings(self) -> None:
        facts = []
        newest = [run.measures[-1] if run.measures else None for run in self._runs]
        names = sorted({measured.distance_name for measured in newest if measured is not None})
        if names:
            title, tip = " or ".join(names), " ".join(_DISTANCE_HELP[name] for name in names)
            is_mixed = len(names) > 1
            facts = [
                (f"{title}, best", [_distance(run.best, is_mixed, with_step=True) for run in self._runs], tip),
                (f"{title}, newest", [_distance(measured, is_mixed) for measured in newest], tip),
            ]
        if any(run.point_changes for run in self._runs):
            facts.append(("changes of points", [_describe_changes(run) for run in self._runs], _CHANGES_HELP))
        self.table.show_runs([run.title for run in self._runs], facts)
        settings = [(run.config, run.setting_values) for run in self._runs]
        self.table.show_differences(find_differences(settings, paths_in_order()))

    def _offer_same_z(self, why_not: str) -> None:
        button = self._z_choice.button(1)
        button.setEnabled(not why_not)
        button.setToolTip(as_tip(why_not or _SAME_Z_HELP))
        if why_not:
            self._z_choice.button(0).setChecked(True)

    def rename(self, path: Path) -> None:
        """Show another name of a run."""
        name = display_name(path)
        if all(run.path != path or run.title == name for run in self._runs):
            return
        self._runs = tuple(replace(run, title=name) if run.path == path else run for run in self._runs)
        for index, run in enumerate(self._runs):
            self._columns[index].set_title(run)
            self.table.rename(index, run.title)
        self._show_place()

    def _show_unit(self, *_: object) -> None:
        """Show epochs or steps; the slider, whose stops are others then, goes to the end."""
        unit = self._unit.currentText()
        self._stops = slider_stops(self._runs, unit)
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(self._stops) - 1))
            self.slider.setValue(self.slider.maximum())
        self.slider.setEnabled(len(self._stops) > 1)
        self.curves.set_unit(unit)
        self._show_place()

    def _x(self) -> float:
        """Return where the slider is, in epochs or steps."""
        return self._stops[self.slider.value()] if self._stops else 0.0

    def _show_place(self, *_: object) -> None:
        """Show values and pictures of the slider's place."""
        if not self._runs:
            return
        x = self._x()
        unit = self._unit.currentText()
        self.curves.set_cursor(x)
        self._place.setText(f"epoch {x:,.1f}" if unit == "epochs" else f"step {x:,.0f}")
        self.slider.setAccessibleDescription(self._place.text())
        self._show_values()
        self._thread.request(GridsRequest(self._runs, x, unit, self._z_choice.index == 1))

    def _show_values(self) -> None:
        for index, column in enumerate(self._columns):
            column.set_value(self.curves.value_text(index, self._x()))

    @Slot(object, object)
    def _show_grids(self, request: GridsRequest, grids: list[RunGrid]) -> None:
        if request.runs is not self._runs:
            return
        for column, run, grid in zip(self._columns, request.runs, grids, strict=True):
            column.show_grid(grid, run.epoch_at(grid.step))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.slider.setFocus()


def _describe_changes(run: ComparedRun) -> str:
    """Return how often the points of a run were changed by hand."""
    steps = run.point_changes
    if not steps:
        return "none"
    return f"{len(steps):,}, the last at step {steps[-1]:,}" if len(steps) > 1 else f"at step {steps[0]:,}"


def _distance(measured: Measured | None, with_name: bool, with_step: bool = False) -> str:
    if measured is None:
        return EN_DASH
    kind = f"{measured.distance_name} " if with_name else ""
    return f"{kind}{format_number(measured.distance)}{f' at step {measured.step:,}' if with_step else ''}"
