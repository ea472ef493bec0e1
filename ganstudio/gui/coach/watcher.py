"""What the coach finds in the open run, kept up to date."""

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.coach.finding import Finding, as_of
from ganstudio.coach.looks import FIRST_TICKS, NEXT_TICKS
from ganstudio.coach.record import Columns, Record
from ganstudio.config import RunConfig
from ganstudio.events import Failed, Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.coach import CoachRequest, CoachThread, GridRequest

SECONDS = 3.0  # between two judgements while a run trains
_GRID_STEPS = 200  # rounds at least between two grids that are compared
_MAX_GRIDS = 4  # that wait to be compared
SHOWN = 16  # pictures of a grid that are shown of it
_MAX_READ = 8  # grids that were read from files and are held


class CoachWatcher(QObject):
    """Has the open run judged every few seconds while it grows, in a thread; lives in the GUI thread.

    Parameters
    ----------
    model
        The open run.
    parent
        Qt's parent.

    Attributes
    ----------
    model
        The open run.
    findings
        What was found the last time, but for what the run has gone back from since.
    is_judged
        Whether the open run was judged since it was opened and since it last went back: until then, that something is
        not among the findings means nothing.
    """

    changed = Signal()  # `findings`
    judged = Signal()  # the run was judged, whether `findings` changed or not
    wentBack = Signal(object)  # int, of any size: the step from which the run goes on
    gridRead = Signal()  # `grid` knows another one
    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.findings: list[Finding] = []
        self.is_judged = False
        self._has_failed = False
        self._rewinds = 0  # since the run was opened
        self._step = model.step  # that the run had reached
        self._grids: list[Samples] = []
        self._read: dict[int, Samples | None] = {}  # grids of files, by step; None: being read, or it cannot be
        self._thread = CoachThread(self)
        self._thread.judged.connect(self._take)
        self._thread.gridRead.connect(self._take_grid)
        self._thread.failed.connect(self._fail)
        self._timer = QTimer(self, singleShot=True, interval=int(SECONDS * 1000))
        self._timer.timeout.connect(self.judge)
        model.reset.connect(self._restart)
        model.sampled.connect(self._sampled)
        model.ticked.connect(self._follow)
        for signal in (model.marked, model.measured, model.configChanged, model.rewindPointsChanged):
            signal.connect(self._schedule)

    def stop(self) -> bool:
        """End the thread; return False if it did not end in time."""
        self._timer.stop()
        return self._thread.stop()

    def _restart(self) -> None:
        self._grids.clear()
        self._read.clear()
        self._rewinds, self._step = 0, self.model.step
        self._has_failed = False
        self._show([], is_judged=False)
        self._schedule()

    def _follow(self) -> None:
        step = self.model.step
        if step < self._step:
            self._go_back(step)
        self._step = step
        self._schedule()

    def _go_back(self, step: int) -> None:
        """Forget what came after a step from which the run goes on."""
        self._rewinds += 1
        self._grids.clear()
        self._read.clear()
        self.wentBack.emit(step)
        self._show(as_of(self.findings, step), is_judged=False)

    def _schedule(self, *_: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _sampled(self, samples: Samples) -> None:
        if not self._grids or samples.step - self._grids[-1].step >= _GRID_STEPS:
            self._grids = [*self._grids[1 - _MAX_GRIDS :], samples]

    def grid(self, step: int) -> Samples | None:
        """Return the grid of a step, of one in a file the first pictures; None until it was read: see `gridRead`."""
        held, folder = self.model.samples.get(step), self.model.folder
        if not isinstance(held, Path):
            return held
        if step not in self._read and folder is not None:
            self._read[step] = None
            request = GridRequest(self.model.open_count, self._rewinds, folder, step, held, SHOWN)
            self._thread.read_grid(request)
        return self._read.get(step)

    @Slot(object, object)
    def _take_grid(self, request: GridRequest, grid: Samples | None) -> None:
        if self._is_of_now(request) and grid is not None:
            while len(self._read) > _MAX_READ:
                del self._read[next(iter(self._read))]
            self._read[request.step] = grid
            self.gridRead.emit()

    @Slot()
    def judge(self) -> None:
        """Have the run judged now."""
        if self._has_failed:
            return
        model = self.model
        if not len(model.history):
            self._show([], is_judged=False)
            self.judged.emit()
            return
        total = model.started.total_steps if model.started else model.folder.info.total_steps if model.folder else 0
        record = Record(
            Columns(model.history, NEXT_TICKS if self.is_judged else FIRST_TICKS),
            self._config(),
            tuple(model.marks),
            tuple(model.measures),
            (),
            tuple(model.rewind_points),
            total,
        )
        self._thread.judge(
            CoachRequest(
                model.open_count, self._rewinds, record, tuple(self.findings), model.folder, tuple(self._grids)
            )
        )

    def _config(self) -> RunConfig:
        """Return the settings that the run was trained with: those of the model may be edited for what comes next."""
        model = self.model
        if model.started is not None:
            return model.started.config
        return model.config if model.folder is None else model.folder.config

    @Slot(object)
    def _fail(self, failed: Failed) -> None:
        """Say once that the run cannot be judged, and try no more."""
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(failed)

    @Slot(object, object)
    def _take(self, request: CoachRequest, findings: list[Finding]) -> None:
        if self._is_of_now(request):
            self._show(findings)
            self.judged.emit()

    def _is_of_now(self, request: CoachRequest | GridRequest) -> bool:
        return (request.open_count, request.rewinds) == (self.model.open_count, self._rewinds)

    def _show(self, findings: list[Finding], is_judged: bool = True) -> None:
        self.is_judged = is_judged
        if findings != self.findings:
            self.findings = findings
            self.changed.emit()
