"""Threads of this process as Linux sees them: their names, how busy they are, and the processors they may run on.

Elsewhere, and where a sandbox hides it, there are no threads to be seen, and nothing happens.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

_TASKS = Path("/proc/self/task")
_PROCESSOR_FIELD = 36  # of /proc/TASK/stat, counted after the name: the processor that it ran on last; see proc(5)


class BusyClock:
    """Seconds that a thread computed, or would have if a processor had been free.

    Parameters
    ----------
    thread
        Its native number.

    Raises
    ------
    OSError
        The system does not tell.
    """

    def __init__(self, thread: int) -> None:
        self._file = os.open(_TASKS / str(thread) / "schedstat", os.O_RDONLY)

    def read(self) -> float:
        """Return the seconds since the thread began."""
        computed, waited = os.pread(self._file, 99, 0).split()[:2]
        return (int(computed) + int(waited)) / 1e9

    def close(self) -> None:
        """Read no more."""
        os.close(self._file)


def named(*names: str) -> list[int]:
    """Return the native numbers of the threads with one of some names; those that a thread starts have its name, too.

    Linux keeps 15 bytes of it.
    """
    found, shown = [], {name[:15] for name in names}
    with contextlib.suppress(OSError):
        for task in _TASKS.iterdir():
            with contextlib.suppress(OSError):  # it has just ended
                if (task / "comm").read_text().rstrip("\n") in shown:
                    found.append(int(task.name))
    return found


def with_less_share(thread: int) -> list[int]:
    """Return the native numbers of the threads that get less of a busy processor than one of them does.

    See `ganstudio.process.lower_thread_share`. Only Linux has a niceness for each thread; elsewhere there are none.
    """
    found: list[int] = []
    if sys.platform != "linux":
        return found
    with contextlib.suppress(OSError):
        niceness = os.getpriority(os.PRIO_PROCESS, thread)
        for task in _TASKS.iterdir():
            with contextlib.suppress(OSError):  # it has just ended
                if os.getpriority(os.PRIO_PROCESS, int(task.name)) > niceness:
                    found.append(int(task.name))
    return found


def processor_of(thread: int) -> int | None:
    """Return the number of the processor that a thread runs on, or ran on last; None where the system does not tell."""
    try:
        fields = (_TASKS / str(thread) / "stat").read_text().rpartition(")")[2].split()
        return int(fields[_PROCESSOR_FIELD])
    except (OSError, ValueError, IndexError):
        return None


def keep_off(threads: Iterable[int], processor: int) -> dict[int, set[int]]:
    """Let threads run on their other processors only, at once, even in the middle of a computation.

    Returns
    -------
    dict
        For each thread that has others, the processors that it might run on before: for `let_run_on`.
    """
    before: dict[int, set[int]] = {}
    if sys.platform != "linux":
        return before
    for thread in threads:
        with contextlib.suppress(OSError):  # it has just ended, or a sandbox forbids it
            allowed = os.sched_getaffinity(thread)
            if others := allowed - {processor}:
                os.sched_setaffinity(thread, others)
                before[thread] = allowed
    return before


def let_run_on(processors: Mapping[int, Iterable[int]]) -> None:
    """Let each thread run on its processors."""
    if sys.platform != "linux":
        return
    for thread, allowed in processors.items():
        with contextlib.suppress(OSError):
            os.sched_setaffinity(thread, allowed)
