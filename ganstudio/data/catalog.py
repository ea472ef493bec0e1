"""Catalog of the data sets: where each is stored, whether it is there, its licence; loading and downloading it.

Needs neither torch nor torchvision, except to download. Folders are laid out as torchvision does (MNIST/raw/...), files
are read as they are, gzipped or not, and nothing is written but what `download` fetches.
"""

import difflib
import shlex
from collections.abc import Callable
from pathlib import Path

from ganstudio import preferences
from ganstudio.config import RunConfig
from ganstudio.data import imported
from ganstudio.data.dataset import Availability as Availability
from ganstudio.data.dataset import Dataset as Dataset
from ganstudio.data.dataset import DatasetInfo as DatasetInfo
from ganstudio.data.dataset import DatasetState as DatasetState
from ganstudio.data.idx_files import Split, check_readable
from ganstudio.data.layouts import CifarLayout, Content, IdxLayout, Layout
from ganstudio.data.points import sets as point_sets
from ganstudio.errors import Cancelled as Cancelled  # what `download` raises
from ganstudio.errors import DataError, DownloadError, UnmatchedFilesError
from ganstudio.sizes import ImageSize, sides
from ganstudio.system import paths

BUILT_IN = "mnist"  # can be trained on if another data set is missing


_LAYOUTS: dict[str, Layout] = {
    "mnist": IdxLayout("MNIST/raw", {}),  # built in
    "fashion-mnist": IdxLayout.downloadable("FashionMNIST/raw", 26_421_880, 29_515, 4_422_102, 5_148),
    "kmnist": IdxLayout.downloadable("KMNIST/raw", 18_165_135, 29_497, 3_041_136, 5_120),
    "cifar10": CifarLayout("", {"cifar-10-python.tar.gz": 170_498_071}),
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
    download_bytes = 0 if drawn else sum(_LAYOUTS[name].archive_bytes.values())
    return DatasetInfo(
        name, title, count, size, channels, licence, source, download_bytes, not download_bytes, labels, drawn, digits
    )


DATASETS: dict[str, DatasetInfo] = {
    info.name: info
    for info in (
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


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of all data sets: pictures that the program knows, the user's own, then sets of points."""
    return list(dict.fromkeys([*DATASETS, *imported.list_names(home), *point_sets.list_names(home)]))


def look_up(name: str, home: Path | None = None) -> DatasetInfo | None:
    """Return a data set by its name; None if it is not known here."""
    # The user's own pictures come before points: runs that learn from them may be older than these.
    return DATASETS.get(name) or imported.look_up(name, home) or point_sets.look_up(name, home)


def is_digits(name: str) -> bool:
    """Return whether a data set consists of handwritten digits as MNIST has them; False if it is not known here."""
    return name in DATASETS and DATASETS[name].digits


def find(name: str, home: Path | None = None) -> DatasetInfo:
    """Return a data set by its name.

    Raises
    ------
    DataError
        There is none; names the nearest one, and all.
    """
    if info := look_up(name, home):
        return info
    imported.explain_absence(name, home)
    names = list_names(home)
    by_lower = {each.lower(): each for each in reversed(names)}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.4)
    hint = f" Did you mean {by_lower[near[0]]}?" if near else ""
    raise DataError(
        f"There is no data set named {name!r}.{hint} Data sets: {', '.join(names)}.",
        at_prompt="To make one of your own pictures: ganstudio datasets import FOLDER --name NAME",
    )


def load_for(
    config: RunConfig,
    *,
    home: Path | None = None,
    cancelled: Callable[[], bool] | None = None,
    fingerprint: str = "",
    kept: Path | None = None,
) -> Dataset:
    """Load the data set of a run as its settings want it; see `load`."""
    data = config.data
    return load(
        data.name,
        size=data.size,
        channels=data.channels,
        home=home,
        limit=config.engine.data_limit,
        cancelled=cancelled,
        fingerprint=fingerprint,
        points=data.points,
        fresh=data.fresh,
        kept=kept,
    )


def fingerprint_of(name: str) -> str:
    """Return the fingerprint of imported pictures as they are now; "" of other data sets."""
    return imported.fingerprint_of(name)


def keep_for_run(name: str, fingerprint: str, run: Path, home: Path | None = None) -> None:
    """Note that the run in that folder began with a version of imported pictures: it is kept when they are updated."""
    if fingerprint:
        imported.keep_for_run(name, fingerprint, run, home)


def class_names(name: str, count: int) -> tuple[str, ...]:
    """Return the names of the first `count` classes of a data set; numbers where it names none."""
    info = look_up(name)
    known = info.labels[:count] if info else ()
    return (*known, *map(str, range(len(known), count)))


def class_names_of_run(config: RunConfig) -> tuple[str, ...]:
    """Return the names of the classes that the generator of a run knows, in order of their labels; () if none."""
    if not config.network.conditional:
        return ()
    info = look_up(config.data.name)
    return class_names(config.data.name, config.network.classes or len(info.labels if info else ()))


def title_of(name: str) -> str:
    """Return the title of a data set for users; its name if it is unknown."""
    info = look_up(name)
    return info.title if info else name


def state(name: str, home: Path | None = None) -> DatasetState:
    """Return whether the files of the training split are there, judged by their names alone.

    Files in the data folder come before what is built in.

    Parameters
    ----------
    name
        Name of the data set.
    home
        The data folder; None: the usual one.

    Raises
    ------
    DataError
        There is no such data set.
    """
    info = find(name, home)
    if info.imported:
        return imported.state(info, home)
    if info.points:
        return point_sets.state(info, home)
    if info.drawn:
        path = paths.resources() / "digits"
        return DatasetState(info, Availability.BUILT_IN, path, _count_bytes(path))
    layout, data_home = _LAYOUTS[name], paths.data_home(home)
    folder = layout.locate(data_home)
    stored = layout.find(folder)
    if stored is not None:
        return DatasetState(info, Availability.READY, stored, _count_bytes(stored))
    if not _is_readable(folder) and (_is_chosen(home) or not info.built_in):
        return DatasetState(info, Availability.UNREADABLE, folder, 0)
    if not info.built_in:
        return DatasetState(info, Availability.DOWNLOADABLE, None, info.download_bytes)
    if layout.has_any_file(folder):
        return DatasetState(info, Availability.INCOMPLETE, folder, _count_bytes(folder))
    if layout.find_loose(data_home) is not None:
        return DatasetState(info, Availability.INCOMPLETE, data_home, _count_bytes(data_home))
    path = paths.resources() / layout.folder
    return DatasetState(info, Availability.BUILT_IN, path, _count_bytes(path))


def is_available(name: str, home: Path | None = None) -> bool:
    """Return whether a data set can be loaded without a download."""
    return state(name, home).state in (Availability.BUILT_IN, Availability.READY)


def is_in_data_folder(name: str, home: Path | None = None) -> bool:
    """Return whether the data folder itself contains the data set, built in or not."""
    return look_up(name, home) is not None and state(name, home).state == Availability.READY


def is_partly_there(name: str, home: Path | None = None) -> bool:
    """Return whether some but not all of its files are there, so that something went wrong."""
    folder = _LAYOUTS[name].locate(paths.data_home(home)) if name in _LAYOUTS else None
    return folder is not None and not is_available(name, home) and _count_bytes(folder) > 0


def check_available(name: str, home: Path | None = None) -> None:
    """Raise DataError if nothing of a data set is there and it is not built in; the message names both ways out."""
    info, folder = find(name, home), paths.data_home(home)
    if state(name, home).state == Availability.DOWNLOADABLE and not is_partly_there(name, home):
        megabytes = f"{info.download_bytes / 1e6:.0f} MB"
        raise DataError(
            f"{info.title} is not in {folder}.{_loose_advice(info, home)}",
            at_prompt=f"To download it ({megabytes}): ganstudio datasets download {name}\nTo train on "
            f"{find(BUILT_IN).title}, which is built in, add --data.name {BUILT_IN} to the command.",
        )


def load(
    name: str,
    *,
    size: ImageSize,
    channels: int,
    home: Path | None = None,
    split: Split = "train",
    limit: float | None = None,
    cancelled: Callable[[], bool] | None = None,
    fingerprint: str = "",
    points: int = 0,
    fresh: bool = False,
    kept: Path | None = None,
) -> Dataset:
    """Load a data set.

    Parameters
    ----------
    name
        Its name.
    size
        Side of square pictures, pixels, or "96x128" for height x width.
    channels
        1: grey, 3: colour, 4: colour, premultiplied, and alpha.
    home
        The data folder; None: the usual one.
    split
        "train" or "test"; the UCI digits have one split only.
    limit
        GB above which the pictures are in a temporary file (a memory map, deleted with them); None: never.
    cancelled
        Called several times a second.
    fingerprint
        Of imported pictures, the version that is wanted; "": the newest.
    points, fresh
        Of a set of points, how many are drawn (0: as many as usual), and whether training draws new ones for each
        epoch. `size` and `channels`, those of pictures that show them, do not count.
    kept
        The file in which a run keeps the drawing that its points are of; it need not be there.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        There is no such data set, or a file of it is missing or broken; names the file and what to do. Or there is no
        memory for it, or no room for the temporary file.
    """
    is_cancelled = cancelled or (lambda: False)
    if kept is not None and kept.is_file():
        return point_sets.load(point_sets.describe_kept(name), home, points, fresh, kept)
    info = find(name, home)
    if info.points:
        return point_sets.load(info, home, points, fresh)
    height, width = sides(size)
    try:
        if info.imported:
            return imported.load(info, size, channels, home, limit, is_cancelled, fingerprint)
        return _load(info, size, channels, home, split, limit, is_cancelled)
    except MemoryError:
        raise DataError(
            f"There is not enough memory for {info.title} at {height} x {width} pixels. Choose smaller pictures."
        ) from None


def _load(
    info: DatasetInfo,
    size: ImageSize,
    channels: int,
    home: Path | None,
    split: Split,
    limit: float | None,
    cancelled: Callable[[], bool],
) -> Dataset:
    from ganstudio.data import conversion, digits, resize

    shape = sides(size) if channels == 1 else (*sides(size), channels)
    if info.drawn:
        cells, labels = digits.read(paths.resources() / "digits")
        side = max(sides(size))
        drawn = conversion.convert(
            cells,
            lambda part: resize.resize_pictures(
                digits.draw_or_recall(part, side, cancelled), size, channels, cancelled
            ),
            shape,
            limit,
        )
        return Dataset(info, drawn, labels)
    content = _read(info, home, split, cancelled)
    converted = conversion.convert(
        content.images, lambda part: resize.resize_pictures(part, size, channels, cancelled), shape, limit
    )
    return Dataset(info, converted, content.labels, content.notes)


def _read(info: DatasetInfo, home: Path | None, split: Split, cancelled: Callable[[], bool]) -> Content:
    try:
        return _LAYOUTS[info.name].read(_files_folder(info.name, home), split, cancelled)
    except UnmatchedFilesError as error:
        then = f"The built-in {info.title} is used then." if info.built_in else f"Then download {info.title}."
        raise DataError(f"{error} {then}", at_prompt="" if info.built_in else _download_command(info, home)) from error
    except DataError as error:
        raise DataError(f"{error} {_advice(info, home)}", at_prompt=_download_command(info, home)) from error


def download(
    name: str,
    home: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Path:
    """Download what is missing of a data set, by https and with its checksums.

    Sound files are left as they are. Of a data set that is built in, its own files are copied. `progress` and
    `cancelled` are called in the caller's thread.

    Parameters
    ----------
    name
        Name of the data set.
    home
        The data folder; None: the usual one.
    progress
        Called with the bytes so far and in all, over all files; after a failed attempt the former falls back.
    cancelled
        Called ten times a second while the network is waited for.

    Returns
    -------
    Path
        Folder of the files.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        No network, wrong files, or a folder that cannot be written: what failed in a line, then what can be done.
    """
    from ganstudio.data import transfer

    info = find(name, home)
    if info.drawn:
        return paths.resources() / "digits"
    if info.points:
        return paths.resources()
    if info.imported:
        raise DataError(
            f"{name} is one of your own data sets: there is nothing to download.",
            at_prompt=f"To bring it up to date: {imported.update_command(name)}",
        )
    layout = _LAYOUTS[name]
    folder = layout.locate(paths.data_home(home))
    if info.built_in:
        return _mend_built_in(layout, folder)
    try:
        return layout.download(name, folder, progress or (lambda done, total: None), cancelled or (lambda: False))
    except transfer.Unavailable as error:
        advice = f"If you are offline, copy the files to {folder} yourself."
        raise DownloadError(f"{info.title} could not be downloaded: {error.reason}.", f"{error} {advice}") from error
    except DataError as error:
        raise DataError(f"{info.title}: {error}", at_prompt=error.at_prompt, place=error.place) from error


def _mend_built_in(layout: Layout, folder: Path) -> Path:
    """Put the built-in files where those in the data folder are missing or broken; return where the data set is."""
    from ganstudio.data.download import copy_idx

    source = paths.resources() / layout.folder
    if not layout.has_any_file(folder):
        return source
    copy_idx(source, folder)
    for split in ("train", "test"):
        layout.read(folder, split, lambda: False)
    return folder


def _files_folder(name: str, home: Path | None) -> Path:
    """Return the folder of a data set's files: the user's, unless there are none and it is built in."""
    if state(name, home).state == Availability.BUILT_IN:
        return paths.resources() / _LAYOUTS[name].folder
    return _LAYOUTS[name].locate(paths.data_home(home))


def _is_chosen(home: Path | None) -> bool:
    """Return whether the user chose the data folder; the usual one may be out of reach of a user without a home."""
    return bool(home or preferences.from_environment(preferences.DATA) or preferences.folder(preferences.DATA))


def _is_readable(folder: Path) -> bool:
    try:
        check_readable(folder)
    except DataError:
        return False
    return True


def _advice(info: DatasetInfo, home: Path | None) -> str:
    folder = _files_folder(info.name, home)
    if not _is_readable(folder):
        return "Make it readable, or choose another folder for data sets."
    if advice := _loose_advice(info, home):
        return advice.strip()
    if not info.built_in:
        return f"{info.title} can be downloaded ({info.download_bytes / 1e6:.0f} MB)."
    if folder.is_relative_to(paths.resources()):
        return "It is part of the program: reinstall GAN Studio."
    return f"Move the files out of {folder} to use the built-in {info.title}."


def _loose_advice(info: DatasetInfo, home: Path | None) -> str:
    """Return what to do if files of the data set lie outside its folder; "" if none do."""
    layout, data_home = _LAYOUTS[info.name], paths.data_home(home)
    loose = layout.find_loose(data_home)
    if loose is None or layout.has_any_file(layout.locate(data_home)):
        return ""
    return f" But {loose} is there: if it belongs to {info.title}, move it and the others like it to that folder."


def _download_command(info: DatasetInfo, home: Path | None) -> str:
    """Return what to type to mend a data set; "" if nothing is to be mended."""
    folder = _files_folder(info.name, home)
    if folder.is_relative_to(paths.resources()) or not _is_readable(folder) or _loose_advice(info, home):
        return ""
    chosen = home or preferences.from_environment(preferences.DATA)
    where = f" --data {shlex.quote(str(chosen))}" if chosen else ""
    purpose = "To replace what is missing or broken by the built-in files" if info.built_in else "To do that"
    return f"{purpose}: ganstudio datasets download {info.name}{where}"


def _count_bytes(path: Path) -> int:
    """Return the bytes of a file, or of the files directly in a folder."""
    try:
        files = [path] if path.is_file() else [entry for entry in path.iterdir() if entry.is_file()]
        return sum(file.stat().st_size for file in files)
    except OSError:
        return 0
