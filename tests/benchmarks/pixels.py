"""How the cost of a picture grows from 28 to 128 pixels.

    python tests/benchmarks/pixels.py [--network resnet] [--width 16] [--batch 16] [--channels 3] [--rounds 3]

Times rounds of one update of D and one of G at each size, in turn. Prints one JSON line: milliseconds a picture, and
nanoseconds a pixel against those at 32 pixels, the smallest size with the same base.
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
    """On random pictures: the cost does not depend on what they show."""
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
    """Median of some rounds, after two that are not counted."""
    taken = []
    for number in range(steps + 2):
        begun = time.perf_counter()
        run.round()
        if number >= 2:
            taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


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
    cost = {size: statistics.median(each) for size, each in times.items()}
    a_pixel = {size: each / size**2 for size, each in cost.items()}
    report = {
        "network": args.network,
        "milliseconds_a_picture": {size: round(1e3 * each, 3) for size, each in cost.items()},
        "a_pixel_against_32": {size: round(each / a_pixel[32], 2) for size, each in a_pixel.items()},
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
