"""Where runs and data sets lie: flag, environment variable, preferences, platform."""

from pathlib import Path

import pytest

from ganstudio import cli, preferences
from ganstudio.errors import InputError
from ganstudio.preferences import DATA, RUNS
from ganstudio.system import paths


@pytest.fixture(autouse=True)
def _own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in preferences.VARIABLES.values():
        monkeypatch.delenv(name)


def test_each_comes_before_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.data_home() == paths.usual_home(DATA)
    assert paths.runs_home() == paths.usual_home(RUNS)
    for key, found in ((DATA, paths.data_home), (RUNS, paths.runs_home)):
        preferences.set_folder(key, tmp_path / f"preferred {key}")
        assert found() == tmp_path / f"preferred {key}"
        monkeypatch.setenv(preferences.VARIABLES[key], str(tmp_path / "variable"))
        assert found() == tmp_path / "variable"
    assert paths.data_home(tmp_path / "flag") == tmp_path / "flag"


def test_the_usual_folder_again_and_what_else_is_in_the_file_stays(tmp_path: Path) -> None:
    preferences.set_folder(RUNS, tmp_path / "runs")
    preferences.file().write_text(preferences.file().read_text() + 'later = "a newer program wrote this"\n')
    preferences.set_folder(DATA, tmp_path / "data")
    preferences.set_folder(RUNS, None)
    assert paths.runs_home() == paths.usual_home(RUNS)
    assert paths.data_home() == tmp_path / "data"
    assert 'later = "a newer program wrote this"' in preferences.file().read_text()
    assert [each.name for each in preferences.file().parent.iterdir()] == ["preferences.toml"]


@pytest.mark.parametrize("text", ["runs = ", "runs = 3", 'runs = "a"\nruns = "b"', b"\xff\xfe"])
def test_a_broken_file_is_told_and_left_as_it_is(text: str | bytes, tmp_path: Path, capsys) -> None:
    broken = text.encode() if isinstance(text, str) else text
    preferences.file().parent.mkdir(parents=True)
    preferences.file().write_bytes(broken)
    assert str(preferences.file()) in preferences.problem()
    assert paths.runs_home() == paths.usual_home(RUNS)
    with pytest.raises(InputError, match="preferences"):
        preferences.set_folder(RUNS, tmp_path)
    assert preferences.file().read_bytes() == broken
    assert cli.main(["runs"]) == 0
    assert "preferences.toml" in capsys.readouterr().err


def test_a_file_that_was_mended_is_read_anew(tmp_path: Path) -> None:
    preferences.file().parent.mkdir(parents=True)
    preferences.file().write_text("runs = ")
    assert preferences.problem()
    preferences.file().write_text(f'runs = "{(tmp_path / "mended").as_posix()}"\n')
    assert preferences.problem() == ""
    assert paths.runs_home() == tmp_path / "mended"


def test_folders_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert preferences.problem_with(tmp_path) == ""
    assert preferences.problem_with(tmp_path / "not" / "there" / "yet") == ""
    assert not (tmp_path / "not").exists()
    assert "is a file" in preferences.problem_with(tmp_path / "file")
    assert "is a file" in preferences.problem_with(tmp_path / "file" / "inside")
    assert "not a full path" in preferences.problem_with(Path("runs"))
    assert "cannot be written" in preferences.problem_with(Path("/proc/runs"))
