"""RunFolder: a run on disk. Write it, read it, follow it while another process writes it, list all there are.

run.toml                      the whole configuration, versions, device, seed, parent run if it is a branch
history.jsonl                 a line a tick, and marks
samples/STEP.png              the fixed-z grid
snapshots/STEP.safetensors    G_ema in float16
checkpoints/STEP.safetensors  all to resume
run.lock                      while a program writes the run
"""

import dataclasses
import os
import shlex
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np

from ganstudio import config as cfg
from ganstudio import paths
from ganstudio.data import catalog
from ganstudio.errors import RunError
from ganstudio.events import Event, Finished, Marked, Samples, Started, Tick
from ganstudio.runs import atomic, follow, history, lock, sheets
from ganstudio.runs import info as info_file
from ganstudio.runs.history import History
from ganstudio.runs.info import SCHEMA, RunInfo, versions

__all__ = ["SCHEMA", "History", "RunFolder", "RunInfo", "RunSummary", "list_runs", "new_run_path"]

_PICTURES, _TENSORS = ".png", ".safetensors"


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
    status: str  # "running", "finished", "interrupted"


class RunFolder:
    """A run on disk; made by `create` or `open`. Reading needs no rights to write."""

    def __init__(self, path: Path, config: cfg.RunConfig, info: RunInfo) -> None:
        self.path = path
        self.config = config
        self.info = info

    @classmethod
    def create(cls, path: Path | str, config: cfg.RunConfig, info: RunInfo) -> "RunFolder":
        """New run at `path`, which must be empty or not there. Raises RunError that names another place."""
        path = Path(path).expanduser().absolute()
        run = cls(path, config, info)
        try:
            path.mkdir(parents=True, exist_ok=True)
            if any(path.iterdir()):
                raise RunError(f"{path} is not empty. {_elsewhere(config, path)}")
            for part in ("samples", "snapshots", "checkpoints"):
                (path / part).mkdir()
            info_file.write(path / "run.toml", config, info)
        except OSError as error:
            raise RunError(
                f"{path} cannot be written ({error.strerror or error}). {_elsewhere(config, path)}"
            ) from None
        return run

    @classmethod
    def open(cls, path: Path | str) -> "RunFolder":
        """Run at `path`. Raises RunError that says what is missing or wrong."""
        path = Path(path).expanduser().absolute()
        if not path.is_dir():
            raise RunError(f"{path} is not a run folder: there is no such folder.")
        if not (path / "run.toml").is_file():
            raise RunError(f"{path} is not a run folder: it holds no run.toml.")
        return cls(path, *info_file.read(path / "run.toml"))

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    def data_home(self) -> Path | None:
        """Where this run's pictures lie, if not in the usual place: where they lay when it began."""
        usual, recorded = catalog.available(self.config.data.name), self.info.data_home
        if usual or not recorded or not catalog.available(self.config.data.name, Path(recorded)):
            return None
        return Path(recorded)

    # -- writing ------------------------------------------------------------------------------------------------

    def lock(self) -> lock.RunLock:
        """Become the one that writes this run. Raises RunError when another living process is."""
        return lock.acquire(self.path / "run.lock")

    def sweep(self) -> int:
        """Remove temp files that a killed program left; how many. Only for who holds the lock."""
        return sum(atomic.sweep(self.path / part) for part in (".", "samples", "snapshots", "checkpoints"))

    def started(self, event: Started) -> None:
        """Write into run.toml what the trainer said at its start. Raises OSError."""
        known = {each.name for each in dataclasses.fields(RunInfo)}
        facts = {name: value for name, value in vars(event).items() if name in known}
        self.config, self.info = event.config, replace(self.info, **facts, versions=versions())
        info_file.write(self.path / "run.toml", self.config, self.info)

    def append(self, event: Tick | Marked) -> None:
        """Add a line to the history. Raises OSError."""
        history.append(self.path / "history.jsonl", event)

    def save_samples(self, samples: Samples) -> Path:
        """Write the grid as samples/STEP.png; once kept, a step stays kept. Raises OSError."""
        path = self.path / "samples" / f"{samples.step:08d}{_PICTURES}"
        if not samples.kept and path.exists() and sheets.is_kept(path):
            samples = replace(samples, kept=True)
        sheets.write(path, samples, columns=self.config.output.grid)
        return path

    def snapshot_path(self, step: int) -> Path:
        """Where the generator of that step lies."""
        return self.path / "snapshots" / f"{step:08d}{_TENSORS}"

    def checkpoint_path(self, step: int) -> Path:
        """Where all that is needed to resume at that step lies."""
        return self.path / "checkpoints" / f"{step:08d}{_TENSORS}"

    def thin(self, keep: int, pinned: set[int]) -> None:
        """Remove grids and snapshots until `keep` steps remain. Never goes the first, the last or a pinned one.

        What goes first is a step whose neighbours are relatively closest, so that early steps, where a run changes
        fast, stay dense. Raises OSError.
        """
        kinds = [dict(self.samples()), dict(self.snapshots())]
        steps = sorted(set().union(*kinds))
        for step in _superfluous(steps, keep, pinned):
            for kind in kinds:
                if step in kind:
                    kind[step].unlink(missing_ok=True)

    def forget_after(self, step: int) -> None:
        """Remove grids and snapshots later than `step`: a run that goes on from there makes them anew."""
        for later, path in [*self.samples(), *self.snapshots()]:
            if later > step:
                path.unlink(missing_ok=True)

    # -- reading ------------------------------------------------------------------------------------------------

    def history(self) -> History:
        """The whole history, superseded lines dropped. Raises OSError."""
        return history.read(self.path / "history.jsonl")

    def samples(self) -> list[tuple[int, Path]]:
        """Sample grids as (step, file), by step."""
        return _numbered(self.path / "samples", _PICTURES)

    def snapshots(self) -> list[tuple[int, Path]]:
        """Snapshots of the generator as (step, file), by step."""
        return _numbered(self.path / "snapshots", _TENSORS)

    def checkpoints(self) -> list[tuple[int, Path]]:
        """Checkpoints as (step, file), by step."""
        return _numbered(self.path / "checkpoints", _TENSORS)

    def rewind_points(self) -> list[int]:
        """Steps that the run can go back to, in order."""
        return [step for step, _ in self.checkpoints()]

    def read_samples(self, path: Path) -> Samples:
        """Grid from a file of `samples()`. Raises RunError."""
        return sheets.read(path, self.config.data.size)

    def kept(self) -> set[int]:
        """Steps whose grids are kept for good."""
        return {step for step, path in self.samples() if sheets.is_kept(path)}

    def running(self) -> bool:
        """Whether a living program writes the run."""
        return lock.holder(self.path / "run.lock") is not None

    def status(self) -> str:
        """ "running", "finished" (all epochs done) or "interrupted" (stopped, failed or killed; it can go on)."""
        if self.running():
            return "running"
        _, end = history.last(self.path / "history.jsonl")
        return "finished" if isinstance(end, Finished) and end.reason == "done" else "interrupted"

    def summary(self) -> RunSummary:
        """The run in a line of a list; reads no more than it must."""
        tick, _ = history.last(self.path / "history.jsonl")
        samples = self.samples()
        return RunSummary(
            path=self.path,
            name=self.name,
            preset=self.config.preset,
            created=self.info.created,
            steps=tick.step if tick else 0,
            epoch=tick.epoch if tick else 0.0,
            thumbnail=samples[-1][1] if samples else None,
            status=self.status(),
        )

    def follow(self, stop: Callable[[], bool], poll: float = 0.2) -> Iterator[Event]:
        """Everything the run has said, in order of step, then what it says, until it ends or `stop()`.

        A Marked of kind "resume" tells a reader to forget what it has of later steps. poll : seconds between looks.
        """
        return follow.follow(self, stop, poll)


def new_run_path(config: cfg.RunConfig, home: Path | None = None, now: datetime | None = None) -> Path:
    """Where a new run goes: runs_home()/2026-11-22_153000_mnist-dcgan, with a number behind it if that is taken."""
    name = config.preset or f"{config.data.name}-{config.network.name}"
    stem = f"{now or datetime.now():%Y-%m-%d_%H%M%S}_{name}"
    home = home or paths.runs_home()
    path, number = home / stem, 1
    while os.path.lexists(path):
        number += 1
        path = home / f"{stem}-{number}"
    return path


def list_runs(home: Path | None = None) -> list[RunSummary]:
    """All runs in a folder, newest first; what is no run, or broken, is left out."""
    home = home or paths.runs_home()
    found: list[RunSummary] = []
    try:
        folders = [path for path in home.iterdir() if (path / "run.toml").is_file()]
    except OSError:
        return []
    for path in folders:
        try:
            found.append(RunFolder.open(path).summary())
        except (OSError, RunError):
            continue
    return sorted(found, key=lambda run: (_seconds(run.created), run.name), reverse=True)


def _superfluous(steps: list[int], keep: int, pinned: set[int]) -> list[int]:
    """Steps to drop so that `keep` remain, the one whose neighbours are relatively closest first."""
    left, gone = np.array(steps, np.float64), []
    while len(left) > keep:
        spread = (left[2:] + 1) / (left[:-2] + 1)  # of each step but the first and the last
        spread[np.isin(left[1:-1], list(pinned))] = np.inf
        closest = int(np.argmin(spread)) if spread.size else -1
        if closest < 0 or np.isinf(spread[closest]):
            break
        gone.append(int(left[closest + 1]))
        left = np.delete(left, closest + 1)
    return gone


def _numbered(folder: Path, suffix: str) -> list[tuple[int, Path]]:
    """Files named STEP + suffix, by step; none where there is no folder."""
    try:
        return sorted((int(path.stem), path) for path in folder.iterdir() if _is_numbered(path, suffix))
    except OSError:
        return []


def _is_numbered(path: Path, suffix: str) -> bool:
    return path.suffix == suffix and path.stem.isascii() and path.stem.isdigit()


def _seconds(created: str) -> float:
    try:
        return datetime.fromisoformat(created).timestamp()
    except ValueError:
        return 0.0


def _elsewhere(config: cfg.RunConfig, refused: Path) -> str:
    """Words that offer another folder: one that can be written, and is not beside the one that was refused."""
    homes = [paths.runs_home(), Path.home(), Path(tempfile.gettempdir())]
    good = [home for home in homes if home != refused.parent and _writable(home)]
    example = shlex.quote(str(new_run_path(config, (good or homes)[0])))
    return f"Name another folder with --out, for example --out {example}"


def _writable(folder: Path) -> bool:
    """Whether a folder may be made in `folder`, which need not be there itself."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
    except (OSError, StopIteration):  # a folder on the way may not be entered
        return False
    return os.access(there, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
