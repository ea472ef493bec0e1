"""A run in a line of a list of runs."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.events import Measured, RunStatus
from ganstudio.runs import history

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder


@dataclass(frozen=True)
class RunSummary:
    """A line of the list of runs."""

    path: Path
    name: str
    preset: str
    created: str  # ISO date and time
    steps: int
    epoch: float
    thumbnail: Path | None  # newest sample grid
    status: RunStatus
    title: str = ""  # a person's name for it; "" if there is none
    pinned: bool = False
    parent: str = ""  # name of the run this one branched off
    parent_step: int = 0
    data: str = ""  # name of its data set
    images: int = 0  # real pictures D has seen
    seconds: float = 0.0  # of training
    measures: Measured | None = None  # the best ones, by the Frechet distance
    bytes: int = 0  # on disk


def of(run: "RunFolder") -> RunSummary:
    """The run in a line; reads no more than it must. Raises OSError."""
    tick, _ = history.last(run.path / "history.jsonl")
    samples, label = run.samples(), run.label()
    return RunSummary(
        path=run.path,
        name=run.name,
        preset=run.config.preset,
        created=run.info.created,
        steps=tick.step if tick else 0,
        epoch=tick.epoch if tick else 0.0,
        thumbnail=samples[-1][1] if samples else None,
        status=run.status(),
        title=label.title,
        pinned=label.pinned,
        parent=run.info.parent,
        parent_step=run.info.parent_step,
        data=run.config.data.name,
        images=tick.images if tick else 0,
        seconds=tick.seconds if tick else 0.0,
        measures=history.best(run.measures()),
        bytes=_bytes_below(run.path),
    )


def _bytes_below(folder: Path) -> int:
    """Bytes of the files in a folder and in those in it; what goes meanwhile does not count."""
    total, folders = 0, [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
