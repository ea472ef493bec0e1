"""Threads of the open run end when the window closes."""

import threading

import pytest

from ganstudio.gui.model import run_threads
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.workers.worker import Worker
from support.window import TINY, WAIT


class Waiting(Worker):
    """A thread that ends when it is let go, or when it is waited for."""

    def __init__(self, name: str, is_stuck: bool) -> None:
        super().__init__(name)
        self.let_go = threading.Event()
        self._is_stuck = is_stuck

    def work(self) -> None:
        self.let_go.wait(WAIT / 1000)

    def stop(self, seconds: float = 0.0) -> bool:
        if not self._is_stuck:
            self.let_go.set()
        return super().stop(seconds)


def test_a_thread_that_is_stuck_keeps_no_other_from_being_waited_for(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    threads = RunThreads(RunModel(TINY))
    stuck, saving = Waiting("stuck", is_stuck=True), Waiting("saving", is_stuck=False)
    for thread in (stuck, saving):
        threads.launch(thread)
    monkeypatch.setattr(saving, "stop", lambda _: Waiting.stop(saving, WAIT / 1000))
    monkeypatch.setattr(run_threads, "SHUT_DOWN_SECONDS", 0.01)
    assert not threads.shut_down()
    assert saving.let_go.is_set()
    stuck.let_go.set()
    qtbot.waitUntil(lambda: not threads._running, timeout=WAIT)
