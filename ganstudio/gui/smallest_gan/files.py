"""Files of the smallest GAN: the plot as a picture or a drawing, and the path as a table."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ganstudio.dirac.settings import GameSettings, Penalty
from ganstudio.export import phase_chart
from ganstudio.export.phase_chart import PhaseChart
from ganstudio.export.tables import write_csv
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.workers.file_writer import FileWriter
from ganstudio.plots.curve_data import Floats
from ganstudio.text import format_number, one_line

_ARROW_DISTANCE = 34.0  # px
MAX_LOSS_NAME = 40  # characters of the name of a loss, which may be another package's
_STOP_SECONDS = 30.0  # for which closing waits for files
_KINDS = (("Save picture (PNG)", "png"), ("Save drawing (SVG)", "svg"), ("Save path (CSV)", "csv"))


class GameFiles(QObject):
    """Asks for files and writes them, by a thread.

    Parameters
    ----------
    parent : QWidget
        Parent of dialogs.
    """

    saveRequested = Signal(object)  # Path, chosen by the user
    written = Signal(str)  # path
    failed = Signal(object)  # Failed

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self._writer = FileWriter(self)
        self._writer.written.connect(self.written)
        self._writer.refused.connect(self.failed)
        self._writer.failed.connect(self.failed)

    def stop(self) -> bool:
        """Write the files that wait and end the thread; return False if that takes too long."""
        return self._writer.stop(_STOP_SECONDS)

    def menu(self) -> QMenu:
        """Return a menu with an action for each kind of file."""
        menu = QMenu(self._parent)
        menu.setObjectName("gameSaveMenu")
        for title, suffix in _KINDS:
            action = QAction(f"{title}\N{HORIZONTAL ELLIPSIS}", menu)
            action.triggered.connect(partial(self._ask, suffix))
            menu.addAction(action)
        return menu

    def _ask(self, suffix: str, *_: object) -> None:
        place = file_dialogs.DOCUMENTS if suffix == "csv" else file_dialogs.PICTURES
        file_dialogs.ask_save(
            self._parent,
            "Save the smallest GAN",
            f"smallest-gan.{suffix}",
            f"{suffix.upper()} (*.{suffix})",
            self.saveRequested.emit,
            place,
        )

    def save(self, path: Path, game: GameSettings, points: Floats, half_height: float, sentence: str) -> None:
        """Save the path, (N, 2), as a table (.csv), or the plot as a picture (.png) or drawing (.svg)."""
        points = points.copy()
        if path.suffix.lower() == ".csv":
            columns = {"step": np.arange(len(points), dtype=np.float64), "theta": points[:, 0], "psi": points[:, 1]}
            self._writer.write(path, partial(_write_table, columns))
        else:
            grid = phase_chart.file_view(half_height).grid(_ARROW_DISTANCE)
            empty = np.zeros_like(grid)
            chart = PhaseChart(title(game), sentence, half_height, grid, empty, points, game.max_slope)
            self._writer.write(path, partial(_write_chart, game, chart))


def title(game: GameSettings) -> str:
    """Return the settings of a game on one line."""
    penalty = "no penalty" if game.penalty is Penalty.NONE else f"{game.penalty} {format_number(game.weight)}"
    noise = f", noise {format_number(game.noise)}" if game.noise else ""
    rates = f"rates {format_number(game.d_lr)} (D), {format_number(game.g_lr)} (G)"
    d_steps = f", {game.d_steps} D steps" if game.d_steps > 1 else ""
    return f"The smallest GAN: {one_line(game.loss, MAX_LOSS_NAME)}, {penalty}{noise}, {game.steps}, {rates}{d_steps}"


def _write_chart(game: GameSettings, chart: PhaseChart, path: Path) -> None:
    from ganstudio.dirac.game import velocity  # imports torch

    arrows = np.nan_to_num(velocity(game, chart.points))
    phase_chart.write_phase_chart(replace(chart, arrows=arrows), path)


def _write_table(columns: dict[str, Floats], path: Path) -> None:
    write_csv(path, columns)
