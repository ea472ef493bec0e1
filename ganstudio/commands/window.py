"""The window, or the sentence that says why it cannot open here."""

import gc
import importlib.util
import sys
from pathlib import Path

from ganstudio import doctor, installing, paths
from ganstudio.errors import InputError
from ganstudio.gui.window import reopening
from ganstudio.runs import archive, lookup
from ganstudio.runs.folder import RunFolder

WITHOUT = "Training needs no window: ganstudio train"


def open_window(folder: Path | None) -> int:
    """Open the window, with the run in `folder` if one is named; the exit code. Raises InputError where it cannot.

    folder : a run's, its name or its title; or a run as one file, which is unpacked among the runs first, even where
    no window can open.
    """
    if reopening.is_under_way():
        folder = None  # the program started itself anew, and knows what was open
    if folder is not None and folder.suffix == archive.SUFFIX and folder.is_file():
        folder = unpack(folder)
    if folder is not None:
        folder = lookup.find(folder)
        RunFolder.open(folder)  # not a run: said here, not in a window
    check()
    gc.disable()  # what is imported stays: looking through it again and again took a tenth of the start
    from ganstudio.gui import app

    gc.freeze()

    return app.main(folder)


def unpack(file: Path) -> Path:
    """Unpack a run that came as one file, unless it was before; its folder. Raises RunError."""
    known = archive.find_unpacked(file, paths.runs_home())
    if known is not None:
        print(f"{file.name} has already been unpacked in {known.path}", file=sys.stderr)
        return known.path
    run = archive.unpack(file, paths.runs_home())
    print(f"{file.name} is unpacked in {run.path}", file=sys.stderr)
    return run.path


def check() -> None:
    """Raises InputError with what to install or to do if no window can open on this computer."""
    if any(importlib.util.find_spec(name) is None for name in ("PySide6", "pyqtgraph")):
        raise InputError(f"The window needs Qt, which is not installed: {installing.of_program('gui')}\n{WITHOUT}")
    problem = doctor.display_problem()
    if problem is not None:
        raise InputError(f"No window can open: {problem}. {WITHOUT}")
    packages = doctor.missing_libraries()
    if packages:
        raise InputError(f"The window needs system libraries: {doctor.install_command(packages)}\n{WITHOUT}")
