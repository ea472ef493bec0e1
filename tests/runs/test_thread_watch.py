"""Threads of a run that follow the load, as the run and its history tell it."""

from collections.abc import Iterator

import pytest
import torch

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.events import Marked, MarkKind, Stepped
from ganstudio.runs import checkpoint, runner, thread_watch
from ganstudio.runs.thread_watch import ThreadMarks, ThreadWatch
from ganstudio.system import cores
from ganstudio.training.device import autotune
from ganstudio.training.device.autotune import Threads
from ganstudio.training.device.load import Machine
from support import training
from support.runs import Start, assert_same, marks, weights

OPEN = {"engine__threads": 0}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Follower:
    """Wants these numbers of threads after the rounds of a run, and then the last of them."""

    wanted: tuple[int, ...] = (2,)

    def __init__(self, threads: int, limit: int) -> None:
        self.threads, self.limit = threads, limit
        self.machine = Machine(2, 2, 2)
        self._left = iter(self.wanted)
        self.skips = 0

    def after_round(self) -> int:
        self.threads = next(self._left, self.threads)
        return self.threads

    def skip(self) -> None:
        self.skips += 1


def measure(config: cfg.RunConfig, most: int, tell: object, check: object) -> tuple[str, int, int, str]:
    threads = config.engine.threads or most
    return config.engine.precision, threads, threads, "Measured."


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two cores, all of which are fastest, and a follower that wants what the test says."""
    monkeypatch.setattr(cores, "usable_cores", lambda: 2)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(autotune, "_measure", measure)
    monkeypatch.setattr(thread_watch, "ThreadFollower", Follower)
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_a_change_of_threads_is_set_and_marked(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Follower, "wanted", (2, 2, 1))
    seen = []
    run = start("open", steps=6, **OPEN)
    for event in run.events():
        if isinstance(event, Stepped):
            seen.append(torch.get_num_threads())
    assert seen == [2, 2, 2, 1, 1, 1]  # the third round had ended with two
    [mark] = [mark for mark in run.folder.history().marks if mark.kind == MarkKind.THREADS]
    assert (mark.step, mark.old, mark.new) == (3, 2, 1)
    assert mark.text == "threads: 2 \N{RIGHTWARDS ARROW} 1 (other programs are busy)"


@pytest.mark.parametrize("changes", [{"engine__threads": 2}, {"engine__threads": 1}])
def test_threads_that_are_given_stay(start: Start, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]) -> None:
    monkeypatch.setattr(Follower, "wanted", (1, 2, 1))
    run = start("given", steps=4, **changes)
    told = list(run.events())
    assert torch.get_num_threads() == changes["engine__threads"]
    assert not marks(told, "threads")


def test_processes_of_one_run_keep_their_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = training.trainer(**OPEN)
    trainer.config = cfg.change(trainer.config, "engine.processes", 2)
    watch = ThreadWatch(trainer)
    assert watch.after_round() is watch.last_mark() is None
    assert trainer.threads.now == 2


def test_a_run_resumes_with_the_threads_of_its_checkpoint_to_the_bit(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Follower, "wanted", (1,))
    whole = start("whole", steps=8, **OPEN)
    list(whole.events())
    part = start("part", steps=4, **OPEN)
    list(part.events())
    state = checkpoint.load(part.folder.checkpoint_path(4))
    known = Threads.read(state)
    assert known is not None
    assert (known.now, known.limit) == (1, 2)
    assert state.meta["config"]["engine"]["threads"] == 0
    told = list(runner.resume(part.folder.path, {"steps": 8}).events())
    assert not marks(told, "threads")  # nothing changed
    assert_same(weights(whole.folder.path, 8), weights(part.folder.path, 8))


def test_slow_motion_and_pauses_are_no_load(start: Start) -> None:
    run = start("slow", steps=6, **OPEN)
    run.control.slow_down(50.0)
    list(run.events())
    follower = run._threads._follower
    assert isinstance(follower, Follower)
    assert follower.skips >= 4


def test_marks_are_few_on_a_restless_machine_and_none_is_lost() -> None:
    clock = Clock()
    threads = ThreadMarks(clock)
    written: list[Marked] = []
    for step in range(3600):
        threads.note(step, 2 - step % 2, 1 + step % 2, "because")
        written += [mark] if (mark := threads.take()) else []
        clock.now += 1.0
    written += [mark] if (mark := threads.take(at_once=True)) else []
    assert len(written) < 20
    assert written[0].step == 0
    counted = [int(words[words.index("after") + 1]) for mark in written if "after" in (words := mark.text.split())]
    assert sum(counted) + len(written) - len(counted) == 3600
    assert threads.take(at_once=True) is None


def test_a_quiet_time_makes_the_next_marks_prompt_again() -> None:
    clock = Clock()
    threads = ThreadMarks(clock)
    for _ in range(6):
        threads.note(1, 2, 1, "because")
        assert threads.take(at_once=True)
    clock.now += 3600
    for _ in range(2):
        threads.note(1, 2, 1, "because")
        assert threads.take()
        clock.now += thread_watch.FIRST_MARK_SECONDS


def test_configure_sets_the_threads_of_a_run_that_leaves_them_open(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(process, "configure", lambda engine: asked.append(engine.threads))
    training.trainer(**OPEN)
    assert asked == [2]
