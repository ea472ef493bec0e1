"""The generator of a run, or of another model, and pictures of it, for scripts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from torch import nn

from ganstudio.images import Pictures, unpremultiply
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs.folder import RunFolder

ModelLike = Model | RunFolder | Path | str


def load_generator(model: ModelLike, step: int | None = None) -> nn.Module:
    """Load G_ema of a run or of another model.

    Parameters
    ----------
    model
        A run or its folder; the name of a model or a generator file, as `ganstudio.find_model` takes them.
    step
        Of a run, the newest snapshot that is not after this step; None: the newest.

    Returns
    -------
    torch.nn.Module
        On the CPU, float32, in eval mode, without gradients for its weights: z (N, z_size), standard normal -> pictures
        (N, channels, height, width), -1..1; if it is class-conditional (z, labels (N,), int64) -> pictures. Four
        channels are premultiplied colour and alpha.

    Raises
    ------
    InputError
        There is no such model, it has no snapshot of that time, or the snapshot is damaged.
    """
    return Sampler.from_model(_find(model, step)).G


def sample(
    model: ModelLike,
    count: int = 64,
    seed: int = 0,
    step: int | None = None,
    labels: Sequence[int] | None = None,
) -> Pictures:
    """Generate pictures with a run's generator.

    Parameters
    ----------
    model, step
        As in `load_generator`.
    count
        Number of pictures.
    seed
        The same seed gives the same pictures.
    labels
        Class of each picture, of a class-conditional run; None: the classes in turn.

    Returns
    -------
    numpy.ndarray
        (count, H, W), (count, H, W, 3) or (count, H, W, 4), uint8; colours beside alpha are as in files, not
        premultiplied.

    Raises
    ------
    InputError
        As in `load_generator`.
    ValueError
        There is no such class.
    """
    sampler = Sampler.from_model(_find(model, step))
    classes = None if labels is None else np.asarray(labels)
    return unpremultiply(sampler.sample(noise(count, sampler.z_size, seed), classes))


def _find(model: ModelLike, step: int | None) -> Model:
    if isinstance(model, Model):
        return model
    return models.of_run(model, step) if isinstance(model, RunFolder) else models.find(model, step)
