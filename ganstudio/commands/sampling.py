"""sample: pictures of a run's newest generator, as one picture or as numbers."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio import images
from ganstudio.errors import InputError
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs.folder import RunFolder


def sample(folder: Path, count: int, seed: int, out: Path) -> str:
    """Write `count` pictures to `out`; what to say about them.

    out : FILE.png, a grid as square as can be; FILE.npy, uint8 (N, H, W) or (N, H, W, 3).

    Raises InputError when something was asked for that cannot be.
    """
    if out.suffix not in (".png", ".npy"):
        raise InputError(f"--out must end in .png (a grid) or .npy (numbers); got {out}.")
    if count < 1:
        raise InputError(f"--count must be at least 1; got {count}.")
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be from 0 to {2**32 - 1:,}; got {seed}.")
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent} to write {out.name} in.")
    sampler = Sampler.load(RunFolder.open(folder))
    pictures = sampler.sample(noise(count, sampler.z_size, seed))
    try:
        _write(pictures, out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from None
    return f"{count:,} pictures in {out}"


def _write(pictures: images.Pictures, out: Path) -> None:
    if out.suffix == ".npy":
        np.save(out, pictures)
        return
    sheet = images.tile(pictures, columns=math.ceil(math.sqrt(len(pictures))))
    Image.fromarray(sheet).save(out)
