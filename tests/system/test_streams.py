"""Output that cannot be written ends nothing: no stream, no reader, no room, no letters."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import support
from ganstudio import cli
from ganstudio.runs.folder import RunFolder
from ganstudio.system import streams
from ganstudio.system.streams import StandardStreams

POSIX = pytest.mark.skipif(os.name != "posix", reason="descriptors are closed by a shell")


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command line in which GAN stands for the program."""
    line = line.replace("GAN", f"{sys.executable} -m ganstudio")
    return subprocess.run(
        ["bash", "-c", line], env=support.environment(**more), capture_output=True, text=True, timeout=100, check=False
    )


def test_signs_that_an_encoding_lacks_are_spelled(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    with StandardStreams():
        print("Reading… Łódź 数字 \udcff −1")
    assert raw.getvalue() == rb"Reading... \u0141\xf3d\u017a \u6570\u5b57 \udcff -1" + b"\n"


def test_missing_streams_are_replaced_and_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with StandardStreams() as made:
        print("nobody reads this")
        assert not sys.stderr.isatty()
        assert made.stdout.error is None
    assert sys.stdout is sys.stderr is None


def test_the_first_error_is_kept_and_what_follows_discarded(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, f"No room for {text}")

    monkeypatch.setattr(sys, "stdout", Full())
    with StandardStreams() as made:
        print("one")
        print("two")
        assert not streams.reader_has_gone()
        assert made.stdout.error is not None
        assert made.stdout.error.strerror == "No room for one"


@POSIX
def test_no_file_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    script = (
        "import os, sys; from ganstudio.system.streams import StandardStreams\n"
        f"with StandardStreams(), open({str(tmp_path / 'file')!r}, 'w') as file:\n"
        "    number = file.fileno(); os.write(2, b'a library complains')\n"
        "    file.write(str(number))\n"
    )
    subprocess.run(["bash", "-c", f'{sys.executable} -c "$0" >&- 2>&- <&-', script], timeout=60, check=True)
    assert int((tmp_path / "file").read_text()) > 2


@POSIX
def test_names_are_listed_where_the_output_is_ascii(tmp_path: Path) -> None:
    done = shell("GAN runs", PYTHONIOENCODING="ascii", GANSTUDIO_RUNS=str(tmp_path / "Łódź"))
    assert (done.returncode, done.stderr) == (0, "")
    assert r"\u0141\xf3d\u017a" in done.stdout


@POSIX
def test_a_full_disk_behind_the_output_is_told_once() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full")
    done = shell("GAN runs > /dev/full")
    assert (done.returncode, done.stderr) == (1, "Not all output could be written: No space left on device.\n")


TINY = ["--data.name", "digits", "--network.width", "4", "--optimizer.batch-size", "256", "--engine.threads", "1"]
TINY += ["--engine.precision", "float32"]  # nothing is measured


def test_a_run_is_trained_without_any_stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main(["train", *TINY, "--steps", "2", "--out", str(tmp_path / "R")]) == 0
    assert RunFolder.open(tmp_path / "R").checkpoints()


class Closed(io.StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_run_whose_reader_has_gone_is_saved_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", Closed())
    assert cli.main(["train", *TINY, "--epochs", "1000000", "--out", str(tmp_path / "R")]) == 130
    assert RunFolder.open(tmp_path / "R").status() == "interrupted"
    assert "Unexpected" not in capsys.readouterr().err


def test_a_run_goes_on_where_the_disk_behind_its_output_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    assert cli.main(["train", *TINY, "--steps", "3", "--out", str(tmp_path / "R")]) == 0
    assert RunFolder.open(tmp_path / "R").status() == "finished"
    assert capsys.readouterr().err.endswith("Not all output could be written: No space left on device.\n")
