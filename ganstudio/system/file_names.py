"""Names that files and folders can have on every system."""

import os
import unicodedata

MAX_BYTES = 200  # of a name that is made here; file systems take 255, and a date, a number or an ending may follow
_DEVICES = frozenset(
    [
        *("con", "prn", "aux", "nul", "conin$", "conout$"),
        *(f"{port}{number}" for port in ("com", "lpt") for number in "123456789\xb9\xb2\xb3"),
    ]
)


def is_reserved(name: str) -> bool:
    """Return whether Windows takes a name for a device, whatever follows its first dot."""
    return name.partition(".")[0].rstrip(" ").casefold() in _DEVICES


def fit(name: str, otherwise: str = "run") -> str:
    """Return a name without what no system or not each allows at an end, short enough, and of no device.

    Parameters
    ----------
    name
        Of letters, digits and what else may stand inside a name.
    otherwise
        The name if nothing is left.
    """
    name = unicodedata.normalize("NFC", name)
    while len(os.fsencode(name)) > MAX_BYTES:
        name = name[:-1]
    name = name.strip("-. ") or otherwise
    first, dot, rest = name.partition(".")
    return f"{first}_{dot}{rest}" if is_reserved(name) else name
