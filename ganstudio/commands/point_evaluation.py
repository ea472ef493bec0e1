"""`ganstudio evaluate` of a model that makes points: measured against the distribution that they are to have."""

from dataclasses import dataclass

import numpy as np

from ganstudio.data import catalog
from ganstudio.data.points.sets import find_source
from ganstudio.evaluation.points import meter
from ganstudio.evaluation.points.meter import PointMeter, PointReport
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs.drawing import drawing_path, read_edits

_FIGURES = (  # field, what it is called, its format
    ("js", "JS on 32 x 32, bits", ".4f"),
    ("sw", "sliced Wasserstein-1", ".4f"),
    ("modes", "modes found", "d"),
    ("hq", "within 3 deviations", ".1%"),
    ("mode_kl", "reverse KL, nats", ".4f"),
)


@dataclass(frozen=True)
class PointEvaluation:
    """Measures of the points of a model, and of real ones.

    The fields are those of the JSON that `--json` writes.
    """

    model: str
    step: int
    data: str
    seed: int
    truncation: float
    samples: PointReport
    real: PointReport


def evaluate_points(model: Model, seed: int, truncation: float) -> PointEvaluation:
    """Measure points of a model, and other real ones, against real points.

    Raises
    ------
    DataError
        Its data set is not on this computer.
    """
    run = model.run()
    home, kept = (run.data_home(), drawing_path(run)) if run is not None else (None, None)
    data = model.config.data
    edits = read_edits(run, model.step) if run is not None else ()
    point_meter = PointMeter(find_source(data.name, home, kept, edits, data.points).distribution)
    sampler = Sampler.from_model(model)
    z = noise(meter.COUNT, sampler.z_size, seed) * np.float32(truncation)
    return PointEvaluation(
        model.name,
        model.step,
        model.config.data.name,
        seed,
        truncation,
        point_meter.measure(sampler.sample_points(z)),
        point_meter.measure(point_meter.draw_real()),
    )


def format_points(result: PointEvaluation) -> str:
    """Return the table for a terminal."""
    samples, real = result.samples, result.real
    drawn = f"seed {result.seed}" + (f", truncation {result.truncation:g}" if result.truncation != 1 else "")
    lines = [
        f"{result.model}, step {result.step:,}: {samples.count:,} samples ({drawn}) and {real.count:,} real points of "
        f"{catalog.title_of(result.data)}, each against {real.count:,} others",
        "",
        _row("", "samples", "real"),
    ]
    for field, name, style in _FIGURES:
        if (found := getattr(samples, field)) is not None:
            lines.append(_row(name, format(found, style), format(getattr(real, field), style)))
    if samples.modes is not None:
        lines += ["", f"Modes are looked for with {meter.MODE_COUNT:,} of the points; there are {samples.of_modes}."]
    return "\n".join(lines)


def _row(name: str, *figures: str) -> str:
    return f"{name:24}" + "".join(f"{figure:>12}" for figure in figures)
