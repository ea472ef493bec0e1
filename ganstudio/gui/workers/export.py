"""ExportThread: one export, made while the window goes on; and all that are under way."""

import dataclasses
import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.errors import Cancelled, StudioError
from ganstudio.events import Failed
from ganstudio.export.formats import Format
from ganstudio.export.job import Job
from ganstudio.gui.workers.sample_requests import Mix, Noise
from ganstudio.latent import paths
from ganstudio.process import use_one_core

_FASTEST = 20.0  # frames a second of a walk, unless others are asked for
_TELL = 0.05  # s between two words about progress


@dataclass(frozen=True)
class Keys:
    """Key pictures of a walk, as the explorer plays it.

    z : (K, z_size), as pictures are made of it.  mix : shares of the classes (K, classes), None where there are none.
    seconds : how long it plays.  loop : whether it goes back to the first key at the end.
    """

    z: Noise
    mix: Mix | None
    seconds: float
    loop: bool

    def frames(self, count: int) -> tuple[Noise, Mix | None]:
        """z (count, z_size) and mixes (count, classes) at even times. A loop ends a frame before it begins anew."""
        length = len(self.z) if self.loop else len(self.z) - 1
        places = np.linspace(0.0, length, count, endpoint=not self.loop)
        mix = None if self.mix is None else paths.walk_at(self.mix, places, paths.lerp)
        return paths.walk_at(self.z, places), mix


class ExportThread(QThread):
    """Writes one file, with one core: the others are training's. Cancelled or failed, it leaves nothing behind."""

    progressed = Signal(int, int)  # done, total
    done = Signal(str)  # what to say
    cancelled = Signal()
    refused = Signal(str)  # a sentence: it cannot be done
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, chosen: Format, job: Job, keys: Keys | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportThread")
        self._format, self._job, self._keys = chosen, job, keys
        self._stopping = threading.Event()
        self._told_at = 0.0  # time.monotonic()

    @property
    def out(self) -> Path:
        """What it writes."""
        return self._job.out

    def cancel(self) -> None:
        """Call it off; it ends within moments."""
        self._stopping.set()

    def run(self) -> None:
        """Export."""
        try:
            if self._job.content is not None and self._job.content.needs_generator:
                use_one_core()
            self.done.emit(self._format.write(self._whole_job()))
        except Cancelled:
            self.cancelled.emit()
        except (StudioError, OSError) as error:
            self.refused.emit(str(error))
        except Exception as error:
            message = f"The export failed: {error}"
            self.failed.emit(Failed(message, "Training is not affected.", traceback.format_exc()))

    def _whole_job(self) -> Job:
        job = dataclasses.replace(self._job, on_progress=self._tell, should_stop=self._stopping.is_set)
        if self._keys is None:
            return job
        points, mix = self._keys.frames(max(2, round(job.seconds * (job.fps or _FASTEST))))
        return dataclasses.replace(job, points=points, mix=mix)

    def _tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - self._told_at >= _TELL:
            self._told_at = now
            self.progressed.emit(done, total)


class Exports(QObject):
    """The exports that are under way."""

    failed = Signal(object)  # Failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[ExportThread] = []
        self.stopped = False  # for good: the window closes

    @property
    def under_way(self) -> bool:
        """Whether there is one."""
        return bool(self._running)

    def make(self, chosen: Format, job: Job, keys: Keys | None = None, tells: bool = True) -> ExportThread:
        """An export that has not begun: connect to it, then start it.

        tells : whether an error that nobody expected is handed on by `failed`, too.
        """
        thread = ExportThread(chosen, job, keys, self)
        if tells:
            thread.failed.connect(self.failed)
        thread.finished.connect(self._ended)
        self._running.append(thread)
        return thread

    def stop(self, seconds: float = 10.0) -> bool:
        """Call off all of them, for good; False if one did not end in time."""
        self.stopped = True
        for thread in self._running:
            thread.cancel()
        ended = [thread.wait(int(seconds * 1000)) for thread in self._running]
        return all(ended)

    def _ended(self) -> None:
        thread = self.sender()
        assert isinstance(thread, ExportThread)
        if thread in self._running:
            self._running.remove(thread)
            thread.wait()
            thread.deleteLater()
