"""What the user views: the newest or a past step, as the panels need it."""

from bisect import bisect_right
from pathlib import Path

import numpy as np

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.data.points.edits import Edit
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.real_pictures import KnownData
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.runs.drawing import drawing_path, edits_at
from ganstudio.runs.labels import undated
from ganstudio.text import DOT


def run_config(model: RunModel) -> RunConfig:
    """Return the settings of the open run, not those that are being edited for the next one."""
    return model.folder.config if model.folder is not None else model.config


def point_edits(model: RunModel) -> tuple[Edit, ...]:
    """Return how the points are changed by hand at the viewed step."""
    if model.pending_edits is not None and model.viewed_step is None:
        return model.pending_edits
    return edits_at(model.marks, model.viewed_step)


def without_bundled(model: RunModel, generator: Model | None) -> Model | None:
    """Return the explorer's generator; None if it is the bundled one, in place of that of an open run without any."""
    is_open = model.folder is not None or model.is_busy
    return None if is_open and not model.snapshots else generator


def known_data(model: RunModel, generator: Model) -> KnownData:
    """Return the data that a generator was trained with, in the version of the open run if it is one of that."""
    run = model.folder
    home = model.data_home or (run.data_home() if run is not None else None)
    own = run if run is not None and run.name == generator.name else None
    edits = point_edits(model) if generator.config.makes_points else ()
    kept = None if own is None else drawing_path(own)
    return KnownData(generator.config.data, home, "" if own is None else own.info.data_fingerprint, kept, edits)


def nearest(steps: list[int], step: int | None) -> int | None:
    """Return the index in ascending `steps` of the last not after `step`, else the first; `step` None: the newest."""
    if not steps:
        return None
    return len(steps) - 1 if step is None else max(0, bisect_right(steps, step) - 1)


def viewed_snapshot(model: RunModel) -> tuple[int, Path] | None:
    """Return step and file of the generator that is viewed; None before the first snapshot."""
    index = nearest([step for step, _ in model.snapshots], model.viewed_step)
    return None if index is None else model.snapshots[index]


def snapshot_model(model: RunModel) -> Model | None:
    """Return the generator that is viewed; None before the run's first snapshot."""
    snapshot = viewed_snapshot(model)
    if snapshot is None:
        return None
    name = model.folder.name if model.folder is not None else "run"
    step, path = snapshot
    title = f"generator of step {step:,} {DOT} {undated(model.name or name)}"
    return Model(name, path, run_config(model), step, title, _version(path))


def snapshot_models(model: RunModel, count: int) -> list[Model]:
    """Return the generators of the run at `count` of its snapshots, evenly spread, with the first and the last."""
    snapshots = model.snapshots
    chosen = sorted({round(index) for index in np.linspace(0, len(snapshots) - 1, min(count, len(snapshots)))})
    name = model.folder.name if model.folder is not None else "run"
    models_of = (snapshots[index] for index in chosen)
    return [Model(name, path, run_config(model), step, f"step {step:,}", _version(path)) for step, path in models_of]


def _version(path: Path) -> int:
    """Return a number that differs when the snapshot of a step is rewritten, as manual updates do."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # deleted by the run: whoever reads it reports that


def viewed_model(model: RunModel) -> Model | None:
    """Return what the explorer generates pictures with: `snapshot_model`, else a bundled model, if it is installed.

    None before the first snapshot of a run of points: pictures of digits have nothing to do with it.

    Raises
    ------
    RunError
        If the bundled model's file cannot be used.
    """
    own = snapshot_model(model)
    return own if own is not None or run_config(model).makes_points else models.bundled(models.INITIAL)


def viewed_grid(model: RunModel) -> int | None:
    """Return the step of the grid of fixed noise that is viewed; None before the first."""
    steps = sorted(model.samples)
    index = nearest(steps, model.viewed_step)
    return None if index is None else steps[index]


def epoch_at(model: RunModel, step: int) -> float:
    """Return the epoch at a step, from the history."""
    if step <= 0 or not len(model.history):
        return 0.0
    return float(np.interp(step, model.history.column("step"), model.history.column("epoch")))


def position(model: RunModel, step: int) -> str:
    """Return where in the run a picture is from: "picture of step 5,616 · epoch 12.3 of 100"."""
    config = run_config(model)
    epochs = f" of {config.epochs:,}" if length.deciding_setting(config) == "epochs" else ""
    steps = f" of {config.steps:,}" if config.steps else ""
    return f"picture of step {step:,}{steps} {DOT} epoch {epoch_at(model, step):,.1f}{epochs}"
