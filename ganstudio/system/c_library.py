"""The C library, opened and searched once, as the program begins.

Python keeps its lock while ctypes opens a library or looks a function up, and the system lets nobody do either while
another thread loads a library: beside the imports of torch, the window stood for a quarter of a second.
"""

import contextlib
import ctypes
import os
from typing import Any


def _open(kind: type[ctypes.CDLL], *names: str) -> Any:
    """Open it with some functions, which ctypes then remembers; None on Windows."""
    if os.name != "posix":
        return None
    library = kind(None)
    for name in names:
        with contextlib.suppress(AttributeError):  # this one has none
            getattr(library, name)
    return library


FREE = _open(ctypes.CDLL, "dlopen", "madvise", "malloc_trim", "mallopt")  # its calls leave Python's lock to others
HELD = _open(ctypes.PyDLL, "malloc", "free")  # its calls keep it: they are brief
