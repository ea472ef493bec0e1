"""The order in which people expect names: picture2 before picture10."""

import heapq
import re
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import TypeVar

_DIGITS = re.compile("([0-9]+)")
_PIECE = 1000  # that are sorted in one go
_T = TypeVar("_T")

Key = tuple[tuple[tuple[int, int, str], ...], ...]


def path_key(path: str) -> tuple[Key, str]:
    """Return what paths with "/" between their folders are sorted by; no two paths have the same.

    Examples
    --------
    >>> sorted(["cat/10.png", "cat/9.png", "Bat/1.png"], key=path_key)
    ['Bat/1.png', 'cat/9.png', 'cat/10.png']
    """
    return tuple(_key(part) for part in path.split("/")), path


def sort_by_path(items: Iterable[_T], path_of: Callable[[_T], str]) -> list[_T]:
    """Return the items in the natural order of their paths.

    Sorted in one go, those of a large folder would keep all other threads from Python for that long: 70,000 for 0.5 s.
    """
    keyed = [(path_key(path_of(item)), item) for item in items]
    pieces = [sorted(keyed[start : start + _PIECE], key=itemgetter(0)) for start in range(0, len(keyed), _PIECE)]
    return [item for _, item in heapq.merge(*pieces, key=itemgetter(0))]


def _key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the runs of digits, by their values, and of other characters, without regard to case."""
    return tuple(_run_key(run) for run in _DIGITS.split(text) if run)


def _run_key(run: str) -> tuple[int, int, str]:
    if run[0] not in "0123456789":
        return 1, 0, run.casefold()
    digits = run.lstrip("0")
    return 0, len(digits), digits  # as numbers compare, however long they are
