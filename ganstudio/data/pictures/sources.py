"""Where pictures come from: what a source of files is, and which files in it are not looked at."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import reason

MAX_FILE_BYTES = 256 << 20  # of one picture
_FIRST_BYTES = 256 << 10
MAX_ENTRIES = 5_000_000  # files in a source
NAMED = 3  # that a sentence names at most

_SYSTEM_NAMES = frozenset(  # that systems and programs put beside pictures; lower case
    ["__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "system volume information"]
)
_TOO_LARGE = f"it has more than {MAX_FILE_BYTES >> 20} MiB"


class SourceKind(StrEnum):
    """What the pictures are in."""

    FOLDER = "folder"
    ZIP = "zip"
    TAR = "tar"
    ARRAYS = "arrays"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a source.

    Parameters
    ----------
    path
        Below the source, with "/" between folders. Bytes that are not UTF-8 are surrogates, as of `os.fsdecode`.
    bytes
        Size of the file.
    mtime_ns
        When it was last changed, nanoseconds.
    verdict
        Why it is not looked at; READ if it is.
    why
        The reason for the user, without a full stop; "" if it is looked at.
    """

    path: str
    bytes: int
    mtime_ns: int
    verdict: Verdict = Verdict.READ
    why: str = ""


@dataclass(frozen=True)
class GivenLabels:
    """Labels that the source itself holds beside the pictures: the class of each path, and what they are called."""

    by_path: dict[str, str] = field(default_factory=dict)
    origin: str = ""


class Source(ABC):
    """Files that may be pictures. Reading is safe from several threads at once; nothing is ever written.

    Attributes
    ----------
    path : Path
        What the user named.
    kind : SourceKind
        What that is.
    chosen : tuple of str
        Names of the files and folders in it that are looked at, where the user named several; () for all.
    """

    path: Path
    kind: SourceKind
    chosen: tuple[str, ...] = ()

    @abstractmethod
    def list_entries(self, cancelled: Callable[[], bool]) -> list[Entry]:
        """Return all files, in no certain order; a folder that cannot be looked into is an entry.

        Raises
        ------
        DataError
            The source cannot be read at all.
        Cancelled
            `cancelled` returned true.
        """

    @abstractmethod
    def open(self, path: str) -> BinaryIO:
        """Open the file with that path, to read a little of it. Raises PictureError or OSError."""

    def read(self, path: str) -> bytes:
        """Return the content of the file with that path.

        Raises
        ------
        PictureError
            It is too large, or cannot be read.
        """
        try:
            with self.open(path) as file:
                content = file.read(_FIRST_BYTES)  # more at once would ask the system for as much memory each time
                if len(content) == _FIRST_BYTES:
                    content += file.read(MAX_FILE_BYTES + 1 - _FIRST_BYTES)
        except OSError as error:
            raise unreadable(error) from None
        if len(content) > MAX_FILE_BYTES:
            raise PictureError(Verdict.TOO_LARGE, _TOO_LARGE)
        return content

    def given_labels(self) -> GivenLabels | None:
        """Return the labels that the source holds beside the pictures; None if it holds none."""
        return None

    def notes(self) -> tuple[str, ...]:
        """Return sentences on how the source was understood."""
        return ()

    def close(self) -> None:  # noqa: B027  # a folder has nothing to close
        """Close what is open."""


def unreadable(error: OSError) -> PictureError:
    """Return the error of a file that the system does not let us read."""
    return PictureError(Verdict.UNREADABLE, reason(error))


def is_hidden(name: str) -> bool:
    """Return whether a file or folder of that name was put there by a system or program, not by a person."""
    return name.startswith(".") or name.lower() in _SYSTEM_NAMES


def judge_size(path: str, size: int, mtime_ns: int) -> Entry:
    """Return the entry of a file, which is skipped if it is too large to be read."""
    if size > MAX_FILE_BYTES:
        return Entry(path, size, mtime_ns, Verdict.TOO_LARGE, _TOO_LARGE)
    return Entry(path, size, mtime_ns)


def show(path: str) -> str:
    r"""Return a path as text that can be written everywhere; bytes that are not UTF-8 become \xe9."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def name_some(paths: Sequence[str]) -> str:
    """Return the first paths, and how many others there are."""
    shown = ", ".join(map(show, paths[:NAMED]))
    return f"{shown} and {len(paths) - NAMED:,} more" if len(paths) > NAMED else shown
