"""label.toml: what the user says of a run: its title, whether it is pinned, and checkpoints to keep."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import tomli_w

from ganstudio.errors import RunError, reason
from ganstudio.system import atomic, file_names, reading
from ganstudio.text import one_line

_FILE = "label.toml"
_DATED = re.compile(r"\d{4}-\d\d-\d\d_\d{6}_(.+)")
_MAX_FILE_NAME_LENGTH = 80


@dataclass(frozen=True)
class Label:
    """What the user says of a run."""

    title: str = ""  # "": its folder's name is shown
    pinned: bool = False  # first in lists, and deleted only after another question
    steps: frozenset[int] = frozenset()  # whose checkpoints are never removed


def read(run: Path) -> Label:
    """Read the label of a run folder, to show it; an empty one if there is none that can be read."""
    try:
        return load(run)
    except RunError:
        return Label()


def load(run: Path) -> Label:
    """Read the label of a run folder, to change it or to act on it; an empty one if there is none.

    Raises
    ------
    RunError
        There is one that cannot be read: it may name checkpoints to keep, and is not to be replaced.
    """
    path = run / _FILE
    try:
        return msgspec.convert(reading.read_toml(path), Label)
    except FileNotFoundError:
        return Label()
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise RunError(f"{path} cannot be read: {reason(error)}. Correct or delete it.") from None


def write(run: Path, label: Label) -> None:
    """Write the label of a run folder, which needs no lock. Raises OSError."""
    values = asdict(label) | {"steps": sorted(label.steps)}
    atomic.write(run / _FILE, [tomli_w.dumps(values).encode()], durable=True)


def display_name(run: Path) -> str:
    """Return the title of the run in a folder, else the name of the folder, as one line."""
    return one_line(read(run).title or run.name)


def undated(name: str) -> str:
    """Return the name of a run's folder without the date at its beginning."""
    dated = _DATED.fullmatch(name)
    return dated[1] if dated else name


def file_name(name: str) -> str:
    """Return a run's name as part of a file's name: "G-faster" for "G faster?"."""
    plain = re.sub(r"[^\w.+=]+", "-", unicodedata.normalize("NFC", name)).strip("-.")
    return file_names.fit(plain[:_MAX_FILE_NAME_LENGTH])
