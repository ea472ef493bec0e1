"""What a run keeps of its past and what it lets go: steps on the time slider, checkpoints to go back to.

Both stay under the number a person set, and together, wherever they can, under a size: checkpoints get at most half of
it, snapshots the rest.
"""

from collections.abc import Iterable, Set
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.config import OutputConfig
from ganstudio.runs import labels

if TYPE_CHECKING:
    from ganstudio.runs.folder import RunFolder

START = 0  # the step that can always be gone back to
NEWEST = 3  # checkpoints that stay whatever happens: the newest may be torn, or of a run that has just broken
_FEWEST = 2  # steps on the time slider that stay whatever their size: the first and the last
_DEAR = 4  # times as far from its neighbours counts a checkpoint made before an edit: who tries something goes back
_MB = 1e6  # bytes


def thin_checkpoints(
    folder: "RunFolder", step: int, output: OutputConfig, best: int | None, edits: Set[int] = frozenset()
) -> None:
    """Remove checkpoints until those remain that `output` asks for, now that the one of `step` is written.

    Never go the first, the newest three, that of the step `best` and those a person pinned; those before `edits` go
    later than others. Those later than `step` do go: they are of a time that was gone back on, or broken. Raises
    OSError.
    """
    steps = folder.rewind_points()
    past = [number for number in steps if number <= step]
    held = {START, *past[-NEWEST:]} | labels.read(folder.path).steps | ({best} if best is not None else set())
    sizes = {number: _bytes(folder.checkpoint_files(number)) for number in past}
    room = output.disk_limit * _MB / 2 - sum(sizes[number] for number in held & sizes.keys())
    largest = max((size for number, size in sizes.items() if number not in held), default=0)
    fit = int(max(0.0, room) // largest) if largest else output.keep_checkpoints
    gone = too_old(past, min(output.keep_checkpoints, fit), held, edits)
    for number in [*gone, *(number for number in steps if number > step)]:
        folder.drop_checkpoint(number)


def thin_snapshots(folder: "RunFolder", output: OutputConfig, pinned: Set[int]) -> None:
    """Remove grids and snapshots until those steps remain that `output` asks for; see `RunFolder.thin`."""
    snapshots = [path for _, path in folder.snapshots()]
    room = output.disk_limit * _MB - _bytes(
        path for step in folder.rewind_points() for path in folder.checkpoint_files(step)
    )
    largest = _bytes(snapshots[-1:])
    fit = int(max(0.0, room) // largest) if largest else output.keep_snapshots
    folder.thin(max(_FEWEST, min(output.keep_snapshots, fit)), set(pinned))


def too_old(steps: list[int], keep: int, held: Set[int], dear: Set[int] = frozenset()) -> list[int]:
    """Of `steps`, in order, those to drop so that besides the `held` ones at most `keep` remain.

    What goes first is a step whose neighbours are closest for its age, so that those that remain are the sparser the
    older they are; those of `dear` ones count as further off.
    """
    left, gone = list(steps), []
    newest = left[-1] if left else 0
    while len(loose := [index for index, step in enumerate(left) if step not in held]) > keep:
        ends = [0, *left, newest]  # the beginning counts as a neighbour: it can be had again
        first = min(loose, key=lambda index: _room(ends, index, newest) * (_DEAR if left[index] in dear else 1))
        gone.append(left.pop(first))
    return gone


def _room(ends: list[int], index: int, newest: int) -> float:
    """Between the neighbours of a step, for its age; `ends` are all steps, with one more at each end."""
    return (ends[index + 2] - ends[index]) / (newest - ends[index + 1] + 1)


def too_close(steps: list[int], keep: int, pinned: Set[int]) -> list[int]:
    """Of `steps`, in order, those to drop so that `keep` remain; the first, the last and the `pinned` ones stay.

    What goes first is a step whose neighbours are relatively closest, so that early steps, where a run changes fast,
    stay dense.
    """
    left, gone = np.array(steps, np.float64), []
    while len(left) > keep:
        spread = (left[2:] + 1) / (left[:-2] + 1)  # of each step but the first and the last
        spread[np.isin(left[1:-1], list(pinned))] = np.inf
        closest = int(np.argmin(spread)) if spread.size else -1
        if closest < 0 or np.isinf(spread[closest]):
            break
        gone.append(int(left[closest + 1]))
        left = np.delete(left, closest + 1)
    return gone


def _bytes(files: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in files)
