"""Names of the idx files of a data set, as they are published and as programs that unpack them spell them."""

import os
from pathlib import Path
from typing import Literal

from ganstudio.errors import DataError, reason

Split = Literal["train", "test"]

FILES: dict[Split, tuple[str, str]] = {  # of pictures and labels
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def archives() -> list[str]:
    """Return the names of the archives of a data set of idx files."""
    return [f"{name}.gz" for split in FILES.values() for name in split]


def find(folder: Path, name: str) -> list[Path]:
    """Return what bears the name of an idx file, best first: plain or gzipped, with the archive's own dot, or unpacked.

    Some programs write "train-images.idx3-ubyte", and some unpack a file into a folder of its own name. Links into
    nowhere and such are returned, too: reading them tells what is wrong.
    """
    names = [f"{spelling}{ending}" for spelling in (name, name.replace("-idx", ".idx")) for ending in ("", ".gz")]
    found: list[Path] = []
    for path in (folder / each for each in names):
        if os.path.isdir(path):  # noqa: PTH112  # Path.is_dir raises where the folder may not be read
            inner = [path / each for each in names]
            found += [each for each in inner if os.path.lexists(each)] or [path]
        elif os.path.lexists(path):
            found.append(path)
    return found


def check_readable(folder: Path) -> None:
    """Raise DataError if a folder is there but cannot be looked into: whether files are in it is then not known."""
    try:
        os.stat(f"{folder}{os.sep}.")  # noqa: PTH116  # Path drops the dot, and only that needs the right to look inside
    except FileNotFoundError:
        pass
    except NotADirectoryError:
        raise DataError(f"{folder} is not a folder, or lies in something that is none.") from None
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {reason(error)}.") from None
