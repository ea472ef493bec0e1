"""Free memory in the heap of the C library, given back to the system without keeping other threads from theirs."""

import contextlib
import ctypes
import mmap
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ganstudio.system import c_library

_PIECES = (64 << 20, 8 << 20, 1 << 20)  # bytes, of which each is given back at once
_WORK_SECONDS = 0.001  # for which the heap is used at a time
_REST = 3.0  # times as long it is left to others afterwards


def give_back() -> None:
    """Give all free memory back to the system; nothing happens without glibc.

    glibc's own `malloc_trim` does that in one go, and every other thread that wants memory waits until it is done,
    0.07 s for each GB: the window stood for half a second. So the large free pieces are given back one after the other
    before, which lets the others in between.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    with contextlib.suppress(OSError, AttributeError):
        give_back_pieces()
        c_library.FREE.malloc_trim(0)


def give_back_pieces() -> None:
    """Give back the free pieces of 1 MiB and more: each is asked for, emptied, and freed once all have been.

    A piece of which a part lies outside the heap was not there: the C library has made room for it, because the heap
    holds no free one of that size.
    """
    if sys.platform != "linux":
        return
    libc, heap = c_library.FREE, c_library.HELD
    heap.malloc.restype, heap.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    heap.free.restype, heap.free.argtypes = None, (ctypes.c_void_p,)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    begin, end = _find_heap()
    taken: list[int] = []
    work = _WithRests()
    try:
        for size in _PIECES:
            while (piece := work.do(heap.malloc, size)) is not None:
                if piece < begin or piece + size > end:
                    heap.free(piece)
                    break
                taken.append(piece)
                first = -(-piece // mmap.PAGESIZE) * mmap.PAGESIZE
                last = (piece + size) // mmap.PAGESIZE * mmap.PAGESIZE
                libc.madvise(first, last - first, mmap.MADV_DONTNEED)
    finally:
        for piece in taken:
            work.do(heap.free, piece)


class _WithRests:
    """Makes calls that keep others from the heap, and rests after each millisecond of them.

    In a heap of many pieces a call takes long, and the lock of the heap is no queue: the thread that has just left it
    takes it again before those that wait. Without rests the window stood for up to half a second.
    """

    def __init__(self) -> None:
        self._worked = 0.0  # s since the last rest

    def do(self, call: Callable[[int], Any], argument: int) -> Any:
        began = time.monotonic()
        answer = call(argument)
        self._worked += time.monotonic() - began
        if self._worked >= _WORK_SECONDS:
            time.sleep(_REST * self._worked)
            self._worked = 0.0
        return answer


def _find_heap() -> tuple[int, int]:
    """Return where the heap that all threads share begins and ends; (0, 0) if there is none.

    What is mapped beside it may lie above or below: below where the size of the stack is not limited.
    """
    lines = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    places = [line.split()[0].split("-") for line in lines if line.endswith("[heap]")]
    ends = [int(each, 16) for place in places for each in place]
    return min(ends, default=0), max(ends, default=0)
