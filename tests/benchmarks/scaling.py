"""Pictures per second with one process and with more, on this machine; in turn, so that all see the same machine.

    python tests/benchmarks/scaling.py [--data DATA] [--preset mnist-dcgan] [--processes 1 2] [--rounds 3]

Processes share the cores, so on a CPU nothing is gained where one process uses them all well: what is measured is what
it costs to keep several in step. Prints one JSON line.
"""

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path

from runs import SHARED, images_per_second, train


def speed(data: Path, preset: str, processes: int, seconds: float) -> float:
    """Images per second of all processes together."""
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
        "images_per_second": {count: [round(each[count]) for each in rounds] for count in args.processes},
        "against_the_first": {
            count: round(statistics.median(each[count] / each[args.processes[0]] for each in rounds), 3)
            for count in args.processes
        },
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
