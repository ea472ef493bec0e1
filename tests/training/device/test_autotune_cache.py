"""What was measured before is taken where it still holds, and measured anew where it does not."""

import time
from pathlib import Path

import pytest

from ganstudio.system import cores, paths
from ganstudio.training.device import autotune, autotune_cache, load
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
    monkeypatch.setattr(autotune.load, "read_usage", lambda: load.Usage(time.monotonic(), 0.0, 0.0))
    monkeypatch.setattr(cores, "usable_cores", lambda: 2)
    monkeypatch.setattr(cores, "fast_cores", lambda: 2)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(paths, "measurements_file", lambda: tmp_path / "cache" / "measurements.json")
    return asked


def test_a_like_run_does_not_measure_again_and_says_of_when_it_is(measured: list[tuple[int, str]]) -> None:
    told: list[str] = []
    first = autotune.resolve(OPEN, tell=told.append)
    assert told == ["Measuring this computer: 2 threads or 1, float32 or bfloat16"]
    assert first.text.startswith("Measured: a pass")
    count = len(measured)
    second = autotune.resolve(OPEN, tell=told.append)
    assert (second.config, second.threads) == (first.config, first.threads)
    assert (len(measured), len(told)) == (count, 1)
    assert second.text.startswith("Measured on 2")
    assert "bfloat16 on 2 threads 10.0 ms; float32 on 2 threads 20.0 ms" in second.text


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
    assert autotune_cache.load("x", autotune_cache.Measurement) is None
    autotune.resolve(OPEN)
    assert autotune_cache.load(autotune_cache.make_key(OPEN, 2), autotune_cache.Measurement) is not None


def test_what_is_measured_beside_a_busy_program_is_not_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    monkeypatch.setattr(autotune.load, "read_usage", lambda: load.Usage(now := time.monotonic(), now - started, 0.0))
    autotune.resolve(OPEN)
    assert not paths.measurements_file().exists()


def test_where_the_system_does_not_tell_of_others_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autotune.load, "read_usage", lambda: None)
    autotune.resolve(OPEN)
    assert not paths.measurements_file().exists()


def test_beside_a_busy_program_the_precision_is_the_stored_one(monkeypatch: pytest.MonkeyPatch) -> None:
    autotune.resolve(OPEN)
    started = time.monotonic()
    monkeypatch.setattr(autotune.load, "read_usage", lambda: load.Usage(now := time.monotonic(), now - started, 0.0))
    monkeypatch.setattr(autotune, "time_pass_briefly", lambda *_: 0.3)
    monkeypatch.setattr(autotune, "work_seconds", lambda *_: pytest.fail("it was measured again"))
    choice = autotune.resolve(OPEN)
    assert choice.config.engine.precision == "bfloat16"
    assert choice.text.startswith("Measured while other programs were busy")
