"""Imported sets in the data folder: their versions, what is in each, and which runs need it.

DATA/imported/NAME/v1/   info.toml      what it is, the recipe, the classes, the source
                         pictures.npy   uint8 (N, H, W, C)
                         index.npz      every file that was found, and what became of it
                         taken_out.npz, taken_out.npy   index and pixels of pictures that the user took out
                         COMPLETE       written last
                   runs.txt      which run began with which version
                   import.lock   while a program writes
"""

import contextlib
import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import tomli_w

from ganstudio.data.pictures.recipe import Recipe
from ganstudio.errors import DataError, UserFolder, reason
from ganstudio.system import atomic, file_names, lock, paths, reading
from ganstudio.system.existence import exists

FOLDER = "imported"  # in the data folder
INFO, PICTURES, INDEX, COMPLETE = "info.toml", "pictures.npy", "index.npz", "COMPLETE"
TAKEN_OUT, TAKEN_OUT_PICTURES = "taken_out.npz", "taken_out.npy"
JOURNAL, LOCK, RUNS = "journal.jsonl", "import.lock", "runs.txt"
SCHEMA = 1
MAX_NAME = 64  # characters
WORDING = lock.Wording(
    "being imported",
    "Wait until it is done, or stop that program.",
    "to import these pictures",
    "no pictures can be imported there. Choose another folder for data sets.",
    "The import ended here.",
)
_NAME = re.compile(r"[^\W_][\w .-]*", re.UNICODE)
_VERSION = re.compile(r"v([1-9][0-9]{0,8})")

_cache: dict[Path, tuple[tuple[int, int], "Info"]] = {}


@dataclass(frozen=True)
class Info:
    """What info.toml says of a version.

    Parameters
    ----------
    name
        Of the set.
    count, height, width, channels
        Of the pictures.
    classes
        Names, in the order of their numbers; () without labels.
    fingerprint
        Hash of pictures and labels.
    recipe
        What each picture was made into, see `Recipe`.
    source
        What the user named: `path`, `kind`, and `chosen`, a list of names as JSON, where it was several files.
    labels
        Where they are from: `wanted`, `origin`, `unlabelled`.
    counts
        Of files `found`, `read`, `skipped`; of pictures `enlarged`, `near_duplicates`, and of each note.
    versions
        Of the programs that made it.
    filters
        What pictures were resampled with.
    """

    name: str
    count: int
    height: int
    width: int
    channels: int
    classes: tuple[str, ...]
    fingerprint: str
    recipe: dict[str, Any]
    source: dict[str, str]
    labels: dict[str, str]
    counts: dict[str, int]
    versions: dict[str, str] = field(default_factory=dict)
    filters: str = ""
    schema: int = SCHEMA

    def read_recipe(self) -> Recipe:
        """Return the recipe. Raises DataError if it is of another version of the program."""
        return Recipe.from_mapping(self.recipe)

    def source_path(self) -> Path:
        """Return what the user named."""
        return Path(os.fsdecode(bytes.fromhex(self.source["hex"])) if "hex" in self.source else self.source["path"])

    def chosen_names(self) -> tuple[str, ...]:
        """Return the names of the files in that folder that are meant; () for all. Raises DataError."""
        try:
            return msgspec.convert(json.loads(self.source.get("chosen", "[]")), tuple[str, ...])
        except (ValueError, msgspec.MsgspecError):
            raise DataError(f"The names of the files of {self.name} cannot be read: import them again.") from None


def describe_source(path: Path, kind: str, chosen: Sequence[str] = ()) -> dict[str, str]:
    """Return `Info.source`; also of a path that is not UTF-8."""
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")
    source = {"path": shown, "kind": kind} | ({} if shown == str(path) else {"hex": os.fsencode(path).hex()})
    return source | ({"chosen": json.dumps(chosen)} if chosen else {})


def check_name(name: str, taken: Iterator[str] | tuple[str, ...] = ()) -> None:
    """Raise DataError unless a set can have that name.

    Parameters
    ----------
    name
        The name.
    taken
        Names that others have.
    """
    if not is_name(name):
        raise DataError(
            f"A data set cannot be named {name!r}: a name begins with a letter or digit, has at most {MAX_NAME} "
            "letters, digits, spaces, '-', '_' and '.', and does not end with '-', '.' or a space."
        )
    for other in taken:
        if other.casefold() == name.casefold():
            raise DataError(f"There is already a data set named {other}. Choose another name.")


def is_name(name: str) -> bool:
    """Return whether a set may have that name, which is also that of its folder."""
    return bool(_NAME.fullmatch(name)) and len(name) <= MAX_NAME and file_names.fit(name, "") == name


def home_of(home: Path | None = None) -> Path:
    """Return the folder of all imported sets."""
    return paths.data_home(home) / FOLDER


def set_folder(name: str, home: Path | None = None) -> Path:
    """Return the folder of a set, whether there is one or not."""
    return home_of(home) / name


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of the imported sets, of unfinished ones as well; none if the folder cannot be read."""
    try:
        with os.scandir(home_of(home)) as found:
            names = [entry.name for entry in found if is_name(entry.name) and entry.is_dir()]
    except OSError:
        return []
    return sorted((name for name in names if versions(set_folder(name, home))), key=str.casefold)


def versions(folder: Path) -> list[Path]:
    """Return the folders of all versions of a set, finished or not, oldest first."""
    try:
        names = [match for name in os.listdir(folder) if (match := _VERSION.fullmatch(name))]  # noqa: PTH208
    except OSError:
        return []
    return [folder / match[0] for match in sorted(names, key=lambda match: int(match[1]))]


def is_complete(version: Path) -> bool:
    """Return whether a version was finished."""
    return (version / COMPLETE).is_file()


def newest(folder: Path) -> Path | None:
    """Return the newest finished version of a set; None if there is none."""
    return next((version for version in reversed(versions(folder)) if is_complete(version)), None)


def next_version(folder: Path) -> Path:
    """Return the folder of the version to be written: one that was begun and not finished, or a new one."""
    there = versions(folder)
    if there and not is_complete(there[-1]):
        return there[-1]
    return folder / f"v{int(there[-1].name[1:]) + 1 if there else 1}"


def find_version(folder: Path, fingerprint: str) -> Path | None:
    """Return the version with that fingerprint; None if it is not there."""
    for version in reversed(versions(folder)):
        with contextlib.suppress(OSError):
            if reading.read_bytes(version / COMPLETE, 1024).decode("ascii", "replace").strip() == fingerprint:
                return version
    return None


def mark_of(version: Path) -> str:
    """Return what tells a finished version from every other one, also from one of a set of that name to come."""
    complete = version / COMPLETE
    try:
        written = complete.stat().st_mtime_ns
        return f"{version.name} {written} {reading.read_bytes(complete, 1024).decode('ascii', 'replace').strip()}"
    except OSError:
        return ""


def read_info(version: Path) -> Info:
    """Read info.toml; again only if it has changed.

    Raises
    ------
    DataError
        It cannot be read.
    """
    path = version / INFO
    try:
        about = path.stat()
        key = about.st_mtime_ns, about.st_size
        if path in _cache and _cache[path][0] == key:
            return _cache[path][1]
        values = reading.parse_toml(reading.read_bytes(path, reading.MAX_TEXT_BYTES << 4))
        schema = values.get("schema")
        if isinstance(schema, int) and schema > SCHEMA:
            raise DataError(f"{version} was imported with a newer version of GAN Studio. Update the program to use it.")
        info = msgspec.convert(values, Info)
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise unreadable(path, error) from None
    _cache[path] = key, info
    return info


def write_info(version: Path, info: Info) -> None:
    """Write info.toml. Raises OSError."""
    values = asdict(info) | {"classes": list(info.classes)}
    atomic.write(version / INFO, [tomli_w.dumps(values).encode()], durable=True)


def open_pictures(version: Path, info: Info, name: str = PICTURES) -> npt.NDArray[np.uint8]:
    """Return the pictures (N, H, W, C), mapped from their file, or from another in its folder.

    Raises
    ------
    DataError
        The file is missing or damaged.
    """
    path, shape = version / name, (info.count, info.height, info.width, info.channels)
    try:
        pictures = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if pictures.shape != shape or pictures.dtype != np.uint8:
        raise _damaged(path, f"is damaged: it should hold {shape}, and holds {pictures.shape}")
    return np.asarray(pictures)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[lock.FolderLock]:
    """Hold the lock of a set. Raises RunError if another program has it, StudioError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} cannot be made: {reason(error)}.", place=UserFolder.DATA) from None
    try:
        with lock.acquire(folder / LOCK, wording=WORDING) as held:
            yield held
    finally:
        with contextlib.suppress(OSError):
            folder.rmdir()  # if nothing is in it


def unreadable(path: Path, error: Exception) -> DataError:
    """Return the error of a file of a version that cannot be read."""
    return _damaged(path, f"cannot be read: {reason(error)}")


def unfinished(name: str) -> DataError:
    """Return the error of a set whose import was cut off."""
    return DataError(f"The import of {name} was not finished. Import the same pictures again: it goes on from there.")


def _damaged(path: Path, what: str) -> DataError:
    name = path.parent.parent.name
    return DataError(
        f"{path} {what}. Remove the data set {name}, and import its pictures again.",
        at_prompt=f"To remove it: ganstudio datasets remove {shlex.quote(name)}",
    )


# ---- runs that need a version ---------------------------------------------------------------------------------------


def keep_for_run(version: Path, run: Path) -> None:
    """Note that a run began with a version, which is then kept; where that cannot be written, nothing is."""
    line = f"{version.name}\t{run.resolve()}\n".encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError), (version.parent / RUNS).open("ab") as file:
        file.write(line)


def runs_of(version: Path) -> list[Path]:
    """Return the folders of runs that began with a version and are still there."""
    try:
        return sorted(path for path in _noted_runs(version) if exists(path / "run.toml"))
    except OSError:
        return []


def is_needed(version: Path) -> bool:
    """Return whether a run may still need a version: one that is there, or that cannot be reached now."""
    try:
        return not all(map(_is_deleted, _noted_runs(version)))
    except OSError:
        return True  # nobody knows


def _noted_runs(version: Path) -> set[Path]:
    """Return the folders of all runs that began with a version, whatever became of them. Raises OSError."""
    try:
        lines = reading.read_bytes(version.parent / RUNS, reading.MAX_TEXT_BYTES << 4).split(b"\n")
    except FileNotFoundError:
        return set()
    except ValueError as error:
        raise OSError(str(error)) from None
    start = f"{version.name}\t".encode()
    return {Path(os.fsdecode(line[len(start) :])) for line in lines if line.startswith(start)}


def _is_deleted(run: Path) -> bool:
    """Return whether a run was deleted: it is missing among others. The disk of an empty or missing folder is away."""
    try:
        content = os.listdir(run)  # noqa: PTH208
        return bool(content) and "run.toml" not in content
    except FileNotFoundError:
        with contextlib.suppress(OSError):
            beside = os.listdir(run.parent)  # noqa: PTH208
            return bool(beside) and run.name not in beside
    except OSError:
        pass
    return False


def remove_unneeded(folder: Path) -> None:
    """Remove versions before the newest that no run may need; what other programs hold open stays for now."""
    there, last = versions(folder), newest(folder)
    for version in there[: there.index(last)] if last else []:
        if not is_needed(version):
            remove_version(version)


def remove_version(version: Path) -> None:
    """Remove a version; its mark of being complete first, so that what may be left is not taken for whole."""
    with contextlib.suppress(OSError):
        atomic.remove(version / COMPLETE)
        shutil.rmtree(version)
