"""A run that is read from its folder reaches the window in batches that it can take."""

import itertools
import sys
import time
from pathlib import Path

from PySide6.QtCore import Qt, QTimer

from ganstudio.events import EndReason, Event, Finished, Marked, MarkKind, Samples, Saved, Tick
from ganstudio.gui.workers import follow
from ganstudio.gui.workers.follow import FollowThread
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.history_rows import encode
from support.panels import SMALL, grid, snapshot, tick
from support.window import WAIT

TICKS = 9000


def long_run(path: Path) -> RunFolder:
    run = RunFolder.create(path, SMALL, RunInfo.now(SMALL))
    (path / "history.jsonl").write_bytes(b"".join(encode(tick(step)) for step in range(1, TICKS + 1)))
    return run


def test_a_long_history_comes_in_few_batches_and_no_more_of_them_than_are_taken(qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(follow, "_HANDLE_SECONDS", WAIT / 1000)
    monkeypatch.setattr(follow, "_BATCH_SECONDS", 3600.0)  # however slow the machine is
    thread = FollowThread(long_run(tmp_path / "run").path)
    sent: list[int] = []
    events: list[Event] = []

    def send(batch: list[Event]) -> None:
        sent.append(len(batch))

    thread.reported.connect(send, Qt.ConnectionType.DirectConnection)
    thread.reported.connect(events.extend)
    thread.start()
    give_up = time.monotonic() + WAIT / 1000
    while not thread._events and time.monotonic() < give_up:
        time.sleep(0.01)
    time.sleep(0.2)  # the window is busy with showing that the run is open
    assert len(sent) == 0
    qtbot.waitUntil(thread.isFinished, timeout=WAIT)
    qtbot.waitUntil(lambda: len(events) == sum(sent), timeout=WAIT)
    assert [event.step for event in events if isinstance(event, Tick)] == list(range(1, TICKS + 1))
    assert len(sent) <= TICKS // follow._MAX_BATCH + 3


def test_between_two_batches_the_window_does_what_else_there_is(qtbot, tmp_path) -> None:
    thread = FollowThread(long_run(tmp_path / "run").path)
    done: list[str] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: done.append("else"))
    timer.start()

    def take(name: str) -> None:
        time.sleep(0.03)  # the thread is quicker
        done.append(name)

    thread.opened.connect(lambda *_: take("run"))
    thread.reported.connect(lambda *_: take("batch"))
    thread.start()
    qtbot.waitUntil(lambda: thread.isFinished() and done.count("batch") > 4, timeout=WAIT)
    timer.stop()
    assert all("else" in pair for pair in itertools.pairwise(done))


def test_room_for_the_next_batch_comes_in_another_turn_of_the_event_loop(qtbot, qapp, tmp_path) -> None:
    thread = FollowThread(tmp_path)
    thread._make_room()
    qapp.sendPostedEvents()  # what else belongs to this turn
    assert not thread._room.acquire(blocking=False)
    qtbot.waitUntil(lambda: thread._room.acquire(blocking=False))


def test_marks_come_in_smaller_batches_than_rows(qtbot, tmp_path) -> None:
    run = RunFolder.create(tmp_path / "run", SMALL, RunInfo.now(SMALL))
    rows = [encode(row) for step in range(1, 101) for row in (tick(step), Marked(step, MarkKind.CHANGE, "", "seed"))]
    (run.path / "history.jsonl").write_bytes(b"".join(rows))
    thread = FollowThread(run.path)
    batches: list[list[Event]] = []
    thread.reported.connect(batches.append)
    thread.start()
    qtbot.waitUntil(lambda: thread.isFinished() and isinstance(batches[-1][-1], Finished), timeout=WAIT)
    marks = [sum(isinstance(event, Marked) for event in batch) for batch in batches]
    assert sum(marks) == 100
    assert max(marks) <= 10  # every panel looks at each


def test_a_thread_that_nobody_listens_to_can_be_stopped(qtbot, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(follow, "_HANDLE_SECONDS", 0.5)
    monkeypatch.setattr(follow, "_MAX_BATCH", 100)
    thread = FollowThread(long_run(tmp_path / "run").path)
    thread.start()
    assert thread.stop(WAIT / 1000)


def test_a_grid_is_followed_by_its_generator(qtbot, tmp_path) -> None:
    run = long_run(tmp_path / "run")
    for step in (10, 20):
        run.save_samples(grid(step))
        Path(snapshot(tmp_path, step).path).rename(run.snapshot_path(step))
    run.append(Marked(15, MarkKind.RESUME, ""))
    run.append(history.end_mark(Finished(15, EndReason.STOPPED), 15))
    thread = FollowThread(run.path)
    events: list[Event] = []
    thread.reported.connect(events.extend)
    thread.start()

    def kinds() -> list[tuple[type, int]]:
        return [(type(event), event.step) for event in events if isinstance(event, Samples | Saved)]

    qtbot.waitUntil(lambda: thread.isFinished() and (Saved, 20) in kinds(), timeout=WAIT)
    assert kinds() == [(Samples, 10), (Saved, 10), (Samples, 20), (Saved, 20)]


def test_python_s_lock_changes_hands_sooner_while_a_run_is_read(qtbot, tmp_path) -> None:
    before, within = sys.getswitchinterval(), []
    thread = FollowThread(long_run(tmp_path / "run").path)
    thread.reported.connect(lambda _: within.append(sys.getswitchinterval()), Qt.ConnectionType.DirectConnection)
    thread.start()
    qtbot.waitUntil(thread.isFinished, timeout=WAIT)
    assert max(within[:-1]) < before  # the last part is reported after reading
    assert sys.getswitchinterval() == before
