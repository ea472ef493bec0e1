import itertools

import pytest
import torch

from ganstudio.benchmark import device
from ganstudio.training.device.hardware import memory_in_use

CPU = torch.device("cpu")


def test_peak_is_of_the_fastest_product(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(device.time, "perf_counter", lambda: next(ticks) / 1000)  # a product takes 1 ms
    assert device.peak_flops(CPU, "float32", 0.0, sizes=(16, 64, 32)) == pytest.approx(2 * 64**3 / 1e-3)


def test_peak_of_this_machine_is_possible() -> None:
    assert 1e6 < device.peak_flops(CPU, "float32", 0.01, sizes=(64, 128)) < 1e15


def test_peak_memory_is_at_least_what_is_in_use() -> None:
    now = memory_in_use(CPU)
    torch.zeros(8_000_000)  # 32 MB, given back at once
    assert device.peak_memory(CPU) >= now > 10_000_000


def test_processor_is_named_with_its_cores() -> None:
    assert device.describe(CPU).split(", ")[-1].split()[1].startswith("core")
