"""Files that `ganstudio sample` writes: a grid, an array, or a folder with a picture each; whole or not at all."""

import math
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands.checks import cannot_write
from ganstudio.errors import InputError, reason
from ganstudio.runs.places import claim
from ganstudio.system.existence import is_folder

if TYPE_CHECKING:
    from ganstudio.config import DataConfig
    from ganstudio.images import Labels, Pictures
    from ganstudio.latent.sampler import Sampler

MAX_COUNT = 10_000_000
MAX_GRID_PIXELS = 1 << 27  # other programs refuse larger pictures
MAX_ARRAY_BYTES = 1 << 32
_AT_ONCE = 640  # pictures that are made before they are written; a multiple of the sampler's batch


class Kind(Enum):
    """What is written."""

    GRID = ".png"
    ARRAY = ".npy"
    FOLDER = ""


_NAMES = {Kind.GRID: "a grid", Kind.ARRAY: "one array", Kind.FOLDER: "a folder"}


def kind_of(out: str | Path) -> Kind:
    """Return what is written to `out`, by its ending in large or small letters; a folder ends in a slash or nothing.

    Raises
    ------
    InputError
        It has another ending, or there is no folder for it.
    """
    path = Path(out)
    names_folder = str(out).endswith(("/", os.sep)) or is_folder(path) or not path.suffix
    kind = Kind.FOLDER if names_folder else next((each for each in Kind if each.value == path.suffix.lower()), None)
    if kind is None:
        raise InputError(
            f"--out must end in .png (a grid), .npy (numbers) or / (a folder with a picture each); got {out}."
        )
    if not is_folder(path.absolute().parent):
        raise InputError(f"There is no folder {path.parent} to write {path.name} in.")
    if kind is Kind.FOLDER and os.path.lexists(path):
        try:
            claim(path)
        except OSError as error:
            sentence = f"{path} cannot take the pictures ({reason(error)}); choose a new folder."
            raise InputError(sentence) from None
    return kind


def check_size(kind: Kind, count: int, data: "DataConfig") -> None:
    """Check that pictures of the size and channels of `data` are not too many, before any memory is taken.

    Raises
    ------
    InputError
        They are; the sentence says how many there may be.
    """
    pixels = data.height * data.width
    limit = {
        Kind.GRID: MAX_GRID_PIXELS // pixels,
        Kind.ARRAY: MAX_ARRAY_BYTES // (pixels * data.channels),
        Kind.FOLDER: MAX_COUNT,
    }[kind]
    if count <= limit:
        return
    other = "" if kind is Kind.FOLDER else " A folder takes more: --out DIR/"
    raise InputError(f"--count must be at most {limit:,} for {_NAMES[kind]} of this model; got {count:,}.{other}")


def write(pictures: "Pictures", out: Path) -> None:
    """Write a grid as square as can be, or an array."""
    import numpy as np
    from PIL import Image

    from ganstudio import images
    from ganstudio.system import atomic

    try:
        with atomic.new_content(out) as file:
            if out.suffix.lower() == Kind.ARRAY.value:
                np.save(file, pictures)
            else:
                grid = images.tile(pictures, columns=math.ceil(math.sqrt(len(pictures))))
                Image.fromarray(grid).save(file, format="PNG")
    except OSError as error:
        raise cannot_write(out, error) from None


def write_folder(
    sampler: "Sampler", count: int, seed: int, truncation: float, labels: "Labels | None", out: Path
) -> None:
    """Write a PNG for each picture, named by its number; they are those of a grid with the same seed."""
    import numpy as np
    from PIL import Image
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread to watch over the bar
    random, digits = np.random.default_rng(seed), max(5, len(str(count - 1)))
    if labels is None and sampler.classes:
        labels = np.arange(count) % sampler.classes
    with _new_folder(out) as folder, tqdm(total=count, unit="picture", disable=not sys.stderr.isatty()) as bar:
        for first in range(0, count, _AT_ONCE):
            size = min(_AT_ONCE, count - first)
            z = random.standard_normal((size, sampler.z_size), dtype=np.float32) * np.float32(truncation)
            part = sampler.sample(z, None if labels is None else labels[first : first + size])
            for number, picture in enumerate(part, first):
                Image.fromarray(picture).save(folder / f"{number:0{digits}}.png")
            bar.update(size)


@contextmanager
def _new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder to write in, which becomes `out` if all went well and is removed if not."""
    from ganstudio.system import atomic

    try:
        with atomic.temporary(out.absolute()) as temporary:  # "." alone has no name
            try:
                temporary.mkdir()
                yield temporary
                if is_folder(out):
                    for file in temporary.iterdir():
                        atomic.replace(file, out / file.name)
                else:
                    atomic.replace(temporary, out)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise cannot_write(out, error) from None
