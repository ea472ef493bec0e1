import time
from pathlib import Path

import pytest
import torch

from ganstudio import paths
from ganstudio.errors import ConfigError
from ganstudio.training.device import autotune
from support import training


@pytest.fixture(autouse=True)
def _nothing_is_known_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "measurements_file", lambda: tmp_path / "measurements.json")


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def timed_by(seconds: dict[tuple[int, str], float], monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Measurements that come out as wished; the ways that were measured."""
    asked: list[tuple[int, str]] = []

    def take(one_pass: object, threads: int, precision: str) -> float:
        asked.append((threads, precision))
        return seconds[threads, precision]

    monkeypatch.setattr(autotune, "time_pass", take)
    monkeypatch.setattr(autotune, "native_bfloat16", lambda device: True)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    return asked


OPEN = {"engine__precision": "auto", "engine__threads": 0}


def test_the_fastest_way_is_taken_and_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.020, (2, "bfloat16"): 0.010, (1, "float32"): 0.018}, monkeypatch)
    config, words = autotune.resolve(training.config(**OPEN))
    assert (config.engine.precision, config.engine.threads) == ("bfloat16", 2)
    assert "bfloat16 on 2 threads 10.0 ms" in words
    assert "float32 on 2 threads 20.0 ms" in words
    assert "float32 on 1 thread 18.0 ms" in words


def test_one_thread_where_another_program_holds_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = timed_by({(2, "float32"): 0.3, (1, "bfloat16"): 0.02, (1, "float32"): 0.018}, monkeypatch)
    assert autotune.resolve(training.config(**OPEN))[0].engine.threads == 1
    assert (2, "bfloat16") not in asked  # where two threads are slow, nothing more is waited for with them


def test_a_difference_within_the_noise_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.0100, (2, "bfloat16"): 0.0099, (1, "float32"): 0.0080}, monkeypatch)
    config, _ = autotune.resolve(training.config(**OPEN))
    assert (config.engine.precision, config.engine.threads) == ("float32", 2)


def test_what_is_asked_for_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = timed_by({}, monkeypatch)
    config, words = autotune.resolve(training.config(engine__precision="float32", engine__threads=3))
    assert (config.engine.precision, config.engine.threads, words, asked) == ("float32", 3, "", [])


def test_a_real_measurement_is_short_and_leaves_threads_as_they_were() -> None:
    before, begun = torch.get_num_threads(), time.monotonic()
    config, _ = autotune.resolve(training.config(**OPEN))
    assert time.monotonic() - begun < 20  # a second at most where nothing else runs
    assert torch.get_num_threads() == before
    assert config.engine.precision in ("float32", "bfloat16")
    assert 1 <= config.engine.threads <= before


def test_float16_on_a_processor_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="GPU"):
        autotune.resolve(training.config(engine__precision="float16"))
