"""label.toml: what a person says of a run: its title, whether it is pinned, and checkpoints to keep for good."""

import re
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec
import tomli_w

from ganstudio.runs import atomic

_FILE = "label.toml"
_DATED = re.compile(r"\d{4}-\d\d-\d\d_\d{6}_(.+)")
_LONGEST = 80  # letters of a name in a file's name


@dataclass(frozen=True)
class Label:
    """A person's words on a run."""

    title: str = ""  # "": it goes by the name of its folder
    pinned: bool = False  # first in lists, and not deleted without another question
    steps: frozenset[int] = frozenset()  # whose checkpoints never thin out


def read(run: Path) -> Label:
    """Label of the run folder `run`; an empty one if there is none, or none that can be read."""
    try:
        return msgspec.convert(tomllib.loads((run / _FILE).read_text(encoding="utf-8")), Label)
    except (OSError, ValueError, msgspec.ValidationError):
        return Label()


def write(run: Path, label: Label) -> None:
    """Write the label of the run folder `run`; anybody may, whoever trains the run. Raises OSError."""
    values = asdict(label) | {"steps": sorted(label.steps)}
    atomic.write(run / _FILE, [tomli_w.dumps(values).encode()], durable=True)


def display_name(run: Path) -> str:
    """What a person calls the run in the folder `run`: its title, else the name of the folder."""
    return read(run).title or run.name


def undated(name: str) -> str:
    """The name of a run's folder without the date that it begins with, where others tell which run is meant."""
    dated = _DATED.fullmatch(name)
    return dated[1] if dated else name


def file_name(name: str) -> str:
    """A run's name as part of a file's name: "G faster?" is "G-faster"."""
    return re.sub(r"[^\w.+=]+", "-", name).strip("-.")[:_LONGEST] or "run"
