"""runs and branch: what runs there are, and a new one that begins where another one was."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from ganstudio import paths
from ganstudio.runs import labels, lookup, summary
from ganstudio.runs.summary import RunSummary

_HEAD = ("run", "title", "status", "data", "steps", "epochs", "time", "FCD", "size", "branch of")


def branch(parent: Path, at: int | None, changes: Mapping[str, str], out: Path | None) -> str:
    """Make a branch of the run in the folder `parent`, or of that name; where it is and how to go on with it.

    Raises StudioError.
    """
    from ganstudio.runs.branch import branch as make

    made = make(lookup.find(parent), at, changes, out)
    return (
        f"{made.name} begins at step {made.info.parent_step:,} of {made.info.parent}. "
        f"To go on with it: ganstudio resume {shlex.quote(str(made.path))}"
    )


def table(home: Path | None = None) -> str:
    """Every run, a line each, the pinned ones first and then the newest."""
    home = home or paths.runs_home()
    found = sorted(summary.list_runs(home), key=lambda run: not run.pinned)
    if not found:
        return f"There is no run in {home}. To make one: ganstudio train"
    rows = [_HEAD, *(_row(run) for run in found)]
    if not any(run.title for run in found):
        rows = [(row[0], *row[2:]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", f"Folder of runs: {home}"])


def _row(run: RunSummary) -> tuple[str, ...]:
    """A run's cells. The Frechet classifier distance is the best that was measured, with its number of pictures."""
    best = run.measures
    return (
        run.name,
        run.title,
        f"{run.status}, pinned" if run.pinned else run.status,
        run.data,
        f"{run.steps:,}",
        f"{run.epoch:.1f}",
        _duration(run.seconds),
        f"{best.fcd:.4g} at {best.step:,}" if best else "",
        f"{run.bytes / 1e6:,.0f} MB",
        f"{labels.display_name(run.path.parent / run.parent)} at {run.parent_step:,}" if run.parent else "",
    )


def _duration(seconds: float) -> str:
    """ "45 s", "12 min", "3 h 5 min"."""
    minutes = int(seconds // 60)
    if not minutes:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
