"""Recorder: writes a run's events into its folder. What cannot be written becomes a warning; training continues."""

import contextlib
from collections.abc import Callable, Mapping

import torch

from ganstudio.config import OutputConfig
from ganstudio.errors import RunError, reason
from ganstudio.events import Event, Marked, MarkKind, Measured, Samples, Saved, SavedKind, Started, Tick
from ganstudio.runs import checkpoint, retention
from ganstudio.runs.folder import RunFolder

WRITE_ERRORS = (OSError, RuntimeError)  # torch raises RuntimeError if the disk is full
HISTORY = "history.jsonl"
_SNAPSHOTS = "the snapshots"


class Recorder:
    """Writer of a run's events into its folder.

    Parameters
    ----------
    folder
        The run, locked.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self.kept_steps = folder.kept_steps()  # whose grids are never thinned out
        self._failing: set[str] = set()  # names of what could not be written the last time
        self.samples_step = -1  # step of the newest grid that was written with its snapshot

    def record(self, event: Event) -> list[Marked]:
        """Write what a file of the run has of an event, and return warnings."""
        match event:
            case Started():
                return self.attempt(event.step, "run.toml", self._folder.write_started, event)
            case Tick() | Measured() | Marked():
                return self.attempt(event.step, HISTORY, self._folder.append, event)
            case Samples():
                return self.attempt(event.step, "the sample grids", self._folder.save_samples, event)
            case _:
                return []

    def write_snapshot(
        self, samples: Samples, tensors: Mapping[str, torch.Tensor], meta: Mapping[str, float], output: OutputConfig
    ) -> list[Event]:
        """Write the generator that made `samples`, thin out old snapshots, and return what to report.

        Parameters
        ----------
        samples
            The grid that was just recorded.
        tensors, meta
            The snapshot, see `Trainer.snapshot_state`.
        output
            Limits on what is kept.
        """
        self.samples_step = samples.step
        if samples.kept:
            self.kept_steps.add(samples.step)
        path = self._folder.snapshot_path(samples.step)
        meta = {**meta, "step": samples.step, "epoch": samples.epoch}
        events: list[Event] = []
        events += self.attempt(samples.step, _SNAPSHOTS, checkpoint.save_snapshot, path, tensors, meta)
        if not self.is_failing(_SNAPSHOTS):
            events.append(Saved(samples.step, SavedKind.SNAPSHOT, str(path)))
        thin = retention.thin_snapshots
        events += self.attempt(samples.step, "the list of snapshots", thin, self._folder, output, self.kept_steps)
        return events

    def attempt(self, step: int, name: str, action: Callable[..., object], *arguments: object) -> list[Marked]:
        """Call `action`; if it cannot write, return a warning, but only for the first failure in a row."""
        try:
            action(*arguments)
        except RunError as error:  # names what cannot be used, and what to do
            return self._warn_once(step, name, str(error))
        except WRITE_ERRORS as error:
            return self._warn_once(step, name, f"Writing {name} failed: {reason(error)}.")
        self._failing.discard(name)
        return []

    def _warn_once(self, step: int, name: str, text: str) -> list[Marked]:
        if self.is_failing(name):
            return []
        self._failing.add(name)
        return [self.warn(step, f"{text} Training continues.")]

    def is_failing(self, name: str) -> bool:
        """Return whether the last attempt to write it failed."""
        return name in self._failing

    def warn(self, step: int, text: str) -> Marked:
        """Write a warning into the history, if the disk takes it, and return it."""
        warning = Marked(step, MarkKind.WARNING, text)
        with contextlib.suppress(*WRITE_ERRORS):
            self._folder.append(warning)
        return warning
