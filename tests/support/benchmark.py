"""A tiny configuration to benchmark, data for it, and a report with round figures."""

import numpy as np

from ganstudio import config as cfg
from ganstudio.benchmark.report import Phase, Report, Round
from ganstudio.data.catalog import Dataset, find

TINY = {
    "data": {"name": "digits"},
    "network": {"name": "mlp", "z_size": 4, "width": 4},
    "optimizer": {"batch_size": 8},
    "engine": {"device": "cpu", "precision": "float32", "threads": 1},
    "output": {"grid": 2},
}


def config(**changes: object) -> cfg.RunConfig:
    """Tiny networks on the CPU; `changes` by dotted name, with __ for the dot."""
    made = cfg.from_dict(TINY)
    for name, value in changes.items():
        made = cfg.change(made, name.replace("__", "."), value)
    return made


def dataset() -> Dataset:
    """40 pictures of noise."""
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), np.uint8)
    return Dataset(find("digits"), images, np.zeros(40, np.uint8))


def report(hardware: str = "a computer, 2 cores", **settings: object) -> Report:
    """1,000, 3,000 and 2,000 pictures a second, against 500, 1,000 and 2,000."""
    return Report(
        date="2026-11-22T12:00:00+00:00",
        settings=cfg.to_dict(config(**settings)),
        device="cpu",
        hardware=hardware,
        versions={"ganstudio": "0", "torch": "2.13.0"},
        measured="",
        rounds=[Round(1000.0, 500.0), Round(3000.0, 1000.0), Round(2000.0, 2000.0)],
        images_per_round=8,
        flops_per_round=4e6,
        peak_flops=4e9,
        phases=[Phase("data", 0.001), Phase("D backward", 0.002)],
        timed_round=0.004,
        memory=123_000_000,
    )
