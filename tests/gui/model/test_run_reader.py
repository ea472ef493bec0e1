"""Runs read from their folders: finished ones, followed ones, and what is not a run."""

from dataclasses import replace

from ganstudio.data import catalog
from ganstudio.runs import runner
from ganstudio.runs.control import Control
from support.session import last_notice
from support.window import TINY, WAIT


def test_a_run_of_another_program_is_followed_and_only_watched(session, tmp_path, reach, qtbot):
    control = Control()
    data = catalog.load("digits", size=28, channels=1)
    events = runner.start(replace(TINY, steps=40), data, tmp_path / "theirs", control).events()
    for _ in range(20):
        next(events)
    session.open_run(tmp_path / "theirs")
    reach("following")
    session.training.start()
    session.settings.change("optimizer.d_lr", 1.0)
    session.training.stop()
    assert session.model.status == "following"
    assert "only follows it" in last_notice(session).text
    before = session.model.step
    for _ in events:
        pass
    reach("finished", ticks=1)
    assert session.model.step == 40 > before
    assert session.model.snapshots[-1][0] == 40


def test_a_folder_that_is_no_run_is_refused_and_start_starts(session, tmp_path, reach, qtbot):
    with qtbot.waitSignal(session.notifier.failed, timeout=WAIT) as told:
        session.open_run(tmp_path)
    assert "is not a run folder" in told.args[0].message
    assert not told.args[0].kept  # no run is open
    assert session.model.status == "idle"
    session.training.start()
    reach("training")


def test_a_folder_that_is_no_run_leaves_the_open_run_as_it_is(session, finished_run, tmp_path, reach, qtbot):
    session.open_run(finished_run)
    reach("finished", ticks=1)
    seen: list[object] = []
    for signal in (session.model.statusChanged, session.model.reset, session.model.failed):
        signal.connect(lambda *_: seen.append(1))
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(session.notifier.failed, timeout=WAIT) as told:
        session.open_run(tmp_path / "empty")
    assert told.args[0].message == f"{tmp_path / 'empty'} is not a run folder: it contains no run.toml."
    assert told.args[0].kept == "The open run is not affected."
    assert session.model.folder.path == finished_run
    assert seen == []


def test_a_watched_run_is_watched_on_after_another_could_not_be_opened(session, tmp_path, reach, qtbot):
    data = catalog.load("digits", size=28, channels=1)
    events = runner.start(replace(TINY, steps=40), data, tmp_path / "theirs").events()
    for _ in range(20):
        next(events)
    session.open_run(tmp_path / "theirs")
    reach("following")
    with qtbot.waitSignal(session.notifier.failed, timeout=WAIT):
        session.open_run(tmp_path)
    assert session.model.status == "following"
    for _ in events:
        pass
    reach("finished", ticks=1)
    assert session.model.step == 40
