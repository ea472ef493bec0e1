"""Settings of the whole process or of a whole thread: cores, threads, priority, memory of the C library, TF32.

Entry points call these: the runner of a run, the window and its threads, `ganstudio bench`. Nothing else changes the
process, so a program that builds a `Trainer` itself keeps its own settings; it may call `configure` as the runner does.
"""

import contextlib
import os
import platform
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganstudio.system import c_library, heap, thread_cores
from ganstudio.system.cores import usable_cores as usable_cores
from ganstudio.system.cores import usable_processors

if TYPE_CHECKING:
    from ganstudio.config import EngineConfig

# Parameters of mallopt, from glibc's malloc.h.
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8

MAX_FREE_BYTES = 1 << 30  # that may stay unused at the top of the heap
MAX_HEAP_REQUEST_BYTES = 1 << 30  # that is still served from the heap
_MAX_HEAP_REQUEST_BYTES_OLD = 1 << 25  # older versions of glibc refuse more
_NICER = 5  # than the other threads of the process

_setting_threads = threading.Lock()  # another thread would take the 1 of this one for the old number


def configure(engine: "EngineConfig") -> None:
    """Set up the process and the calling thread to train on the device of `engine`.

    On the CPU: the number of torch's threads, for the calling thread and all that start later, and memory that is kept
    for the next tensor. On CUDA: TF32 in matrix products and convolutions, and cuDNN's choice of the fastest kernel.

    Parameters
    ----------
    engine
        Resolved settings: neither device nor threads are left open.
    """
    import torch

    device = torch.device(engine.device)
    if device.type == "cpu":
        torch.set_num_threads(engine.threads)
        keep_freed_memory()
    elif device.type == "cuda":
        torch.set_float32_matmul_precision("high")
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True


# ---- threads ----------------------------------------------------------------------------------------------------


def use_one_core() -> None:
    """Let the calling thread, and no other, compute with one core: the others are for training.

    `torch.set_num_threads` changes the calling thread, but also every thread that starts later, the training thread
    among them; so a thread that lives for a moment restores the old number for those.
    """
    import torch

    with _setting_threads:
        others = torch.get_num_threads()
        torch.set_num_threads(1)
        restorer = threading.Thread(target=torch.set_num_threads, args=(others,))
        restorer.start()
        restorer.join()


_BRIEF_TURN = 0.0001  # s
_brief_turns = 0  # how many threads ask for them
_usual_turn: list[float] = []  # s, while `_BRIEF_TURN` is set
_counting_turns = threading.Lock()


@contextlib.contextmanager
def brief_turns() -> Iterator[None]:
    """Have threads hand Python's lock over sooner, within, than the usual 5 ms after another wants it.

    For a thread that computes long in Python: the window gives the lock back with each call of Qt, every 0.02 to
    0.04 ms while it lays out and paints, and waits for it each time. With turns of 0.5 ms, 0.02 s of the window's work
    beside a thread that imported modules took 0.5 s.
    """
    global _brief_turns
    with _counting_turns:
        if not _brief_turns:
            _usual_turn.append(sys.getswitchinterval())
            sys.setswitchinterval(_BRIEF_TURN)
        _brief_turns += 1
    try:
        yield
    finally:
        with _counting_turns:
            _brief_turns -= 1
            if not _brief_turns:
                sys.setswitchinterval(_usual_turn.pop())


def lower_thread_priority() -> None:
    """Let the calling thread, and those it starts, wait for others that wake up while it computes.

    Its share of a busy processor stays that of any program (SCHED_BATCH): with a higher niceness it would get a tenth
    of a core beside another program that computes. Only Linux has this for each thread; elsewhere nothing happens, nor
    where the thread has a policy of its own, as after `chrt`, or a sandbox forbids the call.
    """
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        if os.sched_getscheduler(0) == os.SCHED_OTHER:
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def lower_thread_share() -> None:
    """Lower the priority of the calling thread as `lower_thread_priority` does, and its share of a busy processor, too.

    For what is computed beside training and may take its time: a film, the kinds of pictures. Where all of it had the
    same share as the window, on two cores, 0.1 s of the window's work took 0.25 s. Beside one other thread that
    computes it gets a quarter of a core (niceness 5). Only Linux has a niceness for each thread.
    """
    lower_thread_priority()
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _NICER)


def stay_on_one_core() -> None:
    """Keep the calling thread, and those it starts, on one core where there are two: the other one is for training.

    Linux would wake them on either, and what trains there would have to wait or to move: beside the process that paints
    the plane that cost it 3 to 4 % of its time. Where there are more cores, one is free; other systems are left alone.
    """
    processors = usable_processors()
    if len(processors) == 2:
        thread_cores.keep_off([threading.get_native_id()], min(processors))


# ---- memory of the C library ------------------------------------------------------------------------------------


def keep_freed_memory(request_bytes: int = MAX_HEAP_REQUEST_BYTES, free_bytes: int = MAX_FREE_BYTES) -> None:
    """Tell glibc to keep freed memory for the next request instead of returning it to the system.

    By default each tensor of a few megabytes is mapped anew and returned after use, and the kernel clears its pages
    one fault after another: thousands in a step, a tenth of the time and more of training on a CPU. Without glibc
    nothing happens.

    Parameters
    ----------
    request_bytes
        The most that is asked for at a time and kept.
    free_bytes
        The most that may stay unused at the top of the heap.
    """
    if not _set_malloc_option(_MMAP_THRESHOLD, request_bytes):
        _set_malloc_option(_MMAP_THRESHOLD, min(request_bytes, _MAX_HEAP_REQUEST_BYTES_OLD))
    _set_malloc_option(_TRIM_THRESHOLD, free_bytes)


def use_one_heap() -> None:
    """Tell glibc to serve all threads from one heap. Call it before threads start.

    By default threads other than the main one have heaps in pieces of 64 MiB, which are returned as soon as one is
    free, even after `keep_freed_memory`: training in such a thread may meet thousands of page faults a second. Without
    glibc nothing happens.
    """
    _set_malloc_option(_ARENA_MAX, 1)


def release_free_memory() -> None:
    """Return unused memory of the C library to the system, for example after a run."""
    heap.give_back()


def _set_malloc_option(option: int, value: int) -> bool:
    """Return whether glibc took the option; False without glibc."""
    if not _has_glibc():
        return False
    try:
        return bool(c_library.FREE.mallopt(option, value))
    except (OSError, AttributeError):
        return False


def _has_glibc() -> bool:
    return platform.libc_ver()[0] == "glibc"
