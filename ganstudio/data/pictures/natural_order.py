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
    return tuple(
        (0, len(digits), digits) if run[0] in "0123456789" and (digits := run.lstrip("0")) else (1, 0, run.casefold())
        for run in _DIGITS.split(text)
        if run
    )
