"""Training without the window: start, pause, manual updates, stop, resume."""

import threading
import time
from collections.abc import Callable

import pytest

from ganstudio.data import catalog
from ganstudio.errors import Cancelled
from ganstudio.events import ManualUpdate
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder
from ganstudio.system import paths
from ganstudio.training.state import State
from support.session import HeardSession
from support.window import WAIT


def test_start_trains_and_pause_holds_still(session, reach, qtbot):
    session.training.start()
    assert session.model.status == "starting"
    reach("training", ticks=2)
    session.training.toggle()
    reach("paused")
    held = session.model.step
    qtbot.wait(300)
    assert session.model.step == held
    session.training.toggle()
    qtbot.waitUntil(lambda: session.model.step > held, timeout=WAIT)


def test_steps_by_hand_while_paused(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    session.control.step(ManualUpdate.D)  # not paused: nothing
    session.control.pause()
    reach("paused")
    assert not session.model.marks
    for what in ManualUpdate:
        session.control.step(what)
    qtbot.waitUntil(lambda: len(session.model.marks) == 3, timeout=WAIT)
    assert [mark.text for mark in session.model.marks] == [
        f"one {each} by hand" for each in ("update of D", "update of G", "round")
    ]
    assert session.model.status == "paused"


def test_stop_saves_and_start_goes_on_from_there(session, reach):
    session.training.start()
    reach("training", ticks=2)
    session.training.stop()
    assert session.model.status == "saving"
    reach("finished")
    folder, step = session.model.folder, session.model.step
    assert [at for at, _ in folder.checkpoints()][-1] == session.model.finished.step
    session.training.start()
    reach("training")
    assert session.model.folder.path == folder.path
    assert session.model.started.step >= step
    assert len(session.model.history) >= 2  # what was shown stays


def test_start_while_it_is_being_saved_goes_on_afterwards(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    session.training.stop()
    session.training.start()
    reach("training", ticks=1)  # the ticks of before are still there; what it resumed from comes a moment later
    qtbot.waitUntil(lambda: "resume" in [mark.kind for mark in session.model.marks], timeout=WAIT)


def test_edits_of_a_stopped_run_are_applied_when_it_goes_on(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    session.training.stop()
    reach("finished")
    session.settings.change("optimizer.g_lr", 5e-5)
    session.training.start()
    qtbot.waitUntil(lambda: any(mark.path == "optimizer.g_lr" for mark in session.model.marks), timeout=WAIT)
    assert session.model.config.optimizer.g_lr == 5e-5


def test_a_run_of_a_card_that_is_not_here_goes_on_once_the_device_is_chosen(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    session.training.stop()
    reach("finished")
    folder = session.model.folder
    of_a_card = {"device": "cuda:0", "precision": "float16"}
    for _, path in folder.checkpoints():
        state = checkpoint.load(path)
        settings = state.meta["config"] | {"engine": state.meta["config"]["engine"] | of_a_card}
        checkpoint.save(path, State(state.tensors, state.meta | {"config": settings}))
    refused = []
    session.notifier.refused.connect(refused.append)
    session.training.start()
    qtbot.waitUntil(lambda: bool(refused), timeout=WAIT)
    assert "trained on cuda:0, which this computer does not have" in refused[0].message
    assert "the device cpu and the precision auto" in refused[0].message
    session.settings.change("engine.device", "auto")
    session.settings.change("engine.device", "cpu")
    session.training.start()
    qtbot.waitUntil(lambda: any(mark.path == "engine.device" for mark in session.model.marks), timeout=WAIT)
    reach("training")
    assert session.model.started.device == "cpu"


def test_more_epochs_set_by_hand_need_no_question(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished", ticks=1)
    session.settings.change("steps", 45)
    session.training.start()
    reach("finished", ticks=2)
    assert session.model.finished.step == 45


def test_a_runs_folder_that_cannot_be_written_is_an_error(session, tmp_path, monkeypatch, reach, qtbot):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "file"))
    with qtbot.waitSignal(session.notifier.refused, timeout=WAIT) as told:
        session.training.start()
    assert str(tmp_path / "file") in told.args[0].message
    assert told.args[0].place == "runs"
    assert "--" not in told.args[0].message
    assert session.model.status == "idle"
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "better"))
    session.training.start()
    reach("training")


def test_an_error_in_training_is_told_and_start_works_again(session, monkeypatch, reach, qtbot):
    from ganstudio.training.trainer import Trainer

    def fail(self: object) -> None:
        raise RuntimeError("injected")

    monkeypatch.setattr(Trainer, "round", fail)
    with qtbot.waitSignal(session.model.failed, timeout=WAIT) as told:
        session.training.start()
    assert "injected" in told.args[0].details
    assert session.model.status == "failed"
    monkeypatch.undo()
    session.training.start()
    reach("training", ticks=1)


def test_shut_down_in_mid_epoch_saves(qapp, qtbot):
    session = HeardSession()
    session.training.start()
    qtbot.waitUntil(lambda: session.model.step > 5, timeout=WAIT)
    assert session.shut_down()
    folder = RunFolder.open(session.model.folder.path)
    assert folder.checkpoints()
    assert not folder.is_running()


@pytest.mark.parametrize("resumes", [False, True])
def test_stop_while_the_data_set_is_read_ends_at_once_and_leaves_nothing(
    session, finished_run, monkeypatch, reach, qtbot, resumes
):
    if resumes:
        session.open_run(finished_run)
        reach("finished")
        session.settings.edits["steps"] = 100
    before, said, runs = session.model.status, len(session.notices), paths.runs_home()
    begun = threading.Event()

    def read(*args: object, cancelled: Callable[[], bool], **options: object) -> None:
        begun.set()
        while not cancelled():
            time.sleep(0.01)
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(catalog, "load", read)
        session.training.start()
        qtbot.waitUntil(begun.is_set, timeout=WAIT)
        session.training.stop()
        reach(before)
        qtbot.waitUntil(lambda: session.threads.training is None, timeout=WAIT)
    assert not runs.exists() or not list(runs.iterdir())
    assert all(notice is None or notice.topic == "done" for notice in session.notices[said:])
    if resumes:
        assert not (finished_run / "run.lock").exists()
        return
    session.training.start()
    reach("training")
