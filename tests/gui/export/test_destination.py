"""Name and folder of the file that an export writes."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.model.run_model import RunModel
from support.export_dialog import open_run, problem, start_export, wait_for
from support.file_dialog import answer


def test_several_exports_in_a_row_get_different_names(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path
) -> None:
    open_run(model, tmp_path / "run")
    qtbot.wait(20)
    place = dialog.export_button.mapTo(dialog, dialog.export_button.rect().center())
    rows = [start_export(qtbot, dialog), start_export(qtbot, dialog)]
    dialog.choose("csv")
    rows.append(start_export(qtbot, dialog))
    for row in rows:
        wait_for(qtbot, row)
    assert {each.name for each in (tmp_path / "out").iterdir()} == {"run-grid.png", "run-grid-2.png", "run-curves.csv"}
    for _ in range(2):
        wait_for(qtbot, start_export(qtbot, dialog))
    qtbot.waitUntil(lambda: len(dialog.findChildren(ExportRow)) == 3)
    assert (
        dialog.export_button.mapTo(dialog, dialog.export_button.rect().center()) == place
    )  # the next click lands on it, too


def test_a_missing_folder_is_reported_and_an_old_file_is_replaced(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path
) -> None:
    open_run(model, tmp_path / "run")
    dialog.destination.name.selectAll()
    qtbot.keyClicks(dialog.destination.name, str(tmp_path / "nowhere" / "a.png"))
    assert "There is no folder" in problem(dialog)
    assert not dialog.export_button.isEnabled()
    old = tmp_path / "out" / "old.png"
    old.write_bytes(b"old")
    dialog.destination.name.selectAll()
    qtbot.keyClicks(dialog.destination.name, str(old))
    assert dialog.export_button.text() == "Replace"
    wait_for(qtbot, start_export(qtbot, dialog))
    assert old.read_bytes().startswith(b"\x89PNG")
    dialog.choose("csv")
    assert dialog.destination.name.text().endswith(".csv")


def test_a_name_that_no_disk_can_hold_is_reported(dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    dialog.destination.name.setText("a" * 300 + "/" + "b" * 5000)
    assert problem(dialog).startswith("There is no folder")
    assert len(problem(dialog)) < 300
    assert not dialog.export_button.isEnabled()


def test_the_file_is_chosen_in_a_dialog(qtbot, dialog: ExportDialog, model, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportChoose"), Qt.MouseButton.LeftButton)
    answer(dialog, tmp_path / "mine")
    assert dialog.destination.path == tmp_path / "mine.png"
    wait_for(qtbot, start_export(qtbot, dialog))
    assert (tmp_path / "mine.png").is_file()


def test_a_dot_in_a_name_begins_no_ending(dialog: ExportDialog, tmp_path: Path) -> None:
    destination = dialog.destination
    destination.set_folder(tmp_path)
    dialog.choose("gif")
    qt_typed(destination, "walk v1.2")
    assert destination.path == tmp_path / "walk v1.2.gif"
    dialog.choose("png")
    assert destination.path == tmp_path / "walk v1.2.png"
    qt_typed(destination, "walk.GIF")
    assert destination.path == tmp_path / "walk.GIF.png"
    dialog.choose("gif")
    assert destination.path == tmp_path / "walk.GIF"


def test_the_name_of_a_folder_is_refused(dialog: ExportDialog, tmp_path: Path) -> None:
    destination = dialog.destination
    destination.set_folder(tmp_path)
    dialog.choose("png")
    (tmp_path / "old.png").mkdir()
    qt_typed(destination, "old")
    assert destination.problem() == "old.png is a folder. Enter another name."
    assert not dialog.export_button.isEnabled()


def qt_typed(destination, text: str) -> None:
    destination.name.setText(text)
    destination.name.setModified(True)
    destination.changed.emit()
