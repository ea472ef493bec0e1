"""Training speed against the tutorial loop, in turn, so that both see the same machine.

    python tests/benchmarks/speed.py [--plain PATH/plain_loop.py] [--data DATA] [--rounds 3] [--seconds 30]

`plain_loop.py`, looked for in ../shared/bench beside the checkout, is a script that trains the same networks (28x28
DCGAN, width 64, batch 128) the way tutorials do and prints a JSON line with images_per_second. Prints one JSON line:
both speeds of every round, and the median ratio.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from runs import BESIDE, images_per_second, plain_loop, train


def ours(data: Path, seconds: float, preset: str) -> float:
    """Images per second of `ganstudio train`."""
    with tempfile.TemporaryDirectory() as place:
        arguments = ("--preset", preset, "--data", str(data), "--epochs", "1000")
        return images_per_second(train(Path(place) / "run", *arguments, seconds=seconds))


def plain(script: Path, data: Path, seconds: float) -> float:
    """Images per second that the tutorial loop prints."""
    return float(json.loads(plain_loop(script, data, seconds))["images_per_second"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plain", type=Path, default=BESIDE / "bench" / "plain_loop.py")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", BESIDE / "datasets")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--preset", default="mnist-dcgan")
    args = parser.parse_args()
    for needed in (args.plain, args.data / "MNIST" / "raw"):
        if not needed.exists():
            parser.error(f"{needed} is not there")
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
