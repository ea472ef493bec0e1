"""The action "Round in stages": a round of the open run is trained and recorded, whatever the run was doing."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QWidget

from ganstudio.config import EngineConfig
from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.window.action_states import ActionStates
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.dialogs import Dialogs
from ganstudio.gui.window.round_in_stages import RoundInStages
from support.session import HeardSession, last_notice
from support.window import TINY, WAIT


@pytest.fixture
def stages(dressed, qapp, qtbot, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "runs"))
    session, owner = HeardSession(TINY), QWidget()
    qtbot.addWidget(owner)
    context = SimpleNamespace(dialogs=Dialogs(), session=session, window=owner, actions=Actions(owner))
    commands = RoundInStages(context)
    commands.act = context.actions["stages"].trigger
    commands.session = session
    yield commands
    if commands._window is not None:
        commands._window.close()
    assert session.shut_down()
    qapp.processEvents()


def wait(stages: RoundInStages, qtbot, status: str) -> None:
    qtbot.waitUntil(lambda: stages.session.model.status == status, timeout=WAIT)


def shown(stages: RoundInStages) -> int:
    stage = stages._window.player.stage
    return stage.record.step if stage else 0


def test_a_new_run_begins_with_a_round_in_stages_and_goes_on_round_by_round(stages, qtbot) -> None:
    stages.act()
    wait(stages, qtbot, "paused")
    qtbot.waitUntil(lambda: shown(stages) == 1, timeout=WAIT)
    assert len(stages.session.model.history) == 1
    stages._window.round_button.click()
    qtbot.waitUntil(lambda: shown(stages) == 2, timeout=WAIT)
    stages._window.close()
    assert stages.session.model.status == "paused"  # it was not training before
    assert [mark.count for mark in stages.session.model.marks] == [2]


def test_training_pauses_for_the_round_and_goes_on_when_the_window_is_closed(stages, qtbot) -> None:
    stages.session.training.start()
    wait(stages, qtbot, "training")
    stages.act()
    wait(stages, qtbot, "paused")
    qtbot.waitUntil(lambda: shown(stages) > 0, timeout=WAIT)
    step = shown(stages)
    assert stages.session.model.step == step
    stages._window.close()
    wait(stages, qtbot, "training")


def test_training_that_the_user_paused_since_stays_paused(stages, qtbot) -> None:
    control = stages.session.control
    stages.session.training.start()
    wait(stages, qtbot, "training")
    stages.act()
    wait(stages, qtbot, "paused")
    for press, status in ((control.resume, "training"), (control.pause, "paused")):
        press()
        wait(stages, qtbot, status)
    stages._window.close()
    assert stages.session.threads.training.control.paused


def test_a_run_of_several_processes_says_why_not(stages) -> None:
    stages.session.model.set_config(replace(TINY, engine=EngineConfig(device="cpu", processes=2)))
    stages.act()
    assert last_notice(stages.session).text.startswith("2 processes are training this run, so no round of it can be")
    assert stages._window is None


def test_where_no_round_can_be_trained_here_the_action_says_why(qapp) -> None:
    owner, model = QWidget(), RunModel(TINY)
    actions = Actions(owner)
    states = ActionStates(actions, model, owner)
    told = []
    for status in (RunStatus.IDLE, RunStatus.TRAINING, RunStatus.FOLLOWING, RunStatus.SAVING):
        model.set_status(status)
        told.append((actions["stages"].isEnabled(), actions["stages"].toolTip().split("Not now: ")[1:]))
    assert [enabled for enabled, _ in told] == [True, True, False, False]
    assert told[2][1][0].startswith("another program is training this run")
    assert states.parent() is owner


def test_a_start_by_hand_later_is_not_taken_for_the_round(stages, qtbot, monkeypatch) -> None:
    training = stages.session.training
    monkeypatch.setattr(training, "_start_idle", lambda: None)  # as where it asks a question first
    stages.act()
    assert "Training has not started yet" in stages._window.sentence.text()
    monkeypatch.undo()
    training.toggle()
    wait(stages, qtbot, "training")
    assert shown(stages) == 0
