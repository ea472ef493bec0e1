"""The export dialog, and a run on disk to export from."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ganstudio import config as cfg
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, grid, snapshot, tick


def open_run(model: RunModel, path: Path, config: cfg.RunConfig = SMALL, steps: tuple[int, ...] = (0, 10, 20)) -> None:
    """Open a finished run with a grid and a snapshot at each step, on disk and in the model."""
    run = RunFolder.create(path, config, RunInfo.now(config))
    model.begin(config, run)
    (run.path / "snapshots").mkdir(exist_ok=True)
    for step in steps:
        if step:
            run.append(tick(step))
            model.handle(tick(step))
        run.save_samples(grid(step))
        model.handle(grid(step))
        saved = snapshot(run.path / "snapshots", step, config)
        Path(saved.path).rename(run.snapshot_path(step))
        model.handle(type(saved)(step, "snapshot", str(run.snapshot_path(step))))
    model.set_status("finished")


def start_export(qtbot, dialog: ExportDialog) -> ExportRow:
    """Press Export and return the row of that export."""
    assert dialog.export_button.isEnabled(), problem(dialog)
    qtbot.mouseClick(dialog.export_button, Qt.MouseButton.LeftButton)
    return dialog.export_list.rows()[0]


def wait_for(qtbot, row: ExportRow) -> str:
    """Wait for the end of an export and return what its row says."""
    qtbot.waitUntil(lambda: row.is_over, timeout=30_000)
    return row.label.text()


def problem(dialog: ExportDialog) -> str:
    """Return what the dialog says is wrong; "" if nothing is."""
    label = dialog.findChild(QLabel, "exportTrouble")
    return label.text() if label.isVisible() else ""
