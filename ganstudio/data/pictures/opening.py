"""A source for what the user named: a folder, an archive or a file of arrays, told by its content."""

from collections.abc import Callable, Collection
from pathlib import Path

from ganstudio.data import foreign
from ganstudio.data.pictures.archives import COMPRESSED, START_BYTES, ZIP, TarSource, ZipSource, is_tar
from ganstudio.data.pictures.array_files import open_array
from ganstudio.data.pictures.folders import FolderSource
from ganstudio.data.pictures.header import read_header
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.verdicts import PictureError
from ganstudio.errors import DataError, reason
from ganstudio.system import reading

_EXPECTED = "Name a folder, a zip or tar archive, or a file of arrays (idx, npy, npz, CSV of pixels)."


def open_source(
    path: Path,
    excluded: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    chosen: Collection[str] = (),
) -> Source:
    """Open what the user named. To be closed.

    Parameters
    ----------
    path
        A folder or a file.
    excluded
        A folder that is not looked into: where imported pictures are stored.
    cancelled
        Called several times a second while a compressed archive is unpacked.
    chosen
        Names of the files and folders in a folder that are looked at; empty for all.

    Raises
    ------
    DataError
        It is not there, cannot be read, or is no source of pictures; says what it is.
    Cancelled
        `cancelled` returned true.
    """
    try:
        if path.is_dir() and chosen:
            return FolderSource(path, excluded, chosen)
        if path.is_dir():
            return open_array(path, cancelled) or FolderSource(path, excluded)
        with reading.open_file(path) as file:
            start = file.read(START_BYTES)
    except FileNotFoundError:
        raise DataError(f"{path} is not there. {_EXPECTED}") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}. {_EXPECTED}") from None
    if arrays := open_array(path, cancelled):
        return arrays
    if start.startswith((ZIP, b"PK\x05\x06")):
        return ZipSource(path)
    if is_tar(start) or start.startswith(COMPRESSED):
        return TarSource(path, cancelled)
    raise DataError(f"{path} is no source of pictures. {_describe(path, start)}{_EXPECTED}")


def _describe(path: Path, start: bytes) -> str:
    try:
        with reading.open_file(path) as file:
            return f"It is one {read_header(file).format} picture. "
    except (PictureError, OSError):
        said = foreign.describe(start)
        return f"{said} " if said else ""
