"""Content of gzip files, piece by piece, and what lies behind their end."""

import zlib
from typing import BinaryIO, Protocol

_START = b"\x1f\x8b"
_FORMAT = 31  # of zlib: a header of gzip, and its checksum at the end
_CHUNK = 1 << 16  # bytes; what is left of it is copied for each of the gzip members in it


class Readable(Protocol):
    """What bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


def unzipped(raw: BinaryIO) -> "Readable":
    """Return the content of a file, unzipped if its first bytes are those of gzip, whatever its name is."""
    is_zipped = raw.read(len(_START)) == _START
    raw.seek(0)
    return Unzipped(raw) if is_zipped else raw


class Unzipped:
    """Content of a gzip file, checked against its checksums. Raises EOFError if it is cut off, and zlib.error.

    Attributes
    ----------
    rest : bytes
        What follows the last gzip member, once all content was read.
    """

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._inflater = zlib.decompressobj(_FORMAT)
        self._packed = b""  # that was read and is still to be unpacked
        self.rest = b""

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes; none at the end."""
        while True:
            if self._inflater.eof:
                following = self._inflater.unused_data or self._raw.read(_CHUNK)
                if not following.startswith(_START):
                    self.rest = self.rest or following
                    return b""
                self._inflater, self._packed = zlib.decompressobj(_FORMAT), following
            packed = self._packed or self._raw.read(_CHUNK)
            chunk = self._inflater.decompress(packed, size)
            self._packed = b"" if self._inflater.eof else self._inflater.unconsumed_tail
            if chunk:
                return chunk
            if not packed and not self._inflater.eof:
                raise EOFError("its end is missing")
