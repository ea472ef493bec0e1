"""Files of a run that are named by a step: 00000123.png, 00000123.safetensors."""

import os
from pathlib import Path

MAX_DIGITS = 18  # in a name; more steps than that are not trained


def list_files(folder: Path, suffix: str) -> list[tuple[int, Path]]:
    """Return the files in `folder` that are named STEP + suffix, by step; none if there is no folder.

    Others may lie there: "00000123 (1).safetensors" is a copy that a person or a file synchroniser made.
    """
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if _is_numbered(entry.name, suffix) and entry.is_file()]
    except OSError:
        return []
    return sorted((int(name.removesuffix(suffix)), folder / name) for name in names)


def _is_numbered(name: str, suffix: str) -> bool:
    stem = name.removesuffix(suffix)
    return stem != name and stem.isascii() and stem.isdigit() and len(stem) <= MAX_DIGITS
