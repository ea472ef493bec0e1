"""Pictures in an archive, read where they lie: nothing is unpacked, except of a compressed tar."""

import bz2
import gzip
import io
import lzma
import os
import stat
import struct
import tarfile
import tempfile
import threading
import zipfile
import zlib
from calendar import timegm
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import IO, BinaryIO, TypeVar, cast

from ganstudio.data import conversion
from ganstudio.data.pictures.sources import (
    MAX_ENTRIES,
    Entry,
    Source,
    SourceKind,
    is_hidden,
    judge_size,
)
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import Cancelled, DataError, reason
from ganstudio.system import reading

MAX_DIRECTORY_BYTES = 1 << 30  # of a zip's list of files, which zipfile reads at once
MAX_RATIO = 200  # times that all files of an archive may be larger than the archive, beyond _FREE_BYTES
_FREE_BYTES = 1 << 30
_CHUNK = 1 << 20
_T = TypeVar("_T")
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, struct.error)
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257
ZIP, COMPRESSED = b"PK\x03\x04", (_GZIP, _BZIP2, _XZ)  # first bytes
START_BYTES = _TAR_MARK_AT + len(_TAR_MARK)  # of a file: enough to tell archives


def is_tar(start: bytes) -> bool:
    """Return whether a file that begins so is a tar archive without compression."""
    return start[_TAR_MARK_AT:START_BYTES] == _TAR_MARK


class ZipSource(Source):
    """A zip archive.

    Parameters
    ----------
    path
        The archive.

    Raises
    ------
    DataError
        It is damaged, or claims to contain more than can be true.
    """

    kind = SourceKind.ZIP

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _check_directory(path)
            self._zip = zipfile.ZipFile(path)
        except (*_DAMAGED, ValueError, NotImplementedError, UnicodeDecodeError) as error:
            raise _damaged(path, error) from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {reason(error)}.") from None
        self._infos: dict[str, zipfile.ZipInfo] = {}

    def list_entries(self, cancelled: Callable[[], bool]) -> list[Entry]:  # noqa: D102
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        _check_claim(self.path, len(infos), sum(info.file_size for info in infos))
        names = _Names()
        entries = []
        for number, info in enumerate(infos):
            if number % 1000 == 0 and cancelled():
                raise Cancelled
            if (entry := names.refuse(info.filename)) is None:
                entry = _judge_zipped(info, names.clean(info.filename))
            if entry.verdict is Verdict.READ:
                self._infos[entry.path] = info
            entries.append(entry)
        return entries

    def open(self, path: str) -> BinaryIO:  # noqa: D102
        try:
            return cast(BinaryIO, _Careful(self._zip.open(self._infos[path])))
        except (*_DAMAGED, NotImplementedError, RuntimeError, ValueError) as error:
            raise PictureError(Verdict.UNREADABLE, f"it is damaged in the archive ({reason(error)})") from None

    def close(self) -> None:  # noqa: D102
        self._zip.close()


class TarSource(Source):
    """A tar archive, compressed or not; a compressed one is unpacked into a temporary file, which is gone afterwards.

    Parameters
    ----------
    path
        The archive.
    cancelled
        Called several times a second while it is unpacked.

    Raises
    ------
    DataError
        It is damaged, or there is no room for it.
    Cancelled
        `cancelled` returned true.
    """

    kind = SourceKind.TAR

    def __init__(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.path = path
        self._places: dict[str, tuple[int, int]] = {}  # offset and bytes
        self._lock = threading.Lock()
        try:
            self._file = _unpacked(path, cancelled)
        except _DAMAGED as error:
            raise _damaged(path, error) from None
        except OSError as error:
            raise DataError(f"{path} cannot be read: {reason(error)}.") from None

    def list_entries(self, cancelled: Callable[[], bool]) -> list[Entry]:  # noqa: D102
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        names, entries = _Names(), []
        try:
            with tarfile.open(fileobj=self._file, mode="r:") as archive:
                for number in count():
                    member = archive.next()
                    if member is None:
                        break
                    archive.members = []  # type: ignore[attr-defined]  # it would keep all of them
                    if number % 1000 == 0 and cancelled():
                        raise Cancelled
                    _check_claim(self.path, number, 0)
                    if not member.isdir():
                        entries.append(self._take(member, names, end))
        except (*_DAMAGED, ValueError, OverflowError) as error:
            raise _damaged(self.path, error) from None
        return entries

    def _take(self, member: tarfile.TarInfo, names: "_Names", end: int) -> Entry:
        entry = names.refuse(member.name)
        if entry is not None:
            return entry
        entry = judge_size(names.clean(member.name), member.size, int(member.mtime * 1_000_000_000))
        why = ""
        if not member.isreg() or member.issparse():
            why = "it is a link" if member.issym() or member.islnk() else "it is not a file"
        elif member.offset_data + member.size > end:
            return Entry(entry.path, member.size, 0, Verdict.BROKEN, "the archive ends before it does")
        if why:
            return Entry(entry.path, 0, 0, Verdict.UNREADABLE, f"{why}, which is not followed in an archive")
        if entry.verdict is Verdict.READ:
            self._places[entry.path] = (member.offset_data, member.size)
        return entry

    def open(self, path: str) -> BinaryIO:  # noqa: D102
        offset, size = self._places[path]
        with self._lock:
            self._file.seek(offset)
            return io.BytesIO(self._file.read(size))

    def close(self) -> None:  # noqa: D102
        self._file.close()


class _Careful(io.RawIOBase):
    """A file in a zip whose damage is an OSError, as readers of files expect it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._file.seekable()

    def read(self, size: int = -1) -> bytes:
        return self._carefully(lambda: self._file.read(size))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._carefully(lambda: self._file.seek(offset, whence))

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()
        super().close()

    @staticmethod
    def _carefully(action: Callable[[], _T]) -> _T:
        try:
            return action()
        except (*_DAMAGED, ValueError) as error:
            raise OSError(f"it is damaged in the archive ({reason(error)})") from None


class _Names:
    """The names in an archive: which are refused, and which of them were there before."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    @staticmethod
    def clean(name: str) -> str:
        return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))

    def refuse(self, name: str) -> Entry | None:
        """Return the entry of a file whose name says that it is not to be read; None if it may be."""
        path = self.clean(name)
        parts = path.split("/")
        is_absolute = name.startswith(("/", "\\")) or parts[0][1:2] == ":"
        if is_absolute or ".." in parts:
            return Entry(path, 0, 0, Verdict.UNSAFE_PATH, "its path leads out of the archive")
        if any(map(is_hidden, parts)):
            return Entry(path, 0, 0, Verdict.HIDDEN, "its name marks what systems and programs put beside pictures")
        if path in self._seen or not path:
            return Entry(path, 0, 0, Verdict.DUPLICATE_PATH, "another file in the archive has the same path")
        self._seen.add(path)
        return None


def _judge_zipped(info: zipfile.ZipInfo, path: str) -> Entry:
    if info.flag_bits & 1:
        return Entry(path, info.file_size, 0, Verdict.ENCRYPTED, "it is encrypted; unpack the archive first")
    mode = info.external_attr >> 16
    if info.create_system == 3 and stat.S_ISLNK(mode):  # made by Unix
        return Entry(path, 0, 0, Verdict.UNREADABLE, "it is a link, which is not followed in an archive")
    return judge_size(path, info.file_size, _seconds(info.date_time) * 1_000_000_000)


def _seconds(date: tuple[int, ...]) -> int:
    """Return a date in a zip as seconds since 1970; 0 of none, such as one in the 15th month."""
    try:
        return timegm((*max(date, (1980, 1, 1, 0, 0, 0)), 0, 0, 0))
    except ValueError:
        return 0


def _check_directory(path: Path) -> None:
    """Raise DataError if the list of files in a zip is larger than a true one can be, before it is read."""
    with reading.open_file(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 16) - 128))
        tail = file.read()
        at = tail.rfind(b"PK\5\6")
        if at < 0 or len(tail) - at < 22:
            raise zipfile.BadZipFile("its list of files is missing")
        listed = int.from_bytes(tail[at + 12 : at + 16], "little")
    if listed == 0xFFFFFFFF and (at := tail.rfind(b"PK\6\6")) >= 0:  # zip64
        listed = int.from_bytes(tail[at + 40 : at + 48], "little")
    if listed > MAX_DIRECTORY_BYTES:
        raise DataError(f"{path} claims to contain a list of files of {listed / 1e9:.1f} GB. It cannot be read.")


def _check_claim(path: Path, count: int, total: int) -> None:
    """Raise DataError if an archive claims to contain more than it can."""
    if count > MAX_ENTRIES:
        raise DataError(f"{path} contains more than {MAX_ENTRIES:,} files. Import a part of them.")
    size = path.stat().st_size
    if total > MAX_RATIO * size + _FREE_BYTES:
        raise DataError(
            f"{path} claims to contain {total / 1e9:.0f} GB of files in {size / 1e6:.1f} MB: it is damaged, or made to "
            "fill disks. Nothing was read."
        )


def _unpacked(path: Path, cancelled: Callable[[], bool]) -> BinaryIO:
    """Return a tar archive without its compression."""
    file = reading.open_file(path)
    start = file.read(6)
    file.seek(0)
    if not start.startswith(COMPRESSED):
        return file
    with file, _decompressed(start, file) as packed:
        folder = conversion.temporary_folder()
        unpacked = tempfile.TemporaryFile(prefix="ganstudio-", dir=folder)  # noqa: SIM115  # the source closes it
        try:
            total = 0
            while chunk := packed.read(_CHUNK):
                if cancelled():
                    raise Cancelled
                total += len(chunk)
                _check_claim(path, 0, total)
                unpacked.write(chunk)
            unpacked.flush()
        except BaseException:
            unpacked.close()
            raise
    return cast(BinaryIO, unpacked)


def _decompressed(start: bytes, file: BinaryIO) -> io.BufferedIOBase:
    if start.startswith(_GZIP):
        return gzip.GzipFile(fileobj=file)
    return bz2.BZ2File(file) if start.startswith(_BZIP2) else lzma.LZMAFile(file)


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError(f"{path} is damaged, or was not copied completely: {reason(error)}.")
