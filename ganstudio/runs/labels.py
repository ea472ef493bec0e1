"""label.toml: what the user says of a run: its title, whether it is pinned, and checkpoints to keep."""

import re
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import tomli_w

from ganstudio import atomic

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
    """Read the label of a run folder; an empty one if there is none that can be read."""
    try:
        return msgspec.convert(tomllib.loads((run / _FILE).read_text(encoding="utf-8")), Label)
    except (OSError, ValueError, msgspec.ValidationError):
        return Label()


def write(run: Path, label: Label) -> None:
    """Write the label of a run folder, which needs no lock. Raises OSError."""
    values = asdict(label) | {"steps": sorted(label.steps)}
    atomic.write(run / _FILE, [tomli_w.dumps(values).encode()], durable=True)


def display_name(run: Path) -> str:
    """Return the title of the run in a folder, else the name of the folder."""
    return read(run).title or run.name


def undated(name: str) -> str:
    """Return the name of a run's folder without the date at its beginning."""
    dated = _DATED.fullmatch(name)
    return dated[1] if dated else name


def file_name(name: str) -> str:
    """Return a run's name as part of a file's name: "G-faster" for "G faster?"."""
    return re.sub(r"[^\w.+=]+", "-", name).strip("-.")[:_MAX_FILE_NAME_LENGTH] or "run"
