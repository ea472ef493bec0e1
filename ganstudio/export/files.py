"""Files that are exported whole or not at all, and the packages that only some of them need."""

import contextlib
import importlib
import importlib.metadata
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from ganstudio import installing
from ganstudio.errors import ExportError

EXTRAS = {"video": ("av",), "onnx": ("onnx", "onnxruntime"), "tensorboard": ("tensorboard",)}  # extra -> packages


def install_command(extra: str) -> str:
    """How to get the packages of an extra."""
    return installing.of_program(extra)


def require(extra: str) -> list[ModuleType]:
    """The packages of an extra, imported. Raises ExportError that says how to get them."""
    try:
        return [importlib.import_module(name) for name in EXTRAS[extra]]
    except ImportError as error:
        packages = " and ".join(EXTRAS[extra])
        raise ExportError(
            f"This needs {packages}, not all of which can be imported here ({error}). To get it: "
            f"{install_command(extra)}"
        ) from None


def missing(extra: str) -> list[str]:
    """Packages of an extra that are not installed; imports none."""
    return [name for name in EXTRAS[extra] if version(name) is None]


def version(package: str) -> str | None:
    """Version of an installed package; None if it is not there."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@contextlib.contextmanager
def writing(out: Path) -> Iterator[Path]:
    """A path beside `out` to write to; becomes `out` in one move when all went well, and is removed when not.

    Raises ExportError in place of an OSError.
    """
    if not out.parent.is_dir():
        raise ExportError(f"There is no folder {out.parent} to write {out.name} in.")
    if out.is_dir():
        raise ExportError(f"{out} is a folder; enter the name of a file.")
    temp = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        yield temp
        temp.replace(out)
    except OSError as error:
        raise ExportError(f"{out} could not be written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            temp.unlink(missing_ok=True)
