"""The user's home and the platform's folders in it, also where there is no home: containers, services, sandboxes."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

_NOWHERE = Path(os.devnull) / "ganstudio"  # below a file: there is nothing to read, and nothing can be written
_ABSENT = (RuntimeError, KeyError, OSError)  # what asking for a home raises if there is none


def home() -> Path | None:
    """Return the user's home folder; None if there is none, as in a container with any user id."""
    with contextlib.suppress(*_ABSENT):
        found = Path.home()
        if found.is_absolute() and found.is_dir():
            return found
    return None


def home_or_root() -> Path:
    """Return the home folder, or the root of the file system: where a dialog can start in any case."""
    return home() or Path(os.path.abspath(os.sep))  # noqa: PTH100


def expand(path: str | Path) -> Path:
    """Return a path with the home instead of "~", or as it is if there is no such home."""
    with contextlib.suppress(*_ABSENT):
        return Path(path).expanduser()
    return Path(path)


def of_platform(find: Callable[[], str]) -> Path:
    """Return the folder that a function of platformdirs finds; one that cannot be used if there is no home for it."""
    with contextlib.suppress(*_ABSENT):
        found = Path(find())
        if found.is_absolute():
            return found
    return _NOWHERE


def is_nowhere(path: Path) -> bool:
    """Return whether `of_platform` found no folder for this path."""
    return _NOWHERE in path.parents


def ignore_odd_variables() -> None:
    """Forget the XDG variables that are no full path, as their standard demands; Qt and platformdirs would differ."""
    for name in [name for name in os.environ if name.startswith("XDG_") and name.endswith(("_HOME", "_DIR"))]:
        if not os.path.isabs(os.environ[name]):  # noqa: PTH117
            del os.environ[name]
