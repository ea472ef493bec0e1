"""Runner: trains in a run folder. Each event is written, then yielded; `Control` is asked between steps."""

import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from weakref import WeakMethod

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.data.points.edits import Edit
from ganstudio.errors import ConfigError, DataError, RunError
from ganstudio.events import (
    EndReason,
    Event,
    Failed,
    Finished,
    Marked,
    MarkKind,
    Measured,
    Paused,
    Resumed,
    Samples,
    Started,
    Stepped,
)
from ganstudio.runs import error_messages, history, retention
from ganstudio.runs.checkpointer import Checkpointer, NotSavedError
from ganstudio.runs.control import Change, Control, EditPoints, Look, Measure, Note, Save, Step
from ganstudio.runs.evaluator import Evaluator
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.plan import ResumePlan, create_folder, make_resumed_trainer, make_trainer, opening_marks
from ganstudio.runs.recorder import HISTORY, Recorder
from ganstudio.runs.results import write_results_sheet
from ganstudio.runs.thread_watch import ThreadWatch
from ganstudio.stages import READING, StageCallback, ignore_stage
from ganstudio.system.lock import BEAT_SECONDS, FolderLock
from ganstudio.training.beginning import Beginning
from ganstudio.training.trainer import Trainer


def start(
    config: cfg.RunConfig,
    dataset: Dataset,
    path: Path | str | None,
    control: Control | None = None,
    tell: StageCallback = ignore_stage,
    edits: tuple[Edit, ...] = (),
) -> "Runner":
    """Create a new run, ready to train.

    Parameters
    ----------
    config
        Settings.
    dataset
        What it is trained on.
    path
        Its folder, which must be empty or not exist; None: a new one among the runs.
    control
        How others steer the run; a new one if None.
    tell
        Called with each stage of the preparation.
    edits
        How its points were changed by hand before it begins.

    Raises
    ------
    RunError
        The folder cannot be used.
    ConfigError
        The settings cannot be used.
    DataError
        The data are pictures, which cannot be changed by hand, or all points were erased.
    """
    trainer = make_trainer(config, dataset, tell=tell)
    edited = trainer.set_edits(edits)
    folder = create_folder(path, trainer.config, dataset)
    opening = [*opening_marks(trainer, dataset), *([] if edited is None else [edited])]
    return Runner(trainer, folder, control, opening=opening)


def resume(
    path: Path | str,
    changes: Mapping[str, Any] | None = None,
    control: Control | None = None,
    home: Path | None = None,
    at: int | None = None,
    tell: StageCallback = ignore_stage,
    edits: tuple[Edit, ...] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> "Runner":
    """Open the run in the folder `path`, ready to train from its newest checkpoint that is whole.

    Parameters
    ----------
    path
        Its folder.
    changes
        Settings to change, by dotted name; shapes cannot change.
    control
        How others steer the run; a new one if None.
    home
        Where data sets are stored, if neither in the usual place nor where they were when the run began.
    at
        Go back to the newest checkpoint that is not after this step. Checkpoints, snapshots and grids of later steps
        are removed, pinned ones included; their lines of the history stay in the file, superseded.
    tell
        Called with each stage of the preparation.
    edits
        How its points are changed by hand from now on; None: as they were then.
    cancelled
        Asked again and again while the data set is read; by default whether `control` was told to stop.

    Raises
    ------
    RunError
        The folder is no run, another program trains it, it cannot be written or has no checkpoint to go back to.
    DataError
        Its data set is missing.
    Cancelled
        `cancelled` returned true.
    """
    folder = RunFolder.open(path)
    lock = folder.lock()
    try:
        folder.remove_stray_files()
        plan = ResumePlan.read(folder, changes, home, at=at, edits=edits)
        tell(READING)
        dataset = plan.dataset(cancelled or ((lambda: control.stopping is not None) if control else None))
        trainer = make_resumed_trainer(plan, dataset, tell=tell)
        retention.remove_after(folder, trainer.step, plan.back_to)
        return Runner(trainer, folder, control, lock, plan.marks(trainer, dataset))
    except OSError as error:
        lock.release()
        raise error_messages.cannot_resume(folder.path, error) from error
    except BaseException:
        lock.release()
        raise


class Runner:
    """Trains in a run folder.

    The recorder writes events, the checkpointer decides on checkpoints, the evaluator measures; what they cannot write
    is a warning, and training continues.

    Parameters
    ----------
    trainer
        At the step where the run starts or is resumed.
    folder
        Where everything is written; locked until the run ends or `close`.
    control
        How others steer the run; a new one if None.
    lock
        The folder's lock, if it is already held.
    opening
        Marks to write before the first step.

    Raises
    ------
    RunError
        Another program writes the run.
    """

    def __init__(
        self,
        trainer: Trainer,
        folder: RunFolder,
        control: Control | None = None,
        lock: FolderLock | None = None,
        opening: Sequence[Marked] = (),
    ) -> None:
        self.folder = folder
        self.control = control or Control()
        self._lock = lock or folder.lock()
        self._trainer: Trainer = trainer
        self._opening = opening
        self._recorder = Recorder(folder)
        is_changed = any(mark.kind == MarkKind.CHANGE for mark in opening)
        self._checkpointer = Checkpointer(trainer, folder, self._recorder, is_changed)
        self._evaluator = Evaluator(trainer, _held_weakly(self._is_measuring_cancelled))
        self._threads = ThreadWatch(trainer)
        self._round_began = time.monotonic()
        self._measures_at_request = False  # a measurement that was asked for, or that ends the run, is going on
        self._has_ended = False

    def events(self) -> Iterator[Event]:
        """Train to the end, or until `control.stop`, and yield what happens once it is written.

        An error ends it with `Failed`. Closing the generator saves, as stopping does.
        """
        failed: Failed | None = None
        try:
            yield from self._train()
        except GeneratorExit:
            self._save_unheard()
            raise
        except Exception as error:
            failed = self._fail(error)
        finally:
            self.close()
        if failed:
            yield failed

    @property
    def beginning(self) -> Beginning | None:
        """What the networks of a new run began with, if not random weights."""
        return self._trainer.beginning

    def close(self) -> None:
        """Release the folder; done automatically when the run ends."""
        self._lock.release()

    # ---- the loop ---------------------------------------------------------------------------------------------------

    def _train(self) -> Iterator[Event]:
        end = EndReason.DONE
        for event in self._trainer.train():
            if isinstance(event, Finished):
                end = event.reason
                break
            self._lock.beat()
            yield from self._emit(event)
            if isinstance(event, Started):
                for mark in self._opening:
                    yield from self._emit(mark)
            if isinstance(event, Stepped):
                yield from self._follow_load()
                yield from self._measure_if_due()
            if isinstance(event, Stepped | Samples):
                yield from self._between_steps()
                if self.control.stopping and not self._is_shared:
                    break
                if self.control.stopping:
                    self._trainer.leave()  # so that the other ranks do not wait for this one
        yield from self._end(self.control.stopping or end)

    @property
    def _is_shared(self) -> bool:
        """Whether other processes train this run, too. They do not hear of pauses and changes."""
        return self._trainer.config.engine.processes > 1

    def _between_steps(self) -> Iterator[Event]:
        if self._checkpointer.is_first_due:
            yield from self._checkpointer.save()
        yield from self._slow_down()
        yield from self._serve()
        if self.control.paused and not self.control.stopping and not self._is_shared:
            yield from self._hold()
        if self._checkpointer.is_due():
            yield from self._checkpointer.save()

    def _slow_down(self) -> Iterator[Event]:
        """In slow motion, wait until the next round is due, serving commands; the wait is no training time."""
        began, waiting_since = self._round_began, time.monotonic()
        while (pace := None if self._is_shared else self.control.pace) is not None and not self._is_interrupted():
            left = began + 1 / pace - time.monotonic()
            if left <= 0:
                break
            self.control.rest(min(left, BEAT_SECONDS), pace)
            self._lock.beat()
            yield from self._serve()
        self._trainer.slow = pace is not None
        self._round_began = time.monotonic()
        if pace is not None:
            self._trainer.clock.skip(self._round_began - waiting_since)

    def _follow_load(self) -> Iterator[Event]:
        """Compute with as many threads as other programs leave cores for; not in slow motion, which has time."""
        if self._trainer.slow:
            self._threads.skip()
        elif (mark := self._threads.after_round()) is not None:
            yield from self._emit(mark)

    def _hold(self) -> Iterator[Event]:
        """Stay paused, serving commands, until `control.resume` or `control.stop`."""
        yield Paused(self._trainer.step)
        if self._checkpointer.is_unsaved:
            yield from self._checkpointer.save()
        while self.control.paused and not self.control.stopping:
            self.control.wait(BEAT_SECONDS)
            self._lock.beat()
            yield from self._serve()
        self._threads.skip()
        if not self.control.stopping:
            yield Resumed(self._trainer.step)

    def _is_interrupted(self) -> bool:
        """Return whether the user waits for a pause or the end."""
        return self.control.paused or self.control.stopping is not None

    # ---- commands ---------------------------------------------------------------------------------------------------

    def _serve(self) -> Iterator[Event]:
        while (command := self.control.next()) is not None:
            match command:
                case Step() | Change() | EditPoints() if self._is_shared:
                    text = "A run of several processes cannot be changed while it trains; stop and resume it."
                    yield self._recorder.warn(self._trainer.step, text)
                case Step(update, recorded):
                    for event in self._trainer.manual_update(update, recorded):
                        yield from self._emit(event)
                case Change(path, value):
                    yield from self._change(path, value)
                case EditPoints(edit, undo):
                    yield from self._edit_points(edit, undo)
                case Save():
                    yield from self._checkpointer.save(asked=True)
                case Look(take):
                    take(self._trainer.look())
                case Measure():
                    yield from self._measure_at_request()
                case Note(mark):
                    yield from self._emit(replace(mark, step=self._trainer.step))

    def _change(self, path: str, value: Any) -> Iterator[Event]:
        """Give a live setting a new value; the state before the first change of a burst can be gone back to."""
        yield from self._checkpointer.before_change()
        try:
            event = self._trainer.change(path, value)
        except ConfigError as error:
            event = Marked(self._trainer.step, MarkKind.WARNING, str(error))
        yield from self._emit(event)

    def _edit_points(self, edit: Edit, undo: bool) -> Iterator[Event]:
        """Change the points by hand, or take a change back."""
        yield from self._checkpointer.before_change()
        try:
            event = self._trainer.edit_points(edit, undo)
        except DataError as error:
            event = Marked(self._trainer.step, MarkKind.WARNING, str(error))
        if event is not None:
            yield from self._emit(event)

    # ---- measuring --------------------------------------------------------------------------------------------------

    def _measure_if_due(self) -> Iterator[Event]:
        if not self.control.stopping and self._evaluator.is_due():
            yield from self._measure(thorough=False)

    def _measure_at_request(self) -> Iterator[Event]:
        """Measure because the user wants it, or because the run is done: a pause does not cancel that."""
        self._measures_at_request = True
        yield from self._measure(thorough=True)

    def _measure(self, thorough: bool) -> Iterator[Event]:
        """Report a measurement; the best generator so far is saved at once, to be kept."""
        event: Measured | Marked | None
        try:
            event = self._evaluator.measure(thorough)
        except RunError as error:
            event = Marked(self._trainer.step, MarkKind.WARNING, f"{error} Training continues.")
        finally:
            self._measures_at_request = False
        self._threads.skip()
        if event is None:  # cancelled
            return
        yield from self._emit(event)
        if isinstance(event, Measured):
            yield from self._checkpointer.save_if_best(event)

    def _is_measuring_cancelled(self) -> bool:
        """Return whether to end the measurement that is going on; asked several times a second."""
        self._lock.beat()
        return (self.control.paused and not self._measures_at_request) or self.control.stopping is not None

    # ---- writing ----------------------------------------------------------------------------------------------------

    def _emit(self, event: Event) -> Iterator[Event]:
        """Write an event, then yield it, after a warning if it could not be written."""
        self._checkpointer.observe(event)
        yield from self._recorder.record(event)
        yield event
        if isinstance(event, Samples):
            tensors, meta = self._trainer.snapshot_state()
            yield from self._recorder.write_snapshot(event, tensors, meta, self._trainer.config.output)

    # ---- the end ----------------------------------------------------------------------------------------------------

    def _end(self, reason: EndReason) -> Iterator[Event]:
        """Save everything, record the end and release the folder."""
        step = self._trainer.step
        if (mark := self._threads.last_mark()) is not None:
            yield from self._emit(mark)
        if self._recorder.samples_step != step:
            yield from self._emit(self._trainer.samples())
        if reason == EndReason.DONE and self._evaluator.is_due_at_end():
            yield from self._measure_at_request()
        if self._checkpointer.is_unsaved:
            yield from self._checkpointer.save_at_end()
        for mark in self.control.take_notes():  # what others found in the last round, or the last measurement
            yield from self._emit(replace(mark, step=step))
        end = Finished(step, reason)
        yield from self._recorder.attempt(step, "results.png", write_results_sheet, self.folder)
        yield from self._recorder.attempt(step, HISTORY, self.folder.append, history.end_mark(end, step))
        self._has_ended = True
        self.close()  # before it is yielded: whoever gets it may resume the run at once
        yield end

    def _save_unheard(self) -> None:
        """Do what a stop would do, when nobody iterates the events any more."""
        if self._has_ended:
            return
        try:
            for _ in self._end(EndReason.INTERRUPTED):
                pass
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> Failed:
        """Record what happened, and free what the trainer holds, so that another one can start."""
        self._has_ended = True
        step = self._trainer.step
        is_known = isinstance(error, NotSavedError)
        details = "" if is_known else "".join(traceback.format_exception(error))
        message = error_messages.error_sentence(error, self._trainer.config, step)
        is_short = error_messages.is_out_of_memory(error)
        failed = Failed(message, self._checkpointer.describe_newest(), details, out_of_memory=is_short)
        self._recorder.attempt(step, HISTORY, self.folder.append, history.end_mark(failed, step))
        traceback.clear_frames(error.__traceback__)
        del self._trainer, self._evaluator, self._checkpointer, self._threads
        error_messages.free_memory()
        return failed


def _held_weakly(method: Callable[[], bool]) -> Callable[[], bool]:
    """Return the method without a reference to its object, true once that is gone.

    A cycle would keep pictures and networks of a run that has ended until garbage is collected: seconds later, or not
    before the next run has as much again.
    """
    reference = WeakMethod(method)
    return lambda: (call := reference()) is None or call()
