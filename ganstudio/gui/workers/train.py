"""Thread that trains a run in this process."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ganstudio import process
from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.data.points.edits import Edit
from ganstudio.events import Failed, Paused, Preparing, Resumed, Stepped
from ganstudio.gui.workers import sampling, window_first
from ganstudio.gui.workers.round_clock import RoundClock
from ganstudio.gui.workers.spare_core import SpareCore
from ganstudio.gui.workers.worker import STOP_SECONDS, Worker
from ganstudio.runs.control import Control
from ganstudio.runs.event_log import record
from ganstudio.stages import LOADING, READING
from ganstudio.system import libraries
from ganstudio.system.log_file import LOGGER

if TYPE_CHECKING:
    from ganstudio.runs.runner import Runner

_NAME = "trainThread"
_PATIENCE = 0.08  # s that a turn of the event loop may take before training rests: curves are drawn in less
_ROUNDS = 2.0  # that are waited for: the present one, which may take longer than the one before
_MAX_ROUND_SECONDS = 300.0  # that are waited for rounds


class TrainThread(Worker):
    """Thread that trains a new run, or resumes the one in a folder. It imports torch.

    An error before the run opens is `refused` or `failed`, and changes nothing; a later one is reported as an event.

    Parameters
    ----------
    path : Path or None
        The run's folder; None makes a new one among the runs.
    config : RunConfig, optional
        Settings of a new run; None resumes the one in `path`.
    changes : dict, optional
        Settings to resume with, by dotted name.
    home : Path, optional
        Folder of the data sets, if not the usual one.
    parent : QObject, optional
        Qt's parent.
    at : int, optional
        Step to go back to before resuming.
    edits : tuple of Edit, optional
        How the points are changed by hand before training begins; None: as the run's folder says.
    """

    opened = Signal(object)  # RunFolder, before the run's first event
    reported = Signal(object)  # Event

    action = "Training could not start"
    kept = "Nothing was changed."

    def __init__(
        self,
        path: Path | None,
        config: RunConfig | None = None,
        changes: dict[str, Any] | None = None,
        home: Path | None = None,
        parent: QObject | None = None,
        at: int | None = None,
        edits: tuple[Edit, ...] | None = None,
    ) -> None:
        super().__init__(_NAME, parent)
        self._path, self._home = path, home
        self._config, self._changes = config, changes or {}
        self._at = at
        self._edits = edits
        self._is_open = False
        self.unsaved: Failed | None = None  # after the thread's end: that its last steps could not be saved
        self.control = Control()
        self._clock = RoundClock()
        self._spare_core = SpareCore(_NAME, *sampling.NAMES)

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Ask the thread to end and wait for it: for so many seconds, and for the round that is being done.

        Large pictures take minutes a round on a small processor.

        Returns
        -------
        bool
            False if it did not end in time.
        """
        return super().stop(seconds + min(_MAX_ROUND_SECONDS, _ROUNDS * self._clock.seconds()))

    def request_stop(self) -> None:
        """Ask the thread to end after the step that is being done; the run saves."""
        super().request_stop()
        self.control.stop()

    def run(self) -> None:
        """Train, then give back the memory that it took."""
        with self._spare_core:  # begun first: what a thread starts has its priority
            process.lower_thread_priority()
            super().run()
        process.release_free_memory()

    def work(self) -> None:
        """Start or resume the run and report its events."""
        runner = self._make_runner()
        self._is_open, self.action, self.kept = True, "Training stopped", ""
        self.opened.emit(runner.folder)
        LOGGER.info("training begins")
        for event in runner.events():
            self._clock.note(event)
            if isinstance(event, Failed):
                self.unsaved = event
            elif isinstance(event, Paused):
                self._spare_core.rest()
            elif isinstance(event, Resumed):
                self._spare_core.go_on()
            is_used = not isinstance(event, Stepped)  # hundreds a second, and nothing in the window uses them
            if is_used:
                record(event)
                self.reported.emit(event)
            # Questions go with what wakes the event loop anyway: to be woken more often takes the cores from training.
            window_first.wait(self.is_stopping, _PATIENCE, asks=is_used)

    def refuse(self, failed: Failed) -> None:
        """Report an error, as an event once the run is open."""
        if self._is_open:
            self.reported.emit(failed)
        else:
            super().refuse(failed)

    def fail(self, failed: Failed) -> None:
        """Report an error, as an event once the run is open."""
        if self._is_open:
            self.reported.emit(failed)
        else:
            super().fail(failed)

    def _make_runner(self) -> "Runner":
        self._report_stage(LOADING)  # over at once where it is loaded already
        libraries.load_torch()
        from ganstudio.runs import runner

        if self._config is None:
            assert self._path is not None, "a run is resumed from its folder"
            return runner.resume(
                self._path,
                self._changes,
                self.control,
                self._home,
                self._at,
                self._report_stage,
                self._edits,
                self.should_stop,
            )
        self._report_stage(READING)
        dataset = catalog.load_for(self._config, home=self._home, cancelled=self.should_stop)
        return runner.start(self._config, dataset, self._path, self.control, self._report_stage, self._edits or ())

    def _report_stage(self, stage: str) -> None:
        self.reported.emit(Preparing(stage))
