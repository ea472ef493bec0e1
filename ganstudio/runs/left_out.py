"""What a run keeps of its data: the names of the pictures that the user had taken out of the set when it began."""

import json
from pathlib import Path

import msgspec

from ganstudio.data import imported
from ganstudio.errors import DataError, RunError, reason
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic, reading

FILE = "left_out.json"
_MAX_BYTES = 64 << 20


def path_of(run: RunFolder) -> Path:
    """Return the file of the names; most runs have none."""
    return run.path / FILE


def keep(run: RunFolder, names: tuple[str, ...]) -> None:
    """Write the names into the run's folder, if there are any. Raises OSError."""
    if names:
        atomic.write(path_of(run), [json.dumps(list(names)).encode()], durable=True)


def of_data(name: str, fingerprint: str, home: Path | None = None) -> tuple[str, ...]:
    """Return the names of what is out of that version of a set; () of data sets that are not imported."""
    if not fingerprint:
        return ()
    try:
        return imported.names_left_out(name, home, fingerprint)
    except DataError:  # what cannot be told does not keep a run from being trained
        return ()


def read(run: RunFolder) -> tuple[str, ...]:
    """Return the names of the pictures that the run was trained without; () if there are none.

    Raises
    ------
    RunError
        The file cannot be read.
    """
    path = path_of(run)
    try:
        return msgspec.convert(json.loads(reading.read_bytes(path, _MAX_BYTES)), tuple[str, ...])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, RecursionError, msgspec.MsgspecError) as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
