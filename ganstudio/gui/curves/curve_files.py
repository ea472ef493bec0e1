"""Files of the curves that are shown: PNG, SVG and CSV, written by a thread."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ganstudio.errors import InputError
from ganstudio.export.chart import Chart, ChartPlot, write_chart
from ganstudio.export.tables import write_csv
from ganstudio.gui.curves.feed import CurveFeed
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.quality import MEASURE_COLUMNS
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.file_writer import FileWriter
from ganstudio.plots.curve_data import Floats
from ganstudio.runs.labels import display_name, file_name
from ganstudio.runs.series import COLUMNS

_STOP_SECONDS = 30.0  # for which closing waits for files


class CurveFiles(QObject):
    """Saves what the panel shows as a chart, and the history and the measures as tables.

    Parameters
    ----------
    model
        The open run.
    feed
        Its curves.
    shown_plots
        Returns the plots that are shown.
    panel
        Parent of dialogs.
    """

    failed = Signal(object)  # Failed
    written = Signal(str)  # path

    def __init__(
        self, model: RunModel, feed: CurveFeed, shown_plots: Callable[[], Sequence[Plot]], panel: QWidget
    ) -> None:
        super().__init__(panel)
        self._model = model
        self._feed = feed
        self._shown_plots = shown_plots
        self._panel = panel
        self._writer = FileWriter(self)
        self._writer.written.connect(self.written)
        self._writer.refused.connect(self.failed)
        self._writer.failed.connect(self.failed)

    def stop(self) -> bool:
        """Write the files that wait and end the thread; return False if that takes too long."""
        return self._writer.stop(_STOP_SECONDS)

    def menu(self, parent: QWidget) -> QMenu:
        """Return a menu with an action for each kind of file; it is deleted when it closes."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, suffix in (
            ("Save picture (PNG)", "png"),
            ("Save drawing (SVG)", "svg"),
            ("Save table (CSV)", "csv"),
        ):
            action = QAction(f"{title}\N{HORIZONTAL ELLIPSIS}", menu)
            action.triggered.connect(partial(self.ask_and_save, suffix))
            menu.addAction(action)
        measures = menu.addAction("Save measurements (CSV)\N{HORIZONTAL ELLIPSIS}", self.ask_and_save_measures)
        measures.setEnabled(bool(self._model.measures))
        return menu

    def ask_and_save(self, suffix: str, *_: object) -> None:
        """Ask for a file and save the curves in it; `suffix` is "png", "svg" or "csv"."""
        self._ask("Save curves", f"curves.{suffix}", suffix, self.save)

    def ask_and_save_measures(self) -> None:
        """Ask for a file and save the measures of the run in it, as a table."""
        self._ask("Save measurements", "measures.csv", "csv", self.save_measures)

    def _ask(self, title: str, name: str, suffix: str, save: Callable[[Path], None]) -> None:
        folder = self._model.folder
        if folder is not None:
            name = f"{file_name(display_name(folder.path))}-{name}"
        place = file_dialogs.DOCUMENTS if suffix == "csv" else file_dialogs.PICTURES
        file_dialogs.ask_save(self._panel, title, name, f"{suffix.upper()} (*.{suffix})", save, place)

    def save_measures(self, path: Path) -> None:
        """Save every measure of the run as a table."""
        measures = self._feed.measure_columns
        self._writer.write(path, partial(_write_table, {name: measures.column(name) for name in MEASURE_COLUMNS}))

    def save(self, path: Path) -> None:
        """Save the whole history as a table (.csv), or what is shown as a picture (.png) or drawing (.svg)."""
        if path.suffix.lower() == ".csv":
            history = self._model.history
            self._writer.write(path, partial(_write_table, {name: history.column(name).copy() for name in COLUMNS}))
        else:
            self._writer.write(path, partial(_write_chart, self.chart()))

    def chart(self) -> Chart:
        """Return what the panel shows, as a chart."""
        plots = self._shown_plots()
        ticks = self._feed.ticks
        marks = tuple((x, kind) for x, kind, _ in plots[0].drawing.marks)
        shown = tuple(self._chart_plot(plot) for plot in plots)
        return Chart(self._model.name or "Curves", shown, ticks.unit, plots[0].view.x_range(), marks)

    def _chart_plot(self, plot: Plot) -> ChartPlot:
        source = self._feed.source_of(plot.spec)
        x = source.x()
        points = {column: plot.drawing.points_in_view(source.curves, x, column) for column in plot.shown_columns()}
        return ChartPlot(plot.spec, points, plot.drawing.log, plot.note.text())


def _write_table(columns: dict[str, Floats], path: Path) -> None:
    write_csv(path, columns)


def _write_chart(chart: Chart, path: Path) -> None:
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path} could not be written. Choose a folder that you may write to.")
    write_chart(chart, path)
