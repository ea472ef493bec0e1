"""The drawing that a run's points are of, kept in its folder: it goes on when that is changed, and elsewhere."""

from pathlib import Path

from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic


def drawing_path(run: RunFolder) -> Path:
    """Return the file of the drawing; most runs have none."""
    return run.path / "points.png"


def keep_drawing(run: RunFolder, content: bytes) -> None:
    """Write the drawing into the run's folder. Raises OSError."""
    atomic.write(drawing_path(run), [content], durable=True)
