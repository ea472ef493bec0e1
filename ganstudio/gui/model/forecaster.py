"""What the next run takes, estimated in a thread whenever its settings have changed."""

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.config import RunConfig
from ganstudio.events import Failed
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.workers.estimate import EstimateThread

if TYPE_CHECKING:
    from ganstudio.training.estimates.estimate import Estimate
    from ganstudio.training.estimates.options import Option

PAUSE_MS = 700  # after the last edit
MAX_KEPT = 30  # estimates


class Forecaster(QObject):
    """Estimates memory and time of the run that is set up, once `begin` was called.

    Parameters
    ----------
    model
        The run that is set up; while one is open nothing is estimated.
    threads
        Launches the thread.
    parent
        Qt's parent.

    Attributes
    ----------
    estimate
        Of the settings as they are; None while it is not known.
    """

    changed = Signal()  # `estimate`
    memoryShort = Signal(object, object)  # Estimate, list[tuple[Option, Estimate]]: ways to need less memory

    def __init__(self, model: RunModel, threads: RunThreads, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._threads = model, threads
        self.estimate: Estimate | None = None
        self._kept: dict[RunConfig, Estimate] = {}
        self._refused: set[RunConfig] = set()  # settings that cannot be estimated
        self._thread: EstimateThread | None = None
        self._asked: RunConfig | None = None  # settings that it estimates; None if it only looks for what needs less
        self._has_begun = False
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._launch)
        model.configChanged.connect(self._refresh)
        model.statusChanged.connect(self._refresh)
        model.failed.connect(self._failed)

    def begin(self) -> None:
        """Estimate from now on: what is needed for it has been imported."""
        self._has_begun = True
        self._refresh()

    @Slot(object)
    def offer_less(self, failed: Failed) -> None:
        """Look for settings with which the run needs less memory, if it was memory that ran out."""
        if failed.out_of_memory:
            self._start(self._model.config, ran_out=True)

    def _failed(self, failed: Failed) -> None:
        self.offer_less(failed)

    @Slot()
    def _refresh(self, *_: object) -> None:
        is_set_up = self._model.folder is None and not self._model.is_busy
        self._show(self._recall(self._model.config) if is_set_up else None)
        if self._thread is not None and self._model.is_busy:  # what the run that starts measures is not to be disturbed
            self._thread.request_stop()
        is_possible = _key(self._model.config) not in self._refused
        if self._has_begun and is_set_up and is_possible and self.estimate is None:
            self._pause.start()
        else:
            self._pause.stop()

    def _launch(self) -> None:
        if self._thread is None:
            self._start(self._model.config)
        elif self._asked is not None and _key(self._asked) != _key(self._model.config):
            self._thread.request_stop()  # `_ended` comes back to the settings as they are

    def _start(self, config: RunConfig, ran_out: bool = False) -> None:
        info = self._model.datasets.look_up(config.data.name)
        if info is None or self._threads.is_closing or self._thread is not None:
            return
        self._asked = None if ran_out else config
        self._thread = EstimateThread(config, info, ran_out, self)
        self._thread.estimated.connect(self._take)
        self._thread.finished.connect(self._ended)
        self._threads.launch(self._thread)

    @Slot(object, object, object)
    def _take(self, config: RunConfig, estimate: "Estimate", options: list[tuple["Option", "Estimate"]]) -> None:
        if self._asked is not None:  # the other one has no time
            self._kept[_key(config)] = estimate
        while len(self._kept) > MAX_KEPT:
            del self._kept[next(iter(self._kept))]
        if options and _key(config) == _key(self._model.config):
            self.memoryShort.emit(estimate, options)

    @Slot()
    def _ended(self) -> None:
        was_stopped = self._thread is not None and self._thread.is_stopping()
        if self._asked is not None and not was_stopped and _key(self._asked) not in self._kept:
            self._refused.add(_key(self._asked))
        self._thread = self._asked = None
        self._refresh()

    def _recall(self, config: RunConfig) -> "Estimate | None":
        kept = self._kept.get(_key(config))
        info = self._model.datasets.look_up(config.data.name)
        if kept is None or info is None:
            return None
        from ganstudio.training.estimates.estimate import with_length

        return with_length(kept, config, info)

    def _show(self, estimate: "Estimate | None") -> None:
        if estimate != self.estimate:
            self.estimate = estimate
            self.changed.emit()


def _key(config: RunConfig) -> RunConfig:
    """Return settings that are equal where memory and the time of a round are."""
    default = RunConfig()
    return dataclasses.replace(
        config, epochs=default.epochs, steps=0, seconds=0.0, seed=default.seed, preset="", ema=default.ema
    )
