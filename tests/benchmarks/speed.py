"""Measure the training speed in comparison with a tutorial loop.

    python tests/benchmarks/speed.py [--plain PATH/plain_loop.py] [--data DATA] [--rounds 3] [--seconds 30]

Both train in turn, so that both are affected alike when the machine gets faster or slower. `plain_loop.py`, by default
in ../shared/bench beside the checkout, is a script that trains the same networks (28x28 DCGAN, width 64, batch size
128) the way tutorials do and prints a JSON line with images_per_second. Prints one JSON line: both speeds in each
round, and the median and minimum of their ratios.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from runs import SHARED, images_per_second, plain_loop, train


def ours(data: Path, seconds: float, preset: str) -> float:
    """Return the images per second of `ganstudio train`."""
    with tempfile.TemporaryDirectory() as place:
        arguments = ("--preset", preset, "--data", str(data), "--epochs", "1000")
        return images_per_second(train(Path(place) / "run", *arguments, seconds=seconds))


def plain(script: Path, data: Path, seconds: float) -> float:
    """Return the images per second that the tutorial loop prints."""
    return float(json.loads(plain_loop(script, data, seconds))["images_per_second"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plain", type=Path, default=SHARED / "bench" / "plain_loop.py")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", SHARED / "datasets")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--preset", default="mnist-dcgan")
    args = parser.parse_args()
    for needed in (args.plain, args.data / "MNIST" / "raw"):
        if not needed.exists():
            parser.error(f"{needed} does not exist")
    pairs = [
        (ours(args.data, args.seconds, args.preset), plain(args.plain, args.data, args.seconds))
        for _ in range(args.rounds)
    ]
    ratios = [mine / other for mine, other in pairs]
    report = {
        "preset": args.preset,
        "ours": [round(mine) for mine, _ in pairs],
        "plain": [round(other) for _, other in pairs],
        "ratio_median": round(statistics.median(ratios), 3),
        "ratio_min": round(min(ratios), 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
