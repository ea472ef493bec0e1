"""What can be done with runs, without the window: start, pause, steer, stop, resume, open, follow."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import DataError, DownloadError
from ganstudio.events import ManualUpdate
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.notices.missing_data import MissingData
from ganstudio.gui.notices.run_done import RunDone
from ganstudio.runs import runner
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from support.window import TINY, WAIT


@pytest.fixture
def session(qapp):
    made = Session(RunModel(TINY))
    made.notices = []
    RunDone(made)
    made.notifier.noticed.connect(made.notices.append)
    yield made
    assert made.shut_down()
    qapp.processEvents()


@pytest.fixture
def reach(session, qtbot):
    """Waits for a status, and for a number of ticks."""

    def wait(status: str, ticks: int = 0) -> None:
        model = session.model
        qtbot.waitUntil(lambda: model.status == status and len(model.history) >= ticks, timeout=WAIT)

    return wait


@pytest.fixture
def finished_run(tmp_path: Path) -> Path:
    """A run of 30 steps, done."""
    config = replace(TINY, steps=30)
    data = catalog.load("digits", size=28, channels=1)
    for _ in runner.start(config, data, tmp_path / "done").events():
        pass
    return tmp_path / "done"


def last_notice(session: Session) -> Notice:
    return next(notice for notice in reversed(session.notices) if notice is not None)


def choose(session: Session, words: str) -> None:
    {label.split(" (")[0]: action for label, action in last_notice(session).choices}[words]()


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


def test_a_live_change_is_marked_and_takes_effect(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    with qtbot.waitSignal(session.model.marked, timeout=WAIT) as told:
        session.settings.change("optimizer.d_lr", 1e-4)
    assert told.args[0].path == "optimizer.d_lr"
    assert session.model.config.optimizer.d_lr == 1e-4


def test_another_data_set_leaves_no_setting_that_cannot_be(session, monkeypatch):
    bare = replace(catalog.DATASETS["cifar10"], labels=())
    monkeypatch.setitem(catalog.DATASETS, "cifar10", bare)
    for path, value in (("network.conditional", True), ("network.classes", 10)):
        session.settings.change(path, value)
    session.settings.choose_dataset("fashion-mnist")
    assert session.model.config.network.conditional
    assert session.model.config.network.classes == 0  # as many as that one has
    session.settings.choose_dataset("cifar10")
    assert not session.model.config.network.conditional
    assert (session.model.config.data.channels, session.model.config.data.size) == (3, 32)
    session.settings.choose_dataset("digits")
    assert not session.model.config.network.conditional  # nobody asked for it


def test_a_smaller_data_set_is_seen_as_often_and_that_is_said(session):
    session.choose_preset("mnist-quick")
    session.settings.choose_dataset("digits")
    assert session.model.config.epochs == 167
    assert "167 epochs instead of 5" in last_notice(session).text
    session.settings.choose_dataset("mnist")
    assert session.model.config.epochs == 5


def test_a_fixed_setting_does_not_change_during_a_run(session, reach):
    session.training.start()
    reach("training")
    session.settings.change("network.width", 8)
    assert session.model.config.network.width == 4
    assert "cannot change during a run" in last_notice(session).text


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


def test_a_finished_run_is_shown_and_offers_more(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished", ticks=1)
    assert session.model.step == 30
    assert session.model.snapshots
    assert session.model.samples
    session.training.start()
    assert "Done after 30 steps" in last_notice(session).text
    assert [label for label, _ in last_notice(session).choices][-1] == "New run"
    choose(session, "Train 30 more steps")
    reach("finished", ticks=2)
    assert session.model.finished.step == 60
    assert session.model.config.steps == 60


def test_more_epochs_set_by_hand_need_no_question(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished", ticks=1)
    session.settings.change("steps", 45)
    session.training.start()
    reach("finished", ticks=2)
    assert session.model.finished.step == 45


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


def test_opening_another_run_while_one_trains_asks_first(session, finished_run, reach):
    session.training.start()
    reach("training")
    session.open_run(finished_run)
    assert session.model.status == "training"
    choose(session, "Stop and save")
    reach("finished", ticks=1)
    assert session.model.folder.path == finished_run


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


class TestDataThatIsNotHere:
    """The data home of a test is empty."""

    @pytest.fixture
    def session(self, qapp):
        made = Session(RunModel(cfg.change(TINY, "data.name", "kmnist")))
        made.notices = []
        made.missing_data = MissingData(made)
        made.notifier.noticed.connect(made.notices.append)
        yield made
        assert made.shut_down()
        qapp.processEvents()

    def test_start_offers_a_download_or_what_is_built_in(self, session, reach):
        session.training.start()
        assert session.model.status == "idle"
        assert "Kuzushiji-MNIST is not on this computer" in last_notice(session).text
        assert [label for label, _ in last_notice(session).choices] == [
            "Download it (21 MB)",
            "Train on the built-in MNIST",
            "Other data sets…",
        ]
        choose(session, "Train on the built-in MNIST")
        reach("training")
        assert session.model.config.data.name == "mnist"

    def test_a_failed_download_asks_and_starts_nothing(self, session, monkeypatch, reach, qtbot):
        tries: list[str] = []

        def offline(name: str, *args: object, **options: object) -> Path:
            tries.append(name)
            raise DownloadError("Kuzushiji-MNIST could not be downloaded: no network.", "Copy the files by hand.")

        monkeypatch.setattr(catalog, "download", offline)
        session.training.start()
        choose(session, "Download it")
        for number in (1, 2):
            qtbot.waitUntil(lambda number=number: len(tries) == number and not session.downloads.name, timeout=WAIT)
            assert last_notice(session).text == "Kuzushiji-MNIST could not be downloaded: no network."
            labels = [label for label, _ in last_notice(session).choices]
            assert labels == ["Retry", "Train on the built-in MNIST", "Other data sets…"]
            assert session.model.status == "idle"
            assert session.model.config.data.name == "kmnist"
            choose(session, "Retry")
        qtbot.waitUntil(lambda: len(tries) == 3 and not session.downloads.name, timeout=WAIT)
        with qtbot.waitSignal(session.missing_data.datasetsRequested):
            choose(session, "Other data sets…")
        choose(session, "Train on the built-in MNIST")
        reach("training")
        assert session.model.config.data.name == "mnist"

    def test_a_failed_download_that_no_run_waits_for_offers_to_retry_alone(self, session, monkeypatch, qtbot):
        def offline(name: str, *args: object, **options: object) -> Path:
            raise DataError("Fashion-MNIST could not be downloaded: no network.")

        monkeypatch.setattr(catalog, "download", offline)
        for watched, told in ((False, 1), (True, 1)):
            session.downloads.watched = watched
            with qtbot.waitSignal(session.downloads.ended, timeout=WAIT):
                session.downloads.start("fashion-mnist")
            assert [[label for label, _ in notice.choices] for notice in session.notices] == [["Retry"]] * told

    def test_downloaded_it_starts(self, session, monkeypatch, reach, tmp_path):
        raw = tmp_path / "data-home" / "KMNIST" / "raw"

        def fetch(name: str, *args: object, progress, **options: object) -> Path:
            progress(1, 1)
            shutil.copytree(catalog.state("mnist").path, raw)
            return raw

        monkeypatch.setattr(catalog, "download", fetch)
        session.training.start()
        choose(session, "Download it")
        reach("training")
        assert session.model.config.data.name == "kmnist"
        assert session.model.started.data_count == 60_000


def test_a_preset_is_taken_as_a_new_run(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished")
    session.choose_preset("gan-2014")
    assert session.model.folder is None
    assert session.model.status == "idle"
    assert session.model.config.network.name == "mlp"
    assert session.model.config.preset == "gan-2014"


def test_a_new_run_keeps_settings_but_not_the_device_of_the_last(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished")
    session.new_run_like()
    assert session.model.folder is None
    assert session.model.config.network == TINY.network
    assert session.model.config.engine.device == "auto"


def test_a_colour_data_set_brings_its_channels(session):
    session.settings.choose_dataset("cifar10")
    assert (session.model.config.data.size, session.model.config.data.channels) == (32, 3)
    session.settings.choose_dataset("digits")
    assert (session.model.config.data.size, session.model.config.data.channels) == (28, 1)


def test_shut_down_in_mid_epoch_saves(qapp, qtbot):
    session = Session(RunModel(TINY))
    session.training.start()
    qtbot.waitUntil(lambda: session.model.step > 5, timeout=WAIT)
    assert session.shut_down()
    folder = RunFolder.open(session.model.folder.path)
    assert folder.checkpoints()
    assert not folder.is_running()
