"""Run folders to export from: small networks, history and grids as a trainer would have left them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.events import Finished, Marked, Measured, Samples, Tick
from ganstudio.images import premultiply
from ganstudio.runs import checkpoint, history
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.sizes import ImageSize

Block = Callable[[str], None]
"""Makes the import of a package fail."""

GRID = 3
STEPS = (0, 10, 20, 40, 80)


def config(
    name: str = "mlp",
    channels: int = 1,
    conditional: bool = False,
    loss: str = "non-saturating",
    modes: int = 0,
    size: ImageSize = 28,
) -> cfg.RunConfig:
    made = cfg.RunConfig(
        preset="tiny",
        data=cfg.DataConfig("digits", size=size, channels=channels),
        network=cfg.NetworkConfig(name, 8, 4, conditional=conditional, classes=10 if conditional else 0, modes=modes),
        output=cfg.OutputConfig(grid=GRID),
    )
    return cfg.change(made, "objective.loss", loss)


def run(
    path: Path, settings: cfg.RunConfig | None = None, steps: tuple[int, ...] = STEPS, ticks: int = 50
) -> RunFolder:
    """A finished run with a grid and a snapshot at each of the steps, ticks, two measures and two marks.

    Without ticks it has only just begun.
    """
    settings = settings or config()
    info = RunInfo("2026-11-22T15:30:00+00:00", 0, total_steps=100)
    folder = RunFolder.create(path, settings, info)
    for step in steps:
        folder.save_samples(grid(step, settings))
        G = networks.generator(settings, torch.Generator().manual_seed(step))
        meta = {"step": step, "epoch": step / 50}
        checkpoint.save_snapshot(folder.snapshot_path(step), G.state_dict(), meta)
    if not ticks:
        return folder
    for step in range(2, 2 * ticks + 2, 2):
        folder.append(tick(step))
        if step == 40:
            folder.append(
                Marked(40, "change", "learning rate of D: 0.0002 -> 0.0001", "optimizer.d_lr", 0.0002, 0.0001)
            )
            folder.append(measured(40, 30.0))
    folder.append(Marked(90, "warning", "a warning"))
    folder.append(measured(95, 12.5))
    folder.append(history.end_mark(Finished(100, "done"), 100))
    return folder


def grid(step: int, settings: cfg.RunConfig) -> Samples:
    """Noise, the same for the same step, as a grid of nine."""
    channels = settings.data.channels
    shape = (GRID * GRID, *settings.data.sides) + ((channels,) if channels > 1 else ())
    pictures = np.random.default_rng(step).integers(0, 256, shape, np.uint8)
    return Samples(step, step / 50, premultiply(pictures))


def tick(step: int) -> Tick:
    loss = None if step == 60 else 1.0 + 0.01 * step
    return Tick(
        step, step * 64, step / 50, step / 4, loss, 0.5, 1.5, 0.75, 0.75, 0.25, 0.5, 0.625, 0.375, -1.25, 1000.0, 123
    )


def measured(step: int, fcd: float) -> Measured:
    shares = tuple([0.1] * 10)
    return Measured(step, step / 50, 0.1, "digit-classifier", 100, fcd, 0.5, 0.25, 0.9, 0.8, 0.01, shares, 0.9)


def tiled(samples: Samples) -> np.ndarray:
    """The grid as one picture, tiled by hand."""
    rows = [np.concatenate(list(samples.pictures[start : start + GRID]), axis=1) for start in range(0, GRID**2, GRID)]
    return np.concatenate(rows)


def left_over(folder: Path) -> list[str]:
    """Files that an export which failed should not have left."""
    return sorted(each.name for each in folder.iterdir())
