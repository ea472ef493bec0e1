"""Slow motion, and what is said between Start and the first figures."""

import itertools

import pytest
from PySide6.QtCore import Qt

from ganstudio import stages
from ganstudio.gui.model.progress import speed_text
from ganstudio.gui.window.paces import PACES, describe_pace
from ganstudio.gui.window.speed import slider_position
from support.window import WAIT


@pytest.mark.parametrize(
    ("pace", "words"),
    [(None, "full speed"), (1.0, "1 round a second"), (30.0, "30 rounds a second"), (0.2, "1 round in 5 s")],
)
def test_paces_in_words(pace, words):
    assert describe_pace(pace) == words


def test_each_pace_has_its_place():
    assert [slider_position(pace) for pace in (*PACES, None)] == list(range(len(PACES) + 1))


def test_slow_motion_by_slider_keys_and_menu(open_window, qtbot):
    window = open_window()
    model, speed = window.model, window.speed
    assert speed.slider.isVisible()
    assert not speed.slider.isEnabled()
    assert not window.actions_["slower"].isEnabled()
    window.session.training.start()
    qtbot.waitUntil(lambda: len(model.history) > 2, timeout=WAIT)
    assert speed.slider.isEnabled()
    speed.slider.setFocus()
    qtbot.keyClick(speed.slider, Qt.Key.Key_Home)
    assert model.pace == PACES[0]
    assert window.statusBar().state.text() == "Training, 1 round in 5 s"
    control = window.session.threads.training.control
    assert control.pace == PACES[0]
    for _ in range(6):
        window.actions_["faster"].trigger()
    assert model.pace == 30.0
    seen: list[int] = []
    model.sampled.connect(lambda samples: seen.append(samples.step))
    qtbot.waitUntil(lambda: len(seen) > 5, timeout=WAIT)
    pictures = 30 * model.config.optimizer.batch_size * model.config.schedule.d_steps
    assert float(speed_text(model).removesuffix(" img/s").replace(",", "")) <= pictures
    assert all(later - earlier == 1 for earlier, later in itertools.pairwise(seen[1:]))  # every round
    window.actions_["slower"].trigger()
    assert speed.slider.accessibleDescription() == "10 rounds a second"
    qtbot.mouseDClick(speed.slider, Qt.MouseButton.LeftButton)
    assert model.pace is None
    assert control.pace is None
    assert not [mark for mark in model.marks if mark.kind == "change"]  # it is no setting of the run


def test_what_goes_on_before_the_first_figures_is_said(open_window, qtbot):
    window = open_window()
    model, said, shown = window.model, [], []
    grid = window.samples.fake_grid

    def note() -> None:
        said.append(window.statusBar().state.text())
        shown.append(grid.accessibleDescription())

    model.stageChanged.connect(note)
    window.session.training.start()
    qtbot.waitUntil(lambda: len(model.history) > 0, timeout=WAIT)
    expected = [f"{stage}…" for stage in (stages.LOADING, stages.READING, stages.BUILDING, stages.FIRST_STEPS)]
    assert said[:4] == expected
    assert shown[:3] == expected[:3]
    assert said[4] == "Training"
