"""A whole run as one file, NAME.ganrun: a zip with a list of its files and their sha256, to open on another machine.

What comes from elsewhere is not trusted. Only files that a run consists of are unpacked, under names made here, no
larger than the list says and than there is room for, and only if each matches its checksum.
"""

import contextlib
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from ganstudio.errors import RunError, UserFolder, reason
from ganstudio.runs.folder import SUBFOLDERS, RunFolder, free_path
from ganstudio.system import atomic, file_names, reading

SUFFIX = ".ganrun"
SCHEMA = 1  # of the list; a reader refuses a higher one
MAX_EXPANSION = 100  # unpacked size in archive sizes: the lines of a history are much alike
MAX_EXPANSION_BYTES = 16 << 20  # that a run may grow beyond that

_unpacking = itertools.count()  # so that two threads have folders of their own
_LIST = "ganrun.json"
_ORIGIN = "unpacked-from.txt"  # in a run's folder: sha256 of the list of the archive that it came in
_MAX_LIST_BYTES = 16 << 20
_MAX_ORIGIN_BYTES = 200
_MAX_NAME_LENGTH = 200
_CHUNK_BYTES = 1 << 20
_RUN_FILES = re.compile(
    r"run\.toml|label\.toml|history\.jsonl|results\.png|points\.png|left_out\.json|samples/[0-9]{1,18}\.png"
    r"|(snapshots/|checkpoints/(before-)?)[0-9]{1,18}\.safetensors",
    re.ASCII,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks the others in pieces of any size
_MAX_DIRECTORY_BYTES = 16 << 20  # of a zip; zipfile reads it at once, and makes objects ten times its size
# What zipfile and zlib raise where a file is damaged.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    ArithmeticError,
    MemoryError,
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _FileEntry:
    """A file in the list."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class _FileList:
    """What an archive says that it contains."""

    schema: int
    name: str  # of the run's folder
    files: dict[str, _FileEntry]

    @property
    def total_bytes(self) -> int:
        """Size of all files, unpacked."""
        return sum(entry.bytes for entry in self.files.values())


def pack(run: RunFolder | Path, out: Path, progress: Progress | None = None) -> Path:
    """Write the run into the file `out`, as it is now, and return that path; the run may be training.

    Parameters
    ----------
    run
        The run or its folder.
    out
        The file; replaced if it exists.
    progress
        Called with (bytes done, bytes in all). What it raises ends the work, and no partial file is left.

    Raises
    ------
    RunError
        `out` cannot be written or the run cannot be read.
    """
    folder = run if isinstance(run, RunFolder) else RunFolder.open(run)
    try:
        with atomic.temporary(out) as temp:
            with zipfile.ZipFile(temp, "x") as archive:
                _write_archive(folder, archive, progress or _ignore_progress)
            atomic.replace(temp, out)
    except OSError as error:
        raise RunError(f"{folder.path} cannot be packed into {out}: {reason(error)}.") from None
    return out


def unpack(file: Path, home: Path, progress: Progress | None = None) -> RunFolder:
    """Unpack the run in the archive `file` into a new folder of the same name in `home`, and return it.

    Parameters
    ----------
    file
        The archive.
    home
        Folder of the runs.
    progress
        As for `pack`.

    Raises
    ------
    RunError
        It is not such an archive, it is damaged or malicious, or there is not enough room.
    """
    temp = home / f".unpacking-{os.getpid()}-{next(_unpacking)}{atomic.TEMP_SUFFIX}"
    try:
        with _open_archive(file) as archive:
            listed = _read_list(file, archive)
            home.mkdir(parents=True, exist_ok=True)
            _check_room(file, listed, home)
            shutil.rmtree(temp, ignore_errors=True)  # of a killed program with the same number
            for part in SUBFOLDERS:
                (temp / part).mkdir(parents=True)
            _extract(file, archive, listed, temp, progress or _ignore_progress)
            (temp / _ORIGIN).write_text(_digest(archive), encoding="ascii")
        _check_run(file, temp)
        path = free_path(home / _folder_name(listed.name))
        atomic.replace(temp, path)
    except _BROKEN_ZIP as error:
        raise RunError(f"{file} cannot be unpacked: {reason(error)}.") from None
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    return RunFolder.open(path)


def find_unpacked(file: Path, home: Path) -> RunFolder | None:
    """Return the run that was unpacked from `file` into `home` before, trained further or not; the newest of several.

    None if there is none, or if `file` is no such archive: `unpack` says what is wrong with it.
    """
    try:
        with _open_archive(file) as archive:
            digest = _digest(archive)
        folders = [path.parent for path in home.glob(f"*/{_ORIGIN}") if _origin(path) == digest]
        runs = [RunFolder.open(path) for path in folders]
    except (*_BROKEN_ZIP, RunError):
        return None
    return max(runs, key=lambda run: (run.path / _ORIGIN).stat().st_mtime, default=None)


def _origin(path: Path) -> str:
    """Return the digest in a file of that name; "" if it cannot be read."""
    try:
        return reading.read_bytes(path, _MAX_ORIGIN_BYTES).decode("ascii")
    except (OSError, ValueError):
        return ""


def _digest(archive: zipfile.ZipFile) -> str:
    """Return the sha256 of the list, which has the checksums of all files: unique to this run at this time."""
    return hashlib.sha256(_list_content(archive)).hexdigest()


def _list_content(archive: zipfile.ZipFile) -> bytes:
    """Return the list as it is stored, in pieces: `ZipFile.read` would first unpack whatever there is.

    Raises
    ------
    KeyError
        There is none.
    BadZipFile
        It is larger than any list of a run.
    """
    with archive.open(_LIST) as source:
        content = source.read(_MAX_LIST_BYTES + 1)
    if len(content) > _MAX_LIST_BYTES:
        raise zipfile.BadZipFile(f"{_LIST} in it is larger than {_MAX_LIST_BYTES:,} bytes")
    return content


@contextlib.contextmanager
def _open_archive(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip to read it. Raises what is in `_BROKEN_ZIP`."""
    with reading.open_file(file) as raw, zipfile.ZipFile(_BoundedReads(raw)) as archive:
        if any(entry.compress_type not in _METHODS for entry in archive.infolist()):
            raise zipfile.BadZipFile("it is not compressed as GAN Studio does it")
        yield archive


class _BoundedReads(io.BufferedReader):
    """A file of which no more is read at once than the directory of a run's archive may have."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(io.FileIO(file.fileno(), closefd=False))

    def read(self, size: int | None = -1, /) -> bytes:
        """Read that many bytes, or all. Raises BadZipFile if there would be too many."""
        if size is not None and size > _MAX_DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"its directory would have {size:,} bytes")
        return super().read(size)


# ---- writing ------------------------------------------------------------------------------------------------------


def _write_archive(folder: RunFolder, archive: zipfile.ZipFile, progress: Progress) -> None:
    files = list(_run_files(folder.path))
    total, done = sum(path.stat().st_size for _, path in files), 0
    entries = {}
    for name, path in files:
        is_text = path.suffix in (".toml", ".jsonl")
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED  # the rest does not shrink
        with contextlib.suppress(FileNotFoundError), path.open("rb") as source:  # a run in training thins out
            digest, size = hashlib.sha256(), 0
            with archive.open(entry, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK_BYTES):
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    progress(min(done + size, total), total)
            entries[name] = {"bytes": size, "sha256": digest.hexdigest()}
            done += size
    archive.writestr(_LIST, json.dumps({"schema": SCHEMA, "name": folder.name, "files": entries}))


def _run_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a run by their name in an archive; the user's other files in the folder are left out."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _RUN_FILES.fullmatch(name) and path.is_file():
            yield name, path


def _ignore_progress(done: int, total: int) -> None:
    pass


# ---- reading ------------------------------------------------------------------------------------------------------


def _read_list(file: Path, archive: zipfile.ZipFile) -> _FileList:
    """Read the list and check it against the contents. Raises RunError."""
    names = archive.namelist()
    if _LIST not in names:
        raise RunError(f"{file} is not a run in one file: its list of contents is missing.")
    try:
        listed = msgspec.json.decode(_list_content(archive), type=_FileList)
    except msgspec.MsgspecError as error:
        raise RunError(f"{file} is damaged: its list of contents cannot be read ({error}).") from None
    if listed.schema > SCHEMA:
        raise RunError(f"{file} was written by a newer version of GAN Studio. Update the program to open it.")
    if foreign := next((name for name in names if name != _LIST and not _RUN_FILES.fullmatch(name)), None):
        raise RunError(f"{file} is refused: it contains {foreign!r}, which is not part of a run.")
    if sorted(names) != sorted([*listed.files, _LIST]):
        raise RunError(f"{file} is damaged: its contents do not match its list.")
    if "run.toml" not in listed.files:
        raise RunError(f"{file} is not a run in one file: it contains no run.toml.")
    return listed


def _check_room(file: Path, listed: _FileList, home: Path) -> None:
    """Refuse the archive before it fills the disk. Raises RunError."""
    if any(entry.bytes < 0 for entry in listed.files.values()):
        raise RunError(f"{file} is damaged: its list has a file of negative size.")
    needed, packed = listed.total_bytes, file.stat().st_size
    if needed > MAX_EXPANSION * packed + MAX_EXPANSION_BYTES:
        raise RunError(
            f"{file} is refused: {packed / 1e6:,.1f} MB would unpack to {needed / 1e6:,.0f} MB, too much for a run."
        )
    free = shutil.disk_usage(home).free
    if needed > free:
        raise RunError(
            f"{file} needs {needed / 1e6:,.0f} MB in {home}, where {free / 1e6:,.0f} MB are free. Free some space, or "
            "choose another folder for runs.",
            at_prompt="To choose one, set GANSTUDIO_RUNS.",
            place=UserFolder.RUNS,
        )


def _extract(file: Path, archive: zipfile.ZipFile, listed: _FileList, folder: Path, progress: Progress) -> None:
    """Unpack the listed files into `folder`. Raises RunError if one does not match its entry."""
    done = 0
    for name, expected in listed.files.items():
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as source, (folder / name).open("xb") as target:
            while chunk := source.read(_CHUNK_BYTES):
                size += len(chunk)
                if size > expected.bytes:
                    break
                digest.update(chunk)
                target.write(chunk)
                progress(done + size, listed.total_bytes)
        if size != expected.bytes or digest.hexdigest() != expected.sha256:
            raise RunError(f"{file} is damaged: {name} does not match its checksum.")
        done += size


def _check_run(file: Path, unpacked: Path) -> None:
    """Refuse what is no run, or a newer program's. Raises RunError, which names the archive."""
    try:
        RunFolder.open(unpacked)
    except RunError as error:
        text = str(error).replace(str(unpacked / "run.toml"), f"run.toml in {file}").replace(str(unpacked), str(file))
        raise RunError(text) from None


def _folder_name(name: str) -> str:
    """Return a safe folder name as similar as possible to `name`."""
    return file_names.fit(re.sub(r"[^\w.\-]+", "_", name).strip("._")[:_MAX_NAME_LENGTH])
