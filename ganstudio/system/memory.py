"""Memory that this program may still take: what is free in the computer, within the limits of containers."""

import contextlib
import math
from pathlib import Path

from ganstudio.system import cores

_UNLIMITED = 1 << 60  # control groups of version 1 have a limit near 2^63 where there is none


def available_bytes() -> int:
    """Return the bytes that this program can still take before others are swapped out or it is ended."""
    import psutil  # slow to import

    return int(min(psutil.virtual_memory().available, *(_left_in(folder) for folder in _groups()), math.inf))


def _groups() -> list[Path]:
    return list(cores.group_folders("memory"))


def _left_in(folder: Path) -> float:
    """Return the bytes left in a control group: of version 2, or of version 1 with its names."""
    limit = _read_number(folder / "memory.max", folder / "memory.limit_in_bytes")
    used = _read_number(folder / "memory.current", folder / "memory.usage_in_bytes")
    if limit is None or used is None or limit >= _UNLIMITED:
        return math.inf
    return max(0, limit - used + _read_cache(folder))  # files that were read are dropped where memory is needed


def _read_cache(folder: Path) -> int:
    figures = {}
    for line in cores.read_text(folder / "memory.stat").splitlines():
        name, _, number = line.partition(" ")
        figures[name] = number
    text = figures.get("total_inactive_file") or figures.get("inactive_file") or ""
    return int(text) if text.isdecimal() else 0


def _read_number(*paths: Path) -> int | None:
    """Return the number in the first of the files that has one; None where there is none, or "max"."""
    for path in paths:
        with contextlib.suppress(ValueError):
            return int(cores.read_text(path))
    return None
