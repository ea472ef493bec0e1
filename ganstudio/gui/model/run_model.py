"""RunModel: the state of the open run, and the only thing that panels watch.

It lives in the GUI thread. Whatever a run says, from a thread that trains, a folder that another process writes or a
finished run on disk, comes in through `handle`.
"""

import time
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import RunConfig
from ganstudio.errors import StudioError
from ganstudio.events import (
    Event,
    Failed,
    Finished,
    Marked,
    Measured,
    Paused,
    Preparing,
    Resumed,
    Samples,
    Saved,
    Started,
    Tick,
    add_mark,
)
from ganstudio.gui.model.series import Series
from ganstudio.stages import FIRST_STEPS

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

STATUSES = ("idle", "starting", "training", "paused", "saving", "finished", "following", "failed")
BUSY = frozenset({"starting", "training", "paused", "saving"})  # a thread of this program owns the run
LIVE = -1  # what viewedStepChanged carries when the newest is viewed
_IN_MEMORY = 24  # newest sample grids held as arrays (twice as many for a while); others are read from the folder


class RunModel(QObject):
    """What is known about the open run. All attributes are read by panels; only this class writes them."""

    reset = Signal()  # another run, or none, is open: read everything anew
    ticked = Signal()  # `history` grew
    renamed = Signal()  # a person gave the open run another name
    marked = Signal(object)  # Marked
    measured = Signal(object)  # Measured
    sampled = Signal(object)  # Samples: a new grid of the fixed noise
    snapshotAdded = Signal(int)  # step of a generator that can now be loaded
    statusChanged = Signal(str)
    failed = Signal(object)  # Failed
    saved = Signal(object)  # Saved: a checkpoint is on disk
    rewindPointsChanged = Signal()
    measuringChanged = Signal()  # pictures are being measured because a person asked, or no more
    configChanged = Signal()
    viewedStepChanged = Signal(int)  # a step, or LIVE
    stageChanged = Signal()
    paceChanged = Signal()

    def __init__(self, config: RunConfig | None = None, data_home: Path | None = None) -> None:
        super().__init__()
        self.config: RunConfig = config or presets.load(presets.DEFAULT).config
        self.data_home = data_home  # where data sets lie; None: the usual place
        self.folder: RunFolder | None = None
        self.status = "idle"
        self.stage = ""  # what goes on between Start and the first figures, in words
        self.pace: float | None = None  # rounds a second at most; None: full speed
        self.name = ""  # what a person calls the open run; "" if none is open
        self.opened = 0  # counts the runs that were opened, and closed
        self._clear()

    def _clear(self) -> None:
        self.history = Series()
        self.marks: list[Marked] = []
        self.measures: list[Measured] = []  # in order of step
        self.rewind_points: list[int] = []  # steps that a checkpoint is kept of, in order
        self.samples: dict[int, Samples | Path] = {}  # step -> grid, or the file that holds it
        self.snapshots: list[tuple[int, Path]] = []  # in order of step
        self.viewed_step: int | None = None  # None: live
        self.started: Started | None = None
        self.finished: Finished | None = None
        self.measuring = False  # because a person asked for it
        self.saved_at: float | None = None  # time.monotonic() of the last checkpoint

    # What is open

    def begin(self, config: RunConfig, folder: "RunFolder | None" = None) -> None:
        """Show a run that is about to say its first word."""
        self._clear()
        self.opened += 1
        self.config, self.folder = config, folder
        self.name = folder.display_name if folder else ""
        self.reset.emit()
        self.configChanged.emit()
        self.viewedStepChanged.emit(LIVE)
        self.find_rewind_points()

    def attach(self, folder: "RunFolder") -> None:
        """The run goes on, or has a folder by now: what is shown of it stays."""
        self.folder = folder
        self.find_name()
        self.find_rewind_points()

    def find_name(self) -> None:
        """Look what a person calls the open run."""
        name = self.folder.display_name if self.folder else ""
        if name != self.name:
            self.name = name
            self.renamed.emit()

    def close_run(self, config: RunConfig | None = None) -> None:
        """Show no run; the settings of the one that was open stay, unless others are given."""
        self.begin(config or self.config, None)
        self.set_status("idle")

    def set_config(self, config: RunConfig) -> None:
        """Take the settings a person edited for the next run, or changed in the running one."""
        if config != self.config:
            self.config = config
            self.configChanged.emit()

    def set_status(self, status: str) -> None:
        """Say what the run is doing: one of STATUSES."""
        assert status in STATUSES, status
        if status != self.status:
            self.status = status
            if status not in ("starting", "training"):
                self.set_stage("")
            self.statusChanged.emit(status)

    def set_stage(self, stage: str) -> None:
        """Say what goes on until the first figures come; "" afterwards."""
        if stage != self.stage:
            self.stage = stage
            self.stageChanged.emit()

    def set_pace(self, pace: float | None) -> None:
        """So many rounds a second at most; None: full speed."""
        if pace != self.pace:
            self.pace = pace
            self.paceChanged.emit()

    def set_measuring(self, measuring: bool) -> None:
        """Say whether pictures are being measured because a person asked."""
        if measuring != self.measuring:
            self.measuring = measuring
            self.measuringChanged.emit()

    @property
    def can_be_measured(self) -> bool:
        """Whether there is a generator of the open run to be measured now."""
        if self.measuring or self.folder is None:
            return False
        return self.status in ("training", "paused") or (
            self.status in ("idle", "finished", "failed") and bool(self.rewind_points)
        )

    @property
    def busy(self) -> bool:
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

    # What the person looks at

    def view(self, step: int | None) -> None:
        """Look at a step of the past with every panel; None looks at the newest again."""
        if step != self.viewed_step:
            self.viewed_step = step
            self.viewedStepChanged.emit(LIVE if step is None else step)

    def find_rewind_points(self) -> None:
        """Look which checkpoints the run's folder holds."""
        points = self.folder.rewind_points() if self.folder else []
        if points != self.rewind_points:
            self.rewind_points = points
            self.rewindPointsChanged.emit()

    def rewind_point(self) -> int | None:
        """Where a rewind or a branch from the viewed step begins: the newest checkpoint not after it; None: nowhere."""
        index = len(self.rewind_points)
        if self.viewed_step is not None:
            index = bisect_right(self.rewind_points, self.viewed_step)
        return self.rewind_points[index - 1] if index else None

    def newest_sample(self) -> int | None:
        """Step of the newest grid, None before the first."""
        return max(self.samples, default=None)

    def grid(self, step: int) -> Samples | None:
        """Grid of the fixed noise at `step`, read from the folder if it is no longer held; None if it is gone."""
        held = self.samples.get(step)
        if not isinstance(held, Path):
            return held
        try:
            return self.folder.read_samples(held) if self.folder else None
        except (StudioError, OSError):
            self.samples.pop(step, None)  # thinned out, or unreadable: it is not offered again
            return None

    # What the run says

    def handle(self, event: Event) -> None:
        """Take one event. The single entry for what a run says."""
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
                self.measures = [each for each in self.measures if each.step < event.step] + [event]
                self.measured.emit(event)
            case Started():
                self._take_started(event)
            case Paused() | Resumed():
                if self.status != "saving":  # a paused run that is told to stop goes on for that
                    self.set_status("paused" if isinstance(event, Paused) else "training")
            case Finished():
                self.finished = event
                self.set_measuring(False)
                self.find_rewind_points()
                self.set_status("finished")
            case Failed():
                self.set_measuring(False)
                self.set_status("failed")
                self.failed.emit(event)
            case _:
                pass  # Stepped only lets whoever iterates steer

    def handle_all(self, events: Iterable[Event]) -> None:
        """Take many events at once: a long history is told in a few redraws."""
        ticks: list[Tick] = []
        for event in events:
            if isinstance(event, Tick) and (not ticks or event.step >= ticks[-1].step):
                ticks.append(event)
                continue
            self._take_ticks(ticks)
            self.handle(event)
        self._take_ticks(ticks)

    def _take_ticks(self, ticks: list[Tick]) -> None:
        if ticks:
            self.set_stage("")
            self.history.extend(ticks)
            ticks.clear()
            self.ticked.emit()

    def _take_started(self, event: Started) -> None:
        self.started, self.finished = event, None
        self._forget_after(event.step)
        if event.config != self.config:
            self.set_config(event.config)
        if self.status == "starting":
            self.set_stage(FIRST_STEPS)
            self.set_status("training")

    def _forget_after(self, step: int) -> None:
        """Drop what a resume from `step` replaces."""
        self.history.truncate(step)
        self.marks = [mark for mark in self.marks if mark.step <= step]
        self.measures = [each for each in self.measures if each.step <= step]
        self.samples = {at: held for at, held in self.samples.items() if at <= step}
        self.snapshots = [(at, path) for at, path in self.snapshots if at <= step]
        if self.viewed_step is not None and self.viewed_step > step:
            self.view(None)
        self.find_rewind_points()
        self.ticked.emit()

    def _take_mark(self, event: Marked) -> None:
        add_mark(self.marks, event)
        if event.kind == "warning":
            self.set_measuring(False)  # maybe it is that they cannot be
        if event.kind == "resume":
            self._forget_after(event.step)
        elif event.kind == "change" and event.path:
            self.set_config(cfg.change(self.config, event.path, event.new))
        self.marked.emit(event)

    def _take_samples(self, event: Samples) -> None:
        self.samples[event.step] = event
        held = sum(not isinstance(one, Path) for one in self.samples.values())
        if self.folder and held > 2 * _IN_MEMORY:
            self._match_folder(self.folder)

    def _match_folder(self, folder: "RunFolder") -> None:
        """Hold the newest grids only, and forget the grids and snapshots that the run thinned out."""
        newest = sorted(self.samples)[-_IN_MEMORY:]
        in_folder: dict[int, Samples | Path] = dict(folder.samples())
        self.samples = in_folder | {step: self.samples[step] for step in newest}
        self.snapshots = folder.snapshots()

    def _take_saved(self, event: Saved) -> None:
        if event.kind == "checkpoint":
            self.saved_at = time.monotonic()
            self.find_rewind_points()
            self.saved.emit(event)
        elif event.kind == "snapshot":
            if all(step != event.step for step, _ in self.snapshots[-1:]):
                self.snapshots.append((event.step, Path(event.path)))
            self.snapshotAdded.emit(event.step)
