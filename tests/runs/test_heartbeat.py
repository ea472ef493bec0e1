"""A run shows that it lives as long as a program has it: another machine may take it 90 s after the last sign."""

import contextlib
import os
from pathlib import Path

import pytest

from ganstudio.evaluation.meter import Meter
from ganstudio.evaluation.report import Report
from ganstudio.events import Measured, Paused, Resumed, Stepped
from ganstudio.runs.runner import Runner
from ganstudio.system import lock
from support.runs import Start, until


@pytest.fixture(autouse=True)
def _each_beat_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.0)


class Pulse:
    """The time of the lock's last sign of life, set back on demand."""

    def __init__(self, run: Runner) -> None:
        self._path: Path = run.folder.path / "run.lock"

    def stop(self) -> None:
        os.utime(self._path, (0, 0))

    @property
    def is_felt(self) -> bool:
        return self._path.stat().st_mtime > 0


def test_while_it_trains(start: Start) -> None:
    run = start(steps=100)
    pulse = Pulse(run)
    with contextlib.closing(run.events()) as events:
        until(events, Stepped, 2)
        pulse.stop()
        until(events, Stepped, 3)
        assert pulse.is_felt


def test_while_it_is_paused(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=100)
    pulse, waits = Pulse(run), []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        run.control.resume()

    run.control.pause()
    with contextlib.closing(run.events()) as events:
        until(events, Paused)
        monkeypatch.setattr(run.control, "wait", wait)
        pulse.stop()
        until(events, Resumed)
        assert pulse.is_felt
    assert waits == [5.0]


def test_while_it_waits_in_slow_motion(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=100)
    pulse, felt, rests = Pulse(run), [], []

    def rest(seconds: float, pace: float) -> None:
        rests.append((seconds, pace))
        pulse.stop()
        run.control.slow_down(None)
        monkeypatch.setattr(run.control, "next", lambda: felt.append(pulse.is_felt))

    with contextlib.closing(run.events()) as events:
        until(events, Stepped, 2)
        monkeypatch.setattr(run.control, "rest", rest)
        run.control.slow_down(0.01)
        until(events, Stepped, 3)
        assert felt[0]
    assert rests == [(5.0, 0.01)]


def test_while_it_measures(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(steps=100)
    pulse, felt = Pulse(run), []

    def measure(meter: Meter, generate) -> Report:
        pulse.stop()
        generate(meter.count)
        felt.append(pulse.is_felt)
        return Report("made-up", meter.count, meter.count, 1.0, 0.5, 0.5, 0.5, 0.5)

    monkeypatch.setattr(Meter, "measure", measure)
    run.control.measure()
    with contextlib.closing(run.events()) as events:
        until(events, Measured)
    assert felt == [True]
