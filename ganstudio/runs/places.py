"""Where a run can be stored: names for new ones, folders that count as empty, and links that are not followed."""

import contextlib
import errno
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.errors import RunError, UserFolder, reason
from ganstudio.runs import labels
from ganstudio.system import atomic, homes, paths

_MAX_RIVALS = 1000  # that may take a name for a new run in turn
_UNFINISHED_SECONDS = 3.0  # after which nobody makes a run there any more; that takes milliseconds
_LOOK_SECONDS = 0.1  # between two looks whether somebody does
_MIN_FREE_BYTES = 10_000_000  # in a folder that is suggested for a run

# What systems put into folders by themselves: a folder with nothing else is empty.
_BY_SYSTEM = frozenset(
    [
        *(".ds_store", ".localized", "icon\r", ".spotlight-v100", ".trashes", ".fseventsd", ".temporaryitems"),
        *(".documentrevisions-v100", ".apdisk", "desktop.ini", "thumbs.db", "ehthumbs.db", "$recycle.bin"),
        *("system volume information", "lost+found", ".directory", ".snapshot", ".snapshots", "@eadir", ".stfolder"),
    ]
)
_BY_SYSTEM_PREFIXES = ("._", ".trash-", ".nfs", ".fuse_hidden", ".goutputstream-")


def new_run_path(config: cfg.RunConfig, home: Path | None = None, now: datetime | None = None) -> Path:
    """Return a free path for a new run: runs_home()/2026-11-22_153000_mnist-dcgan, with a number appended if taken."""
    name = config.preset or f"{config.data.name}-{config.network.name}"
    stem = f"{now or datetime.now():%Y-%m-%d_%H%M%S}_{labels.file_name(name)}"
    return free_path((home or paths.runs_home()) / stem)


def reserve_run_path(config: cfg.RunConfig) -> Path:
    """Create an empty folder for a new run, which no other program gets, and return its path. Raises OSError."""
    paths.runs_home().mkdir(parents=True, exist_ok=True)
    for _ in range(_MAX_RIVALS):
        path = new_run_path(config).absolute()
        with contextlib.suppress(FileExistsError):  # another program was faster
            path.mkdir()
            return path
    raise FileExistsError(errno.EEXIST, "Other programs take all names for new runs", str(paths.runs_home()))


@contextlib.contextmanager
def reserved_run_path(config: cfg.RunConfig) -> Iterator[Path]:
    """Yield an empty folder for a new run, and remove it if it is empty still. Raises RunError."""
    try:
        path = reserve_run_path(config)
    except OSError as error:
        place = paths.runs_home()
        why = f"{place} cannot be written ({reason(error)}). Choose another folder for runs."
        raise RunError(why, at_prompt=suggest_other(config, place), place=UserFolder.RUNS) from None
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.rmdir()


def free_path(path: Path) -> Path:
    """Return `path`, or the first of "path-2", "path-3", ... if it exists."""
    free, number = path, 1
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def claim(path: Path) -> Path:
    """See that there is a folder at `path` without files of anybody's. Raises OSError."""
    path.mkdir(parents=True, exist_ok=True)
    if any(not _is_by_system(each.name) for each in path.iterdir()):
        raise FileExistsError(errno.EEXIST, "It is not empty", str(path))
    return path


def sweep_unfinished(path: Path, folders: Collection[str]) -> None:
    """Remove the beginnings of a run that a killed program left at `path`: empty `folders`, and no whole run.toml.

    Nothing happens where there is anything else. Where they are so new that a program may be at it, it is watched for a
    moment, and left alone if it changes. Raises OSError.
    """
    watched_until, newest_before = time.monotonic() + _UNFINISHED_SECONDS, None
    while parts := _unfinished_parts(path, folders):
        newest = max(each.stat(follow_symlinks=False).st_mtime for each in parts)
        if newest_before not in (None, newest):
            return
        newest_before = newest
        if time.time() - newest >= _UNFINISHED_SECONDS or time.monotonic() >= watched_until:
            for each in parts:
                if each.name in folders:
                    each.rmdir()
                else:
                    each.unlink()
            return
        time.sleep(_LOOK_SECONDS)


def _unfinished_parts(path: Path, folders: Collection[str]) -> list[Path]:
    """Return what is at `path` if that is nothing but the beginnings of a run, else nothing."""
    found = list(path.iterdir()) if path.is_dir() else []
    temporary = [each for each in found if fnmatch(each.name, f".run.toml.*{atomic.TEMP_SUFFIX}")]
    made = [each for each in found if each.name in folders and each.is_dir() and not each.is_symlink()]
    if len(temporary) + len(made) < len(found) or any(any(each.iterdir()) for each in made):
        return []
    return [*temporary, *made]


def _is_by_system(name: str) -> bool:
    """Return whether file managers, disks and network disks make files or folders of that name by themselves."""
    return name.casefold() in _BY_SYSTEM or name.casefold().startswith(_BY_SYSTEM_PREFIXES)


def refuse_links(path: Path, folders: Iterable[str]) -> None:
    """Refuse to write a run whose folders or history are links: they may lead to anything. Raises RunError."""
    for part in (*folders, "history.jsonl"):
        if (path / part).is_symlink() or _is_junction(path / part):
            raise RunError(
                f"{path / part} is a link, and nothing is written where links lead. To train this run, put what it "
                "leads to in its place; the whole folder of the run may be a link."
            )


def make_missing_folder(file: Path) -> None:
    """Make the folder in a run that a file is to lie in: some programs leave empty ones out of their copies.

    Raises
    ------
    OSError
        It cannot be made, or the run itself is gone.
    """
    file.parent.mkdir(exist_ok=True)


def _is_junction(path: Path) -> bool:
    return bool(getattr(os.path, "isjunction", lambda _: False)(path))  # since Python 3.12, on Windows


def suggest_other(config: cfg.RunConfig, refused: Path) -> str:
    """Return what to type for another folder: a writable one that is not beside the refused one."""
    known = [paths.runs_home(), homes.home(), _temporary_home()]
    for place in known:
        if place is not None and place != refused.parent and _is_writable(place):
            return f"To choose one: --out DIR, for example --out {shlex.quote(str(new_run_path(config, place)))}"
    return "To choose one: --out DIR"


def _temporary_home() -> Path | None:
    """Return the folder of temporary files; None if there is none, as on a full disk."""
    with contextlib.suppress(OSError):
        return Path(tempfile.gettempdir())
    return None


def _is_writable(folder: Path) -> bool:
    """Return whether a run can be written in `folder`, which need not exist itself."""
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        if not os.access(existing, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
            return False
        return existing.is_dir() and shutil.disk_usage(existing).free >= _MIN_FREE_BYTES
    except (OSError, StopIteration):  # a folder on the way cannot be entered
        return False
