"""Every data set by name: whether it is built in, ready or can be downloaded, its folder and licence; loading it.

Needs neither torch nor torchvision, except to download. Folders are laid out as torchvision does (MNIST/raw/...), files
are read as they lie, gzipped or not, and nothing is written but what `download` fetches.
"""

import difflib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from ganstudio import paths
from ganstudio.config import RunConfig
from ganstudio.errors import Cancelled as Cancelled  # what `download` raises
from ganstudio.errors import DataError, DownloadError

Bytes = npt.NDArray[np.uint8]
Split = Literal["train", "test"]

BUILT_IN = "mnist"  # what can be trained on where a data set is not there


@dataclass(frozen=True)
class DatasetInfo:
    """What is known about a data set before it is there; `count`, `size` and `channels` are of the training split."""

    name: str
    title: str
    count: int  # pictures
    size: int  # pixels a side
    channels: int
    licence: str
    source: str
    download_bytes: int  # 0: built in
    built_in: bool
    labels: tuple[str, ...]
    drawn: bool = False  # at any size, and without a test split
    digits: bool = False  # handwritten digits, white on black, centred in their frame


class Availability(StrEnum):
    """Whether a data set can be used now. Values are shown to the user."""

    BUILT_IN = "built in"
    READY = "ready"  # in the data folder
    DOWNLOADABLE = "can be downloaded"
    INCOMPLETE = "incomplete"  # built in, but the data folder, which comes first, holds only some of its files

    @property
    def short(self) -> str:
        """Text for where there is little room."""
        return "to download" if self is Availability.DOWNLOADABLE else self.value


@dataclass(frozen=True)
class DatasetState:
    """Whether a data set can be used now: `path` and `bytes` are what is on disk, or what there is to fetch."""

    info: DatasetInfo
    state: Availability
    path: Path | None
    bytes: int


@dataclass(frozen=True)
class Dataset:
    """Pictures, in memory or mapped into it, uint8 (N, H, W) or (N, H, W, 3), 0..255; their labels, uint8 (N,)."""

    info: DatasetInfo
    images: Bytes
    labels: Bytes


@dataclass(frozen=True)
class _Kept:
    """How torchvision names and keeps a data set, and the sizes in bytes of the archives it downloads."""

    torchvision: str  # class
    folder: str  # below the data home
    archives: dict[str, int]


def _idx_archives(train_images: int, train_labels: int, test_images: int, test_labels: int) -> dict[str, int]:
    sizes = (train_images, train_labels, test_images, test_labels)
    return dict(zip((f"{each}.gz" for split in _IDX.values() for each in split), sizes, strict=True))


_IDX: dict[Split, tuple[str, str]] = {  # files of pictures and labels
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
_CIFAR = ("cifar-10-batches-py", "cifar-10-python.tar.gz")

_KEPT = {
    "mnist": _Kept("MNIST", "MNIST/raw", {}),  # built in
    "fashion-mnist": _Kept("FashionMNIST", "FashionMNIST/raw", _idx_archives(26_421_880, 29_515, 4_422_102, 5_148)),
    "kmnist": _Kept("KMNIST", "KMNIST/raw", _idx_archives(18_165_135, 29_497, 3_041_136, 5_120)),
    "cifar10": _Kept("CIFAR10", "", {_CIFAR[1]: 170_498_071}),
}

_DIGITS = tuple("0123456789")
_CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
_THINGS = ("aeroplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "lorry")


def _info(
    name: str,
    title: str,
    count: int,
    size: int,
    channels: int,
    licence: str,
    source: str,
    labels: tuple[str, ...],
    digits: bool = False,
) -> DatasetInfo:
    drawn = name == "digits"
    fetched = 0 if drawn else sum(_KEPT[name].archives.values())
    return DatasetInfo(name, title, count, size, channels, licence, source, fetched, not fetched, labels, drawn, digits)


DATASETS: dict[str, DatasetInfo] = {
    each.name: each
    for each in (
        _info(
            "digits",
            "UCI digits",
            1797,
            8,
            1,
            "CC BY 4.0",
            "E. Alpaydin, C. Kaynak, 1998. doi.org/10.24432/C50P49",
            _DIGITS,
            digits=True,
        ),
        _info(
            "mnist",
            "MNIST",
            60_000,
            28,
            1,
            "CC BY-SA 3.0",
            "Y. LeCun, C. Cortes, C. Burges, 1998. yann.lecun.com/exdb/mnist",
            _DIGITS,
            digits=True,
        ),
        _info(
            "fashion-mnist",
            "Fashion-MNIST",
            60_000,
            28,
            1,
            "MIT",
            "H. Xiao, K. Rasul, R. Vollgraf, 2017. github.com/zalandoresearch/fashion-mnist",
            _CLOTHES,
        ),
        _info(
            "kmnist",
            "Kuzushiji-MNIST",
            60_000,
            28,
            1,
            "CC BY-SA 4.0",
            "T. Clanuwat et al., 2018. codh.rois.ac.jp/kmnist",
            tuple("おきすつなはまやれを"),
        ),
        _info(
            "cifar10",
            "CIFAR-10",
            50_000,
            32,
            3,
            "none stated; free for research",
            "A. Krizhevsky, 2009. cs.toronto.edu/~kriz/cifar.html",
            _THINGS,
        ),
    )
}


def has_digits(name: str) -> bool:
    """Return whether a data set consists of handwritten digits as MNIST has them; False if it is not known here."""
    return name in DATASETS and DATASETS[name].digits


def find(name: str) -> DatasetInfo:
    """Data set by its name; raises DataError with the nearest name and all there are."""
    if name in DATASETS:
        return DATASETS[name]
    near = difflib.get_close_matches(name.lower(), DATASETS, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise DataError(f"There is no data set named {name!r}.{hint} Data sets: {', '.join(DATASETS)}.")


def class_names(name: str, count: int) -> tuple[str, ...]:
    """Return the names of the first `count` classes of a data set; numbers where it names none."""
    known = DATASETS[name].labels[:count] if name in DATASETS else ()
    return (*known, *map(str, range(len(known), count)))


def class_names_of_run(config: RunConfig) -> tuple[str, ...]:
    """Return the names of the classes that the generator of a run knows, in order of their labels; () if none."""
    if not config.network.conditional:
        return ()
    known = DATASETS[config.data.name].labels if config.data.name in DATASETS else ()
    return class_names(config.data.name, config.network.classes or len(known))


def title_of(name: str) -> str:
    """Title of a data set for people; its name where it is none of these."""
    return DATASETS[name].title if name in DATASETS else name


def state(name: str, home: Path | None = None) -> DatasetState:
    """Whether the files of the training split are there, by their names alone; `home` None is the usual data folder.

    What is there comes before what is built in.
    """
    info = find(name)
    if info.drawn:
        path = paths.resources() / "digits"
        return DatasetState(info, Availability.BUILT_IN, path, _bytes_in(path))
    folder = paths.data_home(home) / _KEPT[name].folder
    found = _cifar_place(folder) if name == "cifar10" else _idx_place(folder)
    if found is not None:
        return DatasetState(info, Availability.READY, found, _bytes_in(found))
    if not info.built_in:
        return DatasetState(info, Availability.DOWNLOADABLE, None, info.download_bytes)
    if _idx_files(folder):
        return DatasetState(info, Availability.INCOMPLETE, folder, _bytes_in(folder))
    path = paths.resources() / _KEPT[name].folder
    return DatasetState(info, Availability.BUILT_IN, path, _bytes_in(path))


def available(name: str, home: Path | None = None) -> bool:
    """Whether the data set can be loaded without a download."""
    return state(name, home).state in (Availability.BUILT_IN, Availability.READY)


def owned(name: str, home: Path | None = None) -> bool:
    """Whether the data folder itself holds the data set, be it built in or not."""
    return state(name, home).state == Availability.READY


def partly(name: str, home: Path | None = None) -> bool:
    """Whether some but not all of its files are there: a mishap to be told, not a data set that nobody has."""
    folder = paths.data_home(home) / _KEPT[name].folder if name in _KEPT else None
    return folder is not None and not available(name, home) and _bytes_in(folder) > 0


def check_here(name: str, home: Path | None = None) -> None:
    """Raises DataError where nothing of the data set is there and nothing is built in; names both ways out."""
    info, kept = find(name), paths.data_home(home)
    if state(name, home).state == Availability.DOWNLOADABLE and not partly(name, home):
        megabytes = f"{info.download_bytes / 1e6:.0f} MB"
        raise DataError(
            f"{info.title} is not in {kept}.",
            at_prompt=f"To download it ({megabytes}): ganstudio datasets download {name}\nTo train on "
            f"{find(BUILT_IN).title}, which is built in, add --data.name {BUILT_IN} to the command.",
        )


def load(
    name: str,
    *,
    size: int,
    channels: int,
    home: Path | None = None,
    split: Split = "train",
    limit: float | None = None,
) -> Dataset:
    """Pictures at size x size x channels (1: grey, 3: colour) with their labels; the UCI digits have one split.

    Pictures that need more than `limit` GB, if it is given, lie in a temporary file that goes with them (a memory map).

    Raises
    ------
    DataError
        There is no such data set, or a file of it is missing or broken; names the file and what to do. Or there is no
        room for the temporary file.
    """
    from ganstudio.data import digits, resize, store

    info, shape = find(name), (size, size) if channels == 1 else (size, size, 3)
    if info.drawn:
        cells, labels = digits.read(paths.resources() / "digits")
        drawn = store.convert(cells, lambda some: resize.colour(digits.draw(some, size), channels), shape, limit)
        return Dataset(info, drawn, labels)
    try:
        images, labels = _read(name, _place(name, home), split)
    except DataError as error:
        raise DataError(f"{error} {_advice(info, home)}", at_prompt=_typed(info, home)) from error
    brought = store.convert(images, lambda some: resize.bring_to(some, size, channels), shape, limit)
    return Dataset(info, brought, labels)


def download(
    name: str,
    home: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Fetch what is missing of a data set, from where torchvision has it and with its checksums; returns its folder.

    Sound files are left as they are. `progress` gets bytes so far and in all, over all files; after a failed attempt
    the former falls back. `cancelled` is asked ten times a second while the network is waited for. Both are called
    from the caller's thread.

    Raises
    ------
    Cancelled
        A person called it off.
    DataError
        No network, wrong files, or a folder that cannot be written: what failed in a line, then what can be done.
    """
    from ganstudio.data import download as fetching
    from ganstudio.data import transfer

    info = find(name)
    if info.built_in:
        return paths.resources() / ("digits" if info.drawn else _KEPT[name].folder)
    kept, target = _KEPT[name], paths.data_home(home)
    fetch = fetching.fetch_cifar if name == "cifar10" else fetching.fetch_idx
    try:
        fetch(
            kept.torchvision,
            kept.archives,
            target / kept.folder,
            progress or (lambda done, total: None),
            cancelled or (lambda: False),
        )
    except transfer.Unavailable as error:
        by_hand = f"If you are offline, copy the files to {target / kept.folder} yourself."
        raise DownloadError(f"{info.title} could not be downloaded: {error.why}.", f"{error} {by_hand}") from error
    except DataError as error:
        raise DataError(f"{info.title}: {error}", at_prompt=error.at_prompt, place=error.place) from error
    return target / (_CIFAR[0] if name == "cifar10" else kept.folder)


def _place(name: str, home: Path | None) -> Path:
    """Folder of a data set's files: the person's own, unless there are none and it is built in."""
    built_in = state(name, home).state == Availability.BUILT_IN
    return (paths.resources() if built_in else paths.data_home(home)) / _KEPT[name].folder


def _read(name: str, folder: Path, split: Split) -> tuple[Bytes, Bytes]:
    from ganstudio.data import cifar, idx

    if name == "cifar10":
        return cifar.read(folder, split)
    images_file, labels_file = _IDX[split]
    images = idx.read_either(folder / images_file, dimensions=3)
    labels = idx.read_either(folder / labels_file, dimensions=1)
    if len(images) != len(labels):
        raise DataError(f"{folder} contains {len(images):,} pictures but {len(labels):,} labels.")
    return images, labels


def _advice(info: DatasetInfo, home: Path | None) -> str:
    if info.built_in:
        folder = _place(info.name, home)
        if folder.is_relative_to(paths.resources()):
            return "It is part of the program: reinstall GAN Studio."
        return f"Move the files out of {folder} to use the built-in {info.title}."
    return f"{info.title} can be downloaded ({info.download_bytes / 1e6:.0f} MB)."


def _typed(info: DatasetInfo, home: Path | None) -> str:
    where = f" --data {shlex.quote(str(home))}" if home else ""
    return "" if info.built_in else f"To do that: ganstudio datasets download {info.name}{where}"


def _idx_place(folder: Path) -> Path | None:
    plain = [folder / each for each in _IDX["train"]]
    return folder if all(_is_file(each) or _is_file(each.with_name(each.name + ".gz")) for each in plain) else None


def _idx_files(folder: Path) -> bool:
    """Whether any file of a data set of idx files is there."""
    plain = [folder / each for split in _IDX.values() for each in split]
    return any(_is_file(each) or _is_file(each.with_name(each.name + ".gz")) for each in plain)


def _cifar_place(folder: Path) -> Path | None:
    unpacked, archive = (folder / each for each in _CIFAR)
    if all(_is_file(unpacked / f"data_batch_{n}") for n in range(1, 6)):
        return unpacked
    return archive if _is_file(archive) else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be looked into
        return False


def _bytes_in(path: Path) -> int:
    """Bytes of a file, or of the files right in a folder."""
    try:
        files = [path] if path.is_file() else [each for each in path.iterdir() if each.is_file()]
        return sum(each.stat().st_size for each in files)
    except OSError:
        return 0
