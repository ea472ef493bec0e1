"""How the files of a data set are stored below the data folder, as torchvision does."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError

Bytes = npt.NDArray[np.uint8]
Split = Literal["train", "test"]
Progress = Callable[[int, int], None]  # bytes so far and in all
Cancelled = Callable[[], bool]

_IDX_FILES: dict[Split, tuple[str, str]] = {  # of pictures and labels
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


class Layout(ABC):
    """Layout of a data set's files.

    Attributes
    ----------
    folder : str
        Below the data folder; "" is the data folder itself.
    archive_bytes : dict
        Sizes of the archives to download, by name; empty if the data set is built in.
    """

    folder: str
    archive_bytes: dict[str, int]

    @abstractmethod
    def find(self, folder: Path) -> Path | None:
        """Return the file or folder of the training split, judged by names alone; None if it is incomplete."""

    @abstractmethod
    def has_any_file(self, folder: Path) -> bool:
        """Return whether any file of the data set is in the folder."""

    @abstractmethod
    def read(self, folder: Path, split: Split) -> tuple[Bytes, Bytes]:
        """Read pictures (N, H, W) or (N, H, W, 3) and labels (N,).

        Raises
        ------
        DataError
            A file is missing or broken; names it.
        """

    @abstractmethod
    def download(self, name: str, folder: Path, progress: Progress, cancelled: Cancelled) -> Path:
        """Download what is missing of the data set of that name, and return where its files are.

        Raises
        ------
        Cancelled
            `cancelled` returned true.
        DataError
            It cannot be downloaded or written.
        """


@dataclass(frozen=True)
class IdxLayout(Layout):
    """Idx files, gzipped or not, as MNIST and its relatives have them."""

    folder: str
    archive_bytes: dict[str, int]

    @classmethod
    def downloadable(cls, folder: str, *sizes: int) -> "IdxLayout":
        """Make the layout of archives with these sizes: pictures and labels for training, then for the test."""
        names = [f"{name}.gz" for split in _IDX_FILES.values() for name in split]
        return cls(folder, dict(zip(names, sizes, strict=True)))

    def find(self, folder: Path) -> Path | None:
        """Return the folder if all training files are in it."""
        return folder if all(_exists(folder / name) for name in _IDX_FILES["train"]) else None

    def has_any_file(self, folder: Path) -> bool:
        """Return whether any idx file is in the folder."""
        return any(_exists(folder / name) for split in _IDX_FILES.values() for name in split)

    def read(self, folder: Path, split: Split) -> tuple[Bytes, Bytes]:
        """Read pictures (N, H, W) and labels (N,)."""
        from ganstudio.data import idx

        images_file, labels_file = _IDX_FILES[split]
        images = idx.read_either(folder / images_file, dimensions=3)
        labels = idx.read_either(folder / labels_file, dimensions=1)
        if len(images) != len(labels):
            raise DataError(f"{folder} contains {len(images):,} pictures but {len(labels):,} labels.")
        return images, labels

    def download(self, name: str, folder: Path, progress: Progress, cancelled: Cancelled) -> Path:
        """Download the archives that are missing or broken."""
        from ganstudio.data.download import fetch_idx

        fetch_idx(name, self.archive_bytes, folder, progress, cancelled)
        return folder


@dataclass(frozen=True)
class CifarLayout(Layout):
    """CIFAR-10's "python version": its archive, or the unpacked batches."""

    folder: str
    archive_bytes: dict[str, int]

    def find(self, folder: Path) -> Path | None:
        """Return the folder of the unpacked batches, or the archive."""
        from ganstudio.data import cifar

        unpacked, archive = folder / cifar.FOLDER, folder / cifar.ARCHIVE
        if all(is_file(unpacked / name) for name in cifar.BATCHES["train"]):
            return unpacked
        return archive if is_file(archive) else None

    def has_any_file(self, folder: Path) -> bool:
        """Return whether the archive or any batch is in the folder."""
        from ganstudio.data import cifar

        batches = [folder / cifar.FOLDER / name for names in cifar.BATCHES.values() for name in names]
        return any(is_file(path) for path in (folder / cifar.ARCHIVE, *batches))

    def read(self, folder: Path, split: Split) -> tuple[Bytes, Bytes]:
        """Read pictures (N, 32, 32, 3) and labels (N,)."""
        from ganstudio.data import cifar

        return cifar.read(folder, split)

    def download(self, name: str, folder: Path, progress: Progress, cancelled: Cancelled) -> Path:
        """Download and unpack the archive, unless sound batches are there."""
        from ganstudio.data import cifar
        from ganstudio.data.download import fetch_cifar

        fetch_cifar(name, self.archive_bytes, folder, progress, cancelled)
        return folder / cifar.FOLDER


def is_file(path: Path) -> bool:
    """Return whether a path is a file; False if its folder may not be read."""
    try:
        return path.is_file()
    except OSError:
        return False


def _exists(path: Path) -> bool:
    """Return whether a file is there, gzipped or not."""
    return is_file(path) or is_file(path.with_name(path.name + ".gz"))
