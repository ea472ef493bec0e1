"""Rows of exports in progress and finished ones."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices

from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.export import Exports, ExportThread
from support.export_dialog import open_run, start_export, wait_for


def test_a_finished_export_opens_its_folder(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    open_run(model, tmp_path / "run")
    row = start_export(qtbot, dialog)
    wait_for(qtbot, row)
    assert row.button.text() == "Show in folder"
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path / "out")]


def test_an_animation_shows_its_progress(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("gif", Content.PROGRESS)
    assert dialog.form.shown() == {"step", "seconds", "fps", "scale", "caption"}
    dialog.form.scale.setValue(1)
    row = start_export(qtbot, dialog)
    wait_for(qtbot, row)
    assert row.progress.maximum() == row.progress.value() == 3
    with Image.open(tmp_path / "out" / "run-progress.gif") as film:
        assert film.n_frames == 3


def test_cancel_leaves_no_half_file(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("gif", Content.WALK)
    dialog.form.seconds.setValue(300)
    row = start_export(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.maximum() > 1000 and row.progress.value() > 0, timeout=30_000)
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert "cancelled" in wait_for(qtbot, row)
    assert list((tmp_path / "out").iterdir()) == []
    assert not row.button.isVisible()
    assert dialog.export_button.isEnabled()


def test_closing_the_program_cancels_exports(qtbot, dialog, exports: Exports, model: RunModel, tmp_path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("webp", Content.WALK)
    dialog.form.seconds.setValue(60)
    row = start_export(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.value() > 0, timeout=30_000)
    assert exports.stop()
    assert list((tmp_path / "out").iterdir()) == []


def test_a_failure_is_reported_in_its_row(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("safetensors")
    for path in (tmp_path / "run" / "snapshots").iterdir():
        path.write_bytes(b"broken")
    row = start_export(qtbot, dialog)
    words = wait_for(qtbot, row)
    assert words.startswith("run-generator.safetensors was not exported.")
    assert row.has_failed  # and looks so
    assert not row.button.isVisible()
    assert list((tmp_path / "out").iterdir()) == []


def test_an_export_that_waits_for_another_says_so(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.choose("gif", Content.WALK)
    dialog.form.seconds.setValue(300)
    first = start_export(qtbot, dialog)
    qtbot.waitUntil(lambda: first.progress.value() > 0, timeout=30_000)
    dialog.choose("safetensors")
    second = start_export(qtbot, dialog)
    waits = "run-generator.safetensors: waiting until the export before it is done"
    qtbot.waitUntil(lambda: second.label.text() == waits)
    assert (second.progress.maximum(), second.progress.value()) == (1, 0)  # nothing moves
    qtbot.mouseClick(first.button, Qt.MouseButton.LeftButton)
    assert wait_for(qtbot, second).startswith("run-generator.safetensors: ")
    assert not second.has_failed
    assert (tmp_path / "out" / "run-generator.safetensors").is_file()


def test_the_bar_moves_with_more_bytes_than_it_can_count(qtbot, dialog, tmp_path: Path) -> None:
    thread = ExportThread(FORMATS["png"], Job(tmp_path, tmp_path / "a.png"))
    row = ExportRow(thread, tmp_path / "a.png", dialog)
    shares = []
    for done in (0, 2_500_000_000, 5_000_000_000):
        thread.progressed.emit(done, 5_000_000_000)
        shares.append(row.progress.value() / row.progress.maximum())
    assert shares == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)
    thread.progressed.emit(1, 3)
    assert (row.progress.value(), row.progress.maximum()) == (1, 3)
