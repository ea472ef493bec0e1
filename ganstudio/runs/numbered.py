"""Files of a run that are named by a step: 00000123.png, 00000123.safetensors."""

from pathlib import Path

MAX_DIGITS = 18  # in a name; more steps than that are not trained


def list_files(folder: Path, suffix: str) -> list[tuple[int, Path]]:
    """Return the files in `folder` that are named STEP + suffix, by step; none if there is no folder.

    Others may lie there: "00000123 (1).safetensors" is a copy that a person or a file synchroniser made.
    """
    try:
        return sorted((int(path.stem), path) for path in folder.iterdir() if _is_numbered(path, suffix))
    except OSError:
        return []


def _is_numbered(path: Path, suffix: str) -> bool:
    stem = path.stem
    return path.suffix == suffix and stem.isascii() and stem.isdigit() and len(stem) <= MAX_DIGITS
