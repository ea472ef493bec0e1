"""sample: pictures of a run's newest generator, as one picture or as numbers."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio import images
from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.latent.sampler import Sampler, noise
from ganstudio.runs.folder import RunFolder


def sample(folder: Path, count: int, seed: int, out: Path, classes: str | None = None) -> str:
    """Write `count` pictures to `out`; what to say about them.

    classes : numbers or names of classes, with commas between, which the pictures take in turn; None: all of them.
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
    run = RunFolder.open(folder)
    sampler = Sampler.load(run)
    labels = None if classes is None else labels_of(classes, count, sampler.classes, run.config.data.name)
    pictures = sampler.sample(noise(count, sampler.z_size, seed), labels)
    try:
        _write(pictures, out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from None
    return f"{count:,} pictures in {out}"


def labels_of(wanted: str, count: int, classes: int, data: str) -> images.Labels:
    """Class of each of `count` pictures, (count,): those in `wanted` in turn. Raises InputError that names them all."""
    if not classes:
        raise InputError("This run is not class-conditional, so --classes cannot be chosen; leave it out.")
    names = catalog.DATASETS[data].labels[:classes] if data in catalog.DATASETS else ()
    numbers = {str(number): number for number in range(classes)}
    numbers |= {name.casefold(): number for number, name in enumerate(names)}
    found = []
    for word in (each.strip() for each in wanted.split(",")):
        if word.casefold() not in numbers:
            raise InputError(f"--classes: there is no class {word!r}. Classes: {_listed(names, classes)}.")
        found.append(numbers[word.casefold()])
    return np.resize(np.array(found, dtype=np.int64), count)


def _listed(names: tuple[str, ...], classes: int) -> str:
    """What --classes takes, for people: "0 to 9", or "0 (T-shirt), 1 (trousers)"."""
    if all(name == str(number) for number, name in enumerate(names)):
        return f"0 to {classes - 1}"
    return ", ".join(f"{number} ({name})" for number, name in enumerate(names))


def _write(pictures: images.Pictures, out: Path) -> None:
    if out.suffix == ".npy":
        np.save(out, pictures)
        return
    sheet = images.tile(pictures, columns=math.ceil(math.sqrt(len(pictures))))
    Image.fromarray(sheet).save(out)
