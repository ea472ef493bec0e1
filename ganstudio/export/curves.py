"""The curves of a run as PNG, SVG and CSV, drawn without a window, on white paper, from the whole history."""

import math

import numpy as np
from PIL import Image

from ganstudio.data import catalog
from ganstudio.events import MarkKind
from ganstudio.export import chart, columns, tables
from ganstudio.export.canvas import Canvas, Picture, Svg
from ganstudio.export.chart import INK, MUTED, PAPER, Floats, Line, Spec
from ganstudio.export.columns import Table
from ganstudio.export.files import atomic_file
from ganstudio.export.job import Content, Job
from ganstudio.objectives import OBJECTIVES
from ganstudio.runs.folder import RunFolder

_WIDTH, _PLOT, _TOP, _BOTTOM = 960, 216, 36, 24  # px
_SCALE = 2  # pixels of a PNG a px

# The window's colours for light paper: Okabe and Ito's set, safe for colour-blind eyes, the lines of losses darkened.
_REAL, _FAKE, _GOOD, _D_LOSS, _G_LOSS = "#56B4E9", "#E69F00", "#009E73", "#A8487D", "#8A8000"

LOSS = Spec("Loss", (Line("d_loss", "D", _D_LOSS), Line("g_loss", "G", _G_LOSS, dashed=True)))
ACCURACY = Spec(
    "Accuracy",
    (
        Line("d_acc_real", "real", _REAL),
        Line("d_acc_fake", "fake", _FAKE),
        Line("d_acc", "both", INK, dashed=True),
    ),
    limits=(0.0, 1.0),
    level=0.5,
    percent=True,
)
OPINION = Spec(
    "D(x)",
    (Line("d_real", "D(x)", _REAL), Line("d_fake", "D(G(z))", _FAKE)),
    limits=(0.0, 1.0),
    level=0.5,
)
VALUE = Spec("V(D, G)", (Line("value", "V(D, G)", INK),), level=-math.log(4), level_name="\N{MINUS SIGN}log 4")
DISTANCE = Spec("Frechet classifier distance", (Line("fcd", "FCD", INK),), dots=True)
SHARES = Spec(
    "Precision and recall",
    (
        Line("precision", "precision", _FAKE),
        Line("recall", "recall", _REAL),
        Line("coverage", "coverage", _GOOD, dashed=True),
    ),
    limits=(0.0, 1.0),
    percent=True,
    dots=True,
)


def picture(run: RunFolder) -> Image.Image:
    """The curves as a picture. Raises ExportError."""
    found = columns.read(run)
    plots = _plots(run, found)
    canvas = Picture(_WIDTH, _height(plots), _SCALE, PAPER)
    _draw(canvas, run, found, plots)
    return canvas.image()


def write_svg(job: Job, content: Content) -> str:
    """Write the curves as lines and text; what to say. Raises StudioError."""
    run = RunFolder.open(job.run)
    found = columns.read(run)
    plots = _plots(run, found)
    canvas = Svg(_WIDTH, _height(plots), f"Curves of {run.display_name}", PAPER)
    _draw(canvas, run, found, plots)
    with atomic_file(job.out) as temp:
        temp.write_text(canvas.document(), encoding="utf-8")
    return f"curves of {run.display_name}"


def write_csv(job: Job, content: Content) -> str:
    """Write every figure of the history, a row a step that has one; what to say. Raises StudioError."""
    run = RunFolder.open(job.run)
    rows = columns.joined(columns.read(run))
    with atomic_file(job.out) as temp:
        tables.write_csv(temp, rows)
    return f"{len(rows['step']):,} rows of {run.display_name}"


def _plots(run: RunFolder, found: Table) -> list[tuple[Spec, dict[str, Floats]]]:
    """What there is to show, with the columns it is read from."""
    plots = [(spec, found.ticks) for spec in (LOSS, ACCURACY, OPINION)]
    loss = run.config.objective.loss
    if loss not in OBJECTIVES or OBJECTIVES[loss].probability:  # else D(x) is no probability, and V not defined
        plots.append((VALUE, found.ticks))
    return plots + ([(spec, found.measures) for spec in (DISTANCE, SHARES)] if len(found.measures["step"]) else [])


def _height(plots: list[tuple[Spec, dict[str, Floats]]]) -> int:
    return _TOP + len(plots) * _PLOT + _BOTTOM


def _draw(canvas: Canvas, run: RunFolder, found: Table, plots: list[tuple[Spec, dict[str, Floats]]]) -> None:
    canvas.text(
        16, _TOP / 2 + 4, f"{run.display_name}   \N{MIDDLE DOT}   {catalog.title_of(run.config.data.name)}", MUTED, 13
    )
    steps, epochs = found.ticks["step"], found.ticks["epoch"]
    changes = [mark.step for mark in found.marks if mark.kind == MarkKind.CHANGE]
    marks = np.interp(changes, steps, epochs).tolist()
    span = float(epochs[0]), float(epochs[-1])
    for number, (spec, curves) in enumerate(plots):
        box = (0, _TOP + number * _PLOT, _WIDTH, _PLOT)
        chart.draw(canvas, spec, curves["epoch"], curves, span, marks, box)
    canvas.text(_WIDTH / 2, _height(plots) - _BOTTOM / 2, "epoch", MUTED, chart.SMALL, "middle")
