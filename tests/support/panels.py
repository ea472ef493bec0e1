"""A small run for the panels to show, without training: ticks, grids and snapshots made up from seeds."""

import dataclasses
from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import QEvent, QObject

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.events import Samples, Saved, Tick
from ganstudio.gui.model.run_model import RunModel
from ganstudio.images import Pictures
from ganstudio.runs import checkpoint

Z_SIZE = 23  # three pages of sliders, the last one of three
GRID = 3
SMALL = cfg.RunConfig(
    data=cfg.DataConfig("digits"),
    network=cfg.NetworkConfig("mlp", Z_SIZE, 4),
    output=cfg.OutputConfig(grid=GRID),
    epochs=10,
    seed=4,
)
CONDITIONAL = dataclasses.replace(
    SMALL, network=dataclasses.replace(SMALL.network, conditional=True, classes=10), output=cfg.OutputConfig(grid=4)
)


class Seen(QObject):
    """Counts the events of one kind that come to an object."""

    def __init__(self, watched: QObject, kind: QEvent.Type) -> None:
        super().__init__(watched)
        self._kind, self.count = kind, 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == self._kind
        return False


def tick(step: int, **values: float | None) -> Tick:
    """A tick at a step; ten steps make an epoch."""
    usual: dict[str, float | None] = {
        "d_loss": 1.0,
        "g_loss": 2.0,
        "d_loss_max": 1.5,
        "g_loss_max": 2.5,
        "d_acc_real": 0.75,
        "d_acc_fake": 0.65,
        "d_acc": 0.7,
        "d_real": 0.6,
        "d_fake": 0.4,
        "value": -1.2,
    }
    return Tick(
        step=step,
        images=step * 8,
        epoch=step / 10,
        seconds=step / 4,
        images_per_second=32.0,
        memory=1,
        **usual | values,
    )


def grid(step: int) -> Samples:
    """Pictures that tell the step and their place: all pixels of one are equal."""
    levels = (step + np.arange(GRID**2)) % 256
    return Samples(step, step / 10, np.broadcast_to(levels[:, None, None], (GRID**2, 28, 28)).astype(np.uint8).copy())


def snapshot(folder: Path, step: int, config: cfg.RunConfig = SMALL) -> Saved:
    """A generator with weights of its own for each step."""
    path = folder / f"{step}.safetensors"
    G = networks.generator(config, torch.Generator().manual_seed(step))
    # Wide weights: pictures that differ much from z to z.
    half = {name: (4 * each).half() if each.is_floating_point() else each for name, each in G.state_dict().items()}
    checkpoint.save_snapshot(path, half, {"step": step})
    return Saved(step, "snapshot", str(path))


def play(model: RunModel, folder: Path, *steps: int) -> None:
    """A tick, a grid and a snapshot at each of the steps."""
    for step in steps:
        if step:
            model.handle(tick(step))
        model.handle(grid(step))
        model.handle(snapshot(folder, step))


def expected(
    folder: Path, step: int, z: np.ndarray, config: cfg.RunConfig = SMALL, labels: np.ndarray | None = None
) -> Pictures:
    """What the generator of a step makes of z (N, z_size)."""
    from ganstudio.latent.sampler import Sampler

    return Sampler.from_snapshot(folder / f"{step}.safetensors", config).sample(z, labels)


def alike(one: Pictures | None, other: Pictures) -> bool:
    """Equal but for the rounding of sums in another order."""
    return one is not None and one.shape == other.shape and int(np.abs(one.astype(int) - other).max()) <= 1
