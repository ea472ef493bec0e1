"""Pictures in files, and the menu that saves them."""

import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ganstudio import images
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples import picture_files
from ganstudio.gui.samples.panel import SamplesPanel
from support.file_dialog import answer, asked
from support.panels import play
from support.samples_panel import entry


def test_the_grid_is_saved_as_a_picture(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    with qtbot.waitSignal(panel.saver.written):
        qtbot.mouseClick(panel.findChild(QToolButton, "savePictureButton"), Qt.MouseButton.LeftButton)
        answer(panel, tmp_path / "shown")  # the ending is added
    saved = np.asarray(Image.open(tmp_path / "shown.png").convert("L"))
    assert saved.shape == (2 * (3 * 28 + 2),) * 2
    assert saved[0, 0] == 5
    assert saved[-1, -1] == 5 + 8


def test_a_picture_that_cannot_be_written_is_reported(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 5)
    with qtbot.waitSignal(panel.failed) as got:
        panel.saver.save(tmp_path / "no" / "such" / "folder.png")
    assert "could not be written" in got.args[0].message


def test_one_picture_is_saved_large_and_crisp(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    out = tmp_path / "one.png"
    menu = panel.menu(7)
    entry(menu, "Save this").trigger()
    proposed = Path(asked(panel).selectedFiles()[0])
    assert proposed.name == "run-sample-step-5-8.png"
    assert proposed.parent != Path.cwd()
    with qtbot.waitSignal(panel.saver.written):
        answer(panel, out)
    saved = np.asarray(Image.open(out).convert("L"))
    assert saved.shape == (28 * 9, 28 * 9)
    assert (saved == 5 + 7).all()
    menu.close()


def test_beside_the_pictures_the_menu_has_actions_of_the_grid_only(panel: SamplesPanel) -> None:
    menu = panel.menu(None)
    assert [each.text() for each in menu.actions()] == ["Save picture as\N{HORIZONTAL ELLIPSIS}", "Copy"]
    assert not any(each.isEnabled() for each in menu.actions())
    menu.close()


def test_a_name_with_a_dot_and_one_in_capitals_are_written(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 5)
    for name, written in (("grid lr0.0002", "grid lr0.0002.png"), ("grid.PNG", "grid.PNG")):
        with qtbot.waitSignal(panel.saver.written):
            panel.saver.save(tmp_path / name)
        assert (tmp_path / written).read_bytes().startswith(b"\x89PNG")
    (tmp_path / "old.png").mkdir()
    with qtbot.waitSignal(panel.failed) as got:
        panel.saver.save(tmp_path / "old")
    assert got.args[0].message == f"{tmp_path / 'old.png'} is a folder; enter the name of a file."


def test_a_picture_is_made_and_written_in_a_thread_and_whole_at_the_end(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    play(model, tmp_path, 5)
    threads = []
    sheet_of = picture_files.sheet_of
    monkeypatch.setattr(
        picture_files, "sheet_of", lambda *a: threads.append(threading.current_thread()) or sheet_of(*a)
    )
    panel.saver.save(tmp_path / "grid.png")
    assert panel.stop()  # writes what waits
    assert threads
    assert threading.main_thread() not in threads
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


def test_transparent_pictures_are_saved_as_files_have_them(qtbot, tmp_path: Path) -> None:
    pictures = images.premultiply(np.random.default_rng(0).integers(0, 256, (4, 8, 16, 4), np.uint8))
    sheet = picture_files.sheet_of([pictures], 2)
    picture_files.save(sheet, tmp_path / "grid.png")
    saved = np.asarray(Image.open(tmp_path / "grid.png"))
    assert saved.shape == (2 * 17, 2 * 33, 4)
    assert np.array_equal(saved[:16:2, :32:2], images.unpremultiply(pictures[0]))
    assert saved[16:18, :, 3].max() == 0  # nothing between them
    large = picture_files.to_image(picture_files.enlarge(pictures[3]))
    assert (large.width(), large.height()) == (256, 128)
    assert large.pixelColor(17, 1).getRgb() == tuple(images.unpremultiply(pictures[3])[0, 1])


def test_a_plane_that_is_newer_than_the_newest_grid_is_named_after_its_own_step(
    panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 5)
    panel.saver.plane = SimpleNamespace(step=9, picture=lambda: np.zeros((4, 4, 3), np.uint8))
    panel.saver.ask_and_save()
    assert Path(asked(panel).selectedFiles()[0]).name == "run-plane-step-9.png"
