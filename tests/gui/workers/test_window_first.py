"""Work that can wait begins when the window has shown what has changed, or has taken too long."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.errors import Cancelled
from ganstudio.events import Event, Marked, MarkKind, RunStatus, Stepped
from ganstudio.export.job import Job
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers import window_first
from ganstudio.gui.workers.export import ExportThread
from ganstudio.gui.workers.train import TrainThread
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.runs import plan, runner


class Recorder(QueueWorker[str, str]):
    def __init__(self) -> None:
        super().__init__("recorder", ["only"])
        self.served: list[str] = []
        self.superseded: list[bool] = []

    def serve(self, channel: str, request: str) -> None:
        self.served.append(request)
        if request == "long":
            while not self.is_superseded("only"):
                self.superseded.append(False)
                time.sleep(0.01)


@pytest.fixture
def worker(qapp) -> Iterator[Recorder]:
    made = Recorder()
    yield made
    assert made.stop()


def show_another_run(model: RunModel) -> None:
    model.begin(RunConfig())


def start(model: RunModel) -> None:
    model.set_status(RunStatus.STARTING)


@pytest.mark.parametrize("change", [show_another_run, start])
def test_a_request_waits_until_the_window_is_done(qtbot, monkeypatch, worker: Recorder, change) -> None:
    monkeypatch.setattr(window_first, "_MOST_SECONDS", 60.0)
    change(RunModel())
    worker.put("only", "sample")
    time.sleep(0.15)  # the window is busy
    assert not worker.served
    qtbot.waitUntil(lambda: worker.served == ["sample"])


@pytest.mark.parametrize("change", ["enlarge", "restore", "reset", "theme", "dialog"])
def test_a_request_waits_while_the_whole_window_is_laid_out(
    qtbot, monkeypatch, open_window, worker: Recorder, change: str
) -> None:
    window = open_window()
    if change == "restore":
        window.enlarger.enlarge(window.samples)
    qtbot.wait(100)
    monkeypatch.setattr(window_first, "_MOST_SECONDS", 60.0)
    changes = {
        "enlarge": lambda: window.enlarger.enlarge(window.curves),
        "restore": window.enlarger.restore,
        "reset": window.dock_layout.reset,
        "dialog": window.actions_["datasets"].trigger,
        "theme": lambda: window.look.choose(theme.LIGHT.name),
    }
    changes[change]()
    worker.put("only", "sample")
    time.sleep(0.15)
    assert not worker.served
    qtbot.waitUntil(lambda: worker.served == ["sample"])


def test_a_request_that_takes_long_pauses_meanwhile(qtbot, monkeypatch, worker: Recorder) -> None:
    monkeypatch.setattr(window_first, "_MOST_SECONDS", 60.0)
    worker.put("only", "long")
    qtbot.waitUntil(lambda: len(worker.superseded) > 2)
    show_another_run(RunModel())
    time.sleep(0.05)
    asked = len(worker.superseded)
    time.sleep(0.15)
    assert len(worker.superseded) == asked
    qtbot.waitUntil(lambda: len(worker.superseded) > asked)


def train(tmp_path: Path, monkeypatch, done: list[int]) -> TrainThread:
    def rounds() -> Iterator[Event]:
        while not thread.is_stopping():
            time.sleep(0.005)
            done.append(1)
            yield Stepped(len(done))
            if not len(done) % 4:
                yield Marked(len(done), MarkKind.CHANGE, "The window shows it.")

    thread = TrainThread(tmp_path)
    run = SimpleNamespace(folder=tmp_path, events=rounds)
    monkeypatch.setattr(thread, "_make_runner", lambda: run)
    return thread


def read_again(tmp_path: Path, monkeypatch, done: list[int]) -> TrainThread:
    """A run is resumed: its data set is read."""

    def load(*arguments: object, cancelled: Callable[[], bool], **options: object) -> None:
        while not cancelled():
            time.sleep(0.005)
            done.append(1)
        raise Cancelled

    def resume(*arguments: object) -> None:
        plan.ResumePlan.dataset(stored, arguments[-1])

    stored = SimpleNamespace(config=RunConfig(), before=RunConfig(), home=None, data_fingerprint="", drawing=None)
    monkeypatch.setattr(catalog, "load", load)
    monkeypatch.setattr(runner, "resume", resume)
    return TrainThread(tmp_path)


def export(tmp_path: Path, monkeypatch, done: list[int]) -> ExportThread:
    def write(job: Job) -> str:
        while not job.should_stop():
            time.sleep(0.005)
            done.append(1)
        raise Cancelled

    return ExportThread(SimpleNamespace(write=write, is_slow=False), Job(tmp_path, tmp_path / "film.gif"))


@pytest.fixture(params=[train, read_again, export])
def busy(qtbot, monkeypatch, tmp_path: Path, request) -> Iterator[list[int]]:
    """What a worker has done that would do something every 5 ms until it is ended."""
    done: list[int] = []
    worker = request.param(tmp_path, monkeypatch, done)
    worker.start()
    qtbot.waitUntil(lambda: len(done) > 2)
    yield done
    assert worker.stop(10)


def done_within(seconds: float, done: list[int]) -> int:
    """How often it did something while no event is handled."""
    before = len(done)
    time.sleep(seconds)
    return len(done) - before


def test_training_rests_between_two_rounds_or_parts_of_its_data_and_an_export_between_two_pictures(
    qtbot, monkeypatch, busy: list[int]
) -> None:
    monkeypatch.setattr(window_first, "_MOST_SECONDS", 60.0)
    show_another_run(RunModel())
    time.sleep(0.05)
    assert not done_within(0.15, busy)
    before = len(busy)
    qtbot.waitUntil(lambda: len(busy) > before)


def test_a_window_that_takes_long_does_not_stop_the_others(worker: Recorder) -> None:
    show_another_run(RunModel())
    worker.put("only", "sample")
    time.sleep(1.0)  # no event is handled
    assert worker.served == ["sample"]


def test_one_that_is_to_end_does_not_wait(monkeypatch, worker: Recorder) -> None:
    monkeypatch.setattr(window_first, "_MOST_SECONDS", 60.0)
    show_another_run(RunModel())
    worker.put("only", "sample")
    assert worker.stop(10)


@pytest.fixture
def watched(qapp) -> Iterator[None]:
    window_first.watch_event_loop(qapp)
    yield
    window_first.watch_event_loop(None)


def test_workers_rest_while_a_turn_of_the_event_loop_is_long(
    watched: None, qtbot, monkeypatch, busy: list[int]
) -> None:
    monkeypatch.setattr(window_first, "_MOST_LATE_SECONDS", 60.0)
    time.sleep(0.2)
    assert not done_within(0.15, busy)
    before = len(busy)
    qtbot.waitUntil(lambda: len(busy) > before)


def test_for_an_event_loop_that_stands_workers_rest_once(watched: None, monkeypatch, busy: list[int]) -> None:
    monkeypatch.setattr(window_first, "_MOST_LATE_SECONDS", 0.1)
    time.sleep(0.2)
    assert done_within(0.5, busy) > 20  # with a rest of 0.1 s before each it would be 5


def test_an_event_loop_that_is_watched_no_more_holds_nobody(qapp, monkeypatch, busy: list[int]) -> None:
    monkeypatch.setattr(window_first, "_MOST_LATE_SECONDS", 60.0)
    window_first.watch_event_loop(qapp)
    window_first.watch_event_loop(None)
    time.sleep(0.2)
    assert done_within(0.15, busy)
