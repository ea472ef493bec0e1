"""What a run keeps of its points: the drawing that they are of, and how they were changed by hand.

It goes on when the drawing is changed, and elsewhere.
"""

from collections.abc import Iterable
from pathlib import Path

from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import RunError, reason
from ganstudio.events import Marked
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic


def drawing_path(run: RunFolder) -> Path:
    """Return the file of the drawing; most runs have none."""
    return run.path / "points.png"


def keep_drawing(run: RunFolder, content: bytes) -> None:
    """Write the drawing into the run's folder. Raises OSError."""
    atomic.write(drawing_path(run), [content], durable=True)


def edits_at(marks: Iterable[Marked], step: int | None) -> tuple[Edit, ...]:
    """Return how the points were changed by hand, by the marks of a run, up to a step; None: up to now."""
    return point_edits.fold((), [(mark.path, mark.new) for mark in marks if step is None or mark.step <= step])


def read_edits(run: RunFolder, step: int | None) -> tuple[Edit, ...]:
    """Return how the points of a run were changed by hand up to a step; None: up to now.

    Raises RunError if its history cannot be read.
    """
    path = run.path / "history.jsonl"
    try:
        return edits_at(history.read_changes(path), step)
    except OSError as error:
        raise RunError(f"{path} cannot be read: {reason(error)}.") from None
