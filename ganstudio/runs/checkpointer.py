"""Checkpointer: writes the checkpoints of a run that trains: when, and which of them can be gone back to."""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.data.points import edits as point_edits
from ganstudio.errors import StudioError, reason
from ganstudio.events import ByHand, Event, Marked, Measured, Saved, SavedKind, Stepped
from ganstudio.runs import checkpoint, history, retention
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.recorder import HISTORY, WRITE_ERRORS, Recorder
from ganstudio.system import atomic
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer

MAX_SAVING_FRACTION = 0.01  # of the time may go into saving
MIN_INTERVAL = 5.0  # seconds between two checkpoints, at least
MIN_WARNING_INTERVAL = 60.0  # seconds between two warnings that nothing could be saved
BURST_SECONDS = 3.0  # changes closer together, as a slider makes them, belong together


class NotSavedError(StudioError):
    """The run has ended, and its last steps could not be saved."""


class CheckpointTimer:
    """When the next checkpoint is due, from what the last one cost."""

    def __init__(self) -> None:
        self._saved_at = time.monotonic()
        self._cost = 0.0  # seconds that the last one took

    @contextmanager
    def saving(self) -> Iterator[None]:
        """Time a save; one that fails is timed, too, so that it is not tried again at once."""
        self._saved_at = time.monotonic()
        began = time.perf_counter()
        try:
            yield
        finally:
            self._cost = time.perf_counter() - began

    def is_due(self, max_interval: float) -> bool:
        """Return whether to save now; at the latest `max_interval` seconds after the last time."""
        interval = max(MIN_INTERVAL, self._cost / MAX_SAVING_FRACTION)
        return time.monotonic() - self._saved_at >= min(max_interval, interval)


def _comparable(folder: RunFolder, step: int) -> list[Measured]:
    """Return the measurements up to a step since the points were last changed by hand."""
    changes = history.read_changes(folder.path / HISTORY)
    changed = max((mark.step for mark in changes if mark.path == point_edits.PATH and mark.step <= step), default=-1)
    return [one for one in folder.measures() if changed < one.step <= step]


class Checkpointer:
    """Writer of a run's checkpoints.

    Changes of settings alone are in the history, from which a resumed run takes them (see `ResumePlan`): the checkpoint
    of their step stays as it was before them. Updates by hand keep the step and do change weights: then that checkpoint
    is kept beside the new one, for going back.

    Parameters
    ----------
    trainer
        What is saved.
    folder
        The run, locked.
    recorder
        Takes warnings.
    is_changed
        Whether settings were changed when the run was resumed.
    """

    def __init__(self, trainer: Trainer, folder: RunFolder, recorder: Recorder, is_changed: bool) -> None:
        self._trainer = trainer
        self._folder = folder
        self._recorder = recorder
        self._timer = CheckpointTimer()
        saved = folder.rewind_points()
        self._best = history.best_measurement(_comparable(folder, trainer.step))
        self._changed_steps = folder.changed_steps()
        self._changed_at = float("-inf")  # time of the last change
        self._is_first_due = not trainer.step and not saved  # a new run, whose first step can be gone back to
        self._warned_at = float("-inf")  # time of the last warning that it could not be saved, since it could
        self._is_unsaved = True  # something happened since the last checkpoint
        self._has_moved = trainer.step not in saved  # weights differ from the newest checkpoint
        is_changed = is_changed or trainer.step in self._changed_steps
        self._before_change = trainer.step if is_changed else None  # its checkpoint is from before a change

    @property
    def is_first_due(self) -> bool:
        """Whether the first checkpoint of a new run is still to be written."""
        return self._is_first_due

    @property
    def is_unsaved(self) -> bool:
        """Whether something happened since the last checkpoint."""
        return self._is_unsaved

    def is_due(self) -> bool:
        """Return whether to save now."""
        return self._timer.is_due(self._trainer.config.output.checkpoint_seconds)

    def observe(self, event: Event) -> None:
        """Take note of what makes a checkpoint out of date."""
        if isinstance(event, Stepped | Marked):
            self._is_unsaved = True
        if isinstance(event, Stepped | ByHand):
            self._has_moved = True
        if isinstance(event, Marked) and event.path == point_edits.PATH:
            self._best = None  # it was measured against other points

    def before_change(self) -> list[Event]:
        """Prepare for a change of a setting: the state before the first of a burst can be gone back to."""
        events: list[Event] = []
        previous, self._changed_at = self._changed_at, time.monotonic()
        if self._changed_at - previous >= BURST_SECONDS:
            self._changed_steps.add(self._trainer.step)
            events = self.save()
        if not self._has_moved:
            self._before_change = self._trainer.step
        return events

    def save_if_best(self, measured: Measured) -> list[Event]:
        """Save the generator if it is the best so far; its checkpoint is kept."""
        known = [measured] if self._best is None else [self._best, measured]
        if history.best_measurement(known) is not measured:
            return []
        self._best = measured
        return self.save()

    def save(self, asked: bool = False) -> list[Event]:
        """See that everything needed to resume from here is on disk, and return what to report.

        Parameters
        ----------
        asked
            Whether the user asked for it: then a failure is always reported, else once in `MIN_WARNING_INTERVAL`.

        Raises
        ------
        Diverged
            A weight or a loss is not finite.
        """
        try:
            return self._save()
        except WRITE_ERRORS as error:
            now = time.monotonic()
            if not asked and now - self._warned_at < MIN_WARNING_INTERVAL:
                return []
            self._warned_at = now
            step = self._trainer.step
            text = f"Step {step:,} could not be saved: {reason(error)}. Training continues."
            return [self._recorder.warn(step, f"{text} {self.describe_newest()}")]

    def save_at_end(self) -> list[Event]:
        """Do what `save` does, when there will be no other time.

        Raises
        ------
        Diverged
            A weight or a loss is not finite.
        NotSavedError
            It could not be written.
        """
        with contextlib.suppress(*WRITE_ERRORS):  # may have been for a moment only
            return self._save()
        try:
            return self._save()
        except WRITE_ERRORS as error:
            step = self._trainer.step
            raise NotSavedError(f"Stopped at step {step:,}, which could not be saved: {reason(error)}.") from error

    def _save(self) -> list[Event]:
        """Save and return what to report. Raises Diverged or what is in `WRITE_ERRORS`."""
        self._is_first_due = False
        step = self._trainer.step
        path = self._folder.checkpoint_path(step)
        events: list[Event] = []
        if self._has_moved or self._recorder.is_failing(HISTORY):
            with self._timer.saving():
                events += self._write(path)
        self._is_unsaved = self._has_moved = False
        self._warned_at = float("-inf")
        return [*events, Saved(step, SavedKind.CHECKPOINT, str(path)), *self._thin()]

    def _write(self, path: Path) -> list[Event]:
        """Write the checkpoint, on a full disk in the place of snapshots, and return what to report."""
        state = self._trainer.state()
        meta = state.meta | {"config": cfg.to_dict(self._trainer.config)}
        state = State(state.tensors, meta)
        try:
            self._keep_before_change()
            checkpoint.save(path, state)
            return []
        except OSError as error:
            if error.errno not in atomic.DISK_FULL:
                raise
            removed = retention.make_room(self._folder, checkpoint.size_of(state), self._recorder.kept_steps)
            if not removed:
                raise
        self._keep_before_change()
        checkpoint.save(path, state)
        amount = f"{removed:,} snapshots" if removed > 1 else "a snapshot"
        text = f"The disk is full: {amount} of earlier steps had to be removed to save step {self._trainer.step:,}."
        return [self._recorder.warn(self._trainer.step, text)]

    def describe_newest(self) -> str:
        """Return a sentence on which step is safe on disk."""
        saved = self._folder.rewind_points()
        return f"Step {saved[-1]:,} is saved." if saved else "Nothing had been saved before."

    def _thin(self) -> list[Marked]:
        step, output = self._trainer.step, self._trainer.config.output
        best = self._best.step if self._best else None
        arguments = (self._folder, step, output, best, self._changed_steps)
        return self._recorder.attempt(step, "the list of checkpoints", retention.thin_checkpoints, *arguments)

    def _keep_before_change(self) -> None:
        """See that the state before a change at this step outlives the checkpoint to come. Raises OSError.

        The first one is kept: going back undoes all changes of a step. It is never missing under its own name, so that
        a run that is killed meanwhile resumes from it.
        """
        step = self._trainer.step
        current, kept = self._folder.checkpoint_path(step), self._folder.before_edit_path(step)
        if step == self._before_change and current.exists() and not kept.exists():
            atomic.link_or_copy(current, kept)
