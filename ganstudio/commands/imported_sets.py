"""`ganstudio datasets show` and `remove`: sets of imported pictures."""

import contextlib
import shlex
import shutil
from pathlib import Path

from ganstudio.commands.dataset_report import describe, table_of_skipped
from ganstudio.data import catalog, imported
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import stored
from ganstudio.errors import DataError, InputError, StudioError, UserFolder, reason
from ganstudio.system import lock


def show(name: str, skipped: bool) -> str:
    """Return what is known of a data set; of imported pictures also each file that was skipped, as CSV."""
    info = catalog.find(name)
    if not info.imported:
        if skipped:
            raise InputError(f"{info.title} is part of the program: nothing of it was skipped.")
        height, width = info.height, info.width
        return (
            f"{info.title}: {info.count:,} pictures of {height}x{width}\nLicence: {info.licence}\nFrom: {info.source}"
        )
    version = stored.newest(stored.set_folder(name))
    if version is None:
        raise DataError(f"{name} is no longer there.")
    try:
        index = indexing.read(version / stored.INDEX)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{version / stored.INDEX} cannot be read: {reason(error)}. Import the pictures again."
        ) from None
    if skipped:
        return table_of_skipped(index).rstrip("\n")
    others = [each for each in stored.versions(version.parent) if each != version and stored.is_complete(each)]
    kept = [f"kept for {_name(runs)}: {each}" for each in others if (runs := stored.runs_of(each))]
    return "\n".join([*describe(stored.read_info(version), index), f"stored in {version}", *kept])


def remove(name: str, is_forced: bool) -> str:
    """Remove a set of imported pictures; the pictures that it was made of stay where they are."""
    folder = stored.set_folder(name)
    if not stored.is_name(name) or not stored.versions(folder):
        info = catalog.find(name)
        raise InputError(f"{info.title} is no set of imported pictures. Its files are in {catalog.state(name).path}.")
    runs = sorted({run for version in stored.versions(folder) for run in stored.runs_of(version)})
    if runs and not is_forced:
        raise DataError(
            f"{name} is needed to resume {_name(runs)}. They can be viewed without it.",
            at_prompt=f"To remove it all the same: ganstudio datasets remove {shlex.quote(name)} --force",
        )
    try:
        with lock.acquire(folder / stored.LOCK, wording=stored.WORDING):
            for version in stored.versions(folder):
                stored.remove_version(version)
            (folder / stored.RUNS).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
    except OSError as error:
        raise StudioError(f"{folder} cannot be removed: {reason(error)}.", place=UserFolder.DATA) from None
    left = imported.list_names()
    return f"Removed {name}. The pictures it was made of were not touched." + (
        f" Left: {', '.join(left)}." if left else ""
    )


def _name(runs: list[Path]) -> str:
    shown = ", ".join(run.name for run in runs[:3])
    more = f" and {len(runs) - 3:,} more" if len(runs) > 3 else ""
    return f"the run {shown}" if len(runs) == 1 else f"the runs {shown}{more}"
