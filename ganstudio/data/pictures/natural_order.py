"""The order in which people expect names: picture2 before picture10."""

import re

_DIGITS = re.compile("([0-9]+)")

Key = tuple[tuple[tuple[int, int, str], ...], ...]


def path_key(path: str) -> tuple[Key, str]:
    """Return what paths with "/" between their folders are sorted by; no two paths have the same.

    Examples
    --------
    >>> sorted(["cat/10.png", "cat/9.png", "Bat/1.png"], key=path_key)
    ['Bat/1.png', 'cat/9.png', 'cat/10.png']
    """
    return tuple(_key(part) for part in path.split("/")), path


def _key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return the runs of digits, by their values, and of other characters, without regard to case."""
    return tuple(_run_key(run) for run in _DIGITS.split(text) if run)


def _run_key(run: str) -> tuple[int, int, str]:
    if run[0] not in "0123456789":
        return 1, 0, run.casefold()
    digits = run.lstrip("0")
    return 0, len(digits), digits  # as numbers compare, however long they are
