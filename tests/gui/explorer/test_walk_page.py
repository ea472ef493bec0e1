from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QPushButton

from ganstudio.gui.explorer.walk import FRAME_INTERVAL
from ganstudio.gui.explorer.walk_page import WalkPage
from ganstudio.gui.widgets.slider import Slider
from ganstudio.latent import paths
from support.explorer import WAIT, Kit, inside, kit, shown
from support.panels import CONDITIONAL, alike

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(tmp_path: Path, thread) -> Kit:
    return kit(tmp_path, thread, CONDITIONAL)


@pytest.fixture
def page(qtbot, made: Kit) -> WalkPage:
    page = shown(qtbot, WalkPage(made.explorer))
    qtbot.waitUntil(lambda: page.keys.pictures is not None, timeout=WAIT)
    return page


def click(qtbot, page: WalkPage, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), LEFT)


def test_shows_its_keys_and_goes_to_a_clicked_one(qtbot, page: WalkPage, made: Kit) -> None:
    z, mix = page.walk.to_arrays()
    assert len(z) == 5
    assert alike(page.keys.pictures, made.makes(z, mix))
    qtbot.mouseClick(page.keys, LEFT, pos=page.keys.centre_of(2))
    assert np.allclose(made.explorer.z, z[2], atol=1e-5)
    assert np.array_equal(made.explorer.mix, mix[2])


def test_adds_the_current_picture_and_takes_keys_out(qtbot, page: WalkPage, made: Kit) -> None:
    made.explorer.randomise(99)
    made.explorer.set_label(7)
    qtbot.keyClick(page.keys, Qt.Key.Key_Right)  # to the second key: the new one comes after it
    here = made.explorer.z
    made.explorer.randomise(99)
    click(qtbot, page, "walkAddButton")
    z, mix = page.walk.to_arrays()
    assert len(z) == 6
    assert np.allclose(z[2], made.explorer.z)
    assert not np.allclose(z[2], here)
    assert mix[2].argmax() == made.explorer.mix.argmax()
    qtbot.waitUntil(lambda: alike(page.keys.pictures, made.makes(z, mix)), timeout=WAIT)
    qtbot.keyClick(page.keys, Qt.Key.Key_Delete)
    assert np.allclose(page.walk.to_arrays()[0], np.delete(z, 2, axis=0))
    for _ in range(9):
        click(qtbot, page, "walkRemove")
    assert len(page.walk.to_arrays()[0]) == 1
    assert not page.findChild(QPushButton, "walkRemove").isEnabled()


def test_a_key_is_dragged_to_another_place_and_moved_by_keys(qtbot, page: WalkPage) -> None:
    before, keys = page.walk.to_arrays()[0], page.keys
    qtbot.mousePress(keys, LEFT, pos=keys.centre_of(0))
    qtbot.mouseMove(keys, keys.centre_of(2))
    qtbot.mouseRelease(keys, LEFT, pos=keys.centre_of(3))
    assert np.array_equal(page.walk.to_arrays()[0], before[[1, 2, 0, 3, 4]])
    qtbot.keyClick(keys, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(page.walk.to_arrays()[0], before[[1, 2, 3, 0, 4]])
    assert keys.index == 3


def test_scrubbing_shows_the_arc_between_two_keys(qtbot, page: WalkPage, made: Kit) -> None:
    z, mix = page.walk.to_arrays()
    slider = page.findChild(Slider, "walkTimeSlider")
    slider.setValue(150)
    assert np.allclose(made.explorer.z, paths.slerp(z[1], z[2], 0.5), atol=1e-5)
    assert np.allclose(made.explorer.mix, (mix[1] + mix[2]) / 2)
    slider.setValue(slider.maximum())  # of a loop: the first key again
    assert np.allclose(made.explorer.z, z[0], atol=1e-5)
    slider.setValue(0)
    page.findChild(QCheckBox, "walkLoopBox").setChecked(False)
    slider.setValue(slider.maximum())
    assert np.allclose(made.explorer.z, z[4], atol=1e-5)


def test_plays_at_the_chosen_pace_and_pauses(qtbot, page: WalkPage, made: Kit, monkeypatch) -> None:
    """Time, not the number of pictures, says where it is; at most 30 pictures a second."""
    assert FRAME_INTERVAL >= 1000 / 30
    now = [100.0]
    monkeypatch.setattr("ganstudio.gui.explorer.walk.time.monotonic", lambda: now[0])
    z, _ = page.walk.to_arrays()
    page.findChild(Slider, "walkPaceSlider").setValue(20)  # 2 s a key
    click(qtbot, page, "walkPlayButton")
    now[0] += 3.0  # the timer was late: pictures are left out
    with qtbot.waitSignal(made.explorer.changed, timeout=WAIT):
        pass
    assert np.allclose(made.explorer.z, paths.slerp(z[1], z[2], 0.5), atol=1e-4)
    now[0] += 8.0  # 5.5 keys from the start: round the loop
    qtbot.waitUntil(lambda: np.allclose(made.explorer.z, paths.slerp(z[0], z[1], 0.5), atol=1e-4), timeout=WAIT)
    click(qtbot, page, "walkPlayButton")
    now[0] += 1.0
    here = made.explorer.z
    qtbot.wait(3 * FRAME_INTERVAL)
    assert np.array_equal(made.explorer.z, here)


def test_without_a_loop_it_stops_at_the_end(qtbot, page: WalkPage, made: Kit) -> None:
    page.findChild(QCheckBox, "walkLoopBox").setChecked(False)
    slider, play = page.findChild(Slider, "walkTimeSlider"), page.findChild(QPushButton, "walkPlayButton")
    slider.setValue(slider.maximum() - 1)
    click(qtbot, page, "walkPlayButton")
    qtbot.waitUntil(lambda: not play.isChecked(), timeout=WAIT)
    assert np.allclose(made.explorer.z, page.walk.to_arrays()[0][4], atol=1e-5)
    click(qtbot, page, "walkPlayButton")  # from the start
    with qtbot.waitSignal(made.explorer.changed, timeout=WAIT):
        pass
    assert slider.value() < slider.maximum() // 2


def test_what_nobody_sees_does_not_play(qtbot, page: WalkPage) -> None:
    click(qtbot, page, "walkPlayButton")
    page.hide()
    assert not page.findChild(QPushButton, "walkPlayButton").isChecked()


def test_save_hands_over_what_plays(qtbot, page: WalkPage, made: Kit) -> None:
    """Keys, length, loop and truncation: each frame is the picture that the explorer shows at its time."""
    click(qtbot, page, "walkNewButton")
    page.findChild(Slider, "walkPaceSlider").setValue(20)  # 2 s from key to key
    made.explorer.set_truncation(0.5)
    for loop, seconds in ((True, 10.0), (False, 8.0)):
        page.findChild(QCheckBox, "walkLoopBox").setChecked(loop)
        with qtbot.waitSignal(page.exportRequested, timeout=WAIT) as got:
            click(qtbot, page, "walkSave")
        (keys,) = got.args
        assert (keys.seconds, keys.loop) == (seconds, loop)
        count = round(10 * seconds) + (not loop)  # ten frames a second: frame 25 is a quarter past the second key
        z, mix = keys.frames(count)
        here = page.walk.at(1.25)
        assert np.allclose(z[25], 0.5 * here.z, atol=1e-4)
        assert np.allclose(mix[25], here.mix, atol=1e-5)
        assert np.allclose(z[0], 0.5 * page.walk.to_arrays()[0][0], atol=1e-4)
        assert np.allclose(z[-1], 0.5 * page.walk.at(4.95 if loop else 4.0).z, atol=1e-4)


@pytest.mark.parametrize("size", [(660, 190), (440, 132), (316, 225), (310, 420), (1200, 700)])
def test_all_parts_have_room(qtbot, dressed, page: WalkPage, size: tuple[int, int]) -> None:
    page.resize(*size)
    qtbot.wait(20)
    assert inside(page)() == []
    assert page.keys.height() >= 50
