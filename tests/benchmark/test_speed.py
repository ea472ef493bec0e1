import subprocess
import sys
import time
from typing import Any

import pytest

from ganstudio.benchmark import speed
from ganstudio.benchmark.measure import without_end
from ganstudio.benchmark.report import Round
from ganstudio.errors import StudioError
from ganstudio.training.trainer import Trainer
from support.benchmark import config, dataset


def test_both_are_measured_in_turn() -> None:
    called: list[tuple[str, float]] = []

    def of(name: str, *rates: float) -> Any:
        left = list(rates)

        def measured(seconds: float) -> float:
            called.append((name, seconds))
            return left.pop(0)

        return measured

    found = speed.measure_in_turn(of("ours", 10.0, 20.0), of("plain", 5.0, 4.0), rounds=2, seconds=0.5)
    assert found == [Round(10.0, 5.0), Round(20.0, 4.0)]
    assert [each.ratio for each in found] == [2.0, 5.0]
    assert called == [("ours", 0.5), ("plain", 0.5)] * 2


def test_ours_counts_the_pictures_of_its_own_time() -> None:
    trainer = Trainer(without_end(config(epochs=1)), dataset())
    ours = speed.TrainerSpeed(trainer)
    assert trainer.step == speed.MIN_WARM_UP_ROUNDS
    for _ in range(2):
        before, begun = trainer.images, time.perf_counter()
        rate = ours(0.2)
        taken = time.perf_counter() - begun
        assert taken >= 0.2
        assert rate * taken == pytest.approx(trainer.images - before, rel=0.1)


def test_plain_trains_what_ours_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.extend(command)
        return subprocess.CompletedProcess(command, 0, 'some library said\n{"images_per_second": 12.5}\n', "")

    monkeypatch.setattr(speed.subprocess, "run", run)
    plain = speed.PlainLoopSpeed(config(network__width=8, engine__data_limit=0.5), "cpu", threads=2)
    assert plain(0.3) == 12.5
    assert seen[:3] == [sys.executable, "-m", "ganstudio.benchmark.plain_loop"]
    for part in ('"data": "digits"', '"width": 8', '"batch_size": 8', '"threads": 2', '"limit": 0.5', '"seconds": 0.3'):
        assert part in seen[3]


def test_plain_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "Traceback ...\nMemoryError: no room\n")

    monkeypatch.setattr(speed.subprocess, "run", run)
    with pytest.raises(StudioError, match=r"plain loop failed: MemoryError: no room$"):
        speed.PlainLoopSpeed(config(), "cpu", 0)(1.0)


def test_a_benchmark_has_no_end_and_has_updates_of_both_networks() -> None:
    made = without_end(config(epochs=1, steps=3, seconds=2.0, schedule__mode="epochs", schedule__g_epochs=2))
    assert (made.steps, made.seconds) == (0, 0.0)
    assert made.epochs > 1000
    assert (made.schedule.mode, made.schedule.d_steps, made.schedule.g_steps) == ("steps", 1, 2)
