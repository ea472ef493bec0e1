"""Measured quality of the open run: the columns of its measures, the one that is viewed, and its description."""

from ganstudio.events import Measured
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import nearest
from ganstudio.plots.specs import MEASURES, POINT_MEASURES
from ganstudio.runs.point_figures import point_figures, real_figures
from ganstudio.text import format_number, format_percent

MEASURE_COLUMNS = ("step", "epoch", "seconds", "count", *MEASURES, *POINT_MEASURES)


def viewed_measure(model: RunModel) -> Measured | None:
    """Return the newest measure not after the viewed step, else the first; None if there is none."""
    index = nearest([measured.step for measured in model.measures], model.viewed_step)
    return None if index is None else model.measures[index]


def describe_measure(measured: Measured) -> str:
    """Return a measure in two lines of text."""
    if points := point_figures(measured):
        real = real_figures(measured)
        return f"{', '.join(points)}\n{measured.count:,} points at step {measured.step:,}; {real}"
    fractions = {"precision": measured.precision, "recall": measured.recall, "coverage": measured.coverage}
    figures = [f"FCD {format_number(measured.distance)}"]
    figures += [f"{name} {format_percent(share)}" for name, share in fractions.items() if share is not None]
    basis = f"{measured.count:,} pictures at step {measured.step:,}, seen by {measured.features}"
    return f"{', '.join(figures)}\n{basis}"
