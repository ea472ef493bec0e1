"""Time of the next measurement of the open run, and why it was not measured yet."""

import numpy as np

from ganstudio.events import RunStatus
from ganstudio.gui.model.progress import steps_per_second
from ganstudio.gui.model.run_model import RunModel
from ganstudio.text import format_duration

_WHAT_IT_IS = "A measurement compares the generator's pictures with real ones."


def why_not_measured(model: RunModel) -> str:
    """Return the note in the plot of the quality before the first measurement."""
    if model.is_measuring:
        return f"Measuring {model.config.measure.count:,} pictures\N{HORIZONTAL ELLIPSIS}"
    if model.folder is None and not model.is_busy:
        return f"Nothing has been measured yet. {_WHAT_IT_IS}"
    if not model.is_busy and model.status != RunStatus.FOLLOWING:
        return "This run was not measured." + (" Press Measure now to do it." if model.can_be_measured else "")
    return f"Not measured yet. {next_measure(model)}"


def next_measure(model: RunModel) -> str:
    """Return a sentence that says when the run measures itself next."""
    every = model.config.measure.every
    if not every:
        return "The run does not measure automatically, because “measure every” is 0."
    epoch = (int(model.epoch) // every + 1) * every
    seconds = _seconds_until(model, epoch)
    when = f", in about {format_duration(seconds)}" if seconds is not None else ""
    return f"The next measurement is due after epoch {epoch:,}{when}, or later if it would slow down training."


def _seconds_until(model: RunModel, epoch: int) -> float | None:
    """Return the seconds of training until an epoch is over; None while the speed is not known."""
    speed = steps_per_second(model)
    if model.started is None or not np.isfinite(speed) or speed <= 0:
        return None
    return (epoch - model.epoch) * model.started.batches_per_epoch / speed
