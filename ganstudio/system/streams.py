"""Standard streams that never end the program: missing, left by their reader, on a full disk, of a narrow encoding.

`pythonw`, services and `2>&-` leave no stream at all; a pipe may close half-way; an old code page has no letter for
half of all names. What a run trains is worth more than what it prints, so the first error of a stream is kept, what is
written later is discarded, and the command line reports it at the end.
"""

import codecs
import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

_SPELLED = "ganstudio.spelled"  # name of the handler of characters that an encoding lacks
_SPELLINGS = {
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "\N{NO-BREAK SPACE}": " ",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MIDDLE DOT}": "*",
}


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Return plain signs for those that an encoding lacks, and escapes for letters."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    missing = error.object[error.start : error.end]
    spelled = (_SPELLINGS.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in missing)
    return "".join(spelled), error.end


codecs.register_error(_SPELLED, _spell)


class Stream:
    """Text stream that keeps its first error and discards what is written after it.

    Parameters
    ----------
    stream
        Where the text goes.

    Attributes
    ----------
    error
        Why it could not be written; None: all was.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        """Write text, or discard it after an error."""
        try:
            return self._stream.write(text)
        except OSError as error:
            self._give_up(error)
        except ValueError:  # it was closed
            pass
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)
        except ValueError:
            pass

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        try:
            return self._stream.isatty()
        except (OSError, ValueError):
            return False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        """Let the file descriptor lead nowhere, so that nothing fails again, not even as Python ends."""
        self.error = self.error or error
        with contextlib.suppress(OSError, ValueError):
            number = self._stream.fileno()
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


class StandardStreams:
    """Context in which `sys.stdout` and `sys.stderr` are there and raise no error.

    Attributes
    ----------
    stdout, stderr
        The streams of the context.
    """

    def __init__(self) -> None:
        self._before: tuple[Any, Any] = (None, None)
        self._nowhere: list[TextIO] = []

    def __enter__(self) -> "StandardStreams":
        _open_missing_descriptors()
        self._before = sys.stdout, sys.stderr
        self.stdout, self.stderr = (Stream(self._usable(stream)) for stream in self._before)
        sys.stdout, sys.stderr = cast(TextIO, self.stdout), cast(TextIO, self.stderr)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stdout.flush()
        self.stderr.flush()
        sys.stdout, sys.stderr = self._before
        for stream in self._nowhere:
            stream.close()

    def _usable(self, stream: Any) -> TextIO:
        """Return the stream, with a spelling for what it cannot write; or one that leads nowhere if there is none."""
        if stream is None or getattr(stream, "closed", False):
            stream = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
            self._nowhere.append(stream)
        if isinstance(stream, Stream):  # a command line within a command line
            stream = stream._stream
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors=_SPELLED)
        return cast(TextIO, stream)


def reader_has_gone() -> bool:
    """Return whether the program that read this one's output has ended, as `head` does in `ganstudio runs | head`."""
    return isinstance(getattr(sys.stdout, "error", None), BrokenPipeError)


def write_now(text: str) -> None:
    """Write a line to the error stream from the handler of a signal, whatever the stream is doing."""
    with contextlib.suppress(OSError):
        os.write(2, text.encode("ascii", "replace"))


def _open_missing_descriptors() -> None:
    """Open what is closed of the first three file descriptors.

    The next files that are opened would get their numbers: a library that complains to number 2 would write into a run.
    """
    if os.name != "posix":
        return
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, os.O_RDWR)  # gets the lowest free number
            os.set_inheritable(opened, True)
