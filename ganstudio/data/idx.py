"""Reader of idx files, the format of MNIST and its relatives, plain or gzipped; nothing is unpacked to disk.

Format: two zero bytes, a type code, the number of dimensions, each dimension as a big-endian uint32, then the values.
Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file formats.
"""

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ganstudio.data import foreign, gunzip
from ganstudio.data.gunzip import Readable, Unzipped
from ganstudio.errors import Cancelled, DataError, reason
from ganstudio.system import reading

_UINT8 = 0x08  # type code
_OTHER_TYPES = {
    0x09: "signed bytes",
    0x0B: "16-bit integers",
    0x0C: "32-bit integers",
    0x0D: "32-bit floats",
    0x0E: "64-bit floats",
}
_CONTENT = {1: "labels", 3: "pictures"}  # by the number of dimensions
_CHUNK = 1 << 20  # bytes
_MAX_VALUES = 1 << 31  # bytes; a header that claims more is broken or hostile
_PADDING = b"\0\t\n\r \x1a"  # what editors, transfers and tapes leave behind the end
_MAX_PADDING = 4096  # bytes

Note = Callable[[str], None]  # called with a sentence on what is odd, but does no harm


def read(
    path: Path,
    dimensions: int,
    note: Note = lambda sentence: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> npt.NDArray[np.uint8]:
    """Read the values of an idx file of unsigned bytes.

    Gzip is recognised by content, not by name. Memory grows with what is really there, to what the header declares (at
    most 2 GiB).

    Parameters
    ----------
    path
        The file.
    dimensions
        Number of dimensions that the array must have.
    note
        Called with a sentence on bytes behind the values that do no harm, such as an empty line.
    cancelled
        Called after each MB.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        The file is missing, empty, too short, too long or no such idx file; names it, and the bytes expected and
        found.
    """
    try:
        with reading.open_file(path) as raw:
            file = gunzip.unzipped(raw)
            return _Parser(path, dimensions, note, cancelled).parse(file)
    except FileNotFoundError:
        raise DataError(_missing_sentence(path)) from None
    except IsADirectoryError:
        raise DataError(f"{path} cannot be read: it is a folder.") from None
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path} is a damaged gzip file of {path.stat().st_size:,} bytes: {error}.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.") from None


def read_first(
    paths: Sequence[Path], dimensions: int, note: Note, cancelled: Callable[[], bool]
) -> npt.NDArray[np.uint8]:
    """Read the first of some files that is sound; see `read`.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    DataError
        None is; says what is wrong with the first.
    """
    broken: DataError | None = None
    for path in paths:
        try:
            values = read(path, dimensions, note, cancelled)
        except DataError as error:
            broken = broken or error
            continue
        if broken is not None:
            note(f"{broken} {path} was taken instead.")
        return values
    raise broken or DataError("There is no file to read.")


def _missing_sentence(path: Path) -> str:
    if path.is_symlink():
        return f"{path} is a link to {path.readlink()}, which is missing."
    return f"{path} is missing."


class _Parser:
    def __init__(self, path: Path, dimensions: int, note: Note, cancelled: Callable[[], bool]) -> None:
        self._path = path
        self._dimensions = dimensions
        self._note = note
        self._cancelled = cancelled

    def parse(self, file: Readable) -> npt.NDArray[np.uint8]:
        header = 4 + 4 * self._dimensions  # bytes
        start = bytes(self._read_up_to(file, header))
        self._check_start(start, file, header)
        shape = struct.unpack(f">{self._dimensions}I", start[4:])
        count = int(np.prod(shape, dtype=object))
        if not 0 < count <= _MAX_VALUES:
            claim = " x ".join(f"{side:,}" for side in shape)
            raise DataError(f"{self._path} is damaged: it claims to contain {claim} values.")
        values = self._read_up_to(file, count)
        if len(values) < count:
            raise DataError(
                f"{self._path} is too short: {header + count:,} bytes expected, {header + len(values):,} found."
            )
        self._check_end(file, header + count)
        return np.frombuffer(values, np.uint8).reshape(shape)

    def _check_start(self, start: bytes, file: Readable, header: int) -> None:
        """Raise DataError unless `start` is the header of such a file."""
        if not start:
            raise DataError(f"{self._path} is empty: at least {header} bytes expected, 0 found.")
        magic = bytes((0, 0, _UINT8, self._dimensions))
        if start[:4] != magic[: len(start)]:
            why = self._explain(start, file)
            raise DataError(
                f"{self._path} is not an idx file of {_CONTENT.get(self._dimensions, 'bytes')}: "
                f"it begins with {start[:4].hex(' ')}, not with {magic.hex(' ')}.{why and f' {why}'}"
            )
        if len(start) < header:
            raise DataError(f"{self._path} is too short: at least {header} bytes expected, {len(start)} found.")

    def _explain(self, start: bytes, file: Readable) -> str:
        if start[:2] == b"\0\0" and len(start) >= 4:
            if start[2] in _OTHER_TYPES:
                return f"Its values are {_OTHER_TYPES[start[2]]}, and only unsigned bytes can be read."
            if start[2] == _UINT8:
                content = _CONTENT.get(start[3])
                return f"It is a file of {content}: perhaps two files were exchanged." if content else ""
        return foreign.describe(start + bytes(self._read_up_to(file, foreign.START_BYTES)))

    def _check_end(self, file: Readable, expected: int) -> None:
        """Note what follows the values if it does no harm; raise DataError if there are more values."""
        rest = file.read(_MAX_PADDING + 1)  # of gzip also its checksum
        behind = file.rest if isinstance(file, Unzipped) else b""  # the content itself was checked by its checksum
        if len(rest) > _MAX_PADDING or rest.strip(_PADDING):
            raise DataError(f"{self._path} is too long: {expected:,} bytes expected, more found.")
        if rest or behind.strip(b"\0"):
            self._note(f"{self._path} has bytes behind its end. They were ignored.")

    def _read_up_to(self, file: Readable, limit: int) -> bytearray:
        """Read at most `limit` bytes, growing only with what is really there, up to a broken end of gzip."""
        values = bytearray()
        while len(values) < limit:
            if self._cancelled():
                raise Cancelled
            try:
                chunk = file.read(min(_CHUNK, limit - len(values)))
            except EOFError:  # gzip cut off: its length is what the caller reports
                break
            if not chunk:
                break
            values += chunk
        return values
