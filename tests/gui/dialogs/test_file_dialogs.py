"""Dialogs that ask for a file or a colour: whatever is typed, a file gets its ending, and none is replaced unasked.

They look as the last one was left, and Qt writes nothing of that itself.
"""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSettings, QUrl
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QColorDialog, QFileDialog, QWidget

from ganstudio.export.files import with_ending
from ganstudio.gui.app import make_app
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.dialogs.colour_dialog import ask_colour
from ganstudio.system import onednn


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("grid", "grid.png"),
        ("grid.png", "grid.png"),
        ("grid.PNG", "grid.PNG"),
        ("grid lr0.0002", "grid lr0.0002.png"),
        ("run 2024.11", "run 2024.11.png"),
        ("grid. ", "grid.png"),
        ("grid.png ", "grid.png"),
        ("grid.svg", "grid.svg.png"),
        (".png", ".png.png"),
        ("数字", "数字.png"),
    ],
)
def test_a_name_gets_the_ending_that_it_lacks(typed: str, name: str, tmp_path: Path) -> None:
    assert with_ending(tmp_path / typed, ".png") == tmp_path / name


def test_a_folder_keeps_its_name(tmp_path: Path) -> None:
    assert with_ending(tmp_path / "events v1.2", "") == tmp_path / "events v1.2"


@pytest.fixture
def parent(dressed, qtbot) -> QWidget:
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


def choose(dialog: QFileDialog, path: Path) -> None:
    """As the desktop's dialog tells what was chosen."""
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_every_dialog_to_save_adds_the_ending(parent: QWidget, tmp_path: Path) -> None:
    saved: list[Path] = []
    for name in ("samples.png", "curves.svg", "measures.csv", "preset.toml", "walk.gif"):
        choose(file_dialogs.ask_save(parent, "Save", name, "", saved.append, folder=tmp_path), tmp_path / "m v1.5")
    assert [path.name for path in saved] == ["m v1.5.png", "m v1.5.svg", "m v1.5.csv", "m v1.5.toml", "m v1.5.gif"]


def test_a_file_that_is_met_only_with_the_ending_is_asked_about(parent: QWidget, tmp_path: Path) -> None:
    saved: list[Path] = []
    (tmp_path / "lr0.1.png").write_text("kept")
    choose(file_dialogs.ask_save(parent, "Save", "a.png", "", saved.append, folder=tmp_path), tmp_path / "lr0.1")
    assert not saved
    asked_again = next(each for each in parent.findChildren(QFileDialog) if each.isVisible())
    assert Path(asked_again.selectedFiles()[0]).name == "lr0.1.png"
    choose(asked_again, tmp_path / "lr0.1.png")
    assert saved == [tmp_path / "lr0.1.png"]


def test_a_dialog_looks_as_the_last_one_was_left_and_starts_in_its_own_folder(parent: QWidget, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    left = file_dialogs.ask_save(parent, "Save", "a.png", "", print, folder=first)
    left.setViewMode(QFileDialog.ViewMode.List)
    left.setSidebarUrls([QUrl.fromLocalFile(str(first))])
    choose(left, first / "a.png")
    asked = file_dialogs.ask_save(parent, "Save", "b.png", "", print, folder=second)
    assert asked.viewMode() is QFileDialog.ViewMode.List
    assert asked.sidebarUrls() == [QUrl.fromLocalFile(str(first))]
    assert Path(asked.directory().absolutePath()) == second
    assert Path(asked.selectedFiles()[0]) == second / "b.png"
    asked.close()


def test_own_colours_are_those_of_the_last_dialog(parent: QWidget) -> None:
    chosen: list[QColor] = []
    dialog = ask_colour(parent, QColor("red"), chosen.append)
    QColorDialog.setCustomColor(3, QColor("#123456"))
    dialog.accept()
    assert chosen == [QColor("red")]
    QColorDialog.setCustomColor(3, QColor("white"))  # as at another start
    ask_colour(parent, QColor("red"), chosen.append).close()
    assert QColorDialog.customColor(3) == QColor("#123456")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="Qt has no such file there")
def test_qt_writes_no_file_as_a_dialog_goes(parent: QWidget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(onednn.VARIABLE, "")  # `make_app` would set it for all tests that follow
    scope = QSettings.Format.NativeFormat, QSettings.Scope.UserScope
    QSettings.setPath(*scope, str(tmp_path))
    QFileDialog(parent).deleteLater()
    flush_deletions()
    (written,) = tmp_path.glob("*.conf")  # else this test would not see what the next dialog writes
    written.unlink()
    make_app()
    choose(file_dialogs.ask_save(parent, "Save", "a.png", "", print, folder=tmp_path), tmp_path / "a.png")
    flush_deletions()
    assert not parent.findChildren(QFileDialog)
    assert not list(tmp_path.glob("*.conf"))


def flush_deletions() -> None:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
