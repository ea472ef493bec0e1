"""The plane of a run of points as PNG, SVG, table and film, at any snapshot and without a window."""

import csv
from collections.abc import Iterable

import numpy as np
from PIL import Image

from ganstudio.data.points import sets
from ganstudio.errors import ExportError
from ganstudio.export import plane_chart
from ganstudio.export.canvas import PictureCanvas, SvgCanvas
from ganstudio.export.chart import PAPER
from ganstudio.export.files import atomic_file
from ganstudio.export.job import Job
from ganstudio.export.pictures import check_size
from ganstudio.export.plane_chart import PlaneChart, draw_plane
from ganstudio.latent.plane import WHOLE, opinion_at
from ganstudio.latent.plane_layers import ESTIMATED, LayerComputer
from ganstudio.latent.sampler import Sampler
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import ARROWS, FILE_LAYERS, MAPS, Layer
from ganstudio.plots.plane_layers import MAX_TRACES, Points, Wanted
from ganstudio.runs import history
from ganstudio.runs.drawing import drawing_path, edits_at
from ganstudio.runs.folder import RunFolder

_CELLS = 96  # of a map, along each side
_PIXELS = 2  # of a picture for each px, unless a scale is given
_MAX_PAST = 30  # snapshots that traces go back to
KEY_COLOURS = plane_chart.COLOURS


class PlaneSource:
    """Draws the plane of a run at its snapshots.

    Parameters
    ----------
    job
        What is to be exported.

    Raises
    ------
    ExportError
        The run is none of points, has no snapshot yet, or its layers cannot be shown together.
    """

    def __init__(self, job: Job) -> None:
        run = RunFolder.open(job.run)
        if not run.config.makes_points:
            raise ExportError(f"{run.path} makes pictures: only a run of points has a plane. Export its grid instead.")
        self.run = run
        self.snapshots = [(step, path) for step, path in run.snapshots() if job.step is None or step <= job.step]
        if not self.snapshots:
            when = "" if job.step is None else f" up to step {job.step:,}"
            raise ExportError(f"{run.path} has no snapshot{when} yet: let it train for a few seconds first.")
        layers = check_layers(job.layers)
        if Layer.MANIFOLD in layers and run.config.network.z_size > 2:
            raise ExportError("The manifold can be drawn for z with one or two numbers only. Leave it out.")
        self._wanted = Wanted(layers, WHOLE, _CELLS, _CELLS)
        self._title = run.display_name if job.caption else ""
        self._scale = job.scale
        self._changes = history.read_changes(run.path / "history.jsonl")
        self._computers: dict[object, LayerComputer] = {}
        self._old: dict[int, Points] = {}

    def chart(self, index: int) -> PlaneChart:
        """Return what the plane shows at a snapshot, by its place in `snapshots`. Raises RunError."""
        step, path = self.snapshots[index]
        sampler = Sampler.from_snapshot(path, self.run.config)
        layers = self.computer(step).compute(self._wanted, sampler, sampler.critic)
        return PlaneChart(self._title, step, self._wanted, layers, self._traces(index))

    def picture(self, index: int, default_scale: int = _PIXELS) -> Image.Image:
        """Draw the plane at a snapshot. Raises RunError, or ExportError where it would be too large."""
        scale = self._scale or default_scale
        check_size(2 * plane_chart.SIDE, 2 * (plane_chart.SIDE + plane_chart.BAR), 3, scale)
        chart = self.chart(index)
        canvas = PictureCanvas(plane_chart.SIDE, chart.height, scale, PAPER)
        draw_plane(canvas, chart)
        return canvas.picture()

    def computer(self, step: int) -> LayerComputer:
        """Return what computes the layers at a step: real points may be changed by hand while a run trains."""
        edits = edits_at(self._changes, step)
        if edits not in self._computers:
            data, home = self.run.config.data, self.run.data_home()
            source = sets.find_source(data.name, home, drawing_path(self.run), edits, data.points)
            self._computers = {edits: LayerComputer(self.run.config, sets.draw_changed(source, 0)[0])}
        return self._computers[edits]

    def _traces(self, index: int) -> Floats | None:
        """Return where some fakes were at the snapshots before, and are, (T, N, 2); None: not wanted."""
        if Layer.TRACES not in self._wanted.layers:
            return None
        places, last = [], index % len(self.snapshots)
        for step, path in self.snapshots[max(0, last - _MAX_PAST) : last + 1]:
            if step not in self._old:
                sampler = Sampler.from_snapshot(path, self.run.config)
                self._old[step] = self.computer(step).fakes(sampler, MAX_TRACES)
            places.append(self._old[step])
        return np.stack(places).astype(np.float64) if len(places) > 1 else None


def check_layers(layers: Iterable[Layer]) -> frozenset[Layer]:
    """Return the layers of a picture of the plane.

    Raises
    ------
    ExportError
        They cannot be shown together, or the window alone shows one of them.
    """
    chosen = frozenset(layers)
    for group, name in ((MAPS, "map"), (ARROWS, "kind of arrows")):
        if len(both := [layer for layer in group if layer in chosen]) > 1:
            raise ExportError(f"Only one {name} can be shown at a time; got {' and '.join(both)}.")
    if alone := chosen - {*FILE_LAYERS}:
        raise ExportError(f"Only the window shows {', '.join(alone)}. Leave it out.")
    return chosen


def write_svg_of_plane(job: Job) -> str:
    """Write the plane at a step as lines and text, with the map as a picture in it; return a description.

    Raises StudioError.
    """
    source = PlaneSource(job)
    chart = source.chart(-1)
    title = f"{source.run.display_name}, step {chart.step:,}"
    canvas = SvgCanvas(plane_chart.SIDE, chart.height, title, PAPER)
    draw_plane(canvas, chart)
    with atomic_file(job.out) as temp:
        temp.write_text(canvas.document(), encoding="utf-8")
    return f"the plane at step {chart.step:,}"


def write_points(job: Job) -> str:
    """Write a table of real points and of fakes of the fixed noise at a step; return a description.

    Its columns are kind, x, y and, where D judges single points, its opinion of each, 0 to 1. Raises StudioError.
    """
    source = PlaneSource(job)
    step, path = source.snapshots[-1]
    sampler = Sampler.from_snapshot(path, source.run.config)
    computer = source.computer(step)
    kinds = {"real": computer.reals[:ESTIMATED], "fake": computer.fakes(sampler, ESTIMATED)}
    critic = sampler.critic
    with atomic_file(job.out) as temp, temp.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["kind", "x", "y", *(["d_opinion"] if critic is not None else [])])
        for kind, points in kinds.items():
            columns = [*points.astype(np.float64).T.tolist()]
            if critic is not None:
                columns.append(opinion_at(critic, points).tolist())
            rows.writerows([kind, *(f"{value:.7g}" for value in row)] for row in zip(*columns, strict=True))
    counts = " and ".join(f"{len(points):,} {kind}" for kind, points in kinds.items())
    return f"{counts} points of step {step:,}"
