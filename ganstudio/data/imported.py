"""The user's own pictures as data sets of the catalog."""

import shlex
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data.dataset import Availability, Dataset, DatasetInfo, DatasetState
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.stored import Info
from ganstudio.errors import DataError
from ganstudio.sizes import ImageSize, sides
from ganstudio.system import reading

LICENCE = "your own"


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of the sets that can be used."""
    return [name for name in stored.list_names(home) if look_up(name, home)]


def list_unfinished(home: Path | None = None) -> list[str]:
    """Return the names of sets whose import was cut off, or whose files are damaged."""
    return [name for name in stored.list_names(home) if not look_up(name, home)]


def look_up(name: str, home: Path | None = None) -> DatasetInfo | None:
    """Return a set by its name; None if there is none that was finished."""
    version = _newest(name, home)
    try:
        return _describe(name, stored.read_info(version)) if version else None
    except DataError:
        return None


def look_up_version(name: str, home: Path | None = None, fingerprint: str = "") -> DatasetInfo | None:
    """Return a set as it is in the version with that fingerprint, or in the newest; None if that is not here."""
    version = _find_version(name, home, fingerprint)
    try:
        return _describe(name, stored.read_info(version)) if version else None
    except DataError:
        return None


def explain_absence(name: str, home: Path | None = None) -> None:
    """Raise DataError if there is a set of that name that cannot be used, and say why."""
    if not stored.is_name(name) or not stored.versions(stored.set_folder(name, home)):
        return
    version = _newest(name, home)
    if version is not None:
        stored.read_info(version)
    raise stored.unfinished(name)


def explain(name: str, home: Path | None = None) -> str:
    """Return why a set of that name cannot be used, and what to do; "" if it can, or there is none."""
    try:
        explain_absence(name, home)
    except DataError as error:
        return str(error)
    return ""


def update_command(name: str) -> str:
    """Return what to type to bring a set up to date."""
    return f"ganstudio datasets update {shlex.quote(name)}"


def state(info: DatasetInfo, home: Path | None) -> DatasetState:
    """Return where a set is, and how large."""
    version = _newest(info.name, home)
    size = sum(file.stat().st_size for file in version.iterdir() if file.is_file()) if version else 0
    return DatasetState(info, Availability.READY, version, size)


def load(
    info: DatasetInfo,
    size: ImageSize,
    channels: int,
    home: Path | None,
    limit: float | None,
    cancelled: Callable[[], bool],
    fingerprint: str,
) -> Dataset:
    """Load a set: mapped from its file, if it is to have its own size and channels. See `catalog.load`.

    Raises
    ------
    DataError
        Its files are damaged, or the version with that fingerprint is not there.
    """
    from ganstudio.data import conversion, resize

    version = _choose_version(info, home, fingerprint)
    about = stored.read_info(version)
    images = stored.open_pictures(version, about)
    if about.channels == 1:
        images = images[..., 0]
    shape = sides(size) if channels == 1 else (*sides(size), channels)
    converted = conversion.convert(
        images, lambda part: resize.resize_pictures(part, size, channels, cancelled), shape, limit
    )
    return Dataset(_describe(info.name, about), converted, _read_labels(version, about), (), about.fingerprint)


def fingerprint_of(name: str, home: Path | None = None) -> str:
    """Return the fingerprint of a set as it is now; "" if there is none."""
    version = _newest(name, home)
    try:
        return stored.read_info(version).fingerprint if version else ""
    except DataError:
        return ""


def recipe_of(name: str, home: Path | None = None, fingerprint: str = "") -> Recipe | None:
    """Return what the pictures of a set, or of a version of it, are made into; None if it is not here."""
    version = _find_version(name, home, fingerprint)
    try:
        return stored.read_info(version).read_recipe() if version else None
    except DataError:
        return None


def file_names(name: str, home: Path | None = None, fingerprint: str = "") -> list[str]:
    """Return the paths in their source of the pictures of a set, or of a version of it; [] if it is not here.

    Raises
    ------
    DataError
        The index of the set cannot be read.
    """
    from ganstudio.data.pictures import index

    version = _find_version(name, home, fingerprint)
    if version is None:
        return []
    found = index.read(version)
    of_row = {row: file.entry.path for row, file in zip(found.rows.tolist(), found.files, strict=True) if row >= 0}
    return [of_row[row] for row in sorted(of_row)]


def names_left_out(name: str, home: Path | None = None, fingerprint: str = "") -> tuple[str, ...]:
    """Return the paths in their source of the pictures that the user took out of a set, or of a version of it.

    Raises
    ------
    DataError
        Their index cannot be read.
    """
    from ganstudio.data.pictures import taking_out

    version = _find_version(name, home, fingerprint)
    return () if version is None else tuple(sorted(taking_out.paths_out_of(version)))


def keep_for_run(name: str, fingerprint: str, run: Path, home: Path | None = None) -> None:
    """Note that a run was begun with a version of a set, so that later updates keep it."""
    version = stored.find_version(stored.set_folder(name, home), fingerprint)
    if version is not None:
        stored.keep_for_run(version, run)


def _choose_version(info: DatasetInfo, home: Path | None, fingerprint: str) -> Path:
    version = _find_version(info.name, home, fingerprint)
    if version is not None:
        return version
    raise DataError(
        f"This run was trained on another version of {info.title}, with other pictures or labels, which is not in "
        f"{stored.set_folder(info.name, home)}. A run stays with the pictures that it began with: begin a new run with "
        "those of now."
    )


def _find_version(name: str, home: Path | None, fingerprint: str) -> Path | None:
    """Return the version with that fingerprint, or the newest one if it is ""."""
    if fingerprint and stored.is_name(name):
        return stored.find_version(stored.set_folder(name, home), fingerprint)
    return _newest(name, home)


def _newest(name: str, home: Path | None) -> Path | None:
    return stored.newest(stored.set_folder(name, home)) if stored.is_name(name) else None


def _describe(name: str, info: Info) -> DatasetInfo:
    return DatasetInfo(
        name=name,  # as the folder is called now
        title=name,
        count=info.count,
        size=max(info.height, info.width),
        channels=info.channels,
        licence=LICENCE,
        source=info.source.get("path", ""),
        download_bytes=0,
        built_in=False,
        labels=info.classes,
        height=info.height,
        width=info.width,
        imported=True,
    )


def _read_labels(version: Path, info: Info) -> npt.NDArray[np.int32]:
    path = version / stored.INDEX
    try:
        with reading.open_file(path) as file, np.load(file, allow_pickle=False) as index:
            labels: npt.NDArray[np.int32] = index["labels"].astype(np.int32)
    except Exception as error:  # a damaged zip raises nearly anything
        raise stored.unreadable(path, error) from None
    if labels.shape != (info.count,):
        raise DataError(f"{path} is damaged: it has {len(labels):,} labels for {info.count:,} pictures.")
    labels[labels < 0] = 0  # where there are none, every picture is of one class
    return labels
