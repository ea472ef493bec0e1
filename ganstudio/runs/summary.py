"""A run as a line of a list of runs."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ganstudio import paths
from ganstudio.errors import RunError
from ganstudio.events import Measured, RunStatus
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder


@dataclass(frozen=True)
class RunSummary:
    """A line of the list of runs."""

    path: Path
    name: str  # of the folder
    preset: str
    created: str  # ISO date and time
    steps: int
    epoch: float
    thumbnail: Path | None  # newest sample grid
    status: RunStatus
    title: str = ""  # given by the user; "" if there is none
    pinned: bool = False
    parent: str = ""  # folder name of the run that this one branched off
    parent_step: int = 0
    data: str = ""  # name of its data set
    images: int = 0  # real images that D has seen
    seconds: float = 0.0  # of training
    measures: Measured | None = None  # the best ones, by the Frechet distance
    bytes: int = 0  # on disk


def summarize(run: RunFolder) -> RunSummary:
    """Return the run as a line of a list, reading no more than that needs. Raises OSError."""
    tick, _ = history.read_last(run.path / "history.jsonl")
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
        measures=history.best_measurement(run.measures()),
        bytes=_bytes_below(run.path),
    )


def list_runs(home: Path | None = None) -> list[RunSummary]:
    """Return all runs in the folder `home`, newest first, without those that cannot be read."""
    home = home or paths.runs_home()
    summaries: list[RunSummary] = []
    try:
        visible = [path for path in home.iterdir() if not path.name.startswith(".")]  # others are being unpacked
        folders = [path for path in visible if (path / "run.toml").is_file()]
    except OSError:
        return []
    for path in folders:
        try:
            summaries.append(summarize(RunFolder.open(path)))
        except (OSError, RunError):
            continue
    return sorted(summaries, key=lambda run: (_timestamp(run.created), run.name), reverse=True)


def _timestamp(created: str) -> float:
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return 0.0


def _bytes_below(folder: Path) -> int:
    """Return the bytes of all files below a folder; those removed meanwhile do not count."""
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
