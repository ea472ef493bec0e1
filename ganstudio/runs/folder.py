"""RunFolder: a run on disk, its paths and files.

run.toml                      the whole configuration, versions, device, seed, parent run if it is a branch
history.jsonl                 a line per tick, and marks
samples/STEP.png              the grid of the fixed z
snapshots/STEP.safetensors    G_ema in float16
checkpoints/STEP.safetensors  everything that a resume needs
checkpoints/before-STEP.safetensors  the same from before a change at that step, if the run was trained by hand since
label.toml                    title, pin and kept steps, set by the user
left_out.json                 names of pictures that were taken out of its data before, if there are any; see `left_out`
points.png                    the drawing that its points are of, if it has one; see `drawing`
run.lock                      while a program trains the run

Following a run, its summary and what it keeps are functions in `follow`, `summary` and `retention`.
"""

import contextlib
import dataclasses
import importlib
import os
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import RunError, UserFolder, reason
from ganstudio.events import EndReason, Finished, Marked, Measured, RunStatus, Samples, Started, Tick
from ganstudio.runs import grids, history, labels, numbered, places
from ganstudio.runs import info as info_file
from ganstudio.runs.history import History
from ganstudio.runs.info import SCHEMA, RunInfo, versions
from ganstudio.runs.labels import Label
from ganstudio.runs.places import free_path, new_run_path
from ganstudio.system import atomic, lock, paths
from ganstudio.system.homes import expand

__all__ = ["SCHEMA", "History", "Label", "RunFolder", "RunInfo", "free_path", "new_run_path"]

SUBFOLDERS = ("samples", "snapshots", "checkpoints")
_IMAGE_SUFFIX = ".png"
_TENSOR_SUFFIX = ".safetensors"

# Former names of methods, for scripts: an attribute of this class, or "module.function" in this package.
_RENAMED = {
    "edits": "changed_steps",
    "follow": "follow.follow",
    "forget_after": "retention.remove_after",
    "kept": "kept_steps",
    "running": "is_running",
    "started": "write_started",
    "summary": "summary.summarize",
    "sweep": "remove_stray_files",
    "thin": "retention.thin",
}


class RunFolder:
    """A run on disk; made by `create` or `open`. Reading it needs no write permission.

    Parameters
    ----------
    path
        The folder.
    config
        Settings of the run, as run.toml has them.
    info
        What else run.toml says.
    """

    def __init__(self, path: Path, config: cfg.RunConfig, info: RunInfo) -> None:
        self.path = path
        self.config = config
        self.info = info

    if not TYPE_CHECKING:  # mypy would accept any name

        def __getattr__(self, name: str) -> Callable[..., object]:
            """Return a method by its former name, with a DeprecationWarning."""
            if name not in _RENAMED:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            module, _, function = _RENAMED[name].rpartition(".")
            place = f"ganstudio.runs.{module}.{function}(run, ...)" if module else f"RunFolder.{function}"
            warnings.warn(f"RunFolder.{name} is deprecated: use {place}.", DeprecationWarning, stacklevel=2)
            if not module:
                return getattr(self, function)
            return partial(getattr(importlib.import_module(f"ganstudio.runs.{module}"), function), self)

    @classmethod
    def create(cls, path: Path | str | None, config: cfg.RunConfig, info: RunInfo) -> "RunFolder":
        """Create a run at `path`, which must be empty or not exist; None: in a new folder among the runs.

        Of several programs that do this at once, each gets a folder of its own, or is refused.

        Raises
        ------
        RunError
            The folder cannot be used; names another one.
        """
        place = paths.runs_home() if path is None else expand(path).absolute()
        is_new = path is None or not os.path.lexists(place)
        try:
            if path is not None:
                places.sweep_unfinished(place, SUBFOLDERS)
            place = places.reserve_run_path(config) if path is None else places.claim(place)
            _fill(place, is_new, config, info)
        except (OSError, ValueError) as error:  # ValueError: a null character
            advice = places.suggest_other(config, place)
            if isinstance(error, FileExistsError):
                what = "is not empty" if place.is_dir() else "is a file"
                sentence = f"{place} {what}. Choose another folder for the run."
                raise RunError(sentence, at_prompt=advice, place=UserFolder.RUNS if path is None else None) from None
            why = f"{place} cannot be written ({reason(error)}). Choose another folder for runs."
            raise RunError(why, at_prompt=advice, place=UserFolder.RUNS) from None
        return cls(place, config, info)

    @classmethod
    def open(cls, path: Path | str) -> "RunFolder":
        """Open the run at `path`.

        Raises
        ------
        RunError
            It is no run, or its run.toml cannot be read.
        """
        path = expand(path).absolute()
        try:
            if path.is_file() and zipfile.is_zipfile(path):
                raise RunError(
                    f"{path} is a run in one file, which has to be opened first.",
                    at_prompt=f"For example: ganstudio open {path}",
                )
            if not path.is_dir():
                what = "it is a file" if path.exists() else "there is no such folder"
                raise RunError(f"{path} is not a run folder: {what}.")
            if not (path / "run.toml").is_file():
                raise RunError(f"{path} is not a run folder: it contains no run.toml.")
        except (OSError, ValueError) as error:  # ValueError: no path at all
            raise RunError(f"{path} cannot be opened: {reason(error)}.") from None
        return cls(path, *info_file.read(path / "run.toml"))

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.path.name

    @property
    def display_name(self) -> str:
        """Title that the user gave the run, else the name of its folder; read anew each time."""
        return labels.display_name(self.path)

    @property
    def parent_name(self) -> str:
        """Display name of the run that this one branched off; "" if it is no branch."""
        return labels.display_name(self.path.parent / self.info.parent) if self.info.parent else ""

    def data_home(self) -> Path | None:
        """Return the data folder that the run began with, if its data set is there and not in the usual one."""
        usual, recorded = catalog.is_in_data_folder(self.config.data.name), self.info.data_home
        if usual or not recorded or not catalog.is_in_data_folder(self.config.data.name, Path(recorded)):
            return None
        return Path(recorded)

    # ---- writing ------------------------------------------------------------------------------------------------

    def lock(self) -> lock.FolderLock:
        """Become the program that writes this run.

        Raises
        ------
        RunError
            Another living process writes it, the folder is read-only, or parts of it lie elsewhere.
        """
        places.refuse_links(self.path, SUBFOLDERS)
        return lock.acquire(self.path / "run.lock")

    def remove_stray_files(self) -> int:
        """Remove temporary files that a killed program left, and return their number; only with the lock held."""
        return sum(atomic.remove_stray_files(self.path / part) for part in (".", *SUBFOLDERS))

    def write_started(self, event: Started) -> None:
        """Write into run.toml what the trainer reported at its start. Raises OSError."""
        known = {field.name for field in dataclasses.fields(RunInfo)}
        facts = {name: value for name, value in vars(event).items() if name in known}
        self.config = event.config
        self.info = replace(self.info, **facts, versions=versions())
        info_file.write(self.path / "run.toml", self.config, self.info)

    def append(self, event: Tick | Marked | Measured) -> None:
        """Append a line to the history. Raises OSError."""
        history.append(self.path / "history.jsonl", event)

    def save_samples(self, samples: Samples) -> Path:
        """Write the grid as samples/STEP.png and return its path; once kept, a step stays kept. Raises OSError."""
        path = self.path / "samples" / f"{samples.step:08d}{_IMAGE_SUFFIX}"
        if not samples.kept and path.exists() and grids.is_kept(path):
            samples = replace(samples, kept=True)
        grids.write(path, samples, columns=self.config.output.grid)
        return path

    def drop_checkpoint(self, step: int) -> None:
        """Remove the checkpoint of that step. Raises OSError."""
        for path in (self.checkpoint_path(step), self.before_edit_path(step)):
            atomic.remove(path)

    def set_label(self, label: Label) -> None:
        """Write title, pin and kept steps. Raises OSError."""
        labels.write(self.path, label)

    # ---- paths --------------------------------------------------------------------------------------------------

    def snapshot_path(self, step: int) -> Path:
        """Return the file of the generator of that step."""
        return self.path / "snapshots" / f"{step:08d}{_TENSOR_SUFFIX}"

    def checkpoint_path(self, step: int) -> Path:
        """Return the file of the checkpoint of that step."""
        return self.path / "checkpoints" / f"{step:08d}{_TENSOR_SUFFIX}"

    def before_edit_path(self, step: int) -> Path:
        """Return the file of the checkpoint from before a change at that step, once another one took its place.

        Updates by hand do not advance the step, so that the state after a change may have the same number as the one
        before. Resuming needs the later one, taking the change back the earlier one.
        """
        return self.path / "checkpoints" / f"before-{step:08d}{_TENSOR_SUFFIX}"

    def checkpoint_files(self, step: int) -> list[Path]:
        """Return the existing files of that step's checkpoint."""
        return [path for path in (self.checkpoint_path(step), self.before_edit_path(step)) if path.exists()]

    # ---- reading ------------------------------------------------------------------------------------------------

    def history(self) -> History:
        """Read the whole history, superseded lines dropped. Raises OSError."""
        return history.read(self.path / "history.jsonl")

    def measures(self) -> list[Measured]:
        """Read the measurements, superseded ones dropped; much faster than the whole history. Raises OSError."""
        return history.read_measures(self.path / "history.jsonl")

    def changed_steps(self) -> set[int]:
        """Return the steps at which a setting was changed. Raises OSError."""
        return {mark.step for mark in history.read_changes(self.path / "history.jsonl")}

    def label(self) -> Label:
        """Read title, pin and kept steps."""
        return labels.read(self.path)

    def samples(self) -> list[tuple[int, Path]]:
        """Return the sample grids as (step, file), by step."""
        return numbered.list_files(self.path / "samples", _IMAGE_SUFFIX)

    def snapshots(self) -> list[tuple[int, Path]]:
        """Return the snapshots of the generator as (step, file), by step."""
        return numbered.list_files(self.path / "snapshots", _TENSOR_SUFFIX)

    def checkpoints(self) -> list[tuple[int, Path]]:
        """Return the checkpoints as (step, file), by step."""
        return numbered.list_files(self.path / "checkpoints", _TENSOR_SUFFIX)

    def rewind_points(self) -> list[int]:
        """Return the steps that the run can go back to, in order."""
        return [step for step, _ in self.checkpoints()]

    def read_samples(self, path: Path) -> Samples:
        """Read the grid in a file of `samples()`. Raises RunError."""
        return grids.read(path, self.config.data.size, self.config.data.channels)

    def kept_steps(self) -> set[int]:
        """Return the steps whose grids are never thinned out."""
        return {step for step, path in self.samples() if grids.is_kept(path)}

    def is_running(self) -> bool:
        """Return whether a living program trains the run."""
        return lock.holder(self.path / "run.lock") is not None

    def status(self) -> RunStatus:
        """Return RUNNING, FINISHED (trained to its end) or INTERRUPTED (stopped, failed or killed)."""
        if self.is_running():
            return RunStatus.RUNNING
        _, end = history.read_last(self.path / "history.jsonl")
        done = isinstance(end, Finished) and end.reason == EndReason.DONE
        return RunStatus.FINISHED if done else RunStatus.INTERRUPTED


def _fill(path: Path, is_new: bool, config: cfg.RunConfig, info: RunInfo) -> None:
    """Create what every run has; nothing of it is left if that fails, nor the folder if it is new. Raises OSError."""
    made = [path] if is_new else []
    try:
        for part in SUBFOLDERS:  # of several programs only one makes the first
            (path / part).mkdir()
            made.append(path / part)
        info_file.write(path / "run.toml", config, info)
    except OSError:
        for folder in reversed(made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise
