"""Fewer ticks in place of many: means over several in a row, for what shows a run of weeks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ganstudio.events import Tick
from ganstudio.runs.history_rows import OPTIONAL, Row

MAX_SHOWN = 500_000  # ticks, about, that a window holds of a run; a plot has some thousand points
TICK_BYTES = 256  # of a tick's line in the file, about
_MEANS = (
    *("d_loss", "g_loss", "d_acc_real", "d_acc_fake", "d_acc", "d_real", "d_fake", "value"),
    *("images_per_second", *OPTIONAL),
)
_PEAKS = ("d_loss_max", "g_loss_max")


def group_size(path: Path, most: int = MAX_SHOWN) -> int:
    """Return how many ticks of a history to show as one, so that there are no more than about `most`."""
    try:
        count = path.stat().st_size // TICK_BYTES
    except OSError:
        return 1
    return max(1, -(-count // most))


def merge_ticks(rows: Iterable[Row], size: int) -> Iterator[Row]:
    """Yield the rows, with `size` ticks in a row as one; marks stay between those that they are between."""
    group: list[Tick] = []
    for row in rows:
        if group and (len(group) == size or not isinstance(row, Tick)):
            yield mean_of(group)
            group.clear()
        if isinstance(row, Tick):
            group.append(row)
        else:
            yield row
    if group:
        yield mean_of(group)


def mean_of(ticks: Sequence[Tick]) -> Tick:
    """Return several ticks as one at the step of the last: means, and the worst update of all."""
    if len(ticks) == 1:
        return ticks[0]
    figures: dict[str, float | None] = {}
    for name in (*_MEANS, *_PEAKS):
        known = [value for tick in ticks if (value := getattr(tick, name)) is not None]
        figures[name] = None if not known else max(known) if name in _PEAKS else sum(known) / len(known)
    return replace(ticks[-1], **figures)  # type: ignore[arg-type]
