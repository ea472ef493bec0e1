"""`ganstudio runs`: list the runs."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands
from ganstudio.system import paths

if TYPE_CHECKING:
    from ganstudio.events import Measured
    from ganstudio.runs.summary import RunSummary

_HEAD = ("run", "title", "status", "data", "steps", "epochs", "time", "FCD", "size", "branch of")


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    commands.add("runs", run, "List the runs.")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    print(format_table())
    return DONE


def format_table(home: Path | None = None) -> str:
    """Return a table with a line for each run: the pinned ones first, then the newest."""
    from ganstudio.runs import summary

    home = home or paths.runs_home()
    runs = sorted(summary.list_runs(home), key=lambda run: not run.pinned)
    if not runs:
        return f"There are no runs in {home}. To train one: ganstudio train"
    rows = [_HEAD, *(_row(run) for run in runs)]
    if not any(run.title for run in runs):
        rows = [(row[0], *row[2:]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", f"Folder of runs: {home}"])


def _row(run: "RunSummary") -> tuple[str, ...]:
    """Return a run's cells; the Frechet classifier distance is the best that was measured, with its step."""
    from ganstudio.runs import labels

    best = run.measures
    return (
        run.name,
        run.title,
        f"{run.status}, pinned" if run.pinned else run.status,
        run.data,
        f"{run.steps:,}",
        f"{run.epoch:.1f}",
        _duration(run.seconds),
        _best(best) if best else "",
        f"{run.bytes / 1e6:,.0f} MB",
        f"{labels.display_name(run.path.parent / run.parent)} at {run.parent_step:,}" if run.parent else "",
    )


def _best(measured: "Measured") -> str:
    kind = "" if measured.js is None else f"{measured.distance_name} "
    return f"{kind}{measured.distance:.4g} at {measured.step:,}"


def _duration(seconds: float) -> str:
    """Return "45 s", "12 min" or "3 h 5 min"."""
    minutes = int(seconds // 60)
    if not minutes:
        return f"{seconds:.0f} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
