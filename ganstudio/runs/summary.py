"""A run as a line of a list of runs."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ganstudio.errors import RunError
from ganstudio.events import Measured, RunStatus
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.history import MeasureReader
from ganstudio.system import paths
from ganstudio.system.log_file import LOGGER


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


def summarize(run: RunFolder, measures: MeasureReader | None = None) -> RunSummary:
    """Return the run as a line of a list, reading no more than that needs; what cannot be read is left out.

    Parameters
    ----------
    run
        The run.
    measures
        Reader of its measurements, for a list that is made again and again; None: a new one.
    """
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
        measures=history.best_measurement(_read(measures or MeasureReader(run.path / "history.jsonl"))),
        bytes=_bytes_below(run.path),
    )


def list_runs(home: Path | None = None) -> list[RunSummary]:
    """Return all runs in the folder `home`, newest first, without those that cannot be read."""
    summaries: list[RunSummary] = []
    for path in run_folders(home or paths.runs_home()):
        try:
            summaries.append(summarize(RunFolder.open(path)))
        except Exception as error:  # whatever is wrong with a run, the others are listed
            log_unreadable(path, error)
    return sorted(summaries, key=lambda run: (_timestamp(run.created), run.name), reverse=True)


def run_folders(home: Path) -> list[Path]:
    """Return the folders of runs in `home` as far as they can be looked into, by name."""
    try:
        visible = sorted(path for path in home.iterdir() if not path.name.startswith("."))  # others are being unpacked
    except OSError:
        return []
    return [path for path in visible if _is_run(path)]


def log_unreadable(path: Path, error: Exception) -> None:
    """Write into the log why a run is not in the list."""
    LOGGER.warning("%s is not in the list of runs. %s", path, error, exc_info=not isinstance(error, OSError | RunError))


def _is_run(path: Path) -> bool:
    try:
        return (path / "run.toml").is_file()
    except OSError:  # somebody else's, or on a disk that is gone
        return False


def _read(measures: MeasureReader) -> list[Measured]:
    try:
        return measures.read()
    except OSError:
        return []


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
