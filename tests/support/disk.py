"""What the GUI thread asks the disk for: each call with the line of the program that makes it."""

import builtins
import io
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import ganstudio

_OF_OS = ("stat", "lstat", "scandir", "listdir", "open", "mkdir", "replace", "rename", "unlink", "rmdir", "access")
_PACKAGE = str(Path(ganstudio.__file__).parent)


@dataclass(frozen=True)
class DiskCall:
    """A call: its function, the file or folder, and the lines of the program that led to it, the innermost first."""

    function: str
    path: str
    lines: tuple[str, ...]


@contextmanager
def watched(below: Path | None = None, seconds: float = 0.0) -> Iterator[list[DiskCall]]:
    """Note the calls of this thread while the context lasts; those of imports do not count.

    Parameters
    ----------
    below
        Only what lies in this folder; None: everywhere.
    seconds
        That each of them takes longer than it would, as on a slow disk.
    """
    calls: list[DiskCall] = []
    thread = threading.get_ident()

    def watch(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if args and threading.get_ident() == thread and (path := _path(args[0], below)):
                lines = _lines()
                if lines and not any("importlib" in line for line in lines):
                    calls.append(DiskCall(name, path, lines))
                    time.sleep(seconds)
            return function(*args, **more)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in _OF_OS:
            patch.setattr(os, name, watch(name, getattr(os, name)))
        opened = watch("open", builtins.open)
        patch.setattr(builtins, "open", opened)
        patch.setattr(io, "open", opened)
        yield calls


def _path(what: object, below: Path | None) -> str:
    """Return a path as text; "" if it is none, or not below that folder."""
    if not isinstance(what, str | os.PathLike):
        return ""
    path = os.path.normpath(Path.cwd() / os.fsdecode(what))
    return path if below is None or path.startswith(str(below)) else ""


def _lines() -> tuple[str, ...]:
    frame, lines = sys._getframe(2), list[str]()
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return ()
        if file.startswith(_PACKAGE):
            lines.append(f"{file.removeprefix(_PACKAGE + os.sep)}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return tuple(lines)
