"""Measure the quality after a time of training, compared with a tutorial loop, and whether any seed collapses.

    python tests/benchmarks/quality.py [--data DATA] [--plain PATH/plain_loop.py] [--preset mnist-quick] [--seconds 120]
    python tests/benchmarks/quality.py --seeds 1 2 3 4 5 --seconds 300

The measure is the Frechet distance between 10,000 samples and the 10,000 test pictures, in the features of a digit
classifier that is trained first (`digit_judge.py`). With --seeds, only runs of GAN Studio are measured. Prints a JSON
line for each run, with the extremes of its curves.
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
    """Train a run and return its measures, and the extremes of its curves."""
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
        **dataclasses.asdict(judge.measure(np.load(pictures))),
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
    parser.add_argument("--classifier", type=Path, help="file for its weights; read if it exists")
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
        measures = dataclasses.asdict(judge.measure(np.load(place / "plain.npy")))
        print(json.dumps(mine))
        print(json.dumps({"plain_loop": json.loads(other), **measures}))
        print(json.dumps({"ratio": round(float(str(mine["frechet"])) / measures["frechet"], 4)}))


if __name__ == "__main__":
    main()
