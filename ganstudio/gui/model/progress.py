"""Progress of the open run: how far it is, how fast, and how long it still takes."""

import numpy as np

from ganstudio import length
from ganstudio.gui.model.run_model import RunModel
from ganstudio.plots.curve_data import Floats
from ganstudio.text import format_duration

_RECENT_TICKS = 40  # from which speed and time left are estimated: some 10 s


def total_steps(model: RunModel) -> int:
    """Return the step at which the run will be done with its present settings; 0 while unknown."""
    if model.config.steps:
        return model.config.steps
    if not model.started or length.deciding_setting(model.config) != "epochs":
        return 0
    first = model.started.config
    if first.epochs == model.config.epochs and length.deciding_setting(first) == "epochs":
        return model.started.total_steps
    return model.config.epochs * model.started.batches_per_epoch


def fraction_done(model: RunModel) -> float:
    """Return the fraction of the run that is done, 0..1."""
    return length.fraction_done(model.config, model.step, trained_seconds(model), model.epoch)


def steps_per_second(model: RunModel) -> float:
    """Return the median over the newest ticks, which ignores sleep and manual updates; nan while unknown."""
    steps = model.history.column("step")[-_RECENT_TICKS:]
    seconds = model.history.column("seconds")[-_RECENT_TICKS:]
    elapsed = np.diff(seconds)
    known = elapsed > 0
    return _median(np.diff(steps)[known] / elapsed[known]) if known.any() else float("nan")


def speed_text(model: RunModel) -> str:
    """Return the speed of the last seconds: "812 img/s"; "" while unknown."""
    rates = model.history.column("images_per_second")[-_RECENT_TICKS:]
    rates = rates[np.isfinite(rates)]
    if not len(rates):
        return ""
    rate = _median(rates)
    if model.pace is not None:
        rate = min(rate, model.pace * _images_per_round(model))
    return f"{rate:,.0f} img/s"


def _images_per_round(model: RunModel) -> float:
    """Return the real pictures that D has seen in a round, by the median over the newest ticks; inf while unknown."""
    steps = model.history.column("step")[-_RECENT_TICKS:]
    rounds = np.diff(steps)
    known = rounds > 0
    seen = np.diff(model.history.column("images")[-_RECENT_TICKS:])[known]
    return _median(seen / rounds[known]) if known.any() else float("inf")


def trained_seconds(model: RunModel) -> float:
    """Return the seconds of training so far."""
    seconds = model.history.last("seconds") if len(model.history) else 0.0
    return float(np.nan_to_num(seconds))


def time_left_text(model: RunModel, total: int) -> str:
    """Return the time until step `total`: "18 min left"; "" while unknown."""
    if model.config.seconds and not model.config.steps:
        return f"{format_duration(model.config.seconds - trained_seconds(model))} left"
    speed = steps_per_second(model)
    if model.pace is not None:  # waiting between rounds is not training time
        speed = min(speed, model.pace)
    if not total or not np.isfinite(speed) or speed <= 0:
        return ""
    return f"{format_duration(max(0, total - model.step) / speed)} left"


def _median(values: Floats) -> float:
    """Return the median of finite values.

    np.median imports a part of NumPy at its first call, and waits for the thread that imports torch at that time.
    """
    ordered = np.sort(values)
    return float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
