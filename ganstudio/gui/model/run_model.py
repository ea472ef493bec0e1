"""The state of the open run, and the only thing that panels watch.

It belongs to the GUI thread. All events of a run, from a thread that trains, a folder that another process writes or a
finished run on disk, come in through `handle`.
"""

import contextlib
import time
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import ConfigError, StudioError
from ganstudio.events import (
    Event,
    Failed,
    Finished,
    Marked,
    MarkKind,
    Measured,
    Paused,
    Preparing,
    Resumed,
    RoundRecorded,
    RunStatus,
    Samples,
    Saved,
    SavedKind,
    Started,
    Tick,
    add_mark,
)
from ganstudio.gui.model import event_batches
from ganstudio.gui.model.dataset_states import DatasetStates
from ganstudio.gui.model.event_batches import EventBatch
from ganstudio.gui.workers import window_first
from ganstudio.runs.series import Series
from ganstudio.stages import FIRST_STEPS

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

BUSY = frozenset({RunStatus.STARTING, RunStatus.TRAINING, RunStatus.PAUSED, RunStatus.SAVING})  # trained here
LIVE = -1  # what viewedStepChanged carries when the newest is viewed
_MAX_GRIDS = 24  # newest sample grids held as arrays (twice as many for a while); others are read from the folder


class RunModel(QObject):
    """What is known about the open run. Panels read all attributes; only this class writes them.

    Parameters
    ----------
    config
        Settings to begin with; None: the first preset.
    data_home
        Where data sets are stored; None: the usual folder.

    Attributes
    ----------
    config
        Settings of the open run as they are edited, or of the next run.
    folder
        The open run's folder; None: no run is open.
    name
        What the user calls the open run; "" if none is open.
    open_count
        Counts the runs that were opened or closed, so that another one can be told from the same one.
    status
        What the run is doing.
    stage
        What happens between Start and the first figures, as text; "" afterwards.
    pace
        Maximum number of rounds a second; None: full speed.
    history, marks, measures, samples, snapshots
        What the run has produced, in order of step. A grid in `samples` is an event, or the file that holds it.
    rewind_points
        Steps of the checkpoints that are kept, in order.
    viewed_step
        Step that every panel shows; None: the newest.
    pending_edits
        How points are changed by hand in the run that is to start or resume; None: as the marks of the open run say.
    started, finished
        The events of the last start and end; None before them.
    is_measuring
        Whether pictures are being measured because the user asked.
    datasets
        Which data sets are on this computer.
    saved_at
        `time.monotonic()` of the last checkpoint; None before the first.
    """

    reset = Signal()  # another run, or none, is open: read everything anew
    ticked = Signal()  # `history` grew
    renamed = Signal()  # the user gave the open run another name
    marked = Signal(object)  # Marked
    measured = Signal(object)  # Measured
    recorded = Signal(object)  # RoundRecord: a round, for whoever wants to see its stages
    sampled = Signal(object)  # Samples: a new grid of the fixed noise
    snapshotAdded = Signal(object)  # int, of any size: step of a generator that can now be loaded
    statusChanged = Signal(str)
    failed = Signal(object)  # Failed
    saved = Signal(object)  # Saved: a checkpoint is on disk
    rewindPointsChanged = Signal()
    measuringChanged = Signal()  # `is_measuring` changed
    configChanged = Signal()
    viewedStepChanged = Signal(object)  # int, of any size: a step, or LIVE
    stageChanged = Signal()
    pointEditsChanged = Signal()  # the points were changed by hand, or are about to be
    paceChanged = Signal()

    def __init__(self, config: RunConfig | None = None, data_home: Path | None = None) -> None:
        super().__init__()
        self.config: RunConfig = config or presets.load(presets.DEFAULT).config
        self.data_home = data_home
        self.datasets = DatasetStates(data_home)
        self.folder: RunFolder | None = None
        self.status = RunStatus.IDLE
        self.stage = ""
        self.pace: float | None = None
        self.name = ""
        self.open_count = 0
        self._is_in_batch = False  # while many events are taken at once
        self._config_changed = self._rewind_points_changed = False  # meanwhile
        self.pending_edits: tuple[Edit, ...] | None = None
        self._clear()

    def _clear(self) -> None:
        self.history = Series()
        self.marks: list[Marked] = []
        self.measures: list[Measured] = []
        self.rewind_points: list[int] = []
        self.samples: dict[int, Samples | Path] = {}
        self.snapshots: list[tuple[int, Path]] = []
        self.viewed_step: int | None = None
        self.started: Started | None = None
        self.finished: Finished | None = None
        self.is_measuring = False
        self.saved_at: float | None = None

    # What is open

    def begin(self, config: RunConfig, folder: "RunFolder | None" = None, keeps_edits: bool = False) -> None:
        """Show another run, whose events are about to come; `folder` is None while a new one has none yet.

        `keeps_edits`: it begins with the points that were changed by hand.
        """
        window_first.hold_workers()
        self._clear()
        if not keeps_edits:
            self.pending_edits = None
        self.open_count += 1
        self.config = config
        self.folder = folder
        self.name = folder.display_name if folder else ""
        self.reset.emit()
        self.configChanged.emit()
        self.viewedStepChanged.emit(LIVE)
        self.refresh_rewind_points()

    def attach(self, folder: "RunFolder") -> None:
        """Take the folder of the open run, which has just got it or is resumed; what is shown of it stays."""
        self.folder = folder
        self.refresh_name()
        self.refresh_rewind_points()

    def refresh_name(self) -> None:
        """Read what the user calls the open run."""
        name = self.folder.display_name if self.folder else ""
        if name != self.name:
            self.name = name
            self.renamed.emit()

    def close_run(self, config: RunConfig | None = None) -> None:
        """Show no run; `config` is set up, or if None the settings of the run that was open."""
        self.begin(config or self.config, None)
        self.set_status(RunStatus.IDLE)

    def set_config(self, config: RunConfig) -> None:
        """Take settings that were edited for the next run, or changed in the running one."""
        if config != self.config:
            self.config = config
            if self._is_in_batch:
                self._config_changed = True
            else:
                self.configChanged.emit()

    def set_pending_edits(self, edits: "tuple[Edit, ...] | None") -> None:
        """Take how points are changed by hand in the run that is to start or resume; None: as its marks say."""
        if edits != self.pending_edits:
            self.pending_edits = edits
            self.pointEditsChanged.emit()

    def set_status(self, status: RunStatus) -> None:
        """Take what the run is doing."""
        if status != self.status:
            window_first.hold_workers()
            self.status = RunStatus(status)
            if status not in (RunStatus.STARTING, RunStatus.TRAINING):
                self.set_stage("")
            self.statusChanged.emit(status)

    def set_stage(self, stage: str) -> None:
        """Take what happens until the first figures come; "" afterwards."""
        if stage != self.stage:
            self.stage = stage
            self.stageChanged.emit()

    def set_pace(self, pace: float | None) -> None:
        """Take the maximum number of rounds a second; None: full speed."""
        if pace != self.pace:
            self.pace = pace
            self.paceChanged.emit()

    def set_measuring(self, measuring: bool) -> None:
        """Take whether pictures are being measured because the user asked."""
        if measuring != self.is_measuring:
            self.is_measuring = measuring
            self.measuringChanged.emit()

    @property
    def can_be_measured(self) -> bool:
        """Whether the open run has a generator that can be measured now."""
        if self.is_measuring or self.folder is None:
            return False
        return self.status in (RunStatus.TRAINING, RunStatus.PAUSED) or (
            self.status in (RunStatus.IDLE, RunStatus.FINISHED, RunStatus.FAILED) and bool(self.rewind_points)
        )

    @property
    def is_busy(self) -> bool:
        """Whether this program trains the open run (paused counts)."""
        return self.status in BUSY

    @property
    def step(self) -> int:
        """Newest step known."""
        if len(self.history):
            return int(self.history.last("step"))
        return self.started.step if self.started else 0

    @property
    def epoch(self) -> float:
        """Newest position in epochs."""
        return self.history.last("epoch") if len(self.history) else 0.0

    # What the user looks at

    def view(self, step: int | None) -> None:
        """Show a step of the past in every panel; None: the newest again."""
        if step != self.viewed_step:
            self.viewed_step = step
            self.viewedStepChanged.emit(LIVE if step is None else step)

    def refresh_rewind_points(self) -> None:
        """Read which checkpoints the run's folder holds; among many events, once after the last."""
        if self._is_in_batch:
            self._rewind_points_changed = True
            return
        points = self.folder.rewind_points() if self.folder else []
        if points != self.rewind_points:
            self.rewind_points = points
            self.rewindPointsChanged.emit()

    def find_rewind_point(self) -> int | None:
        """Return where a rewind or branch from the viewed step begins: the newest checkpoint not after it, or None."""
        index = len(self.rewind_points)
        if self.viewed_step is not None:
            index = bisect_right(self.rewind_points, self.viewed_step)
        return self.rewind_points[index - 1] if index else None

    def grid(self, step: int) -> Samples | None:
        """Return the grid of the fixed noise at a step, from memory or the folder; None if it is gone."""
        held = self.samples.get(step)
        if not isinstance(held, Path):
            return held
        try:
            return self.folder.read_samples(held) if self.folder else None
        except (StudioError, OSError):
            self.samples.pop(step, None)  # deleted by the run, or unreadable: it is not offered again
            return None

    # Events of the run

    def handle(self, event: Event) -> None:
        """Take one event of the run."""
        match event:
            case Preparing():
                self.set_stage(event.stage)
            case Tick():
                self.set_stage("")
                self.history.append(event)
                self.ticked.emit()
            case Samples():
                self._take_samples(event)
                self.sampled.emit(event)
            case Saved():
                self._take_saved(event)
            case Marked():
                self._take_mark(event)
            case Measured():
                self.set_measuring(False)
                self.measures = [measured for measured in self.measures if measured.step < event.step] + [event]
                self.measured.emit(event)
            case RoundRecorded():
                self.recorded.emit(event.record)
            case Started():
                self._take_started(event)
            case Paused() | Resumed():
                if self.status != RunStatus.SAVING:  # a paused run resumes in order to stop
                    self.set_status(RunStatus.PAUSED if isinstance(event, Paused) else RunStatus.TRAINING)
            case Finished():
                self.finished = event
                self.set_measuring(False)
                self.refresh_rewind_points()
                self.set_status(RunStatus.FINISHED)
            case Failed():
                self.set_measuring(False)
                self.set_status(RunStatus.FAILED)
                self.failed.emit(event)
            case _:
                pass  # Stepped is for whoever iterates over a run

    def handle_all(self, events: Iterable[Event]) -> None:
        """Take many events at once: rows, grids and snapshots between two others are announced once, settings last."""
        window_first.hold_workers()
        self._is_in_batch = True
        try:
            for batch in event_batches.split(events):
                self._take_batch(batch)
                if batch.other is not None:
                    self.handle(batch.other)
        finally:
            self._is_in_batch = False
            if self._rewind_points_changed:
                self._rewind_points_changed = False
                self.refresh_rewind_points()
            if self._config_changed:
                self._config_changed = False
                self.configChanged.emit()

    def _take_batch(self, batch: EventBatch) -> None:
        """Take rows, grids and snapshots, and say what is new: of the grids and snapshots, the newest."""
        grid: Samples | None = None
        snapshot: Saved | None = None
        for event in batch.pictures:
            if isinstance(event, Samples):
                self._take_samples(event)
                grid = event
            else:
                self._add_snapshot(event)
                snapshot = event
        if batch.ticks:
            self.set_stage("")
            self.history.extend(batch.ticks)
            self.ticked.emit()
        if grid is not None:
            self.sampled.emit(grid)
        if snapshot is not None:
            self.snapshotAdded.emit(snapshot.step)

    def _take_started(self, event: Started) -> None:
        self.started, self.finished = event, None
        self._forget_after(event.step)
        if event.config != self.config:
            self.set_config(event.config)
        if self.status == RunStatus.STARTING:
            self.set_stage(FIRST_STEPS)
            self.set_status(RunStatus.TRAINING)

    def _forget_after(self, step: int) -> None:
        """Remove what a resume from `step` replaces."""
        self.history.truncate(step)
        self.marks = [mark for mark in self.marks if mark.step <= step]
        self.measures = [measured for measured in self.measures if measured.step <= step]
        self.samples = {at: held for at, held in self.samples.items() if at <= step}
        self.snapshots = [(at, path) for at, path in self.snapshots if at <= step]
        if self.viewed_step is not None and self.viewed_step > step:
            self.view(None)
        self.refresh_rewind_points()
        self.ticked.emit()

    def _take_mark(self, event: Marked) -> None:
        add_mark(self.marks, event)
        if event.kind == MarkKind.WARNING:
            self.set_measuring(False)  # it may say that they cannot be measured
        if event.kind == MarkKind.RESUME:
            self._forget_after(event.step)
        elif event.kind == MarkKind.CHANGE and event.path:
            self.set_config(_change_known(self.config, event.path, event.new))
        self.marked.emit(event)
        if event.path == point_edits.PATH:
            self.pending_edits = None
            self.pointEditsChanged.emit()

    def _take_samples(self, event: Samples) -> None:
        self.samples[event.step] = event
        in_memory = sum(not isinstance(grid, Path) for grid in self.samples.values())
        if self.folder and in_memory > 2 * _MAX_GRIDS:
            self._match_folder(self.folder)

    def _match_folder(self, folder: "RunFolder") -> None:
        """Keep only the newest grids in memory, and forget grids and snapshots that the run has deleted."""
        newest = sorted(self.samples)[-_MAX_GRIDS:]
        in_folder: dict[int, Samples | Path] = dict(folder.samples())
        self.samples = in_folder | {step: self.samples[step] for step in newest}
        self.snapshots = folder.snapshots()

    def _take_saved(self, event: Saved) -> None:
        if event.kind == SavedKind.CHECKPOINT:
            self.saved_at = time.monotonic()
            self.refresh_rewind_points()
            self.saved.emit(event)
        elif event.kind == SavedKind.SNAPSHOT:
            self._add_snapshot(event)
            self.snapshotAdded.emit(event.step)

    def _add_snapshot(self, event: Saved) -> None:
        if all(step != event.step for step, _ in self.snapshots[-1:]):
            self.snapshots.append((event.step, Path(event.path)))


def _change_known(config: RunConfig, path: str, value: Any) -> RunConfig:
    """Return settings with one of them changed; one that this version does not have, or not so, stays as it is."""
    if path in SETTINGS:
        with contextlib.suppress(ConfigError):
            return cfg.change(config, path, value)
    return config
