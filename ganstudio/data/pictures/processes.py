"""Pictures decoded by several processes: threads would wait for each other, as much of the work needs Python's lock.

A file that ends its process, as a faulty decoder may, is found by decoding alone each of those that the process had.
"""

import contextlib
import os
import queue
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import BinaryIO, cast

import numpy as np

from ganstudio.data.pictures.converter import Converted, Converter, count_decoded_bytes
from ganstudio.data.pictures.decoding_process import (
    PIPE_BYTES,
    Answer,
    Beginning,
    Item,
    Task,
    command,
)
from ganstudio.data.pictures.folders import FolderSource
from ganstudio.data.pictures.making import Made, no_memory, skip
from ganstudio.data.pictures.parallel import AHEAD, MAX_DECODED_BYTES, MemoryBudget, in_order
from ganstudio.data.pictures.scan import ScannedFile
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import StudioError
from ganstudio.system import child_process
from ganstudio.system.child_process import read_all, receive, send, wait_until_ready

MIN_FILES = 1000  # that are worth the time in which processes start
MIN_FILES_EACH = 100
_SENT_AHEAD = 2  # tasks that a process has, so that it need not wait for the next
_TRIES = 2  # with a file alone, as processes may be ended from outside
_GONE = (OSError, EOFError, ValueError)  # what sending and receiving raise if the process is gone


class ProcessConverter:
    """Converts files as `Converter` does, in several processes. Use it in a `with` statement, which ends them.

    Parameters
    ----------
    converter
        Whose source, recipe and earlier version are used. It converts itself where no process can be started.
    count
        Of processes.

    Attributes
    ----------
    ended : int
        How many processes ended before they should have.
    """

    def __init__(self, converter: Converter, count: int) -> None:
        self.ended = 0
        self.converter = converter
        self.budget = MemoryBudget()
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._is_closing = False
        self._lock = threading.Lock()
        self._drivers = [_Driver(self) for _ in range(count)]

    def convert(
        self, tasks: Iterable[list[ScannedFile]], check: Callable[[], None] = lambda: None
    ) -> Iterator[list[Converted]]:
        """Yield what became of the files of each task, in order.

        `check` is called several times a second; what it raises is raised here. So is StudioError, if processes end and
        no other can be started.
        """
        return in_order(self._submit, tasks, len(self._drivers) * AHEAD, check)

    def _submit(self, files: list[ScannedFile]) -> "Future[list[Converted]]":
        job = _Job(files, self.converter)
        self.jobs.put(job)
        return job.future

    def start_process(self, driver: "_Driver") -> None:
        """Start a process for a driver, unless that is not possible or no longer wanted."""
        with self._lock:
            driver.process = None if self._is_closing else _start(self.converter)

    def note_end(self) -> bool:
        """Note that a process has ended; return whether that was to be."""
        with self._lock:
            self.ended += not self._is_closing
            return self._is_closing

    def __enter__(self) -> "ProcessConverter":
        for driver in self._drivers:
            driver.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._is_closing = True
            for driver in self._drivers:
                if driver.process is not None:
                    driver.process.popen.kill()
        for _ in self._drivers:
            self.jobs.put(None)
        for driver in self._drivers:
            driver.join()


class _Job:
    """Files that a process is to convert, and what waits for them."""

    def __init__(self, files: Sequence[ScannedFile], converter: Converter) -> None:
        self.future: Future[list[Converted]] = Future()
        self.items: list[Item] = []
        self.files = files
        self._converter = converter
        self._sent: list[int] = []  # numbers of the files that `items` are of
        self._made: dict[int, Made | None] = {}
        headers = [file.header for file in files if file.header is not None]
        decoded = max((count_decoded_bytes(header, converter.recipe) for header in headers), default=0)
        self.needed_bytes = decoded + sum(file.entry.bytes for file in files)

    def load(self) -> None:
        """Make the items to send, with the contents that a process cannot read itself."""
        if self.items or self._made:
            return
        reads_itself = isinstance(self._converter.source, FolderSource)
        for number, file in enumerate(self.files):
            if self._converter.is_known(file):
                self._made[number] = None
                continue
            try:
                content = None if reads_itself else self._converter.source.read(file.entry.path)
            except PictureError as error:
                self._made[number] = skip(error)
            except MemoryError:
                self._made[number] = skip(no_memory())
            else:
                former = self._converter.former
                crc32 = former.crc32(file) if former else None
                self.items.append(Item(os.fsencode(file.entry.path), content, crc32))
                self._sent.append(number)

    def finish(self, made: Sequence[Made | None]) -> None:
        """Take over what became of the items."""
        self._made.update(zip(self._sent, made, strict=True))
        complete = self._converter.complete
        self.future.set_result([complete(file, self._made[number]) for number, file in enumerate(self.files)])


class _ClosingError(Exception):
    """The processes were ended on purpose."""


class _Driver(threading.Thread):
    """Thread that hands jobs to a process of its own, and takes the answers."""

    def __init__(self, pool: ProcessConverter) -> None:
        super().__init__(name="pictures")
        self.process: _Process | None = None
        self._pool = pool
        self._sent: deque[_Job] = deque()
        self._held: _Job | None = None  # one that waits for memory
        self._is_over = False

    def run(self) -> None:
        """Work until there is nothing more to do."""
        try:
            self._start()
            self._work()
        except _ClosingError:
            pass
        except Exception as error:  # of this program; the import ends with it
            for job in self._sent:
                job.future.set_exception(error)
            self._release()
            while (next_job := self._pool.jobs.get()) is not None:
                next_job.future.set_exception(error)
        finally:
            self._release()
            if self.process is not None:
                self.process.close()

    def _start(self) -> None:
        self._pool.start_process(self)
        if self.process is None:
            return
        try:
            self.process.begin(self._pool.converter)
        except _GONE:
            self.process.close()
            self.process = None

    def _work(self) -> None:
        while True:
            job = self._take() if len(self._sent) < _SENT_AHEAD else None
            if job is not None:
                self._send(job)
            elif self._sent and not self._is_over:
                self._finish_first()
            else:
                return

    def _take(self) -> "_Job | None":
        """Return the next job; None if there is none now and another is under way, or none any more."""
        if self._held is None:
            with contextlib.suppress(queue.Empty):
                self._held = self._pool.jobs.get(block=not self._sent)
                self._is_over = self._held is None
        if self._held is None or not self._pool.budget.take(self._held.needed_bytes, wait=not self._sent):
            return None
        job, self._held = self._held, None
        return job

    def _send(self, job: "_Job") -> None:
        self._sent.append(job)
        if self.process is None:
            self._pop().future.set_result(self._pool.converter.convert(job.files))
            return
        job.load()
        if not job.items:
            self._sent.pop()
            self._pool.budget.give_back(job.needed_bytes)
            job.finish([])
            return
        with contextlib.suppress(*_GONE):  # which is noticed where its answer is missing; earlier ones may be there
            self.process.send(job.items)

    def _finish_first(self) -> None:
        assert self.process is not None
        try:
            made = self.process.receive()
        except _GONE:
            self._recover()
        else:
            self._pop().finish(made)

    def _pop(self) -> "_Job":
        job = self._sent.popleft()
        self._pool.budget.give_back(job.needed_bytes)
        return job

    def _release(self) -> None:
        while self._sent:
            self._pop()

    def _recover(self) -> None:
        """Convert alone, one after the other, the files that the process had under way when it ended."""
        self._replace()
        job = self._pop()
        while self._sent:  # what it had not begun
            self._pool.jobs.put(self._pop())
        self._pool.budget.take(MAX_DECODED_BYTES)  # while nothing else is decoded: memory may have run out
        try:
            job.finish([self._make_alone(item) for item in job.items])
        except StudioError as error:
            job.future.set_exception(error)
        finally:
            self._pool.budget.give_back(MAX_DECODED_BYTES)

    def _make_alone(self, item: Item) -> Made | None:
        for _ in range(_TRIES):
            if self.process is None:
                raise StudioError(
                    "A process that decodes pictures has ended, and no other can be started. Close other programs, "
                    "and import the pictures again: what is done is kept."
                )
            try:
                self.process.send([item])
                [made] = self.process.receive()
            except _GONE:
                error = self._replace()
            else:
                return made
        return skip(error)

    def _replace(self) -> PictureError:
        """Start another process for one that has ended, and return what to say of the file that it had alone."""
        assert self.process is not None
        if self._pool.note_end():
            raise _ClosingError
        error = self.process.explain_end()
        self._start()
        return error


class _Process:
    """A process that decodes, seen from this side."""

    def __init__(self, popen: "subprocess.Popen[bytes]", shape: tuple[int, int, int]) -> None:
        self.popen = popen
        self._shape = shape
        self._input, self._output = cast(BinaryIO, popen.stdin), cast(BinaryIO, popen.stdout)

    def begin(self, converter: Converter) -> None:
        """Tell it what it is for, and wait until it is ready."""
        source = converter.source
        folder = os.fsencode(source.path.absolute()) if isinstance(source, FolderSource) else None
        send(self._input, Beginning(converter.recipe.to_mapping(), folder))
        wait_until_ready(self._output)

    def send(self, items: Sequence[Item]) -> None:
        """Have it decode files."""
        send(self._input, Task(tuple(items)))

    def receive(self) -> list[Made | None]:
        """Return what became of the files of a task; None of those that an earlier version has."""
        answer = receive(self._output, Answer)
        if answer.failure:
            raise RuntimeError(f"A process that decodes pictures failed:\n{answer.failure}")
        made: list[Made | None] = []
        for outcome in answer.outcomes:
            is_read = outcome is not None and outcome.verdict is Verdict.READ
            made.append(None if outcome is None else Made(outcome, self._read_pixels() if is_read else None))
        return made

    def _read_pixels(self) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        content = read_all(self._output, int(np.prod(self._shape)))
        return np.frombuffer(content, np.uint8).reshape(self._shape)

    def explain_end(self) -> PictureError:
        """Return what to say of the only file that it had when it ended."""
        self.close()
        code = self.popen.returncode
        if code == -getattr(signal, "SIGKILL", 9):
            return PictureError(
                Verdict.UNREADABLE, "the process that decoded it was ended, perhaps because memory ran out"
            )
        return PictureError(Verdict.BROKEN, f"the process that decodes pictures crashes on it (exit code {code})")

    def close(self) -> None:
        """End it, if it has not ended."""
        child_process.end(self.popen)


def _start(converter: Converter) -> _Process | None:
    """Start a process; None if that is not possible."""
    arguments = command()
    if arguments is None:
        return None
    try:
        popen = child_process.start(arguments, buffer_bytes=PIPE_BYTES)
    except OSError:
        return None
    recipe = converter.recipe
    return _Process(popen, (recipe.height, recipe.width, recipe.channels.count))
