"""When the next measurement of the pictures comes, and why there is none yet, in words."""

import numpy as np

from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.window.status_bar import duration, steps_per_second

_PLAIN = "A measurement compares the generator's pictures with real ones."


def why_empty(model: RunModel) -> str:
    """What stands in the plot of the measured quality before the first measurement."""
    if model.is_measuring:
        return f"Measuring {model.config.measure.count:,} pictures\N{HORIZONTAL ELLIPSIS}"
    if model.folder is None and not model.is_busy:
        return f"Nothing has been measured yet. {_PLAIN}"
    if not model.is_busy and model.status != RunStatus.FOLLOWING:
        return "This run was not measured." + (" Press Measure now to do it." if model.can_be_measured else "")
    return f"Not measured yet. {next_one(model)}"


def next_one(model: RunModel) -> str:
    """When the next measurement comes by itself, in a sentence."""
    every = model.config.measure.every
    if not every:
        return "The run does not measure by itself, because the setting “measure every” is 0."
    epoch = (int(model.epoch) // every + 1) * every
    left = _seconds_to(model, epoch)
    when = f", in about {duration(left)}" if left is not None else ""
    return f"The next measurement is due after epoch {epoch:,}{when}, or later if measuring would slow down training."


def _seconds_to(model: RunModel, epoch: int) -> float | None:
    """Seconds of training until an epoch is over; None while the speed is not known."""
    speed = steps_per_second(model)
    if model.started is None or not np.isfinite(speed) or speed <= 0:
        return None
    return (epoch - model.epoch) * model.started.batches_per_epoch / speed
