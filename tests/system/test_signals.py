"""The signals that ask a program to end: which they are, who hears them, and that a run is saved."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from ganstudio import cli
from ganstudio.commands import doctor, following
from ganstudio.commands.console import Console
from ganstudio.events import Tick
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.system import signals

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has few signals")

TINY = ["--data.name", "digits", "--network.width", "4", "--optimizer.batch-size", "256", "--engine.threads", "1"]
TINY += ["--engine.precision", "float32"]  # nothing is measured
ALL = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGXCPU", "SIGUSR1", "SIGUSR2")


@pytest.mark.parametrize("name", ALL)
def test_each_saves_a_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name not in ("SIGHUP", "SIGQUIT") and sys.platform != "linux":
        pytest.skip("tried elsewhere")
    tick = Console.handle

    def handle(self: Console, event: object) -> None:
        tick(self, event)  # type: ignore[arg-type]
        if isinstance(event, Tick):
            signal.raise_signal(getattr(signal, name))

    monkeypatch.setattr(Console, "handle", handle)
    words = ["train", *TINY, "--epochs", "1000000", "--output.tick-seconds", "0.1", "--out", str(tmp_path / "R")]
    assert cli.main(words) == 130
    folder = RunFolder.open(tmp_path / "R")
    assert folder.status() == "interrupted"
    assert folder.checkpoints()


@pytest.mark.parametrize("name", ALL)
def test_before_anything_is_trained_a_command_is_interrupted(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor.doctor, "examine", lambda: signal.raise_signal(getattr(signal, name)))
    assert cli.main(["doctor"]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.handled(lambda number, frame: pytest.fail("it was heard")):
            signal.raise_signal(signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_terminal_that_closes_says_so_twice_and_the_run_is_saved_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "_exit", lambda code: pytest.fail("it did not wait"))
    control = Control()
    with following.catch_interrupts(control) as arrived:
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGHUP):
            signal.raise_signal(number)
    assert arrived == [signal.SIGTERM, signal.SIGHUP, signal.SIGHUP]
    assert control.stopping


@pytest.mark.skipif(sys.platform != "linux", reason="tried there")
def test_a_scheduler_that_warns_and_then_ends_a_job_does_not_cut_its_saving_short(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "_exit", lambda code: pytest.fail("it did not wait"))
    with following.catch_interrupts(Control()) as arrived:
        for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM):
            signal.raise_signal(number)
    assert arrived == [signal.SIGUSR1, signal.SIGUSR2, signal.SIGTERM]


def test_a_terminal_that_is_gone_does_not_hinder_saving(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(number: int, text: bytes) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "write", gone)
    with following.catch_interrupts() as arrived:
        signal.raise_signal(signal.SIGHUP)
    assert arrived == [signal.SIGHUP]


def test_in_another_thread_nothing_is_changed() -> None:
    seen: list[object] = []

    def enter() -> None:
        with signals.handled(lambda number, frame: None):
            seen.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [before]
