"""A whole run as one file, NAME.ganrun: a zip with a list of its files and their sha256, for another machine to open.

What comes from elsewhere is not trusted: only files that a run consists of are unpacked, under names made here, no
larger than they say and than there is room for, and only if each is what its checksum says.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ganstudio.errors import RunError, UserFolder
from ganstudio.runs import atomic
from ganstudio.runs.error_messages import reason
from ganstudio.runs.folder import RunFolder

SUFFIX = ".ganrun"
SCHEMA = 1  # of the list; a reader refuses a higher one

_LIST = "ganrun.json"
_ORIGIN = "unpacked-from.txt"  # in a run's folder: sha256 of the list of the archive that it came in
_LIST_LIMIT = 16 << 20  # bytes
_CHUNK = 1 << 20  # bytes
_SQUEEZED = 100  # times that a run may grow when it is unpacked: a history's lines are much alike
_SPARE = 16 << 20  # bytes that it may have beyond that
_OURS = re.compile(
    r"run\.toml|label\.toml|history\.jsonl|results\.png|samples/[0-9]{1,18}\.png"
    r"|(snapshots/|checkpoints/(before-)?)[0-9]{1,18}\.safetensors",
    re.ASCII,
)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Listed:
    """A file in the list."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class _List:
    """What an archive says that it holds."""

    schema: int
    name: str  # of the run's folder
    files: dict[str, _Listed]


def pack(run: RunFolder | Path, out: Path, progress: Progress | None = None) -> Path:
    """Write the run into the file `out`; the same path. The run may be under way: it is packed as it is then.

    progress : called with (bytes done, bytes in all); what it raises ends the work, and no half file is left.

    Raises RunError if `out` cannot be written or the run not be read.
    """
    folder = run if isinstance(run, RunFolder) else RunFolder.open(run)
    temp = out.with_name(f".{out.name}.{os.getpid()}{atomic.STRAY}")
    try:
        with zipfile.ZipFile(temp, "w") as archive:
            _pack(folder, archive, progress or _silent)
        os.replace(temp, out)  # noqa: PTH105 - as in `atomic`
    except OSError as error:
        raise RunError(f"{folder.path} cannot be packed into {out}: {reason(error)}.") from None
    finally:
        with contextlib.suppress(OSError):
            temp.unlink()
    return out


def unpack(file: Path, home: Path, progress: Progress | None = None) -> RunFolder:
    """The run in the archive `file`, in a new folder of the same name in `home`.

    progress : as in `pack`.

    Raises RunError, in words, if it is no such archive, damaged, made to do harm, or finds no room.
    """
    temp = home / f".{file.stem}.{os.getpid()}{atomic.STRAY}"
    try:
        with zipfile.ZipFile(file) as archive:
            listed = _read_list(file, archive)
            home.mkdir(parents=True, exist_ok=True)
            _check_room(file, listed, home)
            for part in ("samples", "snapshots", "checkpoints"):
                (temp / part).mkdir(parents=True)
            _unpack(file, archive, listed, temp, progress or _silent)
            (temp / _ORIGIN).write_text(_digest(archive), encoding="ascii")
        RunFolder.open(temp)  # refuses what is no run, or a newer program's
        path = _free(home, listed.name)
        temp.rename(path)
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError, ValueError) as error:
        raise RunError(f"{file} cannot be unpacked: {reason(error)}.") from None
    finally:
        shutil.rmtree(temp, ignore_errors=True)
    return RunFolder.open(path)


def unpacked(file: Path, home: Path) -> RunFolder | None:
    """The run that was unpacked from `file` into `home` before, trained further or not; the newest, if there are more.

    None if there is none, or if `file` is no such archive: `unpack` says what is wrong with it.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            digest = _digest(archive)
        known = [path.parent for path in home.glob(f"*/{_ORIGIN}") if path.read_text(encoding="ascii") == digest]
        found = [RunFolder.open(path) for path in known]
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError, ValueError, KeyError, RunError):
        return None
    return max(found, key=lambda run: (run.path / _ORIGIN).stat().st_mtime, default=None)


def _digest(archive: zipfile.ZipFile) -> str:
    """Of the list, which has the checksums of all files: the same of no other run, nor of this run at another time."""
    return hashlib.sha256(archive.read(_LIST)).hexdigest()


# ---- writing ------------------------------------------------------------------------------------------------------


def _pack(folder: RunFolder, archive: zipfile.ZipFile, progress: Progress) -> None:
    files = list(_files(folder.path))
    total, done, listed = sum(path.stat().st_size for _, path in files), 0, {}
    for name, path in files:
        text = path.suffix in (".toml", ".jsonl")
        about = zipfile.ZipInfo(name)
        about.compress_type = zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED  # the rest does not shrink
        with contextlib.suppress(FileNotFoundError), path.open("rb") as source:  # a run under way thins out
            digest, size = hashlib.sha256(), 0
            with archive.open(about, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK):
                    target.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    progress(min(done + size, total), total)
            listed[name] = {"bytes": size, "sha256": digest.hexdigest()}
            done += size
    archive.writestr(_LIST, json.dumps({"schema": SCHEMA, "name": folder.name, "files": listed}))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files of a run, by the name they have in an archive; what a person put beside them stays."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _OURS.fullmatch(name) and path.is_file():
            yield name, path


def _silent(done: int, total: int) -> None:
    pass


# ---- reading ------------------------------------------------------------------------------------------------------


def _read_list(file: Path, archive: zipfile.ZipFile) -> _List:
    """The list, checked against what there is. Raises RunError."""
    names = archive.namelist()
    if _LIST not in names or archive.getinfo(_LIST).file_size > _LIST_LIMIT:
        raise RunError(f"{file} is not a run in one file: its list of contents is missing.")
    try:
        listed = msgspec.json.decode(archive.read(_LIST), type=_List)
    except msgspec.MsgspecError as error:
        raise RunError(f"{file} is damaged: its list of contents cannot be read ({error}).") from None
    if listed.schema > SCHEMA:
        raise RunError(f"{file} was written by a newer GAN Studio. Update the program to open it.")
    if foreign := next((name for name in names if name != _LIST and not _OURS.fullmatch(name)), None):
        raise RunError(f"{file} is refused: it contains {foreign!r}, which is not part of a run.")
    if sorted(names) != sorted([*listed.files, _LIST]):
        raise RunError(f"{file} is damaged: its contents do not match its list.")
    return listed


def _check_room(file: Path, listed: _List, home: Path) -> None:
    """Said before the disk fills. Raises RunError."""
    if any(each.bytes < 0 for each in listed.files.values()):
        raise RunError(f"{file} is damaged: its list has a file of negative size.")
    needed, has = sum(each.bytes for each in listed.files.values()), file.stat().st_size
    if needed > _SQUEEZED * has + _SPARE:
        raise RunError(
            f"{file} is refused: {has / 1e6:,.1f} MB would become {needed / 1e6:,.0f} MB, which no run does."
        )
    free = shutil.disk_usage(home).free
    if needed > free:
        raise RunError(
            f"{file} needs {needed / 1e6:,.0f} MB in {home}, where {free / 1e6:,.0f} MB are free. Make room, or choose "
            "another folder for runs.",
            at_prompt="GANSTUDIO_RUNS names one.",
            place=UserFolder.RUNS,
        )


def _unpack(file: Path, archive: zipfile.ZipFile, listed: _List, folder: Path, progress: Progress) -> None:
    total, done = sum(each.bytes for each in listed.files.values()), 0
    for name, expected in listed.files.items():
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as source, (folder / name).open("xb") as target:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > expected.bytes:
                    break
                digest.update(chunk)
                target.write(chunk)
                progress(done + size, total)
        if size != expected.bytes or digest.hexdigest() != expected.sha256:
            raise RunError(f"{file} is damaged: {name} does not match its checksum.")
        done += size


def _free(home: Path, name: str) -> Path:
    """A folder in `home` that is not there yet, named as nearly as possible like `name`."""
    stem = re.sub(r"[^\w.\-]+", "_", name).strip("._")[:200] or "run"
    path, number = home / stem, 1
    while os.path.lexists(path):
        number += 1
        path = home / f"{stem}-{number}"
    return path
