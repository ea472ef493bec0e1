"""What the person looks at: the viewed step, live or past, as the panels need it."""

from bisect import bisect_right
from pathlib import Path

import numpy as np

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.gui.model.run_model import RunModel
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.runs.labels import undated

EN_DASH, MINUS, DOT, SQUARE = "\N{EN DASH}", "\N{MINUS SIGN}", "\N{MIDDLE DOT}", "\N{BLACK SQUARE}"


def run_config(model: RunModel) -> RunConfig:
    """Settings of the open run, not those that are being edited for the next one."""
    return model.folder.config if model.folder is not None else model.config


def nearest(steps: list[int], step: int | None) -> int | None:
    """Index in ascending `steps` of the last that is not after `step` (else the first); None: the newest."""
    if not steps:
        return None
    return len(steps) - 1 if step is None else max(0, bisect_right(steps, step) - 1)


def viewed_snapshot(model: RunModel) -> tuple[int, Path] | None:
    """Step and file of the generator that is looked at; None before the first snapshot."""
    index = nearest([step for step, _ in model.snapshots], model.viewed_step)
    return None if index is None else model.snapshots[index]


def snapshot_model(model: RunModel) -> Model | None:
    """The generator that is looked at; None before the run's first snapshot."""
    found = viewed_snapshot(model)
    if found is None:
        return None
    name = model.folder.name if model.folder is not None else "run"
    step, path = found
    title = f"generator of step {step:,} {DOT} {undated(model.name or name)}"
    return Model(name, path, run_config(model), step, title, _version(path))


def _version(path: Path) -> int:
    """Tells apart what a snapshot's file held in turn: updates by hand change the generator of a step."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # thinned out, or not there any more: who reads it says so


def viewed_model(model: RunModel) -> Model | None:
    """What the explorer makes pictures with: `snapshot_model`, or while there is none a bundled model, if it is there.

    Raises RunError if the bundled model's file is of no use.
    """
    return snapshot_model(model) or models.bundled(models.INITIAL)


def viewed_grid(model: RunModel) -> int | None:
    """Step of the grid of fixed noise that is looked at; None before the first."""
    steps = sorted(model.samples)
    index = nearest(steps, model.viewed_step)
    return None if index is None else steps[index]


def epoch_at(model: RunModel, step: int) -> float:
    """Epoch at a step, from the history."""
    if step <= 0 or not len(model.history):
        return 0.0
    return float(np.interp(step, model.history.column("step"), model.history.column("epoch")))


def position(model: RunModel, step: int) -> str:
    """Where in the run a picture is from, in words: "picture of step 5,616 - epoch 12.3 of 100" with a dot between."""
    config = run_config(model)
    epochs = f" of {config.epochs:,}" if length.deciding_setting(config) == "epochs" else ""
    steps = f" of {config.steps:,}" if config.steps else ""
    return f"picture of step {step:,}{steps} {DOT} epoch {epoch_at(model, step):,.1f}{epochs}"


def signed(value: float, decimals: int = 2) -> str:
    """A number with a true minus sign; what rounds to 0 has none."""
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def percent(share: float) -> str:
    """A share of 0..1 in percent."""
    return f"{share * 100:.0f}\N{NARROW NO-BREAK SPACE}%"
