"""The log: one file that rotates, for all programs of this user at once; how to write and to read it.

In it are versions, starts and ends, warnings, and errors with their tracebacks, also those of crashed C code. Never
what is trained on.
"""

import contextlib
import faulthandler
import logging
import logging.handlers
import os
import platform
import warnings
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from ganstudio import __version__
from ganstudio.system.installing import installed_version

LOGGER = logging.getLogger("ganstudio")
LOGGER.addHandler(logging.NullHandler())  # without one, Python would print warnings
MAX_BYTES = 1_000_000  # of the file; the one before it is kept beside it
MAX_CHARACTERS = 20_000  # of one entry
_TAIL_BYTES = 64_000  # at the end of the file in which its last lines are looked for
_PACKAGES = ("torch", "numpy", "PySide6-Essentials")  # those whose versions are logged at each start
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(message)s"


class LogFile(logging.handlers.RotatingFileHandler):
    """Handler that writes to the log; nothing that goes wrong with the file is heard of.

    Several programs may write at once: each follows the file when another one has put a new one in its place.

    Parameters
    ----------
    path
        The file; its folder is made.

    Raises
    ------
    OSError
        It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._reports_crashes = False
        super().__init__(path, maxBytes=MAX_BYTES, backupCount=1, encoding="utf-8", errors="backslashreplace")
        self.users = 0  # of this handler, see `attach`
        self.setFormatter(_Formatter(_FORMAT))

    def report_crashes(self) -> None:
        """Have Python write here where it was when C code crashed."""
        self._reports_crashes = True
        with contextlib.suppress(OSError, ValueError):
            if self.stream is not None:
                faulthandler.enable(self.stream)

    def emit(self, record: logging.LogRecord) -> None:
        """Write an entry."""
        with contextlib.suppress(OSError, ValueError):
            self._follow()
        super().emit(record)

    def doRollover(self) -> None:
        """Begin a new file, unless another program has just done so or still uses this one, as on Windows."""
        if self._reports_crashes:
            faulthandler.disable()  # its file is about to be closed, and the number may be that of another file soon
        with contextlib.suppress(OSError):
            super().doRollover()
        if self.stream is None:
            with contextlib.suppress(OSError):
                self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:
        """Ignore that an entry could not be written: the disk is full, or the folder is gone."""

    def _open(self) -> TextIOWrapper:
        stream = super()._open()
        if self._reports_crashes:
            faulthandler.enable(stream)
        return stream

    def _follow(self) -> None:
        """Open the file again where it is another one by now."""
        if self.stream is None:
            return
        mine = os.fstat(self.stream.fileno())
        try:
            there = os.stat(self.baseFilename)  # noqa: PTH116
            if (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino):
                return
        except FileNotFoundError:
            Path(self.baseFilename).parent.mkdir(parents=True, exist_ok=True)
        if self._reports_crashes:
            faulthandler.disable()
        with contextlib.suppress(OSError):
            self.stream.close()
        self.stream = self._open()


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if len(text) <= MAX_CHARACTERS:
            return text
        half = MAX_CHARACTERS // 2
        return f"{text[:half]}\n[... {len(text) - 2 * half:,} characters ...]\n{text[-half:]}"


def attach(path: Path, fallback: logging.Handler | None = None) -> logging.Handler:
    """Have the program's entries written to the file, and return what writes them, for `detach`.

    Parameters
    ----------
    path
        The log.
    fallback
        What takes the entries where the file cannot be written. None: they are lost.
    """
    for known in LOGGER.handlers:
        if isinstance(known, LogFile) and known.baseFilename == os.path.abspath(path):  # noqa: PTH100
            known.users += 1
            return known
    handler: logging.Handler
    try:
        handler = LogFile(path)
        handler.users = 1
    except OSError:
        handler = fallback or logging.NullHandler()
        handler.setFormatter(_Formatter(_FORMAT))
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    return handler


def detach(handler: logging.Handler) -> None:
    """Write no more entries by this handler, when all who attached it have detached it."""
    if isinstance(handler, LogFile):
        handler.users -= 1
        if handler.users > 0:
            return
        if handler._reports_crashes:
            faulthandler.disable()
    LOGGER.removeHandler(handler)
    with contextlib.suppress(OSError):  # a full disk takes the rest of an entry no better now
        handler.close()


@contextlib.contextmanager
def recording(path: Path, purpose: str) -> Iterator[None]:
    """Log the start of a program, its warnings and its crashes, in a process that is its own.

    Parameters
    ----------
    path
        The log.
    purpose
        What the program is about to do: the name of a command.
    """
    handler = attach(path)
    if isinstance(handler, LogFile):
        handler.report_crashes()
    LOGGER.info("start: %s; %s", purpose, versions())
    show = warnings.showwarning

    def log_too(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        LOGGER.warning("%s: %s (%s:%d)", category.__name__, message, filename, lineno)
        show(message, category, filename, lineno, file, line)

    warnings.showwarning = log_too
    try:
        yield
    finally:
        warnings.showwarning = show
        LOGGER.info("end: %s", purpose)
        detach(handler)


def versions() -> str:
    """Return the versions of the program, Python, the system and the main packages, in a line."""
    parts = [f"GAN Studio {__version__}", f"Python {platform.python_version()}"]
    parts += [f"{platform.system()} {platform.release()} {platform.machine()}"]
    parts += [f"{name} {version}" for name in _PACKAGES if (version := installed_version(name))]
    return ", ".join(parts)


def tail(path: Path, max_lines: int) -> list[str]:
    """Return the last lines of the log, also those of the file before it; none if they cannot be read."""
    lines: list[str] = []
    for file in (path, path.with_name(f"{path.name}.1")):
        if len(lines) < max_lines:
            lines = _last_lines(file) + lines
    return lines[-max_lines:]


def _last_lines(file: Path) -> list[str]:
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            return stream.read(_TAIL_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return []
