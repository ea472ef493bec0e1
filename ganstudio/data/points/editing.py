"""Rules for changes of points by hand, and what they are called."""

from dataclasses import dataclass

import numpy as np

from ganstudio.data.dataset import PointSource
from ganstudio.data.points import sets
from ganstudio.data.points.edited import Edited
from ganstudio.data.points.edits import MAX_EDITS, MAX_TOTAL, Added, Edit, Erased, Moved, count_added
from ganstudio.errors import DataError

_UNDONE = "taken back: "


@dataclass(frozen=True)
class Edition:
    """A set after a change by hand.

    Parameters
    ----------
    source
        The set.
    text
        What was changed, for a mark.
    """

    source: PointSource
    text: str


def make_edit(source: PointSource, edit: Edit, least: int) -> Edition | None:
    """Return a set with one more change; None if nothing is changed by it.

    Parameters
    ----------
    source
        The set.
    edit
        The change.
    least
        Number of points that must be left, as many as a batch has.

    Raises
    ------
    DataError
        It cannot be made.
    """
    if len(source.edits) >= MAX_EDITS:
        raise DataError(
            f"These points have been changed {MAX_EDITS:,} times, the most there can be. Take changes back first, or "
            "draw a data set of your own."
        )
    if isinstance(edit, Moved):
        modes = source.base.modes
        if modes is None or edit.mode >= len(modes):
            raise DataError(f"There is no mode {edit.mode + 1} in these points that could be moved.")
        return Edition(source.edited((*source.edits, edit)), _describe_move(source, edit)) if any(edit.by) else None
    if isinstance(edit, Added):
        _check_added(source, edit)
        return Edition(source.edited((*source.edits, edit)), describe(edit))
    return _erase(source, edit, least)


def take_back(source: PointSource, edit: Edit) -> Edition:
    """Return a set without its last change.

    Raises
    ------
    DataError
        Another one is the last.
    """
    if not source.edits or source.edits[-1] != edit:
        raise DataError("This change of the points cannot be taken back: it is not the last one.")
    before = source.edited(source.edits[:-1])
    text = _describe_move(before, edit) if isinstance(edit, Moved) else describe(edit)
    return Edition(before, _UNDONE + text)


def _check_added(source: PointSource, edit: Added) -> None:
    added = count_added((*source.edits, edit))
    if added > MAX_TOTAL:
        raise DataError(f"At most {MAX_TOTAL:,} points can be added to a set; these would be {added:,}.")


def _erase(source: PointSource, edit: Erased, least: int) -> Edition | None:
    changed = source.edited((*source.edits, edit))
    before, after = (len(sets.draw_changed(one, 0)[0]) for one in (source, changed))
    least = max(1, min(least, source.count))
    if before == after:
        return None
    if after < least:
        raise DataError(
            f"These points cannot be erased: {_points(after)} would be left, and training needs at least {least:,}, a "
            "batch. Erase less, or add others first."
        )
    return Edition(changed, f"{_points(before - after)} erased at {_place(edit.stroke)}")


def describe(edit: Edit) -> str:
    """Return what was changed."""
    if isinstance(edit, Added):
        return f"{_points(edit.count)} added at {_place(edit.stroke)}"
    return f"points erased at {_place(edit.stroke)}" if isinstance(edit, Erased) else f"mode {edit.mode + 1} moved"


def describe_all(edits: tuple[Edit, ...]) -> str:
    """Return how a set was changed that a run begins or goes on with."""
    if len(edits) == 1:
        return f"points changed by hand: {describe(edits[0])}"
    return f"points changed by hand, {len(edits):,} times" if edits else "points as they were before any change by hand"


def _describe_move(source: PointSource, edit: Moved) -> str:
    now = source.distribution
    modes = now.places_of_modes if isinstance(now, Edited) else now.modes
    if modes is None or edit.mode >= len(modes):
        return describe(edit)
    centre = modes.centres[edit.mode]
    return f"mode {edit.mode + 1} moved from {_pair(*centre)} to {_pair(*(centre + edit.by))}"


def _points(count: int) -> str:
    return f"{count:,} point{'' if count == 1 else 's'}"


def _place(stroke: tuple[tuple[float, float], ...]) -> str:
    """Return the middle of a stroke."""
    return _pair(*np.mean(stroke, axis=0))


def _pair(x: float, y: float) -> str:
    return f"({x:.2f}, {y:.2f})".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")
