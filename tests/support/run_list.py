"""Runs on disk, and the runs panel that lists them."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel

from ganstudio.events import Measured
from ganstudio.gui.runs.panel import RunsPanel
from ganstudio.gui.runs.run_text import title_of
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, grid, tick
from support.window import WAIT


def make_run(home: Path, name: str, steps: int = 10, created: str = "", parent: str = "", fcd: float = 0.0) -> Path:
    """A run on disk, without training."""
    info = RunInfo.now(SMALL, parent, 5 if parent else 0)
    folder = RunFolder.create(home / name, SMALL, replace(info, created=created or info.created))
    folder.append(tick(steps))
    if fcd:
        folder.append(Measured(steps, steps / 10, 0.1, "digit classifier", 100, fcd, 0.9, 0.8, 1.0, 0.7))
    folder.save_samples(grid(steps))
    return folder.path


def wait_for(panel: RunsPanel, qtbot, count: int) -> None:
    qtbot.waitUntil(lambda: panel.runs.count() == count, timeout=WAIT)


def names(panel: RunsPanel) -> list[str]:
    return [title_of(run.summary) for run in panel.runs.runs()]


def choose(panel: RunsPanel, *titles: str) -> None:
    panel.view.clearSelection()
    for row, name in enumerate(names(panel)):
        if name in titles:
            flag = QItemSelectionModel.SelectionFlag.Select
            panel.view.selectionModel().select(panel.runs.index(row), flag)
            panel.view.selectionModel().setCurrentIndex(
                panel.runs.index(row), QItemSelectionModel.SelectionFlag.NoUpdate
            )


def summary_of(panel: RunsPanel, name: str):
    return next(run.summary for run in panel.runs.runs() if run.summary.name == name)


def put_back(panel: RunsPanel) -> None:
    ((label, go),) = panel.notices[-1].choices
    assert label == "Put back"
    go()
