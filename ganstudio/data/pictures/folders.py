"""Pictures in a folder and the folders below it."""

import os
import stat
from collections import deque
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from ganstudio.data.pictures.sources import MAX_ENTRIES, Entry, Source, SourceKind, is_hidden, judge_size
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import Cancelled, DataError, reason
from ganstudio.system import reading

_Key = tuple[int, int]  # device and number of a folder


class FolderSource(Source):
    """A folder with pictures, perhaps in folders.

    Parameters
    ----------
    path
        The folder.
    excluded
        A folder that is not looked into, if it lies below: where imported pictures are stored.
    chosen
        Names of the files and folders in it that are looked at; empty for all.
    """

    kind = SourceKind.FOLDER

    def __init__(self, path: Path, excluded: Path | None = None, chosen: Collection[str] = ()) -> None:
        self.path = path
        self.chosen = tuple(chosen)
        self._excluded = excluded

    def list_entries(self, cancelled: Callable[[], bool]) -> list[Entry]:  # noqa: D102
        try:
            with os.scandir(self.path):
                pass
        except OSError as error:
            raise DataError(f"{self.path} cannot be read: {reason(error)}.") from None
        return _Walk(self.path, self._excluded, cancelled, frozenset(self.chosen)).entries

    def open(self, path: str) -> BinaryIO:  # noqa: D102
        return reading.open_file(self.path / path)


class _Walk:
    """A walk through folders that enters each of them once, links only after all that are none."""

    def __init__(
        self, root: Path, excluded: Path | None, cancelled: Callable[[], bool], chosen: frozenset[str]
    ) -> None:
        self.entries: list[Entry] = []
        self._chosen = chosen
        self._cancelled = cancelled
        self._entered: set[_Key] = set()
        self._links: deque[tuple[str, str]] = deque()
        self._root = str(root)
        self._excluded = _key_of(excluded) if excluded is not None else None
        self._enter("", self._root)
        while self._links:
            self._enter(*self._links.popleft())

    def _enter(self, below: str, folder: str) -> None:
        """Enter a folder and what is below it."""
        waiting = [(below, folder)]
        while waiting:
            if self._cancelled():
                raise Cancelled
            below, folder = waiting.pop()
            key = _key_of(folder)
            if key is not None and key == self._excluded:
                continue
            if key in self._entered:
                self._skip_entered(below, folder)
                continue
            if key is not None:
                self._entered.add(key)
            waiting += self._list(below, folder)

    def _list(self, below: str, folder: str) -> Iterator[tuple[str, str]]:
        """Take the files of a folder; yield the folders in it."""
        try:
            with os.scandir(folder) as found:
                children = [child for child in found if below or not self._chosen or child.name in self._chosen]
        except OSError as error:
            self._skip(below, Verdict.UNREADABLE, f"the folder cannot be read ({reason(error)})")
            return
        for child in children:
            path = f"{below}/{child.name}" if below else child.name
            if is_hidden(child.name):
                self._skip(path, Verdict.HIDDEN, "its name marks what systems and programs put beside pictures")
                continue
            try:
                if child.is_dir(follow_symlinks=False):
                    yield path, child.path
                elif child.is_dir():
                    self._links.append((path, child.path))
                else:
                    self._take(path, child.stat())
            except OSError as error:
                why = "it is a link to what is not there" if child.is_symlink() else reason(error)
                self._skip(path, Verdict.UNREADABLE, why)

    def _skip_entered(self, path: str, folder: str) -> None:
        """Skip a link, or what acts as one, to a folder that was entered by another way."""
        target, place = Path(os.path.realpath(folder)), Path(os.path.realpath(os.path.dirname(folder)))  # noqa: PTH120
        if target in (place, *place.parents):
            self._skip(path, Verdict.LINK_LOOP, "it leads back to a folder that it is in")
        else:
            self._skip(path, Verdict.DUPLICATE_PATH, "it leads to a folder that was read already")

    def _take(self, path: str, about: os.stat_result) -> None:
        if len(self.entries) >= MAX_ENTRIES:
            raise DataError(f"{self._root} has more than {MAX_ENTRIES:,} files. Import a part of them.")
        if stat.S_ISREG(about.st_mode):
            self.entries.append(judge_size(path, about.st_size, about.st_mtime_ns))
        else:
            self._skip(path, Verdict.NOT_A_PICTURE, "it is not a file")

    def _skip(self, path: str, verdict: Verdict, why: str) -> None:
        self.entries.append(Entry(path, 0, 0, verdict, why))


def _key_of(folder: str | Path) -> _Key | None:
    try:
        about = os.stat(folder)  # noqa: PTH116  # of a name that a walk returned
    except OSError:
        return None
    return about.st_dev, about.st_ino
