"""The generator of a run and pictures of it, for scripts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import nn

from ganstudio.images import Pictures
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs.folder import RunFolder


def load_generator(run: RunFolder | Path | str, step: int | None = None) -> nn.Module:
    """G_ema of a run, as it is at its newest snapshot or was at the newest one not after `step`.

    A torch module on the CPU, float32, in eval mode, without gradients for its weights: z (N, z_size), standard normal
    -> pictures (N, channels, size, size), -1..1; of a class-conditional run (z, labels (N,), int64) -> pictures.

    Raises
    ------
    RunError
        `run` is no run's folder, it has no snapshot of that time, or the snapshot is damaged.
    """
    return Sampler.load(_folder(run), step).G


def sample(
    run: RunFolder | Path | str,
    count: int = 64,
    seed: int = 0,
    step: int | None = None,
    labels: Sequence[int] | None = None,
) -> Pictures:
    """Pictures of a run's generator, uint8 (N, H, W) or (N, H, W, 3); the same for the same seed.

    step : as in `load_generator`.  labels : the class of each picture, of a class-conditional run; None: all in turn.

    Raises RunError as `load_generator` does, ValueError for classes that are not there.
    """
    sampler = Sampler.load(_folder(run), step)
    classes = None if labels is None else np.asarray(labels)
    return sampler.sample(noise(count, sampler.z_size, seed), classes)


def _folder(run: RunFolder | Path | str) -> RunFolder:
    return run if isinstance(run, RunFolder) else RunFolder.open(run)
