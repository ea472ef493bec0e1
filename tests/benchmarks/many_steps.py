"""Measure whether a step takes as long after 50,000 steps as at the start, including all that a run writes.

    python tests/benchmarks/many_steps.py [--steps 50000] [--parts 10]

Trains small fully connected networks on the built-in digits: costs that grow with the length of a run are the largest
fraction of a step there. Prints one JSON line: milliseconds per step in each part of the run, and the ratio of the last
part to the second (the first contains the warm-up).
"""

import argparse
import json
import tempfile
from pathlib import Path

from runs import train

SMALL = ("--network.name", "mlp", "--network.width", "8", "--optimizer.batch-size", "16", "--data.name", "digits")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=50_000)
    parser.add_argument("--parts", type=int, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        arguments = ("--preset", "gan-2014", *SMALL, "--engine.threads", "1", "--steps", str(args.steps))
        ticks = train(Path(place) / "run", *arguments).history().ticks
    costs = []
    for part in range(args.parts):
        low, high = (args.steps * bound // args.parts for bound in (part, part + 1))
        inside = [tick for tick in ticks if low <= tick.step <= high]
        first, last = inside[0], inside[-1]
        costs.append(1000 * (last.seconds - first.seconds) / (last.step - first.step))
    report = {
        "steps": args.steps,
        "milliseconds": [round(cost, 4) for cost in costs],
        "last_to_second": round(costs[-1] / costs[1], 3),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
