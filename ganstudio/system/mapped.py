"""Files that are mapped into memory: what was read of them is handed back."""

import mmap
from typing import Any

import numpy.typing as npt

_ADVICE = getattr(mmap, "MADV_DONTNEED", None)  # Windows has none


def release(array: npt.NDArray[Any]) -> None:
    """Take what was read of a mapped file out of this process; it is read again where it is needed.

    Otherwise a set that is read once, from its first picture to its last, would be counted whole as memory of the
    program. Arrays that are in memory, or may be written, stay as they are.

    Parameters
    ----------
    array
        An array, or a part of one.
    """
    if _ADVICE is None or array.flags.writeable:
        return
    base: object = array
    while base is not None and not isinstance(base, mmap.mmap):
        base = getattr(base, "base", None)
    if base is not None:
        base.madvise(_ADVICE)
