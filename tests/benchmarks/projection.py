"""Measure the time and the error of GAN inversion of test digits, on which no generator was trained.

    python tests/benchmarks/projection.py [--model mnist-conditional] [--data DATA] [--pictures 100] [--threads 1]

The seconds are those of single pictures, one after the other, each with the time limit that the window has; the error
is the mean absolute difference of pixels, 0 to 1. Prints one JSON line.
"""

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
import torch

from ganstudio.data import catalog
from ganstudio.latent import models
from ganstudio.latent.inversion import project
from ganstudio.latent.sampler import Sampler
from runs import SHARED

TIMED = 10  # pictures inverted one by one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mnist-conditional")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", SHARED / "datasets")))
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    os.environ["GANSTUDIO_DATA"] = str(args.data)
    torch.set_num_threads(args.threads)
    sampler = Sampler.from_model(models.find(args.model))
    test = catalog.load("mnist", size=28, channels=1, split="test")
    pictures, labels = test.images[: args.pictures], test.labels[: args.pictures]
    project(sampler, pictures[:1])  # warm-up
    seconds = []
    for picture in pictures[:TIMED]:
        began = time.perf_counter()
        project(sampler, picture[None])
        seconds.append(time.perf_counter() - began)
    inversion = project(sampler, pictures, seconds=60.0)
    figures = {
        "model": args.model,
        "threads": args.threads,
        "seconds": round(float(np.median(seconds)), 2),
        "longest": round(max(seconds), 2),
        "pictures": len(pictures),
        "error": round(float(inversion.error.mean()), 4),
        "worst": round(float(inversion.error.max()), 4),
    }
    if inversion.mix is not None:
        figures["classes_right"] = round(float((inversion.mix.argmax(1) == labels).mean()), 3)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
