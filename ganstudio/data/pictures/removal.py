"""Removal of a set of imported pictures; the pictures that it was made of stay where they are."""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from ganstudio.data.pictures import stored
from ganstudio.data.pictures.sources import name_some
from ganstudio.errors import DataError, StudioError, UserFolder, reason
from ganstudio.system import lock


def runs_that_need(name: str, home: Path | None = None) -> list[Path]:
    """Return the folders of the runs that began with any version of a set, and are still there."""
    folder = stored.set_folder(name, home)
    return sorted({run for version in stored.versions(folder) for run in stored.runs_of(version)})


def name_runs(runs: Sequence[Path]) -> str:
    """Return "a" or "a, b, c and 2 more"."""
    return name_some([run.name for run in runs])


def remove(name: str, home: Path | None = None) -> None:
    """Remove all versions of a set, finished or not.

    Raises
    ------
    DataError
        There is no such set.
    RunError
        Another program imports it.
    StudioError
        The disk fails.
    """
    folder = stored.set_folder(name, home)
    if not stored.is_name(name) or not stored.versions(folder):
        raise DataError(f"There are no imported pictures named {name}.")
    try:
        with lock.acquire(folder / stored.LOCK, wording=stored.WORDING):
            for version in stored.versions(folder):
                stored.remove_version(version)
            (folder / stored.RUNS).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
    except OSError as error:
        raise StudioError(f"{folder} cannot be removed: {reason(error)}.", place=UserFolder.DATA) from None
