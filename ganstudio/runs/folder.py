"""RunFolder: a run on disk. Write it, read it, follow it while another process writes it, list all there are.

run.toml                      the whole configuration, versions, device, seed, parent run if it is a branch
history.jsonl                 a line a tick, and marks
samples/STEP.png              the fixed-z grid
snapshots/STEP.safetensors    G_ema in float16
checkpoints/STEP.safetensors  all to resume
checkpoints/before-STEP.safetensors  the same from before an edit at that step, where it was trained by hand since
label.toml                    a person's words on it
run.lock                      while a program writes the run
"""

import dataclasses
import os
import shlex
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ganstudio import config as cfg
from ganstudio import paths
from ganstudio.data import catalog
from ganstudio.errors import RunError, UserFolder
from ganstudio.events import EndReason, Event, Finished, Marked, Measured, RunStatus, Samples, Started, Tick
from ganstudio.runs import atomic, follow, grids, history, labels, lock, retention, summary
from ganstudio.runs import info as info_file
from ganstudio.runs.history import History
from ganstudio.runs.info import SCHEMA, RunInfo, versions
from ganstudio.runs.labels import Label
from ganstudio.runs.summary import RunSummary

__all__ = ["SCHEMA", "History", "Label", "RunFolder", "RunInfo", "RunSummary", "list_runs", "new_run_path"]

_PICTURES, _TENSORS = ".png", ".safetensors"


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
                raise RunError(f"{path} is not empty.", at_prompt=_elsewhere(config, path))
            for part in ("samples", "snapshots", "checkpoints"):
                (path / part).mkdir()
            info_file.write(path / "run.toml", config, info)
        except OSError as error:
            raise RunError(
                f"{path} cannot be written ({error.strerror or error}). Choose another folder for runs.",
                at_prompt=_elsewhere(config, path),
                place=UserFolder.RUNS,
            ) from None
        return run

    @classmethod
    def open(cls, path: Path | str) -> "RunFolder":
        """Run at `path`. Raises RunError that says what is missing or wrong."""
        path = Path(path).expanduser().absolute()
        if not path.is_dir():
            raise RunError(f"{path} is not a run folder: there is no such folder.")
        if not (path / "run.toml").is_file():
            raise RunError(f"{path} is not a run folder: it contains no run.toml.")
        return cls(path, *info_file.read(path / "run.toml"))

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def display_name(self) -> str:
        """What a person calls the run: its title, else the name of its folder. Read anew each time."""
        return labels.display_name(self.path)

    @property
    def parent_name(self) -> str:
        """What a person calls the run that this one branched off; "" if it is no branch."""
        return labels.display_name(self.path.parent / self.info.parent) if self.info.parent else ""

    def data_home(self) -> Path | None:
        """Where this run's pictures lie, if not in the usual place: where they lay when it began."""
        usual, recorded = catalog.owned(self.config.data.name), self.info.data_home
        if usual or not recorded or not catalog.owned(self.config.data.name, Path(recorded)):
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

    def append(self, event: Tick | Marked | Measured) -> None:
        """Add a line to the history. Raises OSError."""
        history.append(self.path / "history.jsonl", event)

    def save_samples(self, samples: Samples) -> Path:
        """Write the grid as samples/STEP.png; once kept, a step stays kept. Raises OSError."""
        path = self.path / "samples" / f"{samples.step:08d}{_PICTURES}"
        if not samples.kept and path.exists() and grids.is_kept(path):
            samples = replace(samples, kept=True)
        grids.write(path, samples, columns=self.config.output.grid)
        return path

    def snapshot_path(self, step: int) -> Path:
        """Where the generator of that step lies."""
        return self.path / "snapshots" / f"{step:08d}{_TENSORS}"

    def checkpoint_path(self, step: int) -> Path:
        """Where all that is needed to resume at that step lies."""
        return self.path / "checkpoints" / f"{step:08d}{_TENSORS}"

    def before_edit_path(self, step: int) -> Path:
        """Where the checkpoint of before an edit at that step lies, once another one took its place.

        Steps by hand do not count on, so that what comes after an edit may have the number of what was before. Who goes
        on needs the one, who takes the edit back the other.
        """
        return self.path / "checkpoints" / f"before-{step:08d}{_TENSORS}"

    def checkpoint_files(self, step: int) -> list[Path]:
        """The files of that step's checkpoint."""
        return [path for path in (self.checkpoint_path(step), self.before_edit_path(step)) if path.exists()]

    def thin(self, keep: int, pinned: set[int]) -> None:
        """Remove grids and snapshots until `keep` steps remain. Never goes the first, the last or the grid of a pinned
        step; its snapshot does, where the pinned ones alone are too many.

        What goes first is a step whose neighbours are relatively closest, so that early steps, where a run changes
        fast, stay dense. Raises OSError.
        """
        kinds = [dict(self.samples()), dict(self.snapshots())]
        steps = sorted(set().union(*kinds))
        gone = retention.too_close(steps, keep, pinned)
        left = sorted(kinds[1].keys() - set(gone))
        for files, old in zip(kinds, (gone, gone + retention.too_close(left, keep, set())), strict=True):
            for step in files.keys() & set(old):
                files[step].unlink(missing_ok=True)

    def forget_after(self, step: int, back_to: Path | None = None) -> None:
        """Remove grids and snapshots later than `step`: a run that goes on from there makes them anew.

        back_to : the checkpoint of `step` that the run goes back to. It becomes the one of that step, and later ones
        go, too: the run goes back on what they hold. Raises OSError.
        """
        if back_to is not None:
            if back_to == self.before_edit_path(step):
                back_to.replace(self.checkpoint_path(step))
            self.before_edit_path(step).unlink(missing_ok=True)
            for number, _ in self.checkpoints():
                if number > step:
                    self.drop_checkpoint(number)
        for number, path in [*self.samples(), *self.snapshots()]:
            if number > step:
                path.unlink(missing_ok=True)

    def drop_checkpoint(self, step: int) -> None:
        """Remove the checkpoint of that step. Raises OSError."""
        for path in (self.checkpoint_path(step), self.before_edit_path(step)):
            path.unlink(missing_ok=True)

    def set_label(self, label: Label) -> None:
        """Write what a person says of the run. Raises OSError."""
        labels.write(self.path, label)

    # -- reading ------------------------------------------------------------------------------------------------

    def history(self) -> History:
        """The whole history, superseded lines dropped. Raises OSError."""
        return history.read(self.path / "history.jsonl")

    def measures(self) -> list[Measured]:
        """The measurements in the history, superseded ones dropped; much quicker than the whole. Raises OSError."""
        return history.measures(self.path / "history.jsonl")

    def edits(self) -> set[int]:
        """Steps at which a setting was changed. Raises OSError."""
        return {mark.step for mark in history.changes(self.path / "history.jsonl")}

    def label(self) -> Label:
        """What a person says of the run."""
        return labels.read(self.path)

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
        return grids.read(path, self.config.data.size)

    def kept(self) -> set[int]:
        """Steps whose grids are kept for good."""
        return {step for step, path in self.samples() if grids.is_kept(path)}

    def running(self) -> bool:
        """Whether a living program writes the run."""
        return lock.holder(self.path / "run.lock") is not None

    def status(self) -> RunStatus:
        """Return RUNNING, FINISHED (trained to its end) or INTERRUPTED (stopped, failed or killed)."""
        if self.running():
            return RunStatus.RUNNING
        _, end = history.last(self.path / "history.jsonl")
        done = isinstance(end, Finished) and end.reason == EndReason.DONE
        return RunStatus.FINISHED if done else RunStatus.INTERRUPTED

    def summary(self) -> RunSummary:
        """The run in a line of a list; reads no more than it must."""
        return summary.of(self)

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
        shown = [path for path in home.iterdir() if not path.name.startswith(".")]  # others are being unpacked
        folders = [path for path in shown if (path / "run.toml").is_file()]
    except OSError:
        return []
    for path in folders:
        try:
            found.append(RunFolder.open(path).summary())
        except (OSError, RunError):
            continue
    return sorted(found, key=lambda run: (_seconds(run.created), run.name), reverse=True)


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
    return f"To choose one: --out DIR, for example --out {example}"


def _writable(folder: Path) -> bool:
    """Whether a folder may be made in `folder`, which need not be there itself."""
    try:
        there = next(path for path in (folder, *folder.parents) if path.exists())
    except (OSError, StopIteration):  # a folder on the way may not be entered
        return False
    return os.access(there, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids)
