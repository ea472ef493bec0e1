"""A data set that is missing: downloads are offered, and start the run that waits for them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import DataError, DownloadError
from ganstudio.gui.notices.missing_data import MissingData
from support.session import HeardSession, choose, last_notice
from support.window import TINY, WAIT


@pytest.fixture
def session(qapp) -> Iterator[HeardSession]:
    """Its data set is not in the data folder, which is empty."""
    made = HeardSession(cfg.change(TINY, "data.name", "kmnist"))
    made.missing_data = MissingData(made)
    yield made
    assert made.shut_down()
    qapp.processEvents()


def test_start_offers_a_download_or_what_is_built_in(session, reach):
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


def test_a_failed_download_asks_and_starts_nothing(session, monkeypatch, reach, qtbot):
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


def test_a_failed_download_that_no_run_waits_for_offers_to_retry_alone(session, monkeypatch, qtbot):
    def offline(name: str, *args: object, **options: object) -> Path:
        raise DataError("Fashion-MNIST could not be downloaded: no network.")

    monkeypatch.setattr(catalog, "download", offline)
    for watched, told in ((False, 1), (True, 1)):
        session.downloads.is_watched = watched
        with qtbot.waitSignal(session.downloads.ended, timeout=WAIT):
            session.downloads.start("fashion-mnist")
        assert [[label for label, _ in notice.choices] for notice in session.notices] == [["Retry"]] * told


def test_downloaded_it_starts(session, monkeypatch, reach, tmp_path):
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
