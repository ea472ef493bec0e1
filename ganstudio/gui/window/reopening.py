"""Reopening: the program starts itself anew, and goes on where it was. Imports no Qt."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

VARIABLE = "GANSTUDIO_REOPEN"  # names the file that the new program takes over from the old one


@dataclass(frozen=True)
class Reopening:
    """What was open."""

    run: str = ""  # folder of the run
    goes_on: bool = False  # it was being trained
    edits: dict[str, Any] = field(default_factory=dict)  # of a run that rested, by dotted name
    config: dict[str, Any] | None = None  # the set-up, where no run was open
    dialog: str = ""  # name of the dialog that was asked from


def is_under_way() -> bool:
    """Whether this program was started by itself."""
    return VARIABLE in os.environ


def take() -> Reopening | None:
    """What the program before left; None if there was none, or it cannot be read."""
    name = os.environ.pop(VARIABLE, None)
    if name is None:
        return None
    try:
        found = Reopening(**json.loads(Path(name).read_text(encoding="utf-8")))
        Path(name).unlink()
    except (OSError, ValueError, TypeError):
        return None
    return found


def start_anew(left: Reopening, environment: Mapping[str, str]) -> NoReturn:
    """Become a new program with the same arguments, in the same terminal; it takes over what is `left`."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", prefix="ganstudio-", delete=False, encoding="utf-8") as file:
        json.dump(asdict(left), file)
    words = [sys.executable, *sys.orig_argv[1:]]
    new = {**environment, VARIABLE: file.name}
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execve(sys.executable, words, new)
    subprocess.Popen(words, env=new)  # Windows: a program cannot become another one
    os._exit(0)
