"""The window of a user without a home: nothing in it ends in an error that nobody expected."""

from pathlib import Path

import pytest

from ganstudio.errors import InputError
from ganstudio.gui.dialogs import about, file_dialogs
from ganstudio.gui.workers.cut_off import CutOffThread
from ganstudio.gui.workers.unpack import UnpackThread
from ganstudio.system import homes, paths

SENTENCE = "This user has no home folder, so there is no place for runs."


@pytest.fixture(autouse=True)
def _homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise InputError(SENTENCE)

    monkeypatch.setattr(paths, "runs_home", refuse)


@pytest.mark.usefixtures("qapp")
def test_dialogs_open_all_the_same() -> None:
    assert file_dialogs.first_folder(file_dialogs.RUNS) == homes.home_or_root()
    assert ("runs", SENTENCE) in about._facts()


def test_runs_that_were_cut_off_are_looked_for_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    monkeypatch.setattr("ganstudio.runs.cut_off.find", lambda folders, known: asked.extend(folders) or [])
    CutOffThread([tmp_path], []).work()
    assert asked == [tmp_path]


def test_a_run_as_one_file_is_refused_in_words(tmp_path: Path) -> None:
    thread, told = UnpackThread(tmp_path / "a.ganrun", paths.runs_home, again=False), []
    thread.refused.connect(lambda failed: told.append(failed.message))
    thread.run()
    assert told == [SENTENCE]
