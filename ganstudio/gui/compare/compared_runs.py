"""What is compared of runs: their curves, and their pictures at a common time. Knows no Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ganstudio.config import RunConfig
from ganstudio.events import Measured
from ganstudio.gui.compare.differences import Values, values_of
from ganstudio.gui.model.series import Series
from ganstudio.gui.model.viewing import nearest
from ganstudio.plots.curve_data import Floats
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder


@dataclass(frozen=True)
class Shown:
    """A curve that runs can be compared by; `measured` ones are of their measures, the others of their ticks."""

    column: str
    label: str
    help: str
    percent: bool = False
    measured: bool = False


CURVES = (
    Shown("g_loss", "loss of G", "Loss of the generator"),
    Shown("d_loss", "loss of D", "Loss of the discriminator"),
    Shown("d_acc", "accuracy of D", "How often the discriminator is right, over real pictures and fakes", True),
    Shown("d_real", "D(x)", "Output of the discriminator for real pictures, on average"),
    Shown("d_fake", "D(G(z))", "Output of the discriminator for fakes, on average"),
    Shown("value", "V(D, G)", "The value of the game"),
    Shown("images_per_second", "pictures/s", "Training speed, in real pictures per second"),
    Shown("fcd", "FCD", "Fréchet classifier distance from real pictures; lower is better", measured=True),
    Shown("precision", "precision", "Share of fakes that look like real pictures", True, True),
    Shown("recall", "recall", "Share of real pictures that look like fakes", True, True),
    Shown("coverage", "coverage", "Share of real pictures that have a fake close by", True, True),
)
UNITS = ("epochs", "steps")


@dataclass(frozen=True)
class Story:
    """A run as it is compared."""

    path: Path
    title: str
    config: RunConfig
    history: Series
    measures: list[Measured]
    samples: list[tuple[int, Path]]
    snapshots: list[tuple[int, Path]]
    values: Mapping[str, Values]  # of every setting, in turn, by dotted name

    @property
    def best(self) -> Measured | None:
        """The best of its measurements; None if it was never measured."""
        return history.best_measurement(self.measures)

    def curve(self, shown: Shown, unit: str) -> tuple[Floats, Floats]:
        """x (N,) in epochs or steps, and the values (N,), nan where there is none."""
        along = "epoch" if unit == "epochs" else "step"
        if not shown.measured:
            return self.history.column(along), self.history.column(shown.column)
        x = np.array([getattr(each, along) for each in self.measures], np.float64)
        return x, np.array([getattr(each, shown.column) for each in self.measures], np.float64)

    def end(self, unit: str) -> float:
        """Where the run ends."""
        return max(0.0, self.history.last("epoch" if unit == "epochs" else "step")) if len(self.history) else 0.0

    def step_at(self, place: float, unit: str) -> int:
        """Step at a place in epochs or steps; the last one for a place behind the end."""
        if unit == "steps" or not len(self.history):
            return int(min(place, self.end("steps")))
        return int(np.interp(place, _from_zero(self.history, "epoch"), _from_zero(self.history, "step")))

    def epoch_at(self, step: int) -> float:
        """Epoch at a step."""
        if not len(self.history):
            return 0.0
        return float(np.interp(step, _from_zero(self.history, "step"), _from_zero(self.history, "epoch")))


def read(path: Path) -> Story:
    """The run at `path`. Raises RunError, OSError."""
    folder = RunFolder.open(path)
    told, series = folder.history(), Series()
    series.extend(told.ticks)
    return Story(
        path,
        folder.display_name,
        folder.config,
        series,
        folder.measures(),
        folder.samples(),
        folder.snapshots(),
        values_of(folder.config, told.marks),
    )


def known_curves(stories: Sequence[Story]) -> dict[int, Shown]:
    """Curves that at least one of the runs has values of, by their place in CURVES."""
    return {
        place: shown
        for place, shown in enumerate(CURVES)
        if any(np.isfinite(story.curve(shown, "steps")[1]).any() for story in stories)
    }


def most_telling(stories: Sequence[Story]) -> int:
    """Place in CURVES of the one to begin with: quality if it was measured, else how often D is right."""
    columns = [shown.column for shown in CURVES]
    return columns.index("fcd" if any(story.measures for story in stories) else "d_acc")


def same_noise_possible(stories: Sequence[Story]) -> str:
    """Why the same z cannot be shown by all; "" if it can."""
    if not all(story.snapshots for story in stories):
        return "One of the runs has no snapshot of its generator."
    kinds = {(s.config.network.z_size, s.config.network.conditional, s.config.network.classes) for s in stories}
    return "" if len(kinds) == 1 else "The generators of the runs differ in the size of z or in their classes."


def file_at(files: list[tuple[int, Path]], step: int) -> tuple[int, Path] | None:
    """The newest (step, file) not after a step, else the first."""
    index = nearest([each for each, _ in files], step)
    return None if index is None else files[index]


def stops(stories: Sequence[Story], unit: str) -> list[float]:
    """Places along the runs where one of them has a picture, in order."""
    found: set[float] = set()
    for story in stories:
        for step, _ in story.samples:
            found.add(round(story.epoch_at(step), 3) if unit == "epochs" else float(step))
    return sorted(found)


def _from_zero(history: Series, name: str) -> Floats:
    return np.concatenate(([0.0], history.column(name)))
