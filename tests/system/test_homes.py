"""A user without a home, and variables that name no folder."""

import os
from pathlib import Path

import pytest

from ganstudio import cli, preferences
from ganstudio.errors import InputError
from ganstudio.runs.folder import RunFolder
from ganstudio.system import homes, paths

TINY = ["--data.name", "digits", "--network.width", "4", "--optimizer.batch-size", "256", "--engine.threads", "1"]


def _no_home(*_: object) -> Path:
    raise RuntimeError("Could not determine home directory.")


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container with a user id that nobody has."""
    import pwd

    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in list(os.environ):
        if name in ("HOME", "USER", "LOGNAME", "GANSTUDIO_RUNS", "GANSTUDIO_DATA") or name.startswith("XDG_"):
            monkeypatch.delenv(name)


@pytest.mark.skipif(os.name != "posix", reason="Windows knows a home by other ways")
@pytest.mark.usefixtures("homeless")
class TestHomeless:
    """What works for a user without a home."""

    def test_a_run_is_trained_where_its_folder_is_named(self, tmp_path: Path) -> None:
        assert cli.main(["train", *TINY, "--steps", "1", "--out", str(tmp_path / "R")]) == 0
        assert RunFolder.open(tmp_path / "R").checkpoints()

    @pytest.mark.parametrize("words", [["runs"], ["resume", "a-run"], ["train", *TINY, "--steps", "1"]])
    def test_without_a_folder_for_runs_one_is_asked_for(
        self, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(words) == 2
        error = capsys.readouterr().err
        assert "This user has no home folder, so there is no place for runs." in error
        assert "GANSTUDIO_RUNS=DIR" in error

    def test_doctor_says_it_and_the_data_sets_that_are_built_in_are_there(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert cli.main(["doctor"]) == 0
        out = capsys.readouterr().out
        assert "A folder for runs: this user has no home folder" in out
        assert "  mnist: built in\n" in out
        assert os.devnull not in out

    def test_nothing_that_is_looked_for_raises(self) -> None:
        finders = (paths.presets_home, paths.speeds_file, paths.measurements_file, paths.log_file, paths.data_home)
        assert not any(find().exists() for find in finders)
        assert preferences.problem() == ""
        assert homes.home() is None
        assert homes.home_or_root().is_dir()


def test_a_home_that_is_a_file_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "file"))
    for name in ("GANSTUDIO_RUNS", "XDG_DOCUMENTS_DIR"):
        monkeypatch.delenv(name)
    assert homes.home() is None
    with pytest.raises(InputError, match="no home folder"):
        paths.runs_home()


def test_a_tilde_of_nobody_is_a_name_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "expanduser", _no_home)
    assert homes.expand("~nobody-here/run") == Path("~nobody-here/run")
    assert cli.main(["resume", "~nobody-here/run"]) == 2


def test_variables_that_are_no_full_path_are_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"XDG_STATE_HOME": "here", "XDG_CACHE_HOME": "", "XDG_DATA_HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    homes.ignore_odd_variables()
    assert "XDG_STATE_HOME" not in os.environ
    assert "XDG_CACHE_HOME" not in os.environ
    assert os.environ["XDG_DATA_HOME"] == str(tmp_path)
    assert os.environ["XDG_SESSION_TYPE"] == "wayland"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the current folder cannot be deleted")
def test_a_deleted_current_folder_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = Path.cwd()
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        assert cli.main(["runs"]) == 0
        assert Path.cwd() == homes.home()
    finally:
        os.chdir(here)
    assert "The current folder was deleted." in capsys.readouterr().err
