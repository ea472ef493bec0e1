"""Free memory in the heap of the C library, given back to the system without keeping other threads from theirs."""

import contextlib
import ctypes
import mmap
import platform
import sys

_PIECES = (64 << 20, 8 << 20, 1 << 20)  # bytes, of which each is given back at once
_NO_MEMORY = ctypes.c_void_p(-1).value  # of sbrk


def give_back() -> None:
    """Give all free memory back to the system; nothing happens without glibc.

    glibc's own `malloc_trim` does that in one go, and every other thread that wants memory waits until it is done:
    0.3 s for 7 GB, for which the window stood. So the large free pieces are given back one after the other before.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        give_back_pieces(libc)
        libc.malloc_trim(0)


def give_back_pieces(libc: ctypes.CDLL) -> None:
    """Give back the free pieces of 1 MiB and more: each is asked for, emptied, and freed once all have been.

    A piece that the C library has to make room for, because the heap holds none of that size, is not one: it lies
    behind the end that the heap had, as do those that it maps for themselves or takes from the heap of a thread.
    """
    if sys.platform != "linux":
        return
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
    libc.free.restype, libc.free.argtypes = None, (ctypes.c_void_p,)
    libc.sbrk.restype, libc.sbrk.argtypes = ctypes.c_void_p, (ctypes.c_ssize_t,)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    end = libc.sbrk(0)
    if end in (None, _NO_MEMORY):
        return
    taken: list[int] = []
    try:
        for size in _PIECES:
            while (piece := libc.malloc(size)) is not None:
                if piece + size > end:
                    libc.free(piece)
                    break
                taken.append(piece)
                first = -(-piece // mmap.PAGESIZE) * mmap.PAGESIZE
                last = (piece + size) // mmap.PAGESIZE * mmap.PAGESIZE
                libc.madvise(first, last - first, mmap.MADV_DONTNEED)
    finally:
        for piece in taken:
            libc.free(piece)
