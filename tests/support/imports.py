"""Imports of pictures in tests."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import importing, stored
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures.importing import Imported, Request
from ganstudio.data.pictures.labels import Unlabelled, Wanted, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import Scan, scan

RGB8 = Recipe(8, 8, Channels.RGB)


def look(path: Path) -> Scan:
    """Look at a source."""
    with closing(open_source(path, stored.home_of())) as source:
        return scan(source)


def bring_in(
    path: Path,
    name: str = "own",
    recipe: Recipe = RGB8,
    *,
    wanted: str = Wanted.AUTO,
    unlabelled: Unlabelled | None = None,
    is_update: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
) -> Imported:
    """Import pictures, or bring a set up to date."""
    with closing(open_source(path, stored.home_of())) as source:
        newest = stored.newest(stored.set_folder(name))
        known = indexing.read(newest).known() if newest and is_update else {}
        found = scan(source, known)
        labels = find_labels(found, source, wanted)
        request = Request(name, source, found, labels, recipe, wanted, unlabelled)
        if is_update:
            return importing.update(request, cancelled=cancelled)
        return importing.start(request, cancelled=cancelled)


def pictures(done: Imported) -> npt.NDArray[np.uint8]:
    """Return the pictures of a set, (N, H, W, C)."""
    return stored.open_pictures(done.folder, done.info)


def paths(done: Imported) -> list[str]:
    """Return the paths of the pictures of a set, in their order."""
    return [file.entry.path for file, row in zip(done.index.files, done.index.rows, strict=True) if row >= 0]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files of a version."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}
