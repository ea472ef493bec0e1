"""Tiny models for tests: random weights, networks of a few hundred numbers."""

from pathlib import Path

import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.runs import checkpoint
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.training.state import discriminator_weights, half_precision_weights


def config(
    *, conditional: bool = False, name: str = "mlp", loss: str = "non-saturating", size: int = 28
) -> cfg.RunConfig:
    """Settings of a tiny pair; three classes if conditional."""
    network = cfg.NetworkConfig(name, 8, 4, conditional=conditional, classes=3 if conditional else 0)
    data = cfg.DataConfig("digits", size)
    return cfg.RunConfig(data=data, network=network, objective=cfg.ObjectiveConfig(loss))


def write(path: Path, settings: cfg.RunConfig, seed: int = 0, d_centre: float | None = 0.0, **meta: object) -> None:
    """A snapshot of random networks: G, and D unless `d_centre` is None."""
    rng = torch.Generator().manual_seed(seed)
    G, D = networks.generator(settings, rng), networks.discriminator(settings, rng)
    judge, about = discriminator_weights(D, d_centre)
    checkpoint.save_snapshot(path, half_precision_weights(G) | judge, about | meta)


def run(path: Path, settings: cfg.RunConfig, steps: tuple[int, ...] = (5, 9)) -> RunFolder:
    """A run's folder with snapshots."""
    folder = RunFolder.create(path, settings, RunInfo.now(settings))
    for step in steps:
        write(folder.snapshot_path(step), settings, seed=step, step=step)
    return folder


def generator_file(path: Path, settings: cfg.RunConfig, **meta: object) -> Path:
    """A file with a generator and the settings it was trained with."""
    write(path, settings, **{"name": "tiny", "config": cfg.to_dict(settings), "step": 7, **meta})  # type: ignore[arg-type]
    return path
