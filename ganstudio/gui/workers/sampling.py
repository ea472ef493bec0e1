"""SampleThread: pictures of z, made away from the GUI thread and from the networks that are being trained.

On each channel the newest request wins: one that was not begun when the next came is never computed. Channels are
served in the order of `CHANNELS`: a moved slider does not even wait for the rest of a grid.
"""

import threading
import time
import traceback
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.errors import StudioError
from ganstudio.events import Failed, Pictures
from ganstudio.gui.workers.one_core import take_one_core
from ganstudio.gui.workers.sample_requests import Answer as Answer
from ganstudio.gui.workers.sample_requests import Directed as Directed
from ganstudio.gui.workers.sample_requests import DirectionsRequest, Job, OpinionRequest, Request, Shelf
from ganstudio.gui.workers.sample_requests import Mix as Mix
from ganstudio.gui.workers.sample_requests import Noise as Noise
from ganstudio.gui.workers.sample_requests import Opinion as Opinion
from ganstudio.images import Labels

if TYPE_CHECKING:
    from ganstudio.latent.models import Model

CHANNELS = ("latent", "morph", "walk", "sketch", "cell", "opinion", "strip", "fresh", "directions")  # urgent first
_RANK = {channel: rank for rank, channel in enumerate(CHANNELS)}


class JobThread(QThread):
    """Does what is asked of it, the most urgent first. torch is imported in it, with the first job."""

    answered = Signal(object)  # Answer
    directed = Signal(object)  # Directed
    judged = Signal(object)  # Opinion
    refused = Signal(str, str)  # channel, sentence: a snapshot is gone or cannot be read
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._changed = threading.Condition()
        self._pending: dict[str, Job] = {}
        self._stopping = False
        self._shelf = Shelf()
        self._has_one_core = False

    # Called from the GUI thread

    def put(self, job: Job) -> float:
        """Have a job done; it replaces what waits on its channel. Gives its stamp."""
        assert job.channel in _RANK, job.channel
        with self._changed:
            self._pending[job.channel] = job
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start(QThread.Priority.InheritPriority)
        return job.stamp

    def stop(self, seconds: float = 10.0) -> bool:
        """End the thread after the pictures it is at; False if it did not end in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        return self.wait(int(seconds * 1000))

    # In the thread

    def run(self) -> None:
        """Serve requests until told to stop."""
        while (wanted := self._next()) is not None:
            self._serve(wanted)
        self._shelf = Shelf()

    def _serve(self, wanted: Job) -> None:
        try:
            if not self._has_one_core:
                take_one_core()
                self._has_one_core = True
            for answer in wanted.work(self._shelf):
                if answer is not None:
                    self._emit(answer)
                while (urgent := self._more_urgent(wanted.channel)) is not None:
                    self._serve(urgent)
                if self._is_vain(wanted):
                    return
        except (StudioError, OSError) as error:
            self.refused.emit(wanted.channel, str(error))
        except Exception as error:
            message = f"A picture could not be made: {error}"
            self.failed.emit(Failed(message, "Training is not affected.", traceback.format_exc()))

    def _emit(self, answer: Answer | Directed | Opinion) -> None:
        match answer:
            case Answer():
                self.answered.emit(answer)
            case Directed():
                self.directed.emit(answer)
            case Opinion():
                self.judged.emit(answer)

    def _next(self) -> Job | None:
        with self._changed:
            while not self._stopping and not self._pending:
                self._changed.wait()
            if self._stopping:
                return None
            return self._pending.pop(min(self._pending, key=_RANK.__getitem__))

    def _more_urgent(self, channel: str) -> Job | None:
        """What waits and goes before the rest of a job on `channel`."""
        with self._changed:
            first = min(self._pending, key=_RANK.__getitem__, default=channel)
            return self._pending.pop(first) if _RANK[first] < _RANK[channel] and not self._stopping else None

    def _is_vain(self, wanted: Job) -> bool:
        """Whether nobody waits any more for the rest of a job that is answered in parts."""
        with self._changed:
            return self._stopping or (wanted.in_parts and wanted.channel in self._pending)


class SampleThread(JobThread):
    """Turns z into pictures, and asks networks other things.

    Directions are found in a thread of its own: they take as long as hundreds of pictures, and cannot be interrupted.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("sampleThread", parent)
        self._slow = JobThread("directionsThread", self)
        self._slow.directed.connect(self.directed)
        self._slow.refused.connect(self.refused)
        self._slow.failed.connect(self.failed)

    def stop(self, seconds: float = 10.0) -> bool:
        """End it, and the thread that finds directions; False if they did not end in time."""
        ended = [super().stop(seconds), self._slow.stop(seconds)]
        return all(ended)

    def request(
        self,
        channel: str,
        z: Noise | int,
        model: "Model",
        labels: Labels | None = None,
        mix: Mix | None = None,
        truncation: float = 1.0,
        in_parts: bool = False,
    ) -> float:
        """Ask for pictures of `z`, see `Request`; replaces what waits on the channel. Gives the request's stamp."""
        z = z if isinstance(z, int) else np.array(z, np.float32, ndmin=2)  # a copy: the caller's goes on changing
        mix = None if mix is None else np.array(mix, np.float32, ndmin=2)
        return self.put(Request(channel, time.perf_counter(), model, z, labels, mix, truncation, in_parts))

    def request_directions(self, model: "Model") -> float:
        """Ask for the principal directions of a generator: answered by `directed`. Gives the request's stamp."""
        return self._slow.put(DirectionsRequest("directions", time.perf_counter(), model))

    def request_opinion(
        self,
        channel: str,
        pictures: Pictures,
        model: "Model",
        labels: Labels | None = None,
        mix: Mix | None = None,
    ) -> float:
        """Ask what a model's D thinks of `pictures` (N, H, W[, 3]), on the channel "opinion" or "sketch".

        `labels` (N,) or `mix` (N, classes): as pictures of which classes. Answered by `judged`. Gives the stamp.
        """
        return self.put(OpinionRequest(channel, time.perf_counter(), model, pictures.copy(), labels, mix))
