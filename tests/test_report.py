"""A report of a problem tells what is needed, and nothing of who wrote it."""

import getpass
import os
import platform
import socket
import unicodedata
import urllib.parse
from pathlib import Path

import pytest

from ganstudio import cli, doctor, report
from ganstudio.export.files import EXTRAS
from ganstudio.system import log_file, paths

PEOPLE = {
    "plain": ("jdoe", "Jane Doe", "jane-laptop"),
    "umlauts": ("jürgen", "Jürgen Groß", "büro"),
    "spaces": ("Mary Ann O'Neil", "Mary Ann O'Neil", "MARY-PC.corp.example"),
    "signs": ("a.b+c[d](e)", "A. B", "box.lan"),
    "another script": ("小明", "王小明", "电脑"),
    "short": ("jo", "Jo Li", "pc"),
    "numbers": ("u123456", "Anna 2", "node-7"),
    "a word of reports": ("linus", "Linus Test", "linux-box"),
}


@pytest.fixture(params=PEOPLE, ids=str)
def person(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str, str, Path]:
    """Their user name, full name, computer and home."""
    user, full, computer = PEOPLE[request.param]
    home = tmp_path / "people" / user
    home.mkdir(parents=True)
    entry = type("Entry", (), {"pw_name": user, "pw_dir": str(home), "pw_gecos": f"{full},,,"})
    monkeypatch.setattr("pwd.getpwuid", lambda uid: entry)
    monkeypatch.setattr(platform, "node", lambda: computer)
    monkeypatch.setattr(socket, "gethostname", lambda: computer)
    monkeypatch.setattr(getpass, "getuser", lambda: user)
    for name, value in {"HOME": home, "USERPROFILE": home, "USER": user, "LOGNAME": user}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "secret project" / "runs"))
    return user, full, computer, home


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such accounts")
def test_names_and_folders_are_replaced(person: tuple[str, str, str, Path], tmp_path: Path) -> None:
    user, full, computer, home = person
    run = tmp_path / "secret project" / "runs" / "R"
    lines = [
        f'  File "{home}/venv/lib/train.py", line 3, in work',
        f"{run}/run.lock cannot be written by {user} on {computer}.",
        f"file://{urllib.parse.quote(str(home))}/a.png and {unicodedata.normalize('NFD', str(home))}/b.png",
        f"PosixPath({str(home / 'c')!r}) {str(home).upper()}",
        f'"/media/{user}/USB stick of Jane/my pictures/x.png" /mnt/private/deep/y.png',
        rf"C:\Users\{user}\Documents\run",
        full,
    ]
    told = report.anonymise("\n".join(lines))
    for name in {user, full, computer, computer.split(".")[0]}:
        assert name.casefold() not in told.casefold()
    assert told.splitlines()[-2].startswith("<folder>/")
    for private in ("people", "secret", "USB stick", "my pictures", "private", "deep"):
        assert private not in told
    assert '<home>/venv/lib/train.py", line 3, in work' in told
    assert told.splitlines()[1] == "<runs>/R/run.lock cannot be written by <user> on <computer>."
    assert "x.png" in told
    assert "y.png" in told


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such accounts")
def test_the_command_writes_what_is_needed(
    person: tuple[str, str, str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    handler = log_file.attach(paths.log_file())
    log_file.LOGGER.error("It broke in %s.", person[3])
    log_file.detach(handler)
    assert cli.main(["doctor", "--report"]) == 0
    told = capsys.readouterr().out
    for part in ("GAN Studio", "Python", "torch", "processor: ", "threads", "It broke in <home>."):
        assert part in told
    assert str(person[3]) not in told


def test_all_packages_that_the_program_may_use_are_in_it() -> None:
    extras = [package for packages in EXTRAS.values() for package in packages]
    assert {*doctor.ENGINE, *doctor.WINDOW, *extras} == set(report.PACKAGES)


def test_other_words_stay() -> None:
    text = "https://pytorch.org/get-started 3/4 of /usr/lib/python3.11/threading.py, D:1.5 step 3\n\\frac{1}{2}"
    assert report.anonymise(text) == text


def test_a_name_is_not_searched_within_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_user_names", lambda: ["ann"])
    monkeypatch.setattr(report, "_folders", lambda: {"/home/ann": "<home>"})
    told = report.anonymise("/home/ann/x /home/anna/x planned by ann, Ann's ann_1")
    assert told == "<home>/x <folder>/x planned by <user>, <user>'s <user>_1"


def test_where_nothing_can_be_asked_a_report_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise OSError("not permitted")

    for place in ("platform.node", "socket.gethostname", "getpass.getuser", "os.getcwd", "tempfile.gettempdir"):
        monkeypatch.setattr(place, refuse)
    monkeypatch.setattr(Path, "home", refuse)
    assert "Packages" in report.write("It broke.")
