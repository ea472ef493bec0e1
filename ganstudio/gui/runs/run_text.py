"""Texts about runs in the list."""

from ganstudio.events import Measured
from ganstudio.runs.labels import undated
from ganstudio.runs.point_figures import point_figures
from ganstudio.runs.summary import RunSummary
from ganstudio.text import DOT, one_line


def title_of(summary: RunSummary) -> str:
    """Return what a run is called: its title, else the name of its folder without the date."""
    return one_line(summary.title or undated(summary.name))


def _duration(seconds: float) -> str:
    """Return a duration: "48 s", "12 min" or "3.5 h"; runs are compared, so hours have a decimal."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def length_text(summary: RunSummary) -> str:
    """Return how far a run went: "12.3 epochs - 5 min" with a dot between."""
    return f"{summary.epoch:,.1f} epochs {DOT} {_duration(summary.seconds)}"


def quality_text(summary: RunSummary) -> str:
    """Return the best measure of a run: "FCD 3.21", of points "JS 0.0123"; "" if there is none."""
    best = summary.measures
    return f"{best.distance_name} {best.distance:.3g}" if best else ""


def figures_text(measured: Measured) -> str:
    """Return a measure of a run in full: "FCD 3.21, precision 0.81, recall 0.62, coverage 0.71 (digit-classifier)"."""
    if points := point_figures(measured):
        return ", ".join(points)
    shares = {"precision": measured.precision, "recall": measured.recall, "coverage": measured.coverage}
    figures = [f"{name} {share:.2f}" for name, share in shares.items() if share is not None]
    return f"{', '.join((f'FCD {measured.distance:.3g}', *figures))} ({measured.features})"
