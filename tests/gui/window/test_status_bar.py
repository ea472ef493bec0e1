"""How far, how fast, how long yet."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QMainWindow, QMenu

from ganstudio.events import ByHand, ManualUpdate, Samples, Saved, Standing, Started
from ganstudio.gui.model.progress import fraction_done, steps_per_second, total_steps
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.status_bar import StatusBar
from ganstudio.gui.window.tool_bar import ToolBar
from ganstudio.text import format_duration
from support.panels import SMALL, Seen, tick

STARTED = Started(SMALL, "cpu", "a chip", "float32", 1, 1, 80, 10, 100)


@pytest.fixture
def model(qapp) -> RunModel:
    made = RunModel(SMALL)
    made.set_status("starting")
    made.handle(STARTED)
    return made


@pytest.fixture
def bar(dressed, qtbot, model) -> StatusBar:
    made = StatusBar(model)
    made.resize(1200, 24)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (89, "89 s"),
        (91, "2 min"),
        (1080, "18 min"),
        (7200, "2 h"),
        (200_000, "2 d"),
        (-3, "0 s"),
    ],
)
def test_durations_in_one_unit(seconds, words):
    assert format_duration(seconds) == words


def test_a_run_in_words(bar, model):
    model.handle_all([tick(step) for step in range(1, 51)])  # 4 steps a second, 32 pictures a second
    bar.refresh()
    assert bar.state.text() == "Training"
    assert bar.epoch.text() == "epoch 5.0/10"
    assert bar.progress.value() == 500
    assert bar.step.text() == "step 50"
    assert bar.speed.text() == "32 img/s"
    assert bar.left.text() == "12 s left"
    assert bar.saved.text() == ""
    model.handle(Saved(50, "checkpoint", ""))
    bar.refresh()
    assert bar.saved.text() == "saved 0 s ago"


def test_updates_by_hand_say_what_they_changed(bar, model):
    model.handle(tick(10))
    model.set_status("paused")
    began, after = Standing(1.2, 0.9, 0.53, 0.46, -1.3), Standing(1.1, 0.95, 0.56, 0.41, -1.2)
    model.handle(ByHand(10, "hand", "", what=ManualUpdate.D, count=3, began=began, before=began, after=after))
    assert bar.by_hand.text() == "3 D steps: D(x) 0.530 → 0.560, D(G(z)) 0.460 → 0.410"
    assert bar.by_hand.isVisible()
    model.handle(ByHand(10, "hand", "", what=ManualUpdate.G, began=after, before=after, after=began))
    assert bar.by_hand.text() == "G step: D(G(z)) 0.410 → 0.460, loss of G 0.950 → 0.900"
    model.set_status("training")
    assert bar.by_hand.text() == ""


def test_the_step_is_that_of_the_newest_picture_at_once(bar, model):
    model.handle(tick(10))
    model.handle(Samples(12, 1.2, np.zeros((1, 8, 8), np.uint8)))
    assert bar.step.text() == "step 12"
    assert bar.epoch.text() == "epoch 1.2/10"


def test_a_sleep_of_the_computer_does_not_upset_the_rate(model):
    asleep = [replace(tick(step), seconds=step / 4 + (60 if step > 25 else 0)) for step in range(1, 51)]
    model.handle_all(asleep)
    assert steps_per_second(model) == pytest.approx(4)


def test_a_live_change_of_the_length_changes_what_is_left(model):
    assert total_steps(model) == 100
    model.set_config(replace(SMALL, epochs=20))
    assert total_steps(model) == 200
    model.set_config(replace(SMALL, steps=40))
    assert total_steps(model) == 40
    model.handle(tick(10))
    assert fraction_done(model) == 0.25


def test_a_run_as_long_as_a_time_counts_down_that_time(bar, model):
    model.set_config(replace(SMALL, seconds=50.0))
    model.handle_all([tick(step) for step in range(1, 101)])  # four a second
    bar.refresh()
    assert fraction_done(model) == pytest.approx(0.5)
    assert bar.left.text() == "25 s left"
    assert bar.epoch.text() == ""


def test_the_tool_bar_tells_how_the_arithmetic_was_chosen(dressed, qtbot, model):
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = ToolBar(model, Actions(window), QMenu(window), window)
    label = bar.findChild(FittingLabel, "deviceLabel")
    model.handle(replace(STARTED, measured="Measured: float32 on 2 threads 3.0 ms."))
    model.set_status("paused")
    assert label.full() == "cpu   a chip   float32"
    assert label.toolTip() == "cpu   a chip   float32\nMeasured: float32 on 2 threads 3.0 ms."


def test_numbers_that_grow_do_not_have_the_window_laid_out_anew(dressed, qtbot, model):
    window = QMainWindow()
    bar = StatusBar(model)
    window.setStatusBar(bar)
    window.resize(1200, 200)
    qtbot.addWidget(window)
    window.show()
    model.handle_all([tick(step) for step in range(100, 120)])
    bar.refresh()
    qtbot.wait(50)
    asked = Seen(window, QEvent.Type.LayoutRequest)
    for step in range(120, 130):
        model.handle(tick(step))
        bar.refresh()
        qtbot.wait(5)
    assert bar.step.text() == "step 129"
    assert asked.count == 0
    model.handle(tick(1_000_000))
    bar.refresh()
    qtbot.waitUntil(lambda: asked.count > 0)
    assert bar.step.width() >= bar.step.sizeHint().width()


def test_a_narrow_bar_leaves_out_what_matters_least(bar, model, qtbot):
    model.handle_all([tick(step) for step in range(1, 51)])
    model.handle(Saved(50, "checkpoint", ""))
    bar.refresh()
    assert bar.memory.isVisible()
    bar.resize(480, 24)
    qtbot.wait(10)
    assert bar.state.isVisible()
    assert bar.epoch.isVisible()
    assert not bar.memory.isVisible()
    for label in (bar.state, bar.epoch, bar.step, bar.speed, bar.left, bar.saved):
        assert not label.isVisible() or label.width() >= label.sizeHint().width()


def test_slow_motion_is_said_and_counts_for_the_time_left(bar, model):
    model.handle_all([tick(step) for step in range(1, 51)])  # 4 steps a second
    model.set_pace(0.5)
    assert bar.state.text() == "Training, 1 round in 2 s"
    assert bar.left.text() == "2 min left"  # 50 steps
    model.set_pace(30.0)
    assert bar.left.text() == "12 s left"
