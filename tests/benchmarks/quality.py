"""Quality after so much time against the tutorial loop's after the same time, and whether seeds collapse.

    python tests/benchmarks/quality.py [--data DATA] [--plain PATH/plain_loop.py] [--preset mnist-quick] [--seconds 120]
    python tests/benchmarks/quality.py --seeds 1 2 3 4 5 --seconds 300

The measure is the Frechet distance in the features of a digit classifier that is trained for it (`digit_judge.py`),
between 10,000 samples and the 10,000 test pictures. With --seeds, only our runs, and the extremes of their curves.
Prints a JSON line for each run.
"""

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from digit_judge import Judge

from runs import SHARED, plain_loop, train

SAMPLES = 10_000


def ours(judge: Judge, data: Path, preset: str, seconds: float, seed: int, place: Path) -> dict[str, object]:
    """A run, its verdict, and the worst that its curves show."""
    out, pictures = place / f"run{seed}", place / "ours.npy"
    arguments = ("--preset", preset, "--data", str(data), "--seconds", str(seconds), "--seed", str(seed))
    ticks = train(out, *arguments).history().ticks
    command = [sys.executable, "-m", "ganstudio", "sample", str(out), "--count", str(SAMPLES), "--out", str(pictures)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {
        "preset": preset,
        "seed": seed,
        "steps": ticks[-1].step,
        "images": ticks[-1].images,
        **dataclasses.asdict(judge.verdict(np.load(pictures))),
        "highest_d_loss": max(tick.d_loss_max for tick in ticks if tick.d_loss_max is not None),
        "lowest_d_real": min(tick.d_real for tick in ticks if tick.d_real is not None),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", SHARED / "datasets")))
    parser.add_argument("--plain", type=Path, default=SHARED / "bench" / "plain_loop.py")
    parser.add_argument("--preset", default="mnist-quick")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--seeds", type=int, nargs="*", default=[])
    parser.add_argument("--classifier", type=Path, help="where its weights are kept for another time")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        judge = Judge(args.data, args.classifier or place / "classifier.pt")
        print(json.dumps({"classifier_accuracy": round(judge.accuracy, 4)}), flush=True)
        for seed in args.seeds:
            print(json.dumps(ours(judge, args.data, args.preset, args.seconds, seed, place)), flush=True)
        if args.seeds:
            return
        mine = ours(judge, args.data, args.preset, args.seconds, 0, place)
        other = plain_loop(args.plain, args.data, args.seconds, ["--samples", str(place / "plain.npy")])
        verdict = dataclasses.asdict(judge.verdict(np.load(place / "plain.npy")))
        print(json.dumps(mine))
        print(json.dumps({"plain_loop": json.loads(other), **verdict}))
        print(json.dumps({"ratio": round(float(str(mine["frechet"])) / verdict["frechet"], 4)}))


if __name__ == "__main__":
    main()
