"""The generator of a run, or of another model, and pictures of it, for scripts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import nn

from ganstudio.images import Pictures
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs.folder import RunFolder

Named = Model | RunFolder | Path | str


def load_generator(model: Named, step: int | None = None) -> nn.Module:
    """G_ema of a run, as it is at its newest snapshot or was at the newest one not after `step`.

    model : a run or its folder; a model's name or a generator file, as `ganstudio.find_model` takes them.

    A torch module on the CPU, float32, in eval mode, without gradients for its weights: z (N, z_size), standard normal
    -> pictures (N, channels, size, size), -1..1; of a class-conditional run (z, labels (N,), int64) -> pictures.

    Raises
    ------
    InputError
        There is no such model, it has no snapshot of that time, or the snapshot is damaged.
    """
    return Sampler.from_model(_found(model, step)).G


def sample(
    model: Named,
    count: int = 64,
    seed: int = 0,
    step: int | None = None,
    labels: Sequence[int] | None = None,
) -> Pictures:
    """Pictures by a run's generator, uint8 (N, H, W) or (N, H, W, 3); the same for the same seed.

    model, step : as in `load_generator`.  labels : the class of each picture, of a class-conditional run; None: all in
    turn.

    Raises InputError as `load_generator` does, ValueError for classes that are not there.
    """
    sampler = Sampler.from_model(_found(model, step))
    classes = None if labels is None else np.asarray(labels)
    return sampler.sample(noise(count, sampler.z_size, seed), classes)


def _found(model: Named, step: int | None) -> Model:
    if isinstance(model, Model):
        return model
    return models.of_run(model, step) if isinstance(model, RunFolder) else models.find(model, step)
