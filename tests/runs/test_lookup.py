"""Runs by folder, name and title."""

from pathlib import Path

import pytest

from ganstudio.errors import RunError
from ganstudio.runs import labels, lookup


def make(folder: Path, title: str = "") -> Path:
    folder.mkdir(parents=True)
    (folder / "run.toml").write_text("schema = 1\n")
    if title:
        labels.write(folder, labels.Label(title))
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / "home" / "one", "Sharp digits")
    make(tmp_path / "home" / "two", "twins")
    make(tmp_path / "home" / "three", "Twins")
    return tmp_path / "home"


def test_a_path_a_name_and_a_title_all_lead_there(home: Path) -> None:
    for name in (home / "one", str(home / "one"), "home/one", "one", "Sharp digits", "sharp DIGITS"):
        assert lookup.find(name, home).resolve() == home / "one"


def test_a_run_in_this_folder_goes_before_one_among_the_runs_and_a_folder_that_is_none_does_not(home: Path) -> None:
    (home.parent / "two").mkdir()
    assert lookup.find("two", home) == home / "two"
    here = make(home.parent / "one")
    assert lookup.find("one", home).resolve() == here


def test_a_title_of_several_is_not_guessed(home: Path) -> None:
    with pytest.raises(RunError, match=r"2 runs are called twins: three, two\."):
        lookup.find("twins", home)


@pytest.mark.parametrize(
    ("name", "near"), [("onne", "one"), ("sharp digit", "Sharp digits"), ("sharp", "Sharp digits")]
)
def test_what_is_not_there_is_told_with_the_nearest(home: Path, name: str, near: str) -> None:
    with pytest.raises(RunError, match=rf"{name} is not a run folder, and there is no run of that name.*mean {near}\?"):
        lookup.find(name, home)


def test_what_is_like_nothing_gets_no_hint_and_no_runs_are_no_error(home: Path, tmp_path: Path) -> None:
    for place in (home, tmp_path / "none"):
        with pytest.raises(RunError, match=r"no run of that name in \S+\.$"):
            lookup.find("xyz", place)
