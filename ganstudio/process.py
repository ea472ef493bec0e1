"""Memory of the C library, kept for the next tensor in place of being given back after each."""

import contextlib
import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_KEPT = 1 << 30  # bytes that may lie free at the top of the heap
_LARGEST = 1 << 30  # bytes of a request that is still served from the heap
_LARGEST_ONCE = 1 << 25  # ... in older versions of glibc, which refuse more


def keep_freed_memory() -> None:
    """Tells glibc to keep memory that was freed.

    By default each tensor of a few megabytes is mapped anew and given back after use, and the kernel clears its pages
    one fault after another: thousands in a step, a tenth of the time and more of training on a processor. Elsewhere
    than on glibc nothing happens.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if not libc.mallopt(_MMAP_THRESHOLD, _LARGEST):
            libc.mallopt(_MMAP_THRESHOLD, _LARGEST_ONCE)
        libc.mallopt(_TRIM_THRESHOLD, _KEPT)


def share_one_heap() -> None:
    """Tells glibc to serve all threads from one heap; before threads are born.

    By default other threads than the main one have heaps in pieces of 64 MiB, which are given back as soon as one is
    free, whatever `keep_freed_memory` asks for: training in a thread then may meet thousands of page faults a second.
    Elsewhere than on glibc nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Gives memory that lies free back to the system: after a run has ended."""
    if platform.libc_ver()[0] == "glibc":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
