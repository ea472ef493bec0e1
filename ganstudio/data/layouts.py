"""How the files of a data set are stored below the data folder, as torchvision does, and as people find them."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data import idx_files
from ganstudio.data.idx_files import Split
from ganstudio.errors import DataError, UnmatchedFilesError

Bytes = npt.NDArray[np.uint8]
Progress = Callable[[int, int], None]  # bytes so far and in all
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Content:
    """What was read of a data set.

    Parameters
    ----------
    images
        (N, H, W) or (N, H, W, 3), uint8.
    labels
        (N,), uint8.
    notes
        Sentences on what is odd about its files, but does no harm.
    """

    images: Bytes
    labels: Bytes
    notes: tuple[str, ...] = ()


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

    def locate(self, home: Path) -> Path:
        """Return the folder of the files: the usual one, or another if they are there.

        People also name a folder within the data folder instead of that itself, or leave out the innermost one.
        """
        places = self._places(Path(os.path.abspath(home)))  # noqa: PTH100  # resolve would name another folder
        usual = home / self.folder
        for is_there in (self.find, self.has_any_file):
            for place in (usual, *places):
                if is_there(place):
                    return place
        return usual

    @abstractmethod
    def _places(self, home: Path) -> list[Path]:
        """Return the unusual folders that may contain the files."""

    def find_loose(self, home: Path) -> Path | None:
        """Return a file of the data set that lies in the data folder itself, where any data set's might; None if none.

        Only for layouts whose files do not tell what data set they belong to.
        """
        return None

    @abstractmethod
    def find(self, folder: Path) -> Path | None:
        """Return the file or folder of the training split, judged by names alone; None if it is incomplete."""

    @abstractmethod
    def has_any_file(self, folder: Path) -> bool:
        """Return whether anything with the name of a file of the data set is in the folder."""

    @abstractmethod
    def read(self, folder: Path, split: Split, cancelled: Cancelled) -> Content:
        """Read pictures and labels.

        Raises
        ------
        Cancelled
            `cancelled` returned true.
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
        return cls(folder, dict(zip(idx_files.archives(), sizes, strict=True)))

    def _places(self, home: Path) -> list[Path]:
        parts = Path(self.folder).parts
        places = [home.joinpath(*parts[:-1])]
        for count in range(1, len(parts) + 1):
            if [part.casefold() for part in home.parts[-count:]] == [part.casefold() for part in parts[:count]]:
                places += [home.joinpath(*parts[count:]), home]
        return places

    def find_loose(self, home: Path) -> Path | None:
        """Return an idx file of the training split in the data folder itself."""
        return next((path for name in idx_files.FILES["train"] for path in idx_files.find(home, name)), None)

    def find(self, folder: Path) -> Path | None:
        """Return the folder if all training files are in it."""
        return folder if all(idx_files.find(folder, name) for name in idx_files.FILES["train"]) else None

    def has_any_file(self, folder: Path) -> bool:
        """Return whether any idx file is in the folder."""
        return any(idx_files.find(folder, name) for split in idx_files.FILES.values() for name in split)

    def read(self, folder: Path, split: Split, cancelled: Cancelled) -> Content:
        """Read pictures (N, H, W) and labels (N,)."""
        from ganstudio.data import idx

        notes: list[str] = []
        images, labels = (
            idx.read_first(self._files(folder, name), dimensions, notes.append, cancelled)
            for name, dimensions in zip(idx_files.FILES[split], (3, 1), strict=True)
        )
        if len(images) != len(labels):
            raise UnmatchedFilesError(
                f"{folder} contains {len(images):,} pictures but {len(labels):,} labels: these files do not belong "
                f"together. Move them out of {folder}."
            )
        return Content(images, labels, tuple(notes))

    def _files(self, folder: Path, name: str) -> list[Path]:
        """Return the files that bear a name. Raises DataError if there are none."""
        files = idx_files.find(folder, name)
        if not files:
            idx_files.check_readable(folder)
            raise DataError(f"{folder / name}.gz is missing.")
        return files

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

    def _places(self, home: Path) -> list[Path]:
        from ganstudio.data import cifar

        inside = [home.parent] if home.name == cifar.FOLDER else []
        return [*inside, *(home / name for name in cifar.OUTER_FOLDERS)]

    def find(self, folder: Path) -> Path | None:
        """Return the folder of the unpacked batches, or the archive."""
        from ganstudio.data import cifar

        unpacked = folder / cifar.FOLDER
        if all(os.path.isfile(unpacked / name) for name in cifar.BATCHES["train"]):  # noqa: PTH113  # see `idx_files.find`
            return unpacked
        return cifar.find_archive(folder)

    def has_any_file(self, folder: Path) -> bool:
        """Return whether the archive or any batch is in the folder."""
        from ganstudio.data import cifar

        batches = [folder / cifar.FOLDER / name for names in cifar.BATCHES.values() for name in names]
        return any(os.path.lexists(path) for path in (*(folder / name for name in cifar.ARCHIVES), *batches))

    def read(self, folder: Path, split: Split, cancelled: Cancelled) -> Content:
        """Read pictures (N, 32, 32, 3) and labels (N,)."""
        from ganstudio.data import cifar

        return Content(*cifar.read(folder, split, cancelled))

    def download(self, name: str, folder: Path, progress: Progress, cancelled: Cancelled) -> Path:
        """Download and unpack the archive, unless sound batches are there."""
        from ganstudio.data import cifar
        from ganstudio.data.download import fetch_cifar

        fetch_cifar(name, self.archive_bytes, folder, progress, cancelled)
        return folder / cifar.FOLDER
