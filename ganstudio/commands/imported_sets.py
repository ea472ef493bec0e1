"""`ganstudio datasets show` and `remove`: sets of imported pictures."""

import shlex

from ganstudio.commands.dataset_report import describe_set
from ganstudio.data import catalog, imported
from ganstudio.data.pictures import index as indexing
from ganstudio.data.pictures import removal, stored
from ganstudio.data.pictures.importing import skipped_files
from ganstudio.data.pictures.report import table_of_skipped
from ganstudio.data.points import drawings
from ganstudio.errors import DataError, InputError


def show(name: str, skipped: bool) -> str:
    """Return what is known of a data set; of imported pictures also each file that was skipped, as CSV."""
    info = catalog.find(name)
    if not info.imported:
        if skipped:
            raise InputError(f"{info.title} is part of the program: nothing of it was skipped.")
        if info.points:
            return f"{info.title}: {info.count:,} points, unless a run wants another number\nFrom: {info.source}"
        height, width = info.height, info.width
        return (
            f"{info.title}: {info.count:,} pictures of {height}x{width}\nLicence: {info.licence}\nFrom: {info.source}"
        )
    version = stored.newest(stored.set_folder(name))
    if version is None:
        raise DataError(f"{name} is no longer there.")
    index = indexing.read(version)
    if skipped:
        return table_of_skipped(file.entry for file in skipped_files(index)).rstrip("\n")
    others = [each for each in stored.versions(version.parent) if each != version and stored.is_complete(each)]
    kept = [f"kept for {removal.name_runs(runs)}: {each}" for each in others if (runs := stored.runs_of(each))]
    return "\n".join([*describe_set(stored.read_info(version), index), f"stored in {version}", *kept])


def remove(name: str, is_forced: bool) -> str:
    """Remove a set of imported pictures; the pictures that it was made of stay where they are."""
    if drawings.exists(name):
        drawings.remove(name)
        return f"Removed {name}. Runs that learn from it keep it."
    folder = stored.set_folder(name)
    if not stored.is_name(name) or not stored.versions(folder):
        info = catalog.find(name)
        raise InputError(f"{info.title} is no set of imported pictures. Its files are in {catalog.state(name).path}.")
    runs = removal.runs_that_need(name)
    if runs and not is_forced:
        raise DataError(
            f"{name} is needed to resume {removal.name_runs(runs)}. They can be viewed without it.",
            at_prompt=f"To remove it all the same: ganstudio datasets remove {shlex.quote(name)} --force",
        )
    removal.remove(name)
    left = imported.list_names()
    return f"Removed {name}. The pictures it was made of were not touched." + (
        f" Left: {', '.join(left)}." if left else ""
    )
