"""Memory that this program and a process of its own both see.

Not `multiprocessing.shared_memory`: before Python 3.13 a process that only uses such memory starts another one to watch
it, which then gives it back under the hands of its owner.
"""

import contextlib
import mmap
import os
import secrets
import sys
import tempfile
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")
_CHUNK_BYTES = 1 << 20


class SharedMemory:
    """Memory by name: made by one process, opened by another.

    Parameters
    ----------
    size
        Bytes.
    name
        Of memory that another process has made; None: make some.

    Attributes
    ----------
    name : str
        What another process opens it by.
    size : int
        Bytes.
    buffer : mmap.mmap
        The bytes; at first 0.

    Raises
    ------
    OSError
        There is no room, or no such memory.
    """

    def __init__(self, size: int, name: str | None = None) -> None:
        self.size = size
        self._file: Path | None = None
        if sys.platform == "win32":
            self.name = name or f"ganstudio-{secrets.token_hex(16)}"
            self.buffer = mmap.mmap(-1, size, tagname=self.name)
        else:
            self._file = Path(name) if name is not None else _make_file(size)
            self.name = str(self._file)
            with self._file.open("r+b") as file:
                self.buffer = mmap.mmap(file.fileno(), size)

    def forget_name(self) -> None:
        """Let nobody else open it: nothing is left of it once those that have it are gone, however they end."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None


def _make_file(size: int) -> Path:
    """Return a file that has all its room: a process that writes where there is none is ended by the system."""
    folder = _IN_MEMORY if _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK) else None
    with tempfile.NamedTemporaryFile(prefix="ganstudio-", dir=folder, delete=False) as file:
        path = Path(file.name)
        try:
            for start in range(0, size, _CHUNK_BYTES):
                file.write(bytes(min(_CHUNK_BYTES, size - start)))
            file.flush()
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()
            raise
    return path
