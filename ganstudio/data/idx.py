"""Reader of idx files, the format of MNIST and its relatives, plain or gzipped; nothing is unpacked to disk.

Format: two zero bytes, a type code, the number of dimensions, each dimension as a big-endian uint32, then the values.
Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file formats.
"""

import gzip
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt

from ganstudio.errors import DataError

_UINT8 = 0x08  # type code
_CONTENT = {1: "labels", 3: "pictures"}  # by the number of dimensions
_GZIP_START = b"\x1f\x8b"
_CHUNK = 1 << 20  # bytes
_MAX_VALUES = 1 << 31  # bytes; a header that claims more is broken or hostile


def read(path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read the values of an idx file of unsigned bytes.

    Gzip is recognised by content, not by name. Memory stays below what the header declares (at most 2 GiB).

    Parameters
    ----------
    path
        The file.
    dimensions
        Number of dimensions that the array must have.

    Raises
    ------
    DataError
        The file is missing, empty, too short, too long or no such idx file; names it, and the bytes expected and
        found.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == _GZIP_START
            raw.seek(0)
            if not zipped:
                return _parse(raw, path, dimensions)
            with gzip.open(raw) as unzipped:
                return _parse(unzipped, path, dimensions)  # type: ignore[arg-type]  # GzipFile reads like any IO[bytes]
    except FileNotFoundError:
        raise DataError(f"{path} is missing.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is a damaged gzip file of {path.stat().st_size:,} bytes: {error}.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from None


def read_either(path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read `path`, or, if that is missing or broken, the file of the same name with ".gz"."""
    zipped = path.with_name(path.name + ".gz")
    if not path.exists():
        return read(zipped, dimensions)
    try:
        return read(path, dimensions)
    except DataError:
        if not zipped.exists():
            raise
        return read(zipped, dimensions)


def _parse(file: IO[bytes], path: Path, dimensions: int) -> npt.NDArray[np.uint8]:
    header = 4 + 4 * dimensions  # bytes
    start = file.read(header)
    if not start:
        raise DataError(f"{path} is empty: at least {header} bytes expected, 0 found.")
    magic = bytes((0, 0, _UINT8, dimensions))
    if start[:4] != magic[: len(start)]:
        raise DataError(
            f"{path} is not an idx file of {_CONTENT.get(dimensions, 'bytes')}: "
            f"it begins with {start[:4].hex(' ')}, not with {magic.hex(' ')}."
        )
    if len(start) < header:
        raise DataError(f"{path} is too short: at least {header} bytes expected, {len(start)} found.")
    shape = struct.unpack(f">{dimensions}I", start[4:])
    count = int(np.prod(shape, dtype=object))
    if not 0 < count <= _MAX_VALUES:
        raise DataError(f"{path} is damaged: it claims to contain {' x '.join(f'{side:,}' for side in shape)} values.")
    values = _read_up_to(file, count + 1)
    if len(values) != count:
        found = f"{header + len(values):,} found" if len(values) < count else "more found"
        word = "short" if len(values) < count else "long"
        raise DataError(f"{path} is too {word}: {header + count:,} bytes expected, {found}.")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _read_up_to(file: IO[bytes], limit: int) -> bytearray:
    """Read at most `limit` bytes, growing only with what is really there, up to a broken end of gzip."""
    values = bytearray()
    while len(values) < limit:
        try:
            chunk = file.read(min(_CHUNK, limit - len(values)))
        except EOFError:  # gzip cut off: its length is what the caller reports
            break
        if not chunk:
            break
        values += chunk
    return values
