"""Runner: drives a Trainer into a RunFolder. Each event is written, then handed on; Control is asked between steps."""

import contextlib
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError, RunError, StudioError, reason
from ganstudio.events import (
    ByHand,
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
    Saved,
    SavedKind,
    Started,
    Stepped,
    Tick,
)
from ganstudio.runs import atomic, checkpoint, error_messages, history, retention
from ganstudio.runs.checkpoint_interval import Rhythm
from ganstudio.runs.control import Change, Control, Measure, Save, Step
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.lock import BEAT_SECONDS, RunLock
from ganstudio.runs.measuring import Measuring
from ganstudio.runs.plan import Plan
from ganstudio.runs.results import results_sheet
from ganstudio.stages import READING, StageCallback, ignore_stage
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer

_WRITE_ERRORS = (OSError, RuntimeError)  # torch says RuntimeError where the disk is full


def start(
    config: cfg.RunConfig,
    dataset: Dataset,
    path: Path | str,
    control: Control | None = None,
    tell: StageCallback = ignore_stage,
) -> "Runner":
    """A new run in the folder `path`, ready to go.

    tell : hears what is going on meanwhile.

    Raises RunError if the folder cannot be used, ConfigError if the settings cannot.
    """
    trainer = make_trainer(config, dataset, tell=tell)
    folder = RunFolder.create(path, trainer.config, RunInfo.now(trainer.config))
    return Runner(trainer, folder, control)


def resume(
    path: Path | str,
    changes: Mapping[str, Any] | None = None,
    control: Control | None = None,
    home: Path | None = None,
    at: int | None = None,
    tell: StageCallback = ignore_stage,
) -> "Runner":
    """The run in the folder `path`, ready to go on from its newest checkpoint that is whole.

    changes : settings by dotted name to go on with in place of the run's own; shapes cannot change.
    home : where data sets lie, if neither in the usual place nor where they lay when the run began.
    at : go back to the newest checkpoint that is not after this step. Checkpoints, snapshots and grids of later steps
    are removed, with those that a person pinned; their lines of the history stay in the file, superseded.
    tell : hears what is going on meanwhile.

    Raises RunError if the folder is no run, another program trains it, it cannot be written or holds no checkpoint to
    go back to; DataError if its pictures are gone.
    """
    folder = RunFolder.open(path)
    held = folder.lock()
    try:
        folder.remove_stray_files()
        plan = Plan.read(folder, changes, home, at=at)
        tell(READING)
        trainer = make_trainer(plan.config, plan.dataset(), plan.state, tell=tell)
        retention.remove_after(folder, trainer.step, plan.back_to)
    except BaseException:
        held.release()
        raise
    return Runner(trainer, folder, control, held, plan.marks(trainer.step, trainer.config))


class Runner:
    """Drives a trainer into a run folder.

    Parameters
    ----------
    trainer
        At the step where the run begins or goes on.
    folder
        Where everything is written; locked until the run ends or `close`.
    control
        How others steer the run; a new one if None.
    held
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
        held: RunLock | None = None,
        opening: Sequence[Marked] = (),
    ) -> None:
        self.folder = folder
        self.control = control or Control()
        self._lock = held or folder.lock()
        self._trainer: Trainer = trainer
        self._opening = opening
        self._measuring = Measuring(trainer, self._wanted_elsewhere)
        self._best = history.best_measurement(each for each in folder.measures() if each.step <= trainer.step)
        self._pinned = folder.kept_steps()
        self._rhythm = Rhythm()
        self._round_at = time.monotonic()  # when the last round began
        saved = folder.rewind_points()
        self._begins = not trainer.step and not saved  # a new run, whose first step can be gone back to, too
        self._unsaved = True  # something happened since the last checkpoint
        self._moved = trainer.step not in saved  # weights are other than in the newest checkpoint
        self._edits = folder.changed_steps()  # steps at which settings were changed
        edited = trainer.step in self._edits or any(mark.kind == MarkKind.CHANGE for mark in opening)
        self._before_edit = trainer.step if edited else None  # the step whose checkpoint is of before an edit
        self._shown = -1  # step of the newest grid
        self._ended = self._asked = False  # asked: a person waits for the measurement that is going on
        self._troubled: set[str] = set()  # kinds of file that could not be written the last time

    def events(self) -> Iterator[Event]:
        """Trains to the end, or until Control says stop, and yields what happens once it is written.

        An error ends it with `Failed`. Closing the generator saves, as stopping does.
        """
        failed: Failed | None = None
        try:
            yield from self._train()
        except GeneratorExit:
            self._save_quietly()
            raise
        except Exception as error:
            failed = self._fail(error)
        finally:
            self.close()
        if failed:
            yield failed

    def close(self) -> None:
        """Release the folder; done by itself when the run ends."""
        self._lock.release()

    # ---- the run ----------------------------------------------------------------------------------------------

    def _train(self) -> Iterator[Event]:
        why = EndReason.DONE
        for event in self._trainer.train():
            if isinstance(event, Finished):
                why = event.reason
                break
            self._lock.beat()
            yield from self._tell(event)
            if isinstance(event, Started):
                for mark in self._opening:
                    yield from self._tell(mark)
            if isinstance(event, Stepped):
                yield from self._measure()
            if isinstance(event, Stepped | Samples):
                yield from self._between_steps()
                if self.control.stopping and not self._shared:
                    break
                if self.control.stopping:
                    self._trainer.leave()  # with the others, who would wait for this process else
        yield from self._end(self.control.stopping or why)

    @property
    def _shared(self) -> bool:
        """Whether other processes train this run, too. They do not hear of pauses and changes."""
        return self._trainer.config.engine.processes > 1

    def _between_steps(self) -> Iterator[Event]:
        if self._begins:
            self._begins = False
            yield from self._checkpoint()
        yield from self._slow_down()
        yield from self._serve()
        if self.control.paused and not self.control.stopping and not self._shared:
            yield from self._hold()
        if self._rhythm.due(self._trainer.config.output.checkpoint_seconds):
            yield from self._checkpoint()

    def _slow_down(self) -> Iterator[Event]:
        """In slow motion, wait until it is time for the next round, serving commands; that is no time of training."""
        begun, waited = self._round_at, time.monotonic()
        while (pace := None if self._shared else self.control.pace) is not None and not self._wanted_elsewhere():
            left = begun + 1 / pace - time.monotonic()
            if left <= 0:
                break
            self.control.rest(min(left, BEAT_SECONDS), pace)
            self._lock.beat()
            yield from self._serve()
        self._trainer.slow = pace is not None
        self._round_at = time.monotonic()
        if pace is not None:
            self._trainer.clock.skip(self._round_at - waited)

    def _measure(self) -> Iterator[Event]:
        """Measure the pictures if it is time."""
        if not self.control.stopping and self._measuring.due():
            yield from self._measured(self._measuring.measure())

    def _measure_now(self) -> Iterator[Event]:
        """Measure them because a person wants it, or because the run is done: a pause does not call that off."""
        self._asked = True
        try:
            event = self._measuring.measure(thorough=True)
        finally:
            self._asked = False
        yield from self._measured(event)

    def _measured(self, event: Measured | Marked | None) -> Iterator[Event]:
        """StageCallback a measurement; the best generator so far is saved at once, to be kept."""
        if event is None:  # called off
            return
        yield from self._tell(event)
        if isinstance(event, Measured) and history.best_measurement([*filter(None, [self._best]), event]) is event:
            self._best = event
            yield from self._checkpoint()

    def _wanted_elsewhere(self) -> bool:
        """Whether a person waits for a pause or the end."""
        return (self.control.paused and not self._asked) or self.control.stopping is not None

    def _hold(self) -> Iterator[Event]:
        """Stay paused, serving commands, until told to go on or to stop."""
        yield Paused(self._trainer.step)
        if self._unsaved:
            yield from self._checkpoint()
        while self.control.paused and not self.control.stopping:
            self.control.wait(BEAT_SECONDS)
            self._lock.beat()
            yield from self._serve()
        if not self.control.stopping:
            yield Resumed(self._trainer.step)

    def _serve(self) -> Iterator[Event]:
        while (command := self.control.next()) is not None:
            match command:
                case Step() | Change() if self._shared:
                    yield from self._warn(
                        "A run of several processes cannot be changed while it trains; stop and resume it."
                    )
                case Step(update):
                    for event in self._trainer.manual_update(update):
                        yield from self._tell(event)
                case Change(path, value):
                    yield from self._change(path, value)
                case Save():
                    yield from self._checkpoint()
                case Measure():
                    yield from self._measure_now()

    def _change(self, path: str, value: Any) -> Iterator[Event]:
        """A live setting takes a new value; what was before the first edit of a burst can be gone back to."""
        if self._rhythm.edited():
            self._edits.add(self._trainer.step)
            yield from self._checkpoint()
        if not self._moved:
            self._before_edit = self._trainer.step
        try:
            event = self._trainer.change(path, value)
        except ConfigError as error:
            event = Marked(self._trainer.step, MarkKind.WARNING, str(error))
        yield from self._tell(event)

    def _end(self, why: EndReason) -> Iterator[Event]:
        """Save everything, say so in the folder, let go of it."""
        if self._shown != self._trainer.step:
            yield from self._tell(self._trainer.samples())
        if why == EndReason.DONE and self._measuring.due_at_end():
            yield from self._measure_now()
        if self._unsaved:
            yield from self._checkpoint()
        end = Finished(self._trainer.step, why)
        yield from self._write("results.png", results_sheet, self.folder)
        yield from self._write("history.jsonl", self.folder.append, history.end_mark(end, end.step))
        self._ended = True
        self.close()  # before it is told: whoever hears it may go on with the run at once
        yield end

    # ---- writing ------------------------------------------------------------------------------------------------

    def _tell(self, event: Event) -> Iterator[Event]:
        """Write an event, then hand it on; a warning comes before it if it could not be written."""
        match event:
            case Stepped():
                self._unsaved = self._moved = True
            case Started():
                yield from self._write("run.toml", self.folder.write_started, event)
            case Tick() | Measured():
                yield from self._write("history.jsonl", self.folder.append, event)
            case Marked():
                self._unsaved, self._moved = True, self._moved or isinstance(event, ByHand)
                yield from self._write("history.jsonl", self.folder.append, event)
            case Samples():
                yield from self._write("the sample grids", self.folder.save_samples, event)
        yield event
        if isinstance(event, Samples):
            yield from self._snapshot(event)

    def _snapshot(self, samples: Samples) -> Iterator[Event]:
        """Write the generator that made `samples`, and thin out old ones."""
        self._shown = samples.step
        if samples.kept:
            self._pinned.add(samples.step)
        path = self.folder.snapshot_path(samples.step)
        weights, about = self._trainer.snapshot_state()
        meta = about | {"step": samples.step, "epoch": samples.epoch}
        yield from self._write("the snapshots", checkpoint.save_snapshot, path, weights, meta)
        if "the snapshots" not in self._troubled:
            yield Saved(samples.step, SavedKind.SNAPSHOT, str(path))
        output = self._trainer.config.output
        yield from self._write("the list of snapshots", retention.thin_snapshots, self.folder, output, self._pinned)

    def _checkpoint(self) -> Iterator[Event]:
        """See that all that is needed to go on from here is on disk. Raises Diverged rather than save what is broken.

        Edits alone are in the history, from which a run that goes on takes them (see `Plan`): the checkpoint of this
        step stays as it was before them. Steps by hand have the same number and do change weights: then it is kept
        beside theirs, for who goes back.
        """
        step = self._trainer.step
        path = self.folder.checkpoint_path(step)
        if self._moved or "history.jsonl" in self._troubled:
            try:
                with self._rhythm.saving():
                    self._keep_before_edit()
                    state = self._trainer.state()
                    meta = state.meta | {"config": cfg.to_dict(self._trainer.config)}
                    checkpoint.save(path, State(state.tensors, meta))
            except _WRITE_ERRORS as error:
                yield from self._warn(
                    f"Step {step:,} could not be saved: {reason(error)}. Training goes on. {self._kept()}"
                )
                return
        self._unsaved = self._moved = False
        best = self._best.step if self._best else None
        output = self._trainer.config.output
        thin = (retention.thin_checkpoints, self.folder, step, output, best, self._edits)
        warnings = self._write("the list of checkpoints", *thin)
        yield Saved(step, SavedKind.CHECKPOINT, str(path))
        yield from warnings

    def _keep_before_edit(self) -> None:
        """See that what was before an edit at this step outlives the checkpoint to come. Raises OSError.

        The first one is kept: going back takes all edits of a step back. It is never missing under its own name, so
        that a run that is killed meanwhile goes on from it.
        """
        step = self._trainer.step
        here, kept = self.folder.checkpoint_path(step), self.folder.before_edit_path(step)
        if step == self._before_edit and here.exists() and not kept.exists():
            atomic.link_or_copy(here, kept)

    def _write(self, name: str, action: Callable[..., object], *arguments: object) -> list[Marked]:
        """Do `action`; if that fails, the warning to hand on, but only the first time in a row: training goes on."""
        try:
            action(*arguments)
        except _WRITE_ERRORS as error:
            if name in self._troubled:
                return []
            self._troubled.add(name)
            return self._warn(f"Writing {name} failed: {reason(error)}. Training goes on.")
        self._troubled.discard(name)
        return []

    def _warn(self, text: str) -> list[Marked]:
        warning = Marked(self._trainer.step, MarkKind.WARNING, text)
        with contextlib.suppress(*_WRITE_ERRORS):  # the disk may be full for this line, too; it is told all the same
            self.folder.append(warning)
        return [warning]

    # ---- when it goes wrong -----------------------------------------------------------------------------------

    def _save_quietly(self) -> None:
        """What a stop would do, when nobody listens any more."""
        if self._ended:
            return
        try:
            for _ in self._end(EndReason.INTERRUPTED):
                pass
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> Failed:
        """Say what happened, here and in the folder, and free what the trainer holds, so that another can start."""
        self._ended = True
        details = "".join(traceback.format_exception(error))
        message = error_messages.sentence(error, self._trainer.config, self._trainer.step)
        failed = Failed(message, self._kept(), details)
        self._write("history.jsonl", self.folder.append, history.end_mark(failed, self._trainer.step))
        traceback.clear_frames(error.__traceback__)
        del self._trainer, self._measuring
        error_messages.free_memory()
        return failed

    def _kept(self) -> str:
        saved = self.folder.checkpoints()
        return f"Step {saved[-1][0]:,} is saved." if saved else "Nothing had been saved before."


def make_trainer(
    config: cfg.RunConfig,
    dataset: Dataset,
    state: State | None = None,
    world: World | None = None,
    tell: StageCallback = ignore_stage,
) -> Trainer:
    """A trainer. Raises StudioError where PyTorch would say that memory is short or that a state does not fit."""
    try:
        return Trainer(config, dataset, state, world, tell=tell, configure=process.configure)
    except (RuntimeError, MemoryError, KeyError, TypeError, ValueError) as error:
        if error_messages.is_out_of_memory(error):
            raise StudioError(error_messages.out_of_memory(config)) from error
        if state is not None:
            raise RunError(
                f"The checkpoint does not match the settings that the run should go on with: {error!r}."
            ) from error
        raise
