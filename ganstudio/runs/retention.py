"""What a run keeps of its past and what it removes: sample grids, snapshots and checkpoints.

The number of each stays below its setting and, as far as possible, all together below a size on disk: checkpoints get
at most half of it, snapshots the rest.
"""

import shutil
from collections.abc import Iterable, Set
from pathlib import Path

import numpy as np

from ganstudio.config import OutputConfig
from ganstudio.errors import RunError
from ganstudio.runs import labels
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic

FIRST_STEP = 0  # its checkpoint is never removed
MIN_NEWEST_CHECKPOINTS = 3  # never removed: the newest may be torn, or of a run that has just diverged
_MIN_SNAPSHOTS = 2  # kept whatever their size: the first and the last
_CHANGED_STEP_WEIGHT = 4  # a checkpoint from before a change counts as this many times further from its neighbours
_MB = 1e6  # bytes


def thin_checkpoints(
    run: RunFolder, step: int, output: OutputConfig, best: int | None, changed: Set[int] = frozenset()
) -> None:
    """Remove checkpoints until those remain that `output` asks for, now that the one of `step` is written.

    The first, the newest three, that of the step `best` and those that the user pinned are never removed. Those later
    than `step` are: they are of a time that the run went back from, or broken.

    Parameters
    ----------
    run
        The run.
    step
        Step of the newest checkpoint.
    output
        Limits on number and size.
    best
        Step with the best measurement, if there is one.
    changed
        Steps at which settings were changed: their checkpoints are removed later than others.

    Raises
    ------
    OSError
        A file cannot be removed.
    RunError
        It cannot be read which ones the user pinned: none is removed.
    """
    steps = run.rewind_points()
    past = [number for number in steps if number <= step]
    protected = {FIRST_STEP, *past[-MIN_NEWEST_CHECKPOINTS:]} | _pinned(run)
    protected |= {best} if best is not None else set()
    sizes = {number: _total_bytes(run.checkpoint_files(number)) for number in past}
    room = output.disk_limit * _MB / 2 - sum(sizes[number] for number in protected & sizes.keys())
    largest = max((size for number, size in sizes.items() if number not in protected), default=0)
    fitting = int(max(0.0, room) // largest) if largest else output.keep_checkpoints
    removed = checkpoints_to_remove(past, min(output.keep_checkpoints, fitting), protected, changed)
    for number in [*removed, *(number for number in steps if number > step)]:
        run.drop_checkpoint(number)


def thin_snapshots(run: RunFolder, output: OutputConfig, pinned: Set[int]) -> None:
    """Remove grids and snapshots until those steps remain that `output` asks for; see `thin`. Raises OSError."""
    snapshots = [path for _, path in run.snapshots()]
    checkpoints = [path for step in run.rewind_points() for path in run.checkpoint_files(step)]
    room = output.disk_limit * _MB - _total_bytes(checkpoints)
    largest = _total_bytes(snapshots[-1:])
    fitting = int(max(0.0, room) // largest) if largest else output.keep_snapshots
    thin(run, max(_MIN_SNAPSHOTS, min(output.keep_snapshots, fitting)), set(pinned))


def thin(run: RunFolder, keep: int, pinned: Set[int]) -> None:
    """Remove grids and snapshots until `keep` steps remain.

    The first, the last and the grids of pinned steps are never removed; the snapshot of a pinned step is, if the
    pinned ones alone are too many. See `steps_to_remove` for the order.

    Raises
    ------
    OSError
        A file cannot be removed.
    """
    samples, snapshots = dict(run.samples()), dict(run.snapshots())
    removed = steps_to_remove(sorted(samples.keys() | snapshots.keys()), keep, pinned)
    left = sorted(snapshots.keys() - set(removed))
    removed_snapshots = [*removed, *steps_to_remove(left, keep, frozenset())]
    for files, steps in ((samples, removed), (snapshots, removed_snapshots)):
        for step in files.keys() & set(steps):
            atomic.remove(files[step])


def make_room(run: RunFolder, needed: int, pinned: Set[int]) -> int:
    """Remove snapshots until a file of `needed` bytes fits on the disk, and return how many were removed.

    The first and the last are not removed, those of pinned steps after all others. If all of them would not be enough,
    none is removed. Grids stay.

    Raises
    ------
    OSError
        A file cannot be removed.
    """
    snapshots = dict(run.snapshots())
    missing = needed - shutil.disk_usage(run.path).free
    missing = missing if missing > 0 else needed  # a quota, which nobody tells
    order = steps_to_remove(sorted(snapshots), _MIN_SNAPSHOTS, pinned)
    order += steps_to_remove(sorted(snapshots.keys() - set(order)), _MIN_SNAPSHOTS, frozenset())
    chosen: list[Path] = []
    for step in order:
        if _total_bytes(chosen) >= missing:
            break
        chosen.append(snapshots[step])
    if _total_bytes(chosen) < missing:
        return 0
    for path in chosen:
        atomic.remove(path)
    return len(chosen)


def remove_after(run: RunFolder, step: int, back_to: Path | None = None) -> None:
    """Remove grids and snapshots later than `step`: a run that is resumed from there makes them anew.

    Parameters
    ----------
    run
        The run.
    step
        Last step to keep.
    back_to
        The checkpoint of `step` that the run goes back to. It becomes the one of that step, and later ones are
        removed, too: the run abandons what they hold.

    Raises
    ------
    OSError
        A file cannot be moved or removed.
    """
    if back_to is not None:
        if back_to == run.before_edit_path(step):
            atomic.replace(back_to, run.checkpoint_path(step))
        atomic.remove(run.before_edit_path(step))
        for number in run.rewind_points():
            if number > step:
                run.drop_checkpoint(number)
    for number, path in [*run.samples(), *run.snapshots()]:
        if number > step:
            atomic.remove(path)


def checkpoints_to_remove(
    steps: list[int], keep: int, protected: Set[int], changed: Set[int] = frozenset()
) -> list[int]:
    """Return which of `steps`, in order, to remove so that at most `keep` remain besides the `protected` ones.

    First comes the step whose neighbours are closest for its age, so that what remains is the sparser the older it is;
    `changed` steps count as further from theirs.
    """
    left, removed = list(steps), []
    newest = left[-1] if left else 0
    while len(candidates := [index for index, step in enumerate(left) if step not in protected]) > keep:
        padded = [0, *left, newest]  # the beginning counts as a neighbour: it can be had again

        def spacing(index: int, padded: list[int] = padded) -> float:
            gap = (padded[index + 2] - padded[index]) / (newest - padded[index + 1] + 1)
            return gap * (_CHANGED_STEP_WEIGHT if padded[index + 1] in changed else 1)

        removed.append(left.pop(min(candidates, key=spacing)))
    return removed


def steps_to_remove(steps: list[int], keep: int, pinned: Set[int]) -> list[int]:
    """Return which of `steps`, in order, to remove so that `keep` remain; the first, the last and pinned ones stay.

    First comes the step whose neighbours are relatively closest, so that early steps, where a run changes fast, stay
    dense.
    """
    left, removed = np.array(steps, np.float64), []
    while len(left) > keep:
        spread = (left[2:] + 1) / (left[:-2] + 1)  # of each step but the first and the last
        spread[np.isin(left[1:-1], list(pinned))] = np.inf
        closest = int(np.argmin(spread)) if spread.size else -1
        if closest < 0 or np.isinf(spread[closest]):
            break
        removed.append(int(left[closest + 1]))
        left = np.delete(left, closest + 1)
    return removed


def _pinned(run: RunFolder) -> frozenset[int]:
    try:
        return labels.load(run.path).steps
    except RunError as error:
        raise RunError(f"{error} Until then, no checkpoint is removed.") from None


def _total_bytes(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)
