"""Files that `ganstudio sample` writes: a grid, or many samples in a file or a folder; whole or not at all."""

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands.checks import cannot_write
from ganstudio.errors import InputError, reason
from ganstudio.export.samples.kinds import Kind, estimate_bytes
from ganstudio.runs.places import claim
from ganstudio.system.existence import is_folder

if TYPE_CHECKING:
    from ganstudio.export.samples.source import SampleSource
    from ganstudio.images import Pictures

MAX_GRID_PIXELS = 1 << 27  # other programs refuse larger pictures
MAX_ARRAY_BYTES = 1 << 32
_GRID = ".png"
_AT_ONCE = 640  # pictures that are made before they are written; a multiple of the sampler's batch
_LARGE_FILE = 100_000_000  # bytes of which it is said how many they are

_NAMES = {Kind.NPY: "one array", Kind.FOLDER: "a folder", Kind.ZIP: "a zip"}
ENDINGS = (
    ".png (a grid), .npy (numbers) or / (a folder with a picture each), in .zip (the same in one file), .npz (numbers "
    f"and classes), .csv or {Kind.IDX.value} (as MNIST)"
)


def kind_of(out: str | Path) -> Kind | None:
    """Return what is written to `out`, by its ending in large or small letters; a folder ends in a slash or nothing.

    Returns
    -------
    Kind or None
        None: a grid.

    Raises
    ------
    InputError
        It has another ending, or there is no folder for it.
    """
    path = Path(out)
    names_folder = str(out).endswith(("/", os.sep)) or is_folder(path) or not path.suffix
    kind = Kind.FOLDER if names_folder else _kind_of_file(path)
    if not is_folder(path.absolute().parent):
        raise InputError(f"There is no folder {path.parent} to write {path.name} in.")
    if kind is Kind.FOLDER and os.path.lexists(path):
        try:
            claim(path)
        except OSError as error:
            sentence = f"{path} cannot take the pictures ({reason(error)}); choose a new folder."
            raise InputError(sentence) from None
    return kind


def _kind_of_file(path: Path) -> Kind | None:
    name = path.name.lower()
    if name.endswith(_GRID):
        return None
    kind = next((each for each in Kind if each.value and name.endswith(each.value)), None)
    if kind is None:
        raise InputError(f"--out must end in {ENDINGS}; got {path}.")
    return kind


def check_size(kind: Kind | None, count: int, shape: tuple[int, ...]) -> None:
    """Check that pictures (H, W[, C]) are not too many, before any memory is taken.

    Raises
    ------
    InputError
        They are; the sentence says how many there may be.
    """
    if kind is None:
        limit = MAX_GRID_PIXELS // math.prod(shape[:2])
    elif kind is Kind.NPY:
        limit = MAX_ARRAY_BYTES // math.prod(shape)
    else:
        limit = kind.most
    if count <= limit:
        return
    name = "a grid" if kind is None else _NAMES.get(kind, f"a file {kind.value}")
    other = "" if limit == Kind.FOLDER.most else " A folder takes more: --out DIR/"
    raise InputError(f"--count must be at most {limit:,} for {name} of this model; got {count:,}.{other}")


def write_grid(pictures: "Pictures", out: Path) -> None:
    """Write a grid as square as can be."""
    from PIL import Image

    from ganstudio import images
    from ganstudio.system import atomic

    try:
        with atomic.new_content(out) as file:
            grid = images.tile(pictures, columns=math.ceil(math.sqrt(len(pictures))))
            Image.fromarray(grid).save(file, format="PNG")
    except OSError as error:
        raise cannot_write(out, error) from None


def write_samples(source: "SampleSource", kind: Kind, out: Path) -> None:
    """Write many samples, with a bar that shows how far it is; they are those of a grid with the same seed."""
    from tqdm import tqdm

    from ganstudio.export.samples import writing
    from ganstudio.system import atomic

    size = estimate_bytes(kind, source.count, source.shape)
    if size is not None and size >= _LARGE_FILE:
        print(f"{out} takes about {size / 1e9:,.1f} GB.", file=sys.stderr, flush=True)
    tqdm.monitor_interval = 0  # no thread to watch over the bar
    try:
        with tqdm(total=source.count, unit="picture", disable=not sys.stderr.isatty()) as bar:

            def show_progress(done: int, _: int) -> None:
                bar.update(done - bar.n)

            writing.write_samples(source, kind, out, atomic.new_content, show_progress, _AT_ONCE)
    except OSError as error:
        raise cannot_write(out, error) from None
