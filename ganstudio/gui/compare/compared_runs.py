"""Runs that are compared: their curves, and their pictures at a common time. Knows no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ganstudio.config import RunConfig
from ganstudio.data.points.edits import PATH
from ganstudio.events import Measured
from ganstudio.gui.compare.differences import SettingValues, setting_values
from ganstudio.gui.model.viewing import nearest
from ganstudio.plots.curve_data import Curve, Floats
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.series import Series
from ganstudio.runs.tick_means import group_size


@dataclass(frozen=True)
class ComparedCurve:
    """Curve that runs can be compared by.

    Parameters
    ----------
    column
        Field of a tick or a measure.
    label, help
        Name and description for the user.
    percent
        Whether values, 0..1, are written in percent.
    measured
        Whether it is a field of the measures instead of the ticks.
    """

    column: str
    label: str
    help: str
    percent: bool = False
    measured: bool = False


CURVES = (
    ComparedCurve("g_loss", "loss of G", "Loss of the generator"),
    ComparedCurve("d_loss", "loss of D", "Loss of the discriminator"),
    ComparedCurve("d_acc", "accuracy of D", "How often the discriminator is right, over real pictures and fakes", True),
    ComparedCurve("d_real", "D(x)", "Output of the discriminator for real pictures, on average"),
    ComparedCurve("d_fake", "D(G(z))", "Output of the discriminator for fakes, on average"),
    ComparedCurve("value", "V(D, G)", "The value of the game"),
    ComparedCurve(
        "augment_p", "augmentation", "Probability with which pictures are augmented before D sees them", True
    ),
    ComparedCurve("images_per_second", "pictures/s", "Training speed, in real pictures per second"),
    ComparedCurve("fcd", "FCD", "Fréchet classifier distance from real pictures; lower is better", measured=True),
    ComparedCurve("precision", "precision", "Share of fakes that look like real pictures", True, True),
    ComparedCurve("recall", "recall", "Share of real pictures that look like fakes", True, True),
    ComparedCurve("coverage", "coverage", "Share of real pictures that have a fake close by", True, True),
    ComparedCurve("js", "JS", "Jensen-Shannon divergence from real points, bits; lower is better", measured=True),
    ComparedCurve("sw", "SW", "Sliced Wasserstein distance from real points; lower is better", measured=True),
    ComparedCurve("mode_share", "modes found", "Share of the modes of the data with a point on them", True, True),
    ComparedCurve("hq", "on modes", "Share of points within 3 standard deviations of a mode", True, True),
)
UNITS = ("epochs", "steps")
SMOOTHING_DECAY = 0.5 ** (1 / 8)  # a tick counts half after eight


@dataclass(frozen=True)
class ComparedRun:
    """Run that is compared.

    Parameters
    ----------
    path, title
        Its folder, and what the user calls it.
    config
        Its settings now.
    history, measures
        What was logged and measured.
    samples, snapshots
        Steps and files of its saved grids and generators.
    setting_values
        Values of every setting in turn, by dotted name.
    lines
        What is drawn of each curve, by its column: smoothed unless it was measured.
    point_changes
        Steps at which its points were changed by hand.
    """

    path: Path
    title: str
    config: RunConfig
    history: Series
    measures: list[Measured]
    samples: list[tuple[int, Path]]
    snapshots: list[tuple[int, Path]]
    setting_values: Mapping[str, SettingValues]
    lines: Mapping[str, Curve] = field(default_factory=dict)
    point_changes: tuple[int, ...] = ()

    @property
    def best(self) -> Measured | None:
        """Best of its measures; None if it was never measured."""
        return history.best_measurement(self.measures)

    def curve(self, curve: ComparedCurve, unit: str) -> tuple[Floats, Floats]:
        """Return a curve as x in epochs or steps, (N,), and values, (N,), nan where there is none."""
        along = "epoch" if unit == "epochs" else "step"
        if not curve.measured:
            return self.history.column(along), self.history.column(curve.column)
        x = np.array([getattr(measured, along) for measured in self.measures], np.float64)
        return x, np.array([getattr(measured, curve.column) for measured in self.measures], np.float64)

    def line(self, curve: ComparedCurve, unit: str) -> tuple[Floats, Curve]:
        """Return what is drawn of a curve: x in epochs or steps, (N,), and its N values."""
        return self.curve(curve, unit)[0], self.lines[curve.column]

    def with_lines(self) -> "ComparedRun":
        """Return it with its `lines`. That takes a moment in a long run: the thread that reads the run does it."""
        lines = {}
        for each in CURVES:
            lines[each.column] = line = Curve(0.0 if each.measured else SMOOTHING_DECAY)
            line.extend(self.curve(each, "steps")[1])
        return replace(self, lines=lines)

    def end(self, unit: str) -> float:
        """Return where the run ends, in epochs or steps."""
        return max(0.0, self.history.last("epoch" if unit == "epochs" else "step")) if len(self.history) else 0.0

    def step_at(self, x: float, unit: str) -> int:
        """Return the step at x, in epochs or steps; the last one after the end."""
        if unit == "steps" or not len(self.history):
            return int(min(x, self.end("steps")))
        return int(np.interp(x, _from_zero(self.history, "epoch"), _from_zero(self.history, "step")))

    def epoch_at(self, step: int) -> float:
        """Return the epoch at a step."""
        if not len(self.history):
            return 0.0
        return float(np.interp(step, _from_zero(self.history, "step"), _from_zero(self.history, "epoch")))


def read_run(path: Path) -> ComparedRun:
    """Return the run at `path`.

    Raises
    ------
    RunError, OSError
        It cannot be read.
    """
    folder = RunFolder.open(path)
    file = path / "history.jsonl"
    log = history.read_table(file, group_size(file))
    return ComparedRun(
        path,
        folder.display_name,
        folder.config,
        log.ticks,
        log.measures,
        folder.samples(),
        folder.snapshots(),
        setting_values(folder.config, log.marks),
        point_changes=tuple(mark.step for mark in log.marks if mark.path == PATH),
    ).with_lines()


def known_curves(runs: Sequence[ComparedRun]) -> dict[int, ComparedCurve]:
    """Return the curves that at least one of the runs has values of, by their index in CURVES."""
    return {index: curve for index, curve in enumerate(CURVES) if any(run.lines[curve.column].is_known for run in runs)}


def most_telling_curve(runs: Sequence[ComparedRun]) -> int:
    """Return the index in CURVES of the curve to begin with: the quality if it was measured, else D's accuracy."""
    columns = [curve.column for curve in CURVES]
    known = {curve.column for curve in known_curves(runs).values()}
    return columns.index(next((column for column in ("fcd", "js") if column in known), "d_acc"))


def why_not_same_z(runs: Sequence[ComparedRun]) -> str:
    """Return why the runs cannot show pictures from the same z; "" if they can."""
    if not all(run.snapshots for run in runs):
        return "One of the runs has no snapshot of its generator."
    kinds = {(s.config.network.z_size, s.config.network.conditional, s.config.network.classes) for s in runs}
    return "" if len(kinds) == 1 else "The generators of the runs differ in the size of z or in their classes."


def file_at(files: list[tuple[int, Path]], step: int) -> tuple[int, Path] | None:
    """Return the newest (step, file) not after a step, else the first; None if there is no file."""
    index = nearest([file_step for file_step, _ in files], step)
    return None if index is None else files[index]


def slider_stops(runs: Sequence[ComparedRun], unit: str) -> list[float]:
    """Return where one of the runs has saved pictures, in epochs or steps, ascending."""
    stops: set[float] = set()
    for run in runs:
        for step, _ in run.samples:
            stops.add(round(run.epoch_at(step), 3) if unit == "epochs" else float(step))
    return sorted(stops)


def _from_zero(history: Series, name: str) -> Floats:
    return np.concatenate(([0.0], history.column(name)))
