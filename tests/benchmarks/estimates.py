"""Estimates of memory and time beside the truth: a run of each configuration in a fresh process.

    python tests/benchmarks/estimates.py memory [NUMBER ...]
    python tests/benchmarks/estimates.py time [--seconds S] [NUMBER ...]

Memory is the resident set at its peak less that of the same process before the data set is read; the time is that of a
picture over the whole run, grids and checkpoints included. On the CPU; other programs make times useless.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import presets, process

PICTURES = 1000
ROUNDS = 4  # of a run whose memory is measured: gradient penalties are due in the first one
LOW = {"engine.precision": "bfloat16"}
MEMORY: list[tuple[str, dict[str, Any]]] = [
    ("mnist-quick", {}),
    ("mnist-conditional", LOW),
    ("gan-2014", {}),
    ("wgan-gp", {"optimizer.batch_size": 256}),
    ("dcgan-64", {"optimizer.batch_size": 32}),
    ("dcgan-64", {"optimizer.batch_size": 32, "engine.convolution": "winograd"}),
    ("cifar-32", {"optimizer.batch_size": 64} | LOW),
    ("own-64", {"optimizer.batch_size": 32, "data.channels": 4} | LOW),
    ("own-64", {"optimizer.batch_size": 16, "data.size": "96x128", "data.channels": 3}),
    ("own-128", {"optimizer.batch_size": 16} | LOW),
    ("own-128", {"optimizer.batch_size": 16, "optimizer.accumulate": 2}),
    ("own-256", {"optimizer.batch_size": 4, "network.width": 32, "data.channels": 3} | LOW),
]
TIME: list[tuple[str, dict[str, Any]]] = [
    ("mnist-quick", {}),
    ("mnist-conditional", LOW),
    ("gan-2014", {}),
    ("cifar-32", {"optimizer.batch_size": 64} | LOW),
    ("own-64", LOW),
    ("own-128", {"optimizer.batch_size": 16} | LOW),
]


def configure(name: str, changes: dict[str, Any]) -> cfg.RunConfig:
    """Return the settings of a configuration."""
    config = presets.load(name).config
    fixed: dict[str, Any] = {"engine.device": "cpu", "engine.precision": "float32", "engine.convolution": "direct"}
    fixed |= {"engine.threads": process.usable_cores(), "measure.every": 0}
    for path, value in (fixed | changes).items():
        config = cfg.change(config, path, value)
    return config


def run_it(number: int, table: str, seconds: float) -> None:
    """Train a configuration in this process, and print the bytes at its peak and the seconds of a picture."""
    process.use_one_heap()
    import ganstudio.runs.runner as runs
    from ganstudio.events import Stepped

    config = configure(*(MEMORY if table == "memory" else TIME)[number])
    config = cfg.change(config, "steps", ROUNDS) if table == "memory" else cfg.change(config, "seconds", seconds)
    before = _read_status("VmRSS")
    dataset = make_dataset(config)
    with tempfile.TemporaryDirectory() as folder:
        runner = runs.start(config, dataset, Path(folder) / "run")
        began, images = time.perf_counter(), 0
        for event in runner.events():
            images = getattr(event, "images", images)
            if isinstance(event, Stepped) and event.step == 1:  # kernels are there now
                began = time.perf_counter()
        took = time.perf_counter() - began
    print(json.dumps({"peak": _read_status("VmHWM") - before, "seconds": took / max(1, images)}))


def make_dataset(config: cfg.RunConfig) -> Any:
    """Return pictures of noise, as the configuration wants them."""
    import numpy as np

    from ganstudio.data.dataset import Dataset

    info = describe(config)
    shape = (info.count, info.height, info.width, info.channels)[: 3 + (info.channels > 1)]
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    return Dataset(info, images, (np.arange(info.count) % 10).astype(np.uint8))


def describe(config: cfg.RunConfig) -> Any:
    """Return what is known of these pictures."""
    from ganstudio.data import catalog

    height, width = config.data.sides
    info, channels = catalog.find("mnist"), config.data.channels
    return dataclasses.replace(info, count=PICTURES, height=height, width=width, channels=channels)


def _read_status(name: str) -> int:
    """Return a figure of this process in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def compare(number: int, table: str, seconds: float) -> str:
    """Return a row: the configuration, its estimate, the truth, and how far they are apart."""
    from ganstudio.training.estimates.estimate import estimate

    process.keep_freed_memory()
    name, changes = (MEMORY if table == "memory" else TIME)[number]
    config = configure(name, changes)
    found = estimate(config, describe(config), measures=table == "time")
    command = [sys.executable, __file__, table, str(number), "--seconds", str(seconds), "--here"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    if table == "memory":
        guess, truth, unit = found.memory.added / 1e6, answer["peak"] / 1e6, "MB"
    else:
        assert found.round is not None
        guess, truth, unit = 1000 * found.round.seconds / found.images_per_round, 1000 * answer["seconds"], "ms"
    what = " ".join([name, *(f"{path.split('.')[1]}={value}" for path, value in changes.items())])
    parts = f"{found.simulated.kept / 1e6:.0f} + {(found.simulated.training - found.simulated.kept) / 1e6:.0f}"
    return f"| {what} | {guess:,.4g} {unit} | {truth:,.4g} {unit} | {100 * (guess / truth - 1):+.0f} % | {parts} |"


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("table", choices=("memory", "time"))
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--here", action="store_true")
    arguments = parser.parse_args()
    numbers = arguments.numbers or range(len(MEMORY if arguments.table == "memory" else TIME))
    if arguments.here:
        run_it(numbers[0], arguments.table, arguments.seconds)
        return
    print(f"load {os.getloadavg()[0]:.1f}\n| configuration | estimate | measured | off by | kept + updates, MB |")
    print("| --- | --- | --- | --- | --- |")
    for number in numbers:
        print(compare(number, arguments.table, arguments.seconds), flush=True)


if __name__ == "__main__":
    main()
