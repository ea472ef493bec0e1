"""Files that are written whole or not at all, and the packages that only some formats need."""

import contextlib
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from ganstudio.errors import ExportError, MissingPackageError, reason
from ganstudio.system import atomic, installing, libraries
from ganstudio.system.existence import exists, is_file, is_folder
from ganstudio.system.installing import installed_version

EXTRAS = {"video": ("av",), "onnx": ("onnx", "onnxruntime"), "tensorboard": ("tensorboard",)}  # extra -> packages


def install_command(extra: str) -> str:
    """Return the command that installs the packages of an extra."""
    return installing.of_packages(EXTRAS[extra])


def import_extra(extra: str) -> list[ModuleType]:
    """Import the packages of an extra.

    Raises
    ------
    MissingPackageError
        One of them cannot be imported.
    """
    for name in EXTRAS[extra]:
        libraries.load_package(name)
    try:
        return [importlib.import_module(name) for name in EXTRAS[extra]]
    except Exception as error:  # a package that is there may raise anything as it is imported
        packages = " and ".join(EXTRAS[extra])
        command = install_command(extra) if missing_packages(extra) else installing.repair(*EXTRAS[extra])
        sentence = f"This needs {packages}, not all of which can be imported here ({error}). To install: {command}"
        raise MissingPackageError(sentence, EXTRAS[extra], command) from None


def missing_packages(extra: str) -> list[str]:
    """Return the packages of an extra that are not installed, without importing any."""
    return [name for name in EXTRAS[extra] if installed_version(name) is None]


def with_ending(path: Path, ending: str) -> Path:
    """Return a path whose name has an ending, which may be in capitals; a dot elsewhere in the name begins none.

    Dots and spaces at the end are left out: not every system keeps them.

    Parameters
    ----------
    path
        What was typed.
    ending
        ".png"; "" leaves the name as it is.
    """
    name = path.name.rstrip(". ")
    if not ending or not name:
        return path
    has_ending = name.lower().endswith(ending) and len(name) > len(ending)
    return path.with_name(name if has_ending else f"{name}{ending}")


@contextlib.contextmanager
def atomic_file(out: Path) -> Iterator[Path]:
    """Yield a temporary path beside `out` to write to; it replaces `out` if all went well and is removed if not.

    Raises
    ------
    ExportError
        `out` cannot be written.
    """
    try:
        target = _find_target(out)
        with atomic.temporary(target) as temp:
            yield temp
            atomic.replace(temp, target)
    except OSError as error:
        raise ExportError(f"{out} could not be written: {reason(error)}.") from error


def _find_target(out: Path) -> Path:
    """Return where to write: where `out` leads if it is a link. Raises ExportError, or OSError if it cannot be seen."""
    if not is_folder(out.parent):
        raise ExportError(f"There is no folder {out.parent} to write {out.name} in.")
    if is_folder(out):
        raise ExportError(f"{out} is a folder; enter the name of a file.")
    target = Path(os.path.realpath(out))
    if exists(target) and not is_file(target):
        raise ExportError(f"{out} is not a file; enter the name of one.")
    return target


def size_text(path: Path) -> str:
    """Return the size of a file for the user: "1.5 MB"."""
    return f"{path.stat().st_size / 1e6:.1f} MB"
