"""Generators for `export`, which stands beside this floor and is handed this module (see `export.job.Latent`).

Knows no torch until a generator is loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.latent import models, paths

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

Points = npt.NDArray[np.float32]


def find(name: str | Path, step: int | None) -> models.Model:
    """See `models.find`."""
    return models.find(name, step)


def load(path: Path, config: RunConfig) -> "Sampler":
    """The generator in a snapshot or generator file. Raises RunError."""
    from ganstudio.latent.sampler import Sampler

    return Sampler.from_snapshot(path, config)


def noise(count: int, z_size: int, seed: int) -> Points:
    """z (count, z_size), standard normal, the same for the same seed."""
    from ganstudio.latent.sampler import noise

    return noise(count, z_size, seed)


def walk(keys: Points, frames_between: int) -> Points:
    """See `paths.walk`: round and round, (K, z_size) -> (F, z_size)."""
    return paths.walk(keys, frames_between, loop=True)


def mixes(keys: Points, frames_between: int) -> Points:
    """See `paths.mixes`: in step with `walk`, (K, classes) -> (F, classes)."""
    return paths.mixes(keys, frames_between, loop=True)
