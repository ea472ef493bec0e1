"""How a run is resumed, the same for all processes that train it; and the trainer of a run."""

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.data.points import editing
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import ConfigError, RunError, ShortOfMemoryError, reason
from ganstudio.events import Marked, MarkKind
from ganstudio.runs import begin_from, checkpoint, error_messages, history, left_out, moving
from ganstudio.runs.drawing import drawing_path, keep_drawing
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.stages import StageCallback, ignore_stage
from ganstudio.training import beginning
from ganstudio.training.beginning import Origin
from ganstudio.training.counters import read_counters
from ganstudio.training.device.autotune import Threads
from ganstudio.training.device.hardware import choose_device
from ganstudio.training.distributed.world import World
from ganstudio.training.game import read_edits
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer


@dataclass(frozen=True)
class ResumePlan:
    """From where, and with what settings, a run is resumed."""

    before: cfg.RunConfig  # as it was at last, according to the history
    config: cfg.RunConfig
    state: State | None  # None if the run was killed before it had saved anything
    home: Path | None  # where its data set is stored, if not in the usual place
    skipped: tuple[str, ...]  # a sentence on each broken checkpoint, and on what does not fit this computer
    reached: int | None = None  # the last step in the history; None if the user goes back on purpose
    back_to: Path | None = None  # the checkpoint that the user goes back to on purpose
    data_count: int = 0  # pictures that it was trained on so far; 0 if that is not known
    data_fingerprint: str = ""  # of imported pictures: the version that it was trained on
    drawing: Path | None = None  # where the run keeps the drawing that its points are of, if it has one
    edits_before: tuple[Edit, ...] = ()  # how its points were changed by hand, as they were at last
    edits: tuple[Edit, ...] = ()  # and how from now on

    @classmethod
    def read(
        cls,
        folder: RunFolder,
        changes: Mapping[str, Any] | None = None,
        home: Path | None = None,
        processes: int = 1,
        at: int | None = None,
        edits: tuple[Edit, ...] | None = None,
    ) -> "ResumePlan":
        """Plan to resume from the newest checkpoint that is whole.

        Parameters
        ----------
        folder
            The run.
        changes
            Settings to change, by dotted name.
        home
            Where data sets are stored, if neither in the usual place nor where they were when the run began.
        processes
            Number of processes that will train it.
        at
            Go back: only checkpoints of steps up to this one, without the changes of settings at that very step.
            None: resume where the run was, with its changes.
        edits
            How its points are changed by hand from now on; None: as they were then.

        Raises
        ------
        RunError
            There is no checkpoint to go back to, or none that can be used.
        ConfigError
            A change is not valid, or the run's device is not on this computer.
        """
        state, file, skipped = _newest_state(folder, at)
        before = changed_config(folder, state) if state else folder.config
        config = _config_of(state) if state and at is not None else before
        reached = _reached(folder) if at is None else None
        if processes != before.engine.processes:
            config = cfg.change(config, "engine.threads", 0)  # a process has another share of the cores
        for name, value in (changes or {}).items():
            config = cfg.change(config, name, value)
        config = cfg.change(config, "engine.processes", processes)
        given = {cfg.find(name).path for name in changes or {}}
        config, sentences = moving.fit(config, given, folder.info, state)
        back_to = None if at is None else file
        home, said = home or folder.data_home(), (*skipped, *sentences)
        info = folder.info
        known = info.data_count, info.data_fingerprint, drawing_path(folder)
        edits_before = changed_edits(folder, state)
        if edits is None:
            edits = saved_edits(state) if state and at is not None else edits_before
        if config.data.name != before.data.name:
            edits = ()  # they are of the other points
        return cls(before, config, state, home, said, reached, back_to, *known, edits_before, edits)

    def dataset(self, cancelled: Callable[[], bool] | None = None) -> Dataset:
        """Load the run's data set, imported pictures and drawings in the version that the run began with.

        Raises DataError if it is missing, and Cancelled if `cancelled` returns true.
        """
        data = self.config.data
        is_known = self.home is not None and catalog.look_up(data.name, self.home) is not None
        is_there = is_known and catalog.is_in_data_folder(data.name, self.home)
        home = self.home if is_there else None  # another machine may keep its data elsewhere
        return catalog.load_for(
            self.config,
            home=home,
            cancelled=cancelled,
            fingerprint=self.data_fingerprint if data.name == self.before.data.name else "",
            kept=self.drawing if data.name == self.before.data.name else None,
        )

    def marks(self, trainer: Trainer, dataset: Dataset) -> list[Marked]:
        """Return the marks of resuming where the trainer is, with its settings, nothing left to choose."""
        step = trainer.step
        text = f"Went back to step {step:,}." if self.reached is None else history.resume_text(step, self.reached)
        marks = [Marked(step, MarkKind.RESUME, text, "", self.reached, step)]
        marks += [Marked(step, MarkKind.WARNING, sentence) for sentence in (*self.skipped, *self._data_notes(dataset))]
        if self.edits != self.edits_before:
            change = point_edits.encode(point_edits.difference(self.edits_before, self.edits))
            text = editing.describe_all(self.edits)
            marks.append(Marked(step, MarkKind.CHANGE, text, point_edits.PATH, None, change))
        threads = self._threads_mark(trainer)
        marks += [threads] if threads else []
        for name, old, new in cfg.differences(self.before, trainer.config):
            if threads is None or name != threads.path:
                marks.append(Marked(step, MarkKind.CHANGE, cfg.describe_change(name, old, new), name, old, new))
        return marks

    def _threads_mark(self, trainer: Trainer) -> Marked | None:
        """Return the mark of another number of threads than before, where the settings leave it open."""
        former, open_before = Threads.read(self.state), not self.before.engine.threads
        old = former.now if former and open_before else self.before.engine.threads
        new = trainer.threads.now
        if trainer.config.engine.threads or (open_before and old in (0, new)):
            return None
        numbers = f"{new}" if old == new else f"{old} \N{RIGHTWARDS ARROW} {new}"
        text = f"threads: {numbers} (measured on this computer)"
        if open_before:
            return Marked(trainer.step, MarkKind.THREADS, text, old=old, new=new)
        return Marked(trainer.step, MarkKind.CHANGE, text, "engine.threads", old, 0)

    def _data_notes(self, dataset: Dataset) -> list[str]:
        """Return what is odd about the data set, perhaps that it is no longer what it was."""
        count, title = len(dataset.images), dataset.info.title
        if self.data_count in (0, count) or self.config.data.name != self.before.data.name:
            return list(dataset.notes)
        changed = f"{title} had {self.data_count:,} pictures when this run was trained, and has {count:,} now."
        return [changed, *dataset.notes]


def create_folder(path: Path | str | None, config: cfg.RunConfig, dataset: Dataset) -> RunFolder:
    """Create the folder of a run that begins now; see `RunFolder.create`.

    Of imported pictures, its version is kept, and the names of those that were taken out.
    """
    info = dataclasses.replace(RunInfo.now(config), data_fingerprint=dataset.fingerprint)
    folder = RunFolder.create(path, config, info)
    catalog.keep_for_run(config.data.name, dataset.fingerprint, folder.path)
    names = left_out.of_data(config.data.name, dataset.fingerprint)
    try:
        left_out.keep(folder, names)
        if dataset.points is not None and dataset.points.drawing:
            keep_drawing(folder, dataset.points.drawing)
    except OSError as error:
        file = left_out.path_of(folder) if names else drawing_path(folder)
        raise RunError(f"{file} cannot be written: {reason(error)}.") from None
    return folder


def make_resumed_trainer(plan: ResumePlan, dataset: Dataset, tell: StageCallback = ignore_stage) -> Trainer:
    """Build the trainer of a run that is resumed; see `make_trainer`."""
    trainer = make_trainer(plan.config, dataset, plan.state, tell=tell)
    trainer.set_edits(plan.edits)
    return trainer


def opening_marks(trainer: Trainer, dataset: Dataset) -> list[Marked]:
    """Return what the history of a new run begins with."""
    notes = [Marked(trainer.step, MarkKind.WARNING, note) for note in dataset.notes]
    if trainer.beginning is None:
        return notes
    return [Marked(trainer.step, MarkKind.BRANCH, begin_from.describe(trainer.beginning)), *notes]


def make_trainer(
    config: cfg.RunConfig,
    dataset: Dataset,
    state: State | None = None,
    world: World | None = None,
    tell: StageCallback = ignore_stage,
) -> Trainer:
    """Build the trainer of a run and set up the process for it.

    Parameters
    ----------
    config
        Settings; "auto" is resolved.
    dataset
        What it is trained on.
    state
        What to resume from; None: from the start.
    world
        The processes that train it.
    tell
        Called with each stage that begins.

    Raises
    ------
    ShortOfMemoryError
        There is not enough memory.
    StudioError
        The state does not match the settings, or the run cannot begin from its model.
    """
    origin = _load_origin(config, world or World(0)) if state is None else None
    config = beginning.resolve(config, origin) if origin else config
    if choose_device(config.engine.device).type == "cpu":
        process.keep_freed_memory()  # what Trainer measures is then as fast as what it trains
    try:
        trainer = Trainer(config, dataset, state, world, tell=tell, configure=process.configure)
        if origin is not None:
            trainer.begin_from(origin, dataset.info.labels)
        process.release_free_memory()  # what measuring took and training may not need in those places
        return trainer
    except (RuntimeError, MemoryError, KeyError, TypeError, ValueError) as error:
        if error_messages.is_out_of_memory(error):
            raise ShortOfMemoryError(error_messages.out_of_memory_sentence(config)) from error
        if state is not None:
            raise RunError(f"The checkpoint does not match the settings to resume with: {error!r}.") from error
        raise


def _load_origin(config: cfg.RunConfig, world: World) -> Origin | None:
    """Return what a run begins from that does not begin with random weights; only the first process reads it."""
    beginning.check_alone(config)
    return world.from_rank_zero(lambda: begin_from.load(config.begin.source)) if config.begin.source else None


def changed_config(folder: RunFolder, state: State) -> cfg.RunConfig:
    """Return the settings of a checkpoint that passed `check_meta`, with the changes that were made at its very step.

    Raises RunError if the history cannot be read.
    """
    config, step = _config_of(state), int(state.meta["step"])
    for mark in _read_changes(folder):
        if mark.step == step and mark.path and mark.path != point_edits.PATH:
            with contextlib.suppress(ConfigError):  # of another version of the program
                config = cfg.change(config, mark.path, mark.new)
    return config


def changed_edits(folder: RunFolder, state: State | None) -> tuple[Edit, ...]:
    """Return how the points were changed by hand, with the changes that were made at the checkpoint's very step.

    Raises RunError if the history cannot be read.
    """
    step = 0 if state is None else int(state.meta["step"])
    changes = [(mark.path, mark.new) for mark in _read_changes(folder) if mark.step == step]
    return point_edits.fold(saved_edits(state), changes)


def saved_edits(state: State | None) -> tuple[Edit, ...]:
    """Return how the points were changed by hand in a checkpoint that passed `check_meta`."""
    return () if state is None else read_edits(state)


def _read_changes(folder: RunFolder) -> list[Marked]:
    """Return the changes in a run's history. Raises RunError if it cannot be read."""
    path = folder.path / "history.jsonl"
    try:
        return history.read_changes(path)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from error


def _config_of(state: State) -> cfg.RunConfig:
    config = cfg.from_dict(state.meta["config"])
    if "convolution" not in state.meta["config"].get("engine", {}):  # of an older version, which knew one way only
        config = cfg.change(config, "engine.convolution", "direct")
    return config


def check_meta(path: Path, state: State) -> None:
    """Raise RunError if what a checkpoint holds beside its tensors is not what a run writes."""
    try:
        read_counters(state.meta)
        read_edits(state)
        settings = state.meta.get("config")
        if not isinstance(settings, dict):
            raise ConfigError("its settings are missing")
        cfg.from_dict(settings)
    except RunError as error:
        raise RunError(f"{path} cannot be resumed. {error}") from None
    except ConfigError as error:
        raise RunError(f"{path} cannot be resumed: its settings are not valid ({str(error).rstrip('.')}).") from None


def _reached(folder: RunFolder) -> int:
    tick, _ = history.read_last(folder.path / "history.jsonl")
    return max(tick.step if tick else 0, *(step for step, _ in folder.samples()), 0)


def _newest_state(folder: RunFolder, at: int | None) -> tuple[State | None, Path | None, list[str]]:
    """Return the state to resume from, its file and what was skipped; None if nothing was saved before a kill.

    Raises RunError if there is nothing to go back to at `at`.
    """
    if not folder.checkpoints():
        if at:
            raise RunError(f"{folder.path} cannot go back to step {at:,}: it has no checkpoint.")
        return None, None, []
    return checkpoint.newest_valid(folder.path, at, before_edit=at is not None, check=check_meta)
