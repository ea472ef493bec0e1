"""Small configurations and data for tests of the engine."""

import numpy as np
import torch

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.data.catalog import Dataset, find
from ganstudio.sizes import ImageSize, sides
from ganstudio.training.device import hardware
from ganstudio.training.trainer import Trainer


def dataset(count: int = 40, size: ImageSize = 28, channels: int = 1, seed: int = 0) -> Dataset:
    """Random blobs: enough to train on, nothing to learn."""
    shape = (count, *sides(size)) if channels == 1 else (count, *sides(size), channels)
    images = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    if channels == 4:  # premultiplied
        images[..., :3] = np.minimum(images[..., :3], images[..., 3:])
    return Dataset(find("digits"), images, np.zeros(count, np.uint8))


# What a run on this processor would take, without measuring.
PRECISION = "bfloat16" if hardware.native_bfloat16(torch.device("cpu")) else "float32"


def config(**changes: object) -> cfg.RunConfig:
    """Tiny networks on the CPU; `changes` by dotted name, with __ for the dot."""
    small = {
        "network.width": 4,
        "network.z_size": 8,
        "optimizer.batch_size": 8,
        "engine.device": "cpu",
        "engine.threads": 1,
        "engine.precision": PRECISION,
        "epochs": 2,
        "output.grid": 2,
    }
    made = cfg.RunConfig()
    for path, value in {**small, **{name.replace("__", "."): value for name, value in changes.items()}}.items():
        made = cfg.change(made, path, value)
    return made


def trainer(**changes: object) -> Trainer:
    """Trainer of `config(**changes)` on blobs that fit it."""
    made = config(**changes)
    return Trainer(made, dataset(size=made.data.size, channels=made.data.channels), configure=process.configure)
