"""A run that the window has several processes train."""

from dataclasses import replace

import pytest

from ganstudio.events import Failed
from support.session import HeardSession
from support.window import TINY

WAIT = 60_000  # ms: the processes import what they need first


@pytest.fixture
def session(qapp, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    made = HeardSession()
    made.failures = []
    made.model.failed.connect(made.failures.append)
    made.notifier.refused.connect(made.failures.append)
    yield made
    assert made.shut_down()
    qapp.processEvents()


def test_two_processes_train_are_watched_and_stopped(session, qtbot):
    model = session.model
    session.settings.change("engine.processes", 2)
    session.training.start()
    qtbot.waitUntil(
        lambda: model.status == "training" and len(model.history) >= 3 and len(model.snapshots) > 1, timeout=WAIT
    )
    assert model.folder.config.engine.processes == 2
    assert model.folder.is_running()

    for steer in (
        session.training.toggle,
        session.control.save,
        lambda: session.settings.change("optimizer.d_lr", 1e-4),
    ):
        session.notices.clear()
        steer()
        assert "2 processes are training this run" in session.notices[-1].text
    assert model.config.optimizer.d_lr == TINY.optimizer.d_lr

    session.training.stop()
    assert model.status == "saving"
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    assert model.finished.reason == "interrupted"
    assert [step for step, _ in model.folder.checkpoints()][-1] == model.finished.step
    qtbot.waitUntil(lambda: not model.folder.is_running(), timeout=WAIT)
    assert session.failures == []


def test_what_ends_the_processes_early_is_said(session, qtbot):
    session.model.set_config(replace(TINY, engine=replace(TINY.engine, processes=3)))
    session.training.start()
    qtbot.waitUntil(lambda: len(session.failures) > 0, timeout=WAIT)
    sentence = "optimizer.batch_size 16 cannot be shared among 3 processes; try 15."
    assert session.failures == [Failed(sentence, "Nothing was changed.", sentence + "\n")]
    assert session.model.status == "idle"
