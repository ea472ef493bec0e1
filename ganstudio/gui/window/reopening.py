"""Restarting the program: the new one opens what the old one had open. Imports no Qt."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

VARIABLE = "GANSTUDIO_REOPEN"  # names the file that the old program leaves for the new one


@dataclass(frozen=True)
class Reopening:
    """What was open in the old program.

    Parameters
    ----------
    run
        Folder of the open run; "" if none was.
    goes_on
        Whether it was being trained.
    edits
        Edits that wait for the run to resume, by dotted name.
    config
        What was set up, where no run was open.
    dialog
        Name of the dialog that was shown; "" for none.
    """

    run: str = ""
    goes_on: bool = False
    edits: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] | None = None
    dialog: str = ""


def is_under_way() -> bool:
    """Return whether this program was started by an old one."""
    return VARIABLE in os.environ


def take() -> Reopening | None:
    """Return what the old program left, once; None if there was none, or it cannot be read."""
    name = os.environ.pop(VARIABLE, None)
    if name is None:
        return None
    try:
        reopening = Reopening(**json.loads(Path(name).read_text(encoding="utf-8")))
        Path(name).unlink()
    except (OSError, ValueError, TypeError):
        return None
    return reopening


def restart(reopening: Reopening, environment: Mapping[str, str]) -> NoReturn:
    """Replace this program by a new one with the same arguments in the same terminal, which opens `reopening`."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", prefix="ganstudio-", delete=False, encoding="utf-8") as file:
        json.dump(asdict(reopening), file)
    arguments = [sys.executable, *sys.orig_argv[1:]]
    new = {**environment, VARIABLE: file.name}
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(sys.executable, arguments, new)
    subprocess.Popen(arguments, env=new)  # Windows: a process cannot be replaced
    os._exit(0)
