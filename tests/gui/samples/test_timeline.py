import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QSlider, QToolButton

from ganstudio.events import Marked, Saved
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.timeline import Timeline
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import SMALL, grid, play, snapshot, tick


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def timeline(qtbot, model: RunModel) -> Timeline:
    timeline = Timeline(model)
    qtbot.addWidget(timeline)
    timeline.resize(400, 50)
    timeline.show()
    return timeline


def slider_of(timeline: Timeline) -> QSlider:
    slider = timeline.findChild(QSlider, "timeSlider")
    assert slider is not None
    return slider


def words_of(timeline: Timeline) -> str:
    return timeline.findChild(FittingLabel).full()


def live_button(timeline: Timeline) -> QToolButton:
    return timeline.findChild(QToolButton, "backToLiveButton")


def test_says_what_it_is_for_before_a_run(timeline: Timeline) -> None:
    assert not slider_of(timeline).isEnabled()
    assert "Snapshots" in words_of(timeline)
    assert not live_button(timeline).isVisible()


def test_one_position_a_snapshot_and_live_at_the_right_end(timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 25)
    slider = slider_of(timeline)
    assert (slider.minimum(), slider.maximum(), slider.value()) == (0, 2, 2)
    assert words_of(timeline) == "picture of step 25 · epoch 2.5 of 10"
    play(model, tmp_path, 40)
    assert (slider.maximum(), slider.value()) == (3, 3)
    assert model.viewed_step is None


def test_a_run_of_a_minute_does_not_end_at_an_epoch(timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    model.begin(dataclasses.replace(SMALL, seconds=60.0))
    play(model, tmp_path, 0, 10)
    assert words_of(timeline) == "picture of step 10 · epoch 1.0"
    model.begin(dataclasses.replace(SMALL, steps=400))
    play(model, tmp_path, 0, 10)
    assert words_of(timeline) == "picture of step 10 of 400 · epoch 1.0"


def test_keys_walk_through_the_snapshots(qtbot, timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 25)
    slider = slider_of(timeline)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    assert model.viewed_step == 10
    assert words_of(timeline) == "picture of step 10 · epoch 1.0 of 10"
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert model.viewed_step == 0
    qtbot.keyClick(slider, Qt.Key.Key_End)
    assert model.viewed_step is None


def test_a_click_goes_there_and_stays_while_the_run_goes_on(
    qtbot, timeline: Timeline, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 0, 10, 25, 40)
    slider = slider_of(timeline)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(1)), slider.height() // 2))
    assert model.viewed_step == 10
    play(model, tmp_path, 55)
    assert model.viewed_step == 10
    assert (slider.value(), slider.maximum()) == (1, 4)
    qtbot.mouseClick(live_button(timeline), Qt.MouseButton.LeftButton)
    assert model.viewed_step is None
    assert slider.value() == 4
    assert not live_button(timeline).isVisible()


def test_a_resume_takes_snapshots_back(timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 25, 40)
    model.view(40)
    model.handle(Marked(10, "resume", "resumed at step 10"))
    assert slider_of(timeline).maximum() == 1
    assert slider_of(timeline).value() == 1
    model.handle(tick(12))
    model.handle(grid(12))
    model.handle(snapshot(tmp_path, 12))
    assert slider_of(timeline).maximum() == 2


def test_another_run_starts_empty(timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 25)
    model.begin(SMALL)
    assert not slider_of(timeline).isEnabled()
    assert slider_of(timeline).maximum() == 0


def with_checkpoints(model: RunModel, folder: Path, *steps: int) -> None:
    """The open run lies in `folder`, with checkpoints at the steps."""
    run = RunFolder.create(folder, SMALL, RunInfo.now(SMALL))
    model.begin(SMALL, run)
    for step in steps:
        run.checkpoint_path(step).touch()
        model.handle(Saved(step, "checkpoint", str(run.checkpoint_path(step))))


def test_the_words_say_where_a_rewind_goes(qtbot, timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    with_checkpoints(model, tmp_path / "run", 12, 30)
    play(model, tmp_path, 0, 10, 25, 40)
    assert "Rewind" not in words_of(timeline)  # live
    for viewed, said in ((25, "Rewind goes to step 12"), (10, "no earlier checkpoint to rewind to")):
        model.view(viewed)
        assert words_of(timeline).endswith(said)
    assert slider_of(timeline).checkpoints == [1 + 2 / 15, 2 + 5 / 15]  # between the snapshots around them


def test_strong_ticks_are_painted_where_checkpoints_are(timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 20)
    slider = slider_of(timeline)

    def strong() -> bool:
        picture = slider.grab().toImage()
        x, text = round(slider.x_of(0.5)), QColor(theme.current().text)
        return any(picture.pixelColor(x + near, slider.height() - 2) == text for near in (-1, 0, 1))

    assert not strong()
    with_checkpoints(model, tmp_path / "run", 5)
    play(model, tmp_path, 0, 10, 20)
    assert strong()


def test_actions_are_offered_while_the_past_is_looked_at(
    qtbot, timeline: Timeline, model: RunModel, tmp_path: Path
) -> None:
    action = QAction("Rewind", timeline)
    timeline.add_actions(action)
    button = timeline.findChildren(QToolButton)[-1]
    play(model, tmp_path, 0, 10, 25)
    assert not button.isVisible()
    model.view(10)
    assert button.isVisible()
    with qtbot.waitSignal(action.triggered):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    model.view(None)
    assert not button.isVisible()


def test_many_snapshots_are_painted(qtbot, timeline: Timeline, model: RunModel, tmp_path: Path) -> None:
    model.snapshots.extend((step, tmp_path / f"{step}") for step in range(2000))
    model.handle(snapshot(tmp_path, 2000))
    assert slider_of(timeline).maximum() == 2000
    assert not timeline.grab().isNull()
