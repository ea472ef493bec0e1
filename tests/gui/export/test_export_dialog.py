"""The export dialog: what it offers, and in the window."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from ganstudio import config as cfg
from ganstudio.export import files
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.form import OPTIONS_OF
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.export import ExportThread, Keys
from ganstudio.latent import models
from support.export_dialog import open_run, problem, start_export, wait_for
from support.panels import CONDITIONAL, SMALL, snapshot


def test_every_format_is_listed_and_every_content_has_its_options(dialog: ExportDialog) -> None:
    assert [dialog.formats.item(row).text() for row in range(dialog.formats.count())] == [
        each.title for each in FORMATS.values()
    ]
    assert {content for kind in FORMATS.values() for content in kind.contents} == set(OPTIONS_OF) == set(Content)


def test_without_a_run_there_is_nothing_to_export(dialog: ExportDialog) -> None:
    assert "start a run" in problem(dialog)
    assert not dialog.export_button.isEnabled()


def test_packages_are_looked_for_when_the_dialog_is_shown_and_not_with_each_run(
    dialog: ExportDialog, model: RunModel, tmp_path, monkeypatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(files, "installed_version", lambda package: asked.append(package))
    dialog.hide()
    dialog.show()
    assert asked
    assert len(asked) == len(set(asked))
    once = len(asked)
    open_run(model, tmp_path / "run")
    assert len(asked) == once


def test_a_missing_package_is_shown_with_the_command_that_installs_it(
    qtbot, dialog, model: RunModel, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(files, "installed_version", lambda package: None if package == "av" else "1")
    open_run(model, tmp_path / "run")
    dialog.refresh()
    row = list(FORMATS).index("mp4")
    assert dialog.formats.item(row).foreground().color() == QColor(theme.current().disabled)
    assert dialog.formats.item(0).foreground().color() == QColor(theme.current().text)
    theme.apply(QApplication.instance(), "light")
    qtbot.waitUntil(lambda: dialog.formats.item(row).foreground().color() == QColor(theme.LIGHT.disabled))
    dialog.formats.setCurrentRow(row)
    assert files.install_command("video") in problem(dialog)
    assert not dialog.export_button.isEnabled()
    copy = dialog.findChild(QPushButton, "exportCopyCommand")
    assert copy.isVisible()
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == files.install_command("video")
    dialog.choose("png")
    assert dialog.export_button.isEnabled()
    assert not copy.isVisible()


def test_the_bundled_model_is_exported_before_there_is_a_run(
    qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    about = {"name": "mnist-conditional", "config": cfg.to_dict(CONDITIONAL), "step": 7}
    path = tmp_path / "7.safetensors"
    from ganstudio.runs import checkpoint

    snapshot(tmp_path, 7, CONDITIONAL)
    weights, _ = checkpoint.load_snapshot(path)
    checkpoint.save_snapshot(path, weights, about)
    found = models.of_file(path)
    monkeypatch.setattr(models, "bundled", lambda name: found)
    dialog.refresh()
    assert [dialog.content_box.itemData(row) for row in range(dialog.content_box.count())] == ["sample", "sprites"]
    dialog.choose("csv")
    assert "start a run" in problem(dialog)
    dialog.choose("png", Content.SPRITES)
    assert "step" not in dialog.form.shown()
    dialog.form.count.setValue(9)
    assert "9 samples" in wait_for(qtbot, start_export(qtbot, dialog))
    with Image.open(tmp_path / "out" / "mnist-conditional-sprites.png") as sheet:
        assert sheet.size == (3 * 28, 3 * 28)


@pytest.mark.parametrize("name", list(FORMATS))
def test_it_fits_a_small_screen_and_clips_nothing(qtbot, dialog: ExportDialog, model: RunModel, tmp_path, name) -> None:
    open_run(model, tmp_path / "run", CONDITIONAL)
    dialog.choose(name)
    dialog.resize(600, 340)
    qtbot.wait(20)
    assert dialog.minimumSizeHint().width() <= 683
    assert dialog.minimumSizeHint().height() <= 345
    for each in [*dialog.findChildren(QLabel), *dialog.findChildren(QPushButton)]:
        if each.isVisible():
            assert each.visibleRegion().boundingRect().size() == each.size(), each.text()


def test_the_window_opens_it_with_a_key_or_for_a_format(open_window, qtbot):
    window = open_window()
    action = window.actions_["export"]
    assert action.objectName() == "exportAction"
    assert action.shortcut().toString() == "Ctrl+Shift+X"
    assert action in window.menus.export.actions()
    action.trigger()
    dialog = window.dialogs["export"]
    assert dialog.isVisible()
    assert not dialog.isModal()
    chosen = next(each for each in window.menus.formats.actions() if "ONNX" in each.text())
    chosen.trigger()
    assert dialog.format.name == "onnx"
    assert [each.data() for each in window.menus.formats.actions()] == list(FORMATS)
    dialog.close()


def test_the_walk_page_hands_its_keys_over(open_window, qtbot):
    window = open_window()
    keys = np.zeros((3, 4), np.float32)
    window.latent.walk.exportRequested.emit(Keys(keys, None, 4.5, loop=False))
    dialog = window.dialogs["export"]
    assert dialog.content_box.currentData() == Content.WALK
    assert dialog.form.uses_keys
    assert dialog.form.seconds.value() == 4.5
    qtbot.mouseClick(dialog.findChild(QPushButton, "exportClose"), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()


def test_the_window_closes_in_the_middle_of_an_export(open_window, qtbot, tmp_path):
    (tmp_path / "out").mkdir()
    window = open_window(SMALL)
    open_run(window.model, tmp_path / "run")
    window.actions_["export"].trigger()
    dialog = window.dialogs["export"]
    dialog.destination.set_folder(tmp_path / "out")
    dialog.choose("gif", Content.WALK)
    dialog.form.seconds.setValue(300)
    row = start_export(qtbot, dialog)
    qtbot.waitUntil(lambda: row.progress.value() > 0, timeout=30_000)
    window.close()
    assert window.not_ended == []
    assert list((tmp_path / "out").iterdir()) == []
    dialog.preview.show_job(dialog.format, dialog.form.job(tmp_path, Path()))
    dialog.preview.make_now()  # a preview that was about to be made when the window closed
    assert all(thread.isFinished() for thread in window.export_commands.findChildren(ExportThread))
