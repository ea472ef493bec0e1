"""sample: pictures of a model, as one picture or as numbers."""

import math
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio import images
from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler


def sample(
    model: str | Path,
    count: int,
    seed: int,
    out: Path,
    classes: str | None = None,
    label: str | None = None,
    truncation: float = 1.0,
) -> str:
    """Write `count` pictures to `out`; what to say about them.

    model : a bundled model's name, a run's folder or name, or a generator file.  out : FILE.png, a grid as square as
    can be; FILE.npy, uint8 (N, H, W) or (N, H, W, 3).  classes : numbers or names of classes, with commas between,
    which the pictures take in turn; None: all of them.  label : in place of these, one of them for all pictures.
    truncation : 0..1, what z is multiplied with: nearer to 0, pictures are more alike and more usual.

    Raises InputError when something was asked for that cannot be.
    """
    _check(count, seed, out, truncation)
    if classes is not None and label is not None:
        raise InputError("Give either --label, one class for all pictures, or --classes, several in turn.")
    found = models.find(model)
    words = classes.split(",") if classes is not None else [label] if label is not None else None
    flag = "--classes" if label is None else "--label"
    labels = None if words is None else labels_of(words, count, found, flag)
    sampler = Sampler.from_model(found)
    pictures = sampler.sample(noise(count, sampler.z_size, seed) * np.float32(truncation), labels)
    try:
        _write(pictures, out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from None
    return f"{count:,} pictures in {out}"


def _check(count: int, seed: int, out: Path, truncation: float) -> None:
    if out.suffix not in (".png", ".npy"):
        raise InputError(f"--out must end in .png (a grid) or .npy (numbers); got {out}.")
    if count < 1:
        raise InputError(f"--count must be at least 1; got {count}.")
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be from 0 to {2**32 - 1:,}; got {seed}.")
    if not 0 <= truncation <= 1:
        raise InputError(f"--truncation must be from 0 to 1; got {truncation:g}.")
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent} to write {out.name} in.")


def labels_of(words: list[str], count: int, model: Model, flag: str) -> images.Labels:
    """Class of each of `count` pictures, (count,): those asked for in turn. Raises InputError that names them all."""
    if not model.classes:
        raise InputError(f"{model.title} is not class-conditional, so {flag} cannot be chosen; leave it out.")
    data = model.config.data.name
    names = catalog.DATASETS[data].labels[: model.classes] if data in catalog.DATASETS else ()
    numbers = {str(number): number for number in range(model.classes)}
    numbers |= {name.casefold(): number for number, name in enumerate(names)}
    found = []
    for word in (each.strip() for each in words):
        if word.casefold() not in numbers:
            raise InputError(f"{flag}: there is no class {word!r}. Classes: {_listed(names, model.classes)}.")
        found.append(numbers[word.casefold()])
    return np.resize(np.array(found, dtype=np.int64), count)


def _listed(names: tuple[str, ...], classes: int) -> str:
    """What may be asked for, for people: "0 to 9", or "0 (T-shirt), 1 (trousers)"."""
    if all(name == str(number) for number, name in enumerate(names)):
        return f"0 to {classes - 1}"
    return ", ".join(f"{number} ({name})" for number, name in enumerate(names))


def _write(pictures: images.Pictures, out: Path) -> None:
    if out.suffix == ".npy":
        np.save(out, pictures)
        return
    sheet = images.tile(pictures, columns=math.ceil(math.sqrt(len(pictures))))
    Image.fromarray(sheet).save(out)
