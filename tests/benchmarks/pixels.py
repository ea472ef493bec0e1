"""Measure how the training time of a picture grows from 28 to 128 pixels.

    python tests/benchmarks/pixels.py [--network resnet] [--width 16] [--batch 16] [--channels 3] [--rounds 3]

Trains rounds of one update of D and one of G at each size in turn. Prints one JSON line: milliseconds per picture, and
the time per pixel relative to that at 32 pixels (networks for 28 pixels begin with another base size).
"""

import argparse
import json
import statistics
import time

import numpy as np

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.config import IMAGE_SIZES
from ganstudio.data.catalog import Dataset, find
from ganstudio.training.trainer import Trainer


def trainer(args: argparse.Namespace, size: int) -> Trainer:
    """Return a trainer of random pictures: the time does not depend on what they show."""
    config = cfg.RunConfig()
    values = {
        "network.name": args.network,
        "network.width": args.width,
        "optimizer.batch_size": args.batch,
        "data.size": size,
        "data.channels": args.channels,
    }
    for path, value in values.items():
        config = cfg.change(config, path, value)
    shape = (256, size, size) if args.channels == 1 else (256, size, size, 3)
    images = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    return Trainer(config, Dataset(find("digits"), images, np.zeros(256, np.uint8)), configure=process.configure)


def seconds_a_round(run: Trainer, steps: int = 8) -> float:
    """Return the median time of `steps` rounds, after two that are not counted."""
    seconds = []
    for number in range(steps + 2):
        began = time.perf_counter()
        run.round()
        if number >= 2:
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", default="resnet")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--channels", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    runs = {size: trainer(args, size) for size in IMAGE_SIZES}
    times: dict[int, list[float]] = {size: [] for size in IMAGE_SIZES}
    for _ in range(args.rounds):
        for size, run in runs.items():
            times[size].append(seconds_a_round(run) / args.batch)
    cost = {size: statistics.median(seconds) for size, seconds in times.items()}
    per_pixel = {size: seconds / size**2 for size, seconds in cost.items()}
    report = {
        "network": args.network,
        "milliseconds_a_picture": {size: round(1e3 * seconds, 3) for size, seconds in cost.items()},
        "a_pixel_against_32": {size: round(seconds / per_pixel[32], 2) for size, seconds in per_pixel.items()},
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
