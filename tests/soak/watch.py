"""Watches a program that is driven: its errors, stalls of its event loop, its memory, threads and files."""

import csv
import ctypes
import faulthandler
import os
import resource
import signal
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import psutil
import shiboken6
from PySide6.QtCore import QMessageLogContext, QObject, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from soak.report import MAX_STALL_SECONDS

_BEAT_MS = 10
_LOOK_SECONDS = 0.02
_HOST_SECONDS = 0.5  # between two readings of what the host of a virtual machine took
_PACES = 500  # newest measurements of how slow the processor is, to compare those of a stall with
_STACK_SECONDS = 0.05  # the event loop stands as long before it is looked at what is done, again with each look
_MAX_STACKS = 40  # of one stall
_STACK_FRAMES = 25
_OTHERS_FRAMES, _OTHERS_LAST = 6, 5  # of each other thread: innermost, and those that say what it is there for
# Said by offscreen of every window with limits, and of windows that come to the front.
_USUAL = (
    "does not support propagateSizeHints",
    "does not support raise",
    "does not support grabbing",
    "does not support setting window opacity",
    "occurs outside target window",  # said of the driver's hand, where the screen is smaller than the window
)
COLUMNS = ("t", "rss_mb", "allocated_mb", "threads", "handles", "widgets", "wrappers", "gui_cpu_s", "run")


class Errors:
    """Every error that nobody caught, and every warning of Qt, with the step that went before, one file for all."""

    def __init__(self, path: Path, step: Callable[[], str]) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._step = step
        self._before: list[Any] = [sys.excepthook, threading.excepthook, sys.unraisablehook]
        sys.excepthook = self._uncaught
        threading.excepthook = self._in_thread
        sys.unraisablehook = self._unraisable
        self._qt_before = qInstallMessageHandler(self._message)

    def note(self, kind: str, text: str) -> None:
        self._file.write(f"== {kind} after {self._step()}\n{text.rstrip()}\n")
        self._file.flush()

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.note("exception", "".join(traceback.format_exception(kind, error, trace)))
        self._before[0](kind, error, trace)

    def _in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            trace = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
            self.note("exception", f"in {args.thread}\n{''.join(trace)}")
        self._before[1](args)

    def _unraisable(self, args: Any) -> None:
        trace = traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)
        self.note("exception", f"unraisable, in {args.object!r}\n{''.join(trace)}")
        self._before[2](args)

    def _message(self, kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(usual in words for usual in _USUAL):
            self.note("warning", f"{words}\n{''.join(traceback.format_stack(limit=12))}")
        if self._qt_before is not None:
            self._qt_before(kind, context, words)


class Waits:
    """What the thread that makes it has waited for since it began; nothing where the system does not say."""

    def __init__(self) -> None:
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = os.open(path, os.O_RDONLY) if path.exists() else None

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def read(self) -> dict[str, float]:
        """Return seconds that it could have run and had no core; seconds that the system computed for it; how often it
        gave its core up to wait (for a lock or a file, mostly) and how often that was taken from it; pages of memory
        that it was the first to touch, and those of files that the system had let go."""
        if self._file is None:
            return {}
        usage = resource.getrusage(resource.RUSAGE_THREAD)
        return {
            "s without a core": int(os.pread(self._file, 99, 0).split()[1]) / 1e9,
            "s in the system": usage.ru_stime,
            "times waiting": usage.ru_nvcsw,
            "times put off": usage.ru_nivcsw,
            "new pages": usage.ru_minflt,
            "pages read from the disk": usage.ru_majflt,
        }


def pace() -> float:
    """Return processor seconds of a small computation, always the same: how slow the processor is for this thread.

    Cores share caches, a frequency and what lies below a virtual machine; own time of the GUI thread grows with that,
    as long as it is not only its own core that is slow.
    """
    before = time.thread_time()
    sum(range(2000))
    return time.thread_time() - before


class Host:
    """What the host of a virtual machine took: time in which it let no core of the machine run."""

    def __init__(self) -> None:
        self._readings: list[tuple[float, list[float]]] = []
        self.look()

    def look(self) -> None:
        """Remember how much it is, twice a second at most; only the newest readings are kept."""
        now = time.monotonic()
        if not self._readings or now - self._readings[-1][0] > _HOST_SECONDS:
            self._readings = [*self._readings[-9:], (now, self._read())]

    def taken(self, since: float) -> float:
        """Return seconds in which no core ran, since the reading before a moment of the monotonic clock."""
        before = next((each for at, each in reversed(self._readings) if at <= since), self._readings[0][1])
        return min(now - then for now, then in zip(self._read(), before, strict=True))

    def _read(self) -> list[float]:
        return [getattr(each, "steal", 0.0) for each in psutil.cpu_times(percpu=True)]  # only Linux says it


class Stalls(QObject):
    """Notes each time that the event loop stood longer than `MAX_STALL_SECONDS`, and where the GUI thread was then.

    Own time is what the GUI thread itself computed meanwhile: the rest it waited, for the processor, for the lock of
    Python or for a disk, or as the whole virtual machine stood. Time for which the whole program was stopped from
    outside does not count, nor what is `left_out`.
    """

    def __init__(self, errors: Errors, path: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._errors = errors
        self._file = path.open("a", encoding="utf-8")
        self._main = threading.get_ident()
        self._beat = (time.monotonic(), time.thread_time())
        self._waits, self._host = Waits(), Host()
        self._waited = self._waits.read()
        self._stacks: list[tuple[float, str]] = []  # and how many seconds the event loop stood then
        self._longest_gap = 0.0  # of the watching thread, since the last beat
        self._looked = time.monotonic()
        self._was_stopped = False
        self._paces = deque([pace()], maxlen=_PACES)  # up to the last beat
        self._paces_now = [pace()]  # since then
        self._dump = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the program
        self._ends = threading.Event()
        signal.signal(signal.SIGCONT, self._continued)
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.timeout.connect(self._take_beat)
        self._timer.start()
        self._thread = threading.Thread(target=self._look, name="stalls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Note no more: the window is closed, and nobody sees how long it takes to save and end."""
        self._timer.stop()
        self._ends.set()
        self._thread.join(2)
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        self._waits.close()
        self._file.close()
        self._dump.close()

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """Within, in the GUI thread, the program does what it would not do for a person."""
        began, cpu_began = time.monotonic(), time.thread_time()
        try:
            yield
        finally:
            then, cpu_then = self._beat
            self._beat = then + time.monotonic() - began, cpu_then + time.thread_time() - cpu_began

    def _continued(self, _number: int, _frame: FrameType | None) -> None:
        self._was_stopped = True

    def _take_beat(self) -> None:
        (then, cpu_then), now, cpu = self._beat, time.monotonic(), time.thread_time()
        waited = self._waits.read()
        gap, own = now - then, cpu - cpu_then
        if self._was_stopped:
            gap = max(own, gap - max(self._longest_gap, now - self._looked))
        if gap > MAX_STALL_SECONDS:
            where = self._say_stacks() or "(no stack: Python's lock was held)"
            more = ", ".join(f"{each} {waited[each] - self._waited[each]:.4g}" for each in waited)
            times = f"{gap:.3f} s, own {own:.3f} s, host {self._host.taken(then):.2f} s"
            slower = statistics.median([*self._paces_now, pace()]) / statistics.median(self._paces)
            more = ", ".join(
                each for each in (more, f"the watching thread {slower:.3g} times as slow as before") if each
            )
            words = f"== {times}, after {self._errors._step()}\n{more}\n{where}\n"
            self._file.write(words)
            self._file.flush()
        self._stacks = []
        self._paces.extend(self._paces_now)
        self._paces_now = []
        self._longest_gap, self._was_stopped = 0.0, False
        self._beat, self._waited = (now, cpu), waited

    def _look(self) -> None:
        while not self._ends.wait(_LOOK_SECONDS):
            now = time.monotonic()
            self._longest_gap = max(self._longest_gap, now - self._looked)
            self._looked = now
            self._host.look()
            self._paces_now.append(pace())
            age = now - self._beat[0]
            if age > _STACK_SECONDS and len(self._stacks) < _MAX_STACKS:
                self._stacks.append((age, self._stack()))

    def _say_stacks(self) -> str:
        """Each stack once, and when it was seen."""
        times: dict[str, list[float]] = {}
        for age, stack in self._stacks:
            times.setdefault(stack, []).append(age)
        return "\n".join(f"-- at {', '.join(f'{age:.3f}' for age in times[each])} s --\n{each}" for each in times)

    def _stack(self) -> str:
        """What the GUI thread does, innermost first; then the innermost frames of other threads that do not wait.

        By the handler of faults, which looks from outside: a frame that this thread holds would keep its locals past
        their end, a painter among them.
        """
        self._dump.seek(0)
        self._dump.truncate()
        faulthandler.dump_traceback(self._dump, all_threads=True)
        self._dump.seek(0)
        threads = self._dump.read().strip().split("\n\n")
        frames = {each.split("\n")[0]: each.split("\n")[1:] for each in threads if "\n" in each}
        main = next((each for name, each in frames.items() if f"0x{self._main:016x}" in name), [])
        others = [
            "\n".join(["-- beside it --", *each[:_OTHERS_FRAMES], *each[_OTHERS_FRAMES:][-_OTHERS_LAST:]])
            for name, each in frames.items()
            if each is not main and f"0x{threading.get_ident():016x}" not in name and not each[0].endswith(" in wait")
        ]
        return "\n".join([*main[:_STACK_FRAMES], *others])


class _Mallinfo2(ctypes.Structure):
    """`struct mallinfo2` of glibc 2.33 and later, in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


@lru_cache(maxsize=1)
def _find_mallinfo() -> Any:
    """Only once: the system lets nobody look a function up while another thread loads a library."""
    find = getattr(ctypes.CDLL(None), "mallinfo2", None) if sys.platform == "linux" else None
    if find is not None:
        find.restype = _Mallinfo2
    return find


def allocated_mb() -> float:
    """What the C library has handed out and not got back, in MiB, without what it keeps for later; 0 elsewhere."""
    find = _find_mallinfo()
    if find is None:
        return 0.0
    found = find()
    return float(found.uordblks + found.hblkhd) / 2**20


class Resources(QObject):
    """Writes what the program holds every few seconds, a line of CSV each; time when it was stopped is left out.

    `run` says in words what is trained now: it explains how much is held.
    """

    def __init__(self, path: Path, run: Callable[[], str], parent: QObject, seconds: float = 5.0) -> None:
        super().__init__(parent)
        self._run = run
        self._t, self._last, self._longest = 0.0, time.monotonic(), 3 * seconds
        self._file = path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)
        self._process = psutil.Process()
        _find_mallinfo()
        timer = QTimer(self, interval=round(seconds * 1000))
        timer.timeout.connect(self.write)
        timer.start()

    def write(self) -> None:
        now = time.monotonic()
        self._t += min(now - self._last, self._longest)
        self._last = now
        row = (
            round(self._t, 1),
            round(self._process.memory_info().rss / 2**20, 1),
            round(allocated_mb(), 1),
            self._process.num_threads(),
            self._process.num_fds() if hasattr(self._process, "num_fds") else self._process.num_handles(),
            len(QApplication.allWidgets()),
            len(shiboken6.Shiboken.getAllValidWrappers()),
            round(time.thread_time(), 2),
            self._run(),
        )
        self._writer.writerow(row)
        self._file.flush()
