"""What was measured before is taken where it still holds, and measured anew where it does not."""

from pathlib import Path

import pytest
import torch

from ganstudio import paths
from ganstudio.training.device import autotune, autotune_cache
from support import training

OPEN = training.config(engine__precision="auto", engine__threads=0)
TIMES = {(2, "float32"): 0.02, (2, "bfloat16"): 0.01, (1, "float32"): 0.03}


@pytest.fixture(autouse=True)
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Ways that were measured, on a computer of two cores."""
    asked: list[tuple[int, str]] = []

    def take(one_pass: object, threads: int, precision: str) -> float:
        asked.append((threads, precision))
        return TIMES[threads, precision]

    monkeypatch.setattr(autotune, "time_pass", take)
    monkeypatch.setattr(autotune, "time_pass_briefly", lambda *_: 0.012)
    monkeypatch.setattr(autotune, "native_bfloat16", lambda device: True)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    monkeypatch.setattr(paths, "measurements_file", lambda: tmp_path / "cache" / "measurements.json")
    return asked


def test_a_like_run_does_not_measure_again_and_says_of_when_it_is(measured: list[tuple[int, str]]) -> None:
    told: list[str] = []
    first, words = autotune.resolve(OPEN, tell=told.append)
    assert told == ["Measuring this computer: 2 threads or 1, float32 or bfloat16"]
    assert words.startswith("Measured: a pass")
    count = len(measured)
    second, words = autotune.resolve(OPEN, tell=told.append)
    assert second == first
    assert (len(measured), len(told)) == (count, 1)
    assert words.startswith("Measured on 2")
    assert "bfloat16 on 2 threads 10.0 ms; float32 on 2 threads 20.0 ms" in words


@pytest.mark.parametrize("seconds", [0.1, 0.001])
def test_a_computer_that_is_slower_or_faster_now_is_measured_anew(
    measured: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    autotune.resolve(OPEN)
    count = len(measured)
    monkeypatch.setattr(autotune, "time_pass_briefly", lambda *_: seconds)
    autotune.resolve(OPEN)
    assert len(measured) == 2 * count


def test_other_networks_an_old_or_a_broken_file_are_measured_anew(
    measured: list[tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    autotune.resolve(OPEN)
    each = len(measured)
    autotune.resolve(training.config(engine__precision="auto", engine__threads=0, network__width=8))
    assert len(measured) == 2 * each
    monkeypatch.setattr(autotune_cache, "MAX_AGE_SECONDS", 0.0)
    autotune.resolve(OPEN)
    assert len(measured) == 3 * each


@pytest.mark.parametrize("content", ["", "[]", '{"x": 1}', "\x00"])
def test_a_broken_file_is_no_measurement(content: str) -> None:
    paths.measurements_file().parent.mkdir()
    paths.measurements_file().write_text(content)
    assert autotune_cache.load("x") is None
    autotune.resolve(OPEN)
    assert autotune_cache.load(autotune_cache.make_key(OPEN, 2)) is not None
