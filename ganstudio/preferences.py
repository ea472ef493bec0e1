"""The user's preferences, for the window and the command line: where runs and data sets are stored.

They are a small TOML file in the platform's folder of settings. Flags and environment variables come before it.
"""

import contextlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import platformdirs
import tomli_w

from ganstudio.errors import InputError, reason
from ganstudio.system import atomic, reading
from ganstudio.system.existence import exists, is_folder
from ganstudio.system.homes import expand, of_platform

RUNS, DATA = "runs", "data"  # keys: folders
VARIABLES = {RUNS: "GANSTUDIO_RUNS", DATA: "GANSTUDIO_DATA"}  # that come before the file


def file() -> Path:
    """Return the file of preferences."""
    return of_platform(lambda: platformdirs.user_config_dir("ganstudio")) / "preferences.toml"


def folder(key: str) -> Path | None:
    """Return the folder preferred for RUNS or DATA; None if there is none or `problem` says why it is not known."""
    with contextlib.suppress(InputError):
        value = _read().get(key)
        if value:
            return expand(value)
    return None


def set_folder(key: str, chosen: Path | None) -> None:
    """Prefer a folder for RUNS or DATA from now on; None: the platform's. All else in the file is kept.

    Raises
    ------
    InputError
        The file cannot be read, and is then left as it is; or it cannot be written.
    """
    values = dict(_read())
    values.pop(key, None)
    if chosen is not None:
        values[key] = str(chosen)
    _write(values)


def from_environment(key: str) -> Path | None:
    """Return the folder that an environment variable names, which comes before the preferred one."""
    named = os.environ.get(VARIABLES[key])
    return expand(named) if named else None


def problem() -> str:
    """Return why the preferences cannot be read, as a sentence; "" if they can."""
    try:
        _read()
    except InputError as error:
        return str(error)
    return ""


def problem_with(chosen: Path) -> str:
    """Return why a folder, which need not exist yet, cannot be written, as a sentence; "" if it can."""
    if not chosen.is_absolute():
        return f"{chosen} is not a full path: it should begin with {Path(chosen.absolute().anchor)}."
    try:
        if exists(chosen) and not is_folder(chosen):
            return f"{chosen} is a file, not a folder."
        existing = next(path for path in (chosen, *chosen.parents) if exists(path))
        if not is_folder(existing):
            return f"{existing} is a file, so it cannot contain a folder."
        with tempfile.TemporaryFile(dir=existing):  # permissions alone do not tell
            return ""
    except (OSError, ValueError) as error:  # ValueError: a null character
        why = getattr(error, "strerror", None) or str(error)
        return f"{chosen} cannot be written ({why})."


def _read() -> dict[str, Any]:
    """Return the content of the file; raise InputError if it cannot be read."""
    path = file()
    try:
        state = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise InputError(f"{path} cannot be read ({reason(error)}).") from None
    return _read_version(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=4)
def _read_version(path: Path, *_: int) -> dict[str, Any]:
    """Return the content of the file; each version of it is read once."""
    advice = "Correct or delete it; until then the default folders are used."
    try:
        values = reading.read_toml(path)
    except OSError as error:
        raise InputError(f"{path} cannot be read ({reason(error)}).") from None
    except ValueError as error:
        raise InputError(f"{path} is not valid TOML: {str(error).rstrip('.')}. {advice}") from None
    for key in (RUNS, DATA):
        if key in values and not isinstance(values[key], str):
            raise InputError(f"{path}: {key} should be a folder in quotation marks, not {values[key]!r}. {advice}")
    return values


def _write(values: dict[str, Any]) -> None:
    """Replace the file at once; raise InputError if that is not possible."""
    path = file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, [tomli_w.dumps(values).encode()], durable=False)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({reason(error)}).") from None
