"""Threads that export, and the exports in progress."""

import dataclasses
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.export import export_process
from ganstudio.export.formats import Format
from ganstudio.export.job import Job
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers.sample_requests import Mix, Noise
from ganstudio.gui.workers.turns import Turns
from ganstudio.gui.workers.worker import STOP_SECONDS, Worker
from ganstudio.latent import paths
from ganstudio.process import brief_turns, lower_thread_share, use_one_core

_MAX_FPS = 20.0  # frames per second of a walk by default
_PROGRESS_INTERVAL = 0.05  # seconds


@dataclass(frozen=True)
class Keys:
    """Key pictures of a walk, as the explorer plays it.

    Parameters
    ----------
    z : ndarray of float32
        (K, z_size), as pictures are made of it.
    mix : ndarray of float32 or None
        (K, classes) shares of classes; None where there are no classes.
    seconds : float
        How long the walk takes.
    loop : bool
        Whether it returns to the first key at the end.
    """

    z: Noise
    mix: Mix | None
    seconds: float
    loop: bool

    def frames(self, count: int) -> tuple[Noise, Mix | None]:
        """Return z (count, z_size) and mixes (count, classes) at even times; a loop ends a frame before it repeats."""
        length = len(self.z) if self.loop else len(self.z) - 1
        places = np.linspace(0.0, length, count, endpoint=not self.loop)
        mix = None if self.mix is None else paths.walk_at(self.mix, places, paths.lerp)
        return paths.walk_at(self.z, places), mix


class ExportThread(Worker):
    """Thread that writes one file, with one core: training uses the others. Cancelled or failed, it leaves no file.

    What can take long is done by a process of its own; see `ganstudio.export.export_process`.

    Parameters
    ----------
    chosen : Format
        The format.
    job : Job
        What to export.
    keys : Keys, optional
        Key pictures of a walk.
    turns : Turns, optional
        Shared with the exports that it waits for; None: it waits for none, and is a preview.
    parent : QObject, optional
        Qt's parent.
    """

    waits = Signal()  # others are written before it
    began = Signal()  # its turn has come
    progressed = Signal(object, object)  # done and total, which may be bytes: beyond 32 bits for a long run
    done = Signal(str)  # a sentence about the file

    action = "The export failed"
    kept = "Training is not affected."

    def __init__(
        self,
        chosen: Format,
        job: Job,
        keys: Keys | None = None,
        turns: Turns | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__("exportThread", parent)
        self._format, self._job = chosen, job
        self._keys = keys
        self._turns, self._is_preview = turns or Turns(), turns is None
        self._reported_at = 0.0  # time.monotonic()

    @property
    def out(self) -> Path:
        """The file that it writes."""
        return self._job.out

    def work(self) -> None:
        """Export, when those before it are done."""
        lower_thread_share()
        with self._turns.take(self.waits.emit, self.is_stopping):
            self.began.emit()
            job, sentence = self._whole_job(), None
            if self._format.is_slow and not self._is_preview:  # that one is awaited: a process takes a second to start
                sentence = export_process.write(self._format, job)
            if sentence is None:
                sentence = self._write_here(job)
        self.done.emit(sentence)

    def _write_here(self, job: Job) -> str:
        content = job.content
        if content is not None and (content.needs_generator or content.is_of_points):
            use_one_core()
        with brief_turns():
            return self._format.write(job)

    def _whole_job(self) -> Job:
        job = dataclasses.replace(
            self._job,
            on_progress=self._report_progress,
            should_stop=self.should_stop,
        )
        if self._keys is None:
            return job
        points, mix = self._keys.frames(max(2, round(job.seconds * (job.fps or _MAX_FPS))))
        return dataclasses.replace(job, points=points, mix=mix)

    def _report_progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or now - self._reported_at >= _PROGRESS_INTERVAL:
            self._reported_at = now
            self.progressed.emit(done, total)


class Exports(QObject):
    """The exports in progress: one is written at a time, the others wait.

    Several at once would keep a small processor from the window and from training, and none would be done sooner.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    failed = Signal(object)  # Failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[ExportThread] = []
        self.turns = Turns()
        self.stopped = False  # for good: the window closes

    @property
    def in_progress(self) -> bool:
        """Whether there is one."""
        return bool(self._running)

    def make(self, chosen: Format, job: Job, keys: Keys | None = None, is_preview: bool = False) -> ExportThread:
        """Return the thread of an export: connect to it, then start it.

        Parameters
        ----------
        chosen : Format
            The format.
        job : Job
            What to export.
        keys : Keys, optional
            Key pictures of a walk.
        is_preview : bool
            Whether it is small and awaited: it waits for no other, and this object does not report its errors.
        """
        thread = ExportThread(chosen, job, keys, None if is_preview else self.turns, self)
        if not is_preview:
            thread.failed.connect(self.failed)
        thread.finished.connect(self._remove_finished)
        self._running.append(thread)
        return thread

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Cancel all of them, for good; return False if one did not end in time."""
        self.stopped = True
        for thread in self._running:
            thread.request_stop()
        ended = [thread.stop(seconds) for thread in self._running]
        return all(ended)

    def _remove_finished(self) -> None:
        thread = self.sender()
        assert isinstance(thread, ExportThread)
        if thread in self._running:
            self._running.remove(thread)
            thread.wait()
            delete_later(thread)
