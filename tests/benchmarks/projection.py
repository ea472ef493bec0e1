"""How long the search for z of a picture takes, and how near it comes, on test digits that no generator has seen.

    python tests/benchmarks/projection.py [--model mnist-conditional] [--data DATA] [--pictures 100] [--threads 1]

The seconds are those of single pictures, one after the other, each with the time that the window gives it; the error is
the mean absolute difference of pixels, 0 to 1. Prints a JSON line.
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

TIMED = 10  # pictures projected one by one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mnist-conditional")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("GANSTUDIO_DATA", SHARED / "datasets")))
    parser.add_argument("--pictures", type=int, default=100)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    os.environ["GANSTUDIO_DATA"] = str(arguments.data)
    torch.set_num_threads(arguments.threads)
    sampler = Sampler.from_model(models.find(arguments.model))
    test = catalog.load("mnist", size=28, channels=1, split="test")
    pictures, labels = test.images[: arguments.pictures], test.labels[: arguments.pictures]
    project(sampler, pictures[:1])  # what is only done once
    seconds = []
    for picture in pictures[:TIMED]:
        began = time.perf_counter()
        project(sampler, picture[None])
        seconds.append(time.perf_counter() - began)
    found = project(sampler, pictures, seconds=60.0)
    figures = {
        "model": arguments.model,
        "threads": arguments.threads,
        "seconds": round(float(np.median(seconds)), 2),
        "longest": round(max(seconds), 2),
        "pictures": len(pictures),
        "error": round(float(found.error.mean()), 4),
        "worst": round(float(found.error.max()), 4),
    }
    if found.mix is not None:
        figures["classes_right"] = round(float((found.mix.argmax(1) == labels).mean()), 3)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
