"""Measure the pictures per second of training in one process and in several.

    python tests/benchmarks/scaling.py [--data DATA] [--preset mnist-dcgan] [--processes 1 2] [--rounds 3]

They train in turn, so that all are affected alike when the machine gets faster or slower. Processes share the cores: on
a CPU nothing is gained if one process can use all of them, and what is measured is the cost of synchronization. Prints
one JSON line.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from runs import SHARED, images_per_second, train


def speed(data: Path, preset: str, processes: int, seconds: float) -> float:
    """Return the images per second of all processes together."""
    with tempfile.TemporaryDirectory() as place:
        arguments = ("--preset", preset, "--data", str(data), "--seconds", str(seconds), "--processes", str(processes))
        return images_per_second(train(Path(place) / "run", *arguments))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", SHARED / "datasets")))
    parser.add_argument("--preset", default="mnist-dcgan")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args()
    rounds = [
        {count: speed(args.data, args.preset, count, args.seconds) for count in args.processes}
        for _ in range(args.rounds)
    ]
    report = {
        "preset": args.preset,
        "images_per_second": {count: [round(speeds[count]) for speeds in rounds] for count in args.processes},
        "against_the_first": {
            count: round(statistics.median(speeds[count] / speeds[args.processes[0]] for speeds in rounds), 3)
            for count in args.processes
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
