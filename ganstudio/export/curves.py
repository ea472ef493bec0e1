"""Curves of a run as PNG, SVG and CSV files, from the whole history and without a window."""

import numpy as np
from PIL import Image

from ganstudio.data import catalog
from ganstudio.export import columns, tables
from ganstudio.export.chart import PLOT_POINTS, Chart, ChartPlot, draw_picture, write_chart
from ganstudio.export.columns import Columns, RunTable
from ganstudio.export.files import atomic_file
from ganstudio.export.job import Content, Job
from ganstudio.plots.curve_data import Curve, Points
from ganstudio.plots.scale import whole_run
from ganstudio.plots.specs import SPECS, PlotSpec
from ganstudio.runs.folder import RunFolder
from ganstudio.text import DOT

_MEAN_LIFE = 1 / 50  # of the number of ticks: smoothing looks back that far


def render(run: RunFolder) -> Image.Image:
    """Return the curves of a run as a picture.

    Raises
    ------
    ExportError
        The run has no history yet.
    """
    return draw_picture(chart_of(run))


def write_svg(job: Job, content: Content) -> str:
    """Write the curves as lines and text; return a description."""
    run = RunFolder.open(job.run)
    write_chart(chart_of(run), job.out)
    return f"curves of {run.display_name}"


def write_csv(job: Job, content: Content) -> str:
    """Write every figure of the history, a row for each step that has one; return a description."""
    run = RunFolder.open(job.run)
    table = columns.read(run)
    with atomic_file(job.out) as temp:
        count = tables.write_csv_parts(temp, columns.join_by_step(table))
    return f"{count:,} row{'' if count == 1 else 's'} of {run.display_name}{_note(run, table)}"


def _note(run: RunFolder, table: RunTable) -> str:
    """Return that lines were lost; the last one of a run that trains may only not be written to its end yet."""
    if not table.skipped or run.is_running():
        return ""
    lines = f"{table.skipped:,} line{'' if table.skipped == 1 else 's'}"
    return f"; {lines} of history.jsonl cannot be read and {'is' if table.skipped == 1 else 'are'} left out"


def chart_of(run: RunFolder) -> Chart:
    """Return the chart of a run's whole history.

    Raises
    ------
    ExportError
        The run has no history yet.
    """
    table = columns.read(run)
    epochs = table.ticks["epoch"]
    marks = [(float(np.interp(mark.step, table.ticks["step"], epochs)), mark.kind) for mark in table.marks]
    return Chart(
        f"{run.display_name}   {DOT}   {catalog.title_of(run.config.data.name)}",
        tuple(
            _plot(spec, table, run.config.makes_points)
            for spec in SPECS
            if _has_content(spec, table, run.config.objective.loss)
        ),
        "epoch",
        whole_run(epochs, table.measures["epoch"]),
        tuple(marks),
    )


def _has_content(spec: PlotSpec, table: RunTable, loss: str) -> bool:
    if spec.from_measures:
        return len(table.measures["step"]) > 0
    return not spec.why_undefined(loss)


def _plot(spec: PlotSpec, table: RunTable, points: bool) -> ChartPlot:
    source = table.measures if spec.from_measures else table.ticks
    lines = [line for line in spec.lines_for(points) if not line.optional or np.isfinite(source[line.column]).any()]
    return ChartPlot(spec, {line.column: _points(source, line.column, not spec.from_measures) for line in lines})


def _points(source: Columns, column: str, smooth: bool) -> Points:
    """Return a column as points; smoothed over a fixed fraction of a long history."""
    values = source[column]
    curve = Curve(1 - 1 / max(1.0, len(values) * _MEAN_LIFE) if smooth else 0.0)
    curve.extend(values)
    return curve.points(source["epoch"], 0, len(values), PLOT_POINTS)
