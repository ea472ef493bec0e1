"""`ganstudio open`: open the window, or say why it cannot open here."""

import argparse
import gc
import importlib.util
import sys
from pathlib import Path

from ganstudio import doctor
from ganstudio.commands.parser import Commands
from ganstudio.errors import InputError
from ganstudio.system import installing, paths
from ganstudio.system.existence import is_file
from ganstudio.system.homes import expand

_HOW_TO_TRAIN = "Training needs no window: ganstudio train"


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("open", run, "Open a run in the window: finished, interrupted or still training.")
    parser.add_argument(
        "folder", metavar="RUN", type=Path, help="a run by name, title or folder; or FILE.ganrun, a run in one file"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    return open_window(arguments.folder)


def open_window(folder: Path | None) -> int:
    """Open the window and return the exit code once it is closed.

    Parameters
    ----------
    folder
        A run's folder, name or title; or a run in one file, which is unpacked among the runs first, even where no
        window can open. None: no run.

    Raises
    ------
    InputError
        There is no such run, or no window can open on this computer.
    """
    from ganstudio.gui.window import reopening
    from ganstudio.runs import lookup
    from ganstudio.runs.folder import RunFolder

    if reopening.is_under_way():
        folder = None  # the program restarted itself and knows what was open
    if folder is not None and is_file(expand(folder)):  # whatever it is called: mail programs add an ending
        folder = unpack(expand(folder))
    if folder is not None:
        folder = lookup.find(folder)
        RunFolder.open(folder)  # where it is not a run, the error is shown here, not in a window
    check()
    gc.disable()  # imported modules are no garbage: searching them again and again took a tenth of the start
    from ganstudio.gui import app

    gc.freeze()

    return app.main(folder)


def unpack(file: Path) -> Path:
    """Unpack a run in one file, unless it was before, and return its folder."""
    from ganstudio.runs import archive

    known = archive.find_unpacked(file, paths.runs_home())
    if known is not None:
        print(f"{file.name} has already been unpacked to {known.path}", file=sys.stderr)
        return known.path
    run = archive.unpack(file, paths.runs_home())
    print(f"{file.name} is unpacked in {run.path}", file=sys.stderr)
    return run.path


def check() -> None:
    """Check that a window can open on this computer.

    Raises
    ------
    InputError
        It cannot; the sentence says what to install or to do.
    """
    if any(importlib.util.find_spec(name) is None for name in ("PySide6", "pyqtgraph")):
        command = installing.of_packages(doctor.WINDOW)
        raise InputError(f"The window needs Qt, which is not installed: {command}\n{_HOW_TO_TRAIN}")
    problem = doctor.display_problem()
    if problem is not None:
        raise InputError(f"No window can open: {problem}. {_HOW_TO_TRAIN}")
    packages = doctor.missing_libraries()
    if packages:
        raise InputError(f"The window needs system libraries: {doctor.install_command(packages)}\n{_HOW_TO_TRAIN}")
