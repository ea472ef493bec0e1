"""Download of what is missing of a data set, into torchvision's layout."""

import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from ganstudio.data import cifar, idx, idx_files, torchvision_bridge, transfer
from ganstudio.errors import Cancelled, DataError, UserFolder, reason

Progress = Callable[[int, int], None]  # bytes so far and in all
Cancel = Callable[[], bool]


def fetch_idx(dataset: str, sizes: Mapping[str, int], folder: Path, progress: Progress, cancelled: Cancel) -> None:
    """Download the idx archives that are missing or broken.

    Parameters
    ----------
    dataset
        Name of the data set.
    sizes
        Bytes of the archives, by name.
    folder
        Where they are stored.
    progress, cancelled
        As in `catalog.download`.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        A file cannot be downloaded or written.
    """
    needed = {name: size for name, size in sizes.items() if not _is_sound(folder, name)}
    _fetch(dataset, needed, folder, progress, cancelled)


def fetch_cifar(dataset: str, sizes: Mapping[str, int], folder: Path, progress: Progress, cancelled: Cancel) -> None:
    """Download CIFAR-10's archive and unpack it, unless sound batches are there; see `fetch_idx`."""
    try:
        cifar.read(folder, "train"), cifar.read(folder, "test")
    except DataError:
        archive = folder / cifar.ARCHIVE
        _fetch(dataset, sizes, folder, progress, cancelled)
        try:
            _unpack(archive, folder, cancelled)
        finally:
            archive.unlink(missing_ok=True)


def copy_idx(source: Path, folder: Path) -> None:
    """Copy idx archives to where they are missing or broken.

    Raises
    ------
    DataError
        One cannot be written.
    """
    for name in idx_files.archives():
        if _is_sound(folder, name):
            continue
        with transfer.partial_file(folder / name) as partial:
            shutil.copyfile(source / name, partial)
            partial.replace(folder / name)


def _is_sound(folder: Path, archive: str) -> bool:
    dimensions = int(re.findall(r"idx(\d)", archive)[0])
    try:
        files = idx_files.find(folder, archive.removesuffix(".gz"))
        idx.read_first(files, dimensions, lambda sentence: None, lambda: False)
    except DataError:
        return False
    return True


def _fetch(dataset: str, sizes: Mapping[str, int], folder: Path, progress: Progress, cancelled: Cancel) -> None:
    """Download the archives named in `sizes`, one after the other."""
    if not sizes:
        return
    total = sum(sizes.values())
    progress(0, total)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"The folder {folder} cannot be created ({error.strerror}). Choose another folder for data sets.",
            at_prompt="To choose one: --data DIR",
            place=UserFolder.DATA,
        ) from error
    before = 0
    for archive in torchvision_bridge.archives(dataset):
        if (size := sizes.get(archive.name)) is None:
            continue
        report = _offset(progress, before, total)
        transfer.fetch(archive.urls, folder / archive.name, archive.sha256, 2 * size, report, cancelled)
        before += size
        progress(before, total)


def _offset(progress: Progress, before: int, total: int) -> Callable[[int], None]:
    return lambda done: progress(min(before + done, total), total)


def _unpack(archive: Path, folder: Path, cancelled: Cancel) -> None:
    """Unpack into a temporary folder, then move each batch: those in the final folder are always complete."""
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="cifar-10.", suffix=".part") as temporary:
            for unpacked in cifar.unpack(archive, Path(temporary)):
                if cancelled():
                    raise Cancelled
                (folder / cifar.FOLDER).mkdir(exist_ok=True)
                unpacked.replace(folder / cifar.FOLDER / unpacked.name)
    except OSError as error:
        raise DataError(f"{archive} cannot be unpacked: {reason(error)}.") from error
