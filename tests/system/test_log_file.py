"""The log: it rotates, several programs write it, and nothing that is wrong with it is heard of."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import support
from ganstudio.system import log_file
from ganstudio.system.log_file import LOGGER


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ganstudio.log"


def test_start_end_warnings_and_versions_are_in_it(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(warnings, "showwarning", lambda message, *_: shown.append(str(message)))
    with log_file.recording(log, "train"):
        warnings.showwarning("half a batch", UserWarning, "file.py", 3)
        LOGGER.error("It broke.")
    assert shown == ["half a batch"]
    text = log.read_text(encoding="utf-8")
    lines = [line.split(" ", 4)[3:] for line in text.splitlines()]
    assert [level for level, _ in lines] == ["INFO", "WARNING", "ERROR", "INFO"]
    assert "start: train; GAN Studio " in text
    assert "UserWarning: half a batch (file.py:3)" in text
    assert "torch" in text


def test_two_who_write_it_in_one_process_share_it(log: Path) -> None:
    one, two = log_file.attach(log), log_file.attach(log)
    LOGGER.info("once")
    log_file.detach(one)
    LOGGER.info("still")
    log_file.detach(two)
    LOGGER.info("never")
    assert one is two
    assert [line.split()[-1] for line in log.read_text().splitlines()] == ["once", "still"]


def test_an_entry_is_bounded(log: Path) -> None:
    handler = log_file.attach(log)
    LOGGER.error("x" * 10**6)
    log_file.detach(handler)
    assert log.stat().st_size < 2 * log_file.MAX_CHARACTERS


def test_a_folder_or_disk_that_cannot_be_written_is_not_heard_of(
    log: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.parent.parent.joinpath("file").touch()
    with log_file.recording(log.parent.parent / "file" / "log", "train"):
        LOGGER.error("nowhere")
    with log_file.recording(log, "train"):
        handler = next(each for each in LOGGER.handlers if isinstance(each, log_file.LogFile))
        monkeypatch.setattr(handler.stream, "write", _full)
        LOGGER.error("no room")
        monkeypatch.undo()
        log.unlink()
        LOGGER.error("again")
    assert capsys.readouterr().err == ""
    assert "again" in log.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_hides_no_error_of_the_program(log: Path) -> None:
    log.parent.mkdir()
    log.symlink_to("/dev/full")
    with pytest.raises(ZeroDivisionError), log_file.recording(log, "train"):
        raise ZeroDivisionError


def _full(text: str) -> int:
    raise OSError(28, "No space left on device")


WRITER = """
import sys
from pathlib import Path
from ganstudio.system import log_file
log_file.MAX_BYTES = 20_000
handler = log_file.attach(Path(sys.argv[1]))
for number in range(1500):
    log_file.LOGGER.info("%s %d %s", sys.argv[2], number, "." * 40)
"""


def test_several_programs_rotate_it_at_once(log: Path) -> None:
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(log), name], env=support.environment(), stderr=subprocess.PIPE, text=True
        )
        for name in "ab"
    ]
    assert [(program.communicate(timeout=60)[1], program.returncode) for program in programs] == [("", 0)] * 2
    files = sorted(log.parent.iterdir())
    assert [file.name for file in files] == ["ganstudio.log", "ganstudio.log.1"]
    assert all(file.stat().st_size < 22_000 for file in files)
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert all(line.endswith("." * 40) and " INFO " in line for line in lines)
    assert {line.split(" INFO ")[1].split()[1] for line in lines} >= {"1499"}


def test_where_c_code_crashed_is_in_it(log: Path) -> None:
    script = (
        "import sys, faulthandler; from pathlib import Path; from ganstudio.system import log_file\n"
        "with log_file.recording(Path(sys.argv[1]), 'train'):\n"
        "    faulthandler._sigabrt()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(log)], capture_output=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "Fatal Python error: Aborted" in log.read_text()
    assert "most recent call first" in log.read_text()


def test_the_tail_goes_back_to_the_file_before(log: Path) -> None:
    log.parent.mkdir()
    log.with_name("ganstudio.log.1").write_bytes(b"one\ntw\xff\n")
    log.write_text("three\n")
    assert log_file.tail(log, 2) == ["tw\N{REPLACEMENT CHARACTER}", "three"]
    assert log_file.tail(log.parent / "none", 2) == []


def test_without_a_log_warnings_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    LOGGER.warning("nobody logs this")
    assert capsys.readouterr().err == ""
