"""Ranges and numbers of a plot's axes, the same in the window and in files."""

import math
from collections.abc import Sequence

import numpy as np

from ganstudio.plots.curve_data import Floats, Points
from ganstudio.plots.specs import PlotSpec
from ganstudio.text import format_number, format_percent, log_ticks, round_range, round_ticks

QUANTILES = (0.02, 0.98)  # of the unsmoothed values, which the y range holds at least
MAX_MARKERS = 60  # measures in view, up to which each has a marker
RAW_OPACITY = 0.35  # of a line's colour in its unsmoothed values, behind the smoothed line
MIN_TICK_DISTANCE = 13  # px between two numbers
Y_MARGIN = 0.05  # of the y range that is left free at both ends: a number there is not cut
LIMITS_MARGIN = 0.04  # the same where the limits are fixed
_X_MARGIN = 0.015  # of the x axis that is left free behind the newest measure
_MAX_START_FRACTION = 0.05  # of the end of a run, up to which its axis begins at 0
_MIN_DECADES = 3.0  # from the lowest to the highest value, from which a logarithmic scale is worth offering


def whole_run(x: Floats, measured_x: Floats) -> tuple[float, float]:
    """Return the range of x that holds a whole run.

    Parameters
    ----------
    x
        Where the values of the history are, (N,).
    measured_x
        Where the measures are, (M,).
    """
    if not len(x):
        return 0.0, 1.0
    start = float(x[0]) if len(x) > 1 and x[0] > _MAX_START_FRACTION * x[-1] else 0.0
    stop = max(float(x[-1]), start + 1e-3)
    if len(measured_x) and measured_x[-1] > stop - _X_MARGIN * (stop - start):  # a marker at the edge would be cut
        stop = float(measured_x[-1]) + _X_MARGIN * (float(measured_x[-1]) - start)
    return start, stop


def y_range(spec: PlotSpec, lines: Sequence[Points], log: bool) -> tuple[float, float] | None:
    """Return lowest and highest value of the y axis, round numbers, so that it rests while values wander.

    Parameters
    ----------
    spec
        The plot.
    lines
        What is in view of the lines that are drawn on the y axis; their logarithms if `log`.
    log
        Whether the scale is logarithmic.

    Returns
    -------
    tuple of float or None
        None where there are no values to find a range for.
    """
    if spec.limits is not None:
        return spec.limits
    smooth = np.concatenate([points.line for points in lines] or [np.empty(0)])
    raw = np.concatenate([points.raw for points in lines] or [np.empty(0)])
    smooth, raw = smooth[np.isfinite(smooth)], raw[np.isfinite(raw)]
    if not len(smooth):
        return None
    bounds = [smooth.min(), smooth.max(), *(np.quantile(raw, QUANTILES) if len(raw) else ())]
    if spec.equilibrium is not None:
        bounds.append(spec.equilibrium)
    if spec.from_measures and not log:
        bounds.append(0.0)  # a distance of 0 means something, and a single point has no range
    return round_range(float(min(bounds)), float(max(bounds)))


def empty_y_range(spec: PlotSpec) -> tuple[float, float]:
    """Return the y range of a plot without values: around the level that is always there."""
    level = spec.equilibrium or 0.0
    return level - 1, level + 1


def y_ticks(
    spec: PlotSpec, low: float, high: float, max_count: int, height: float, log: bool
) -> list[tuple[float, str]]:
    """Return the numbers along y, each with its text; the equilibrium has its name.

    Parameters
    ----------
    spec
        The plot.
    low, high
        Range of the axis.
    max_count
        About how many numbers there is room for.
    height
        Height of the axis, px.
    log
        Whether the scale is logarithmic.
    """
    if spec.limits is not None:
        return [(y, format_percent(y) if spec.percent else f"{y:g}") for y in (low, (low + high) / 2, high)]
    ticks = log_ticks(low, high, max_count) if log else round_ticks(low, high, max_count)
    if spec.equilibrium is not None:
        too_close = (high - low) * min(0.5, MIN_TICK_DISTANCE / max(1.0, height))
        ticks = [tick for tick in ticks if abs(tick[0] - spec.equilibrium) > too_close]
        ticks.append((spec.equilibrium, spec.equilibrium_name))
    return ticks


def named_levels(spec: PlotSpec) -> list[tuple[float, str]]:
    """Return the numbers along y of a plot without values: the equilibrium if it has a name."""
    return [(spec.equilibrium or 0.0, spec.equilibrium_name)] if spec.equilibrium_name else []


def log_points(points: Points) -> Points:
    """Return points on a logarithmic scale of base 10; nan where a value is not positive."""
    return Points(points.x, _log10(points.line), points.raw_x, _log10(points.raw))


def spread_fractions(points: Points, low: float, high: float) -> Points:
    """Return fractions, 0..1, spread over the whole height of a plot that shows y from `low` to `high`."""
    span = high - low
    return Points(points.x, low + span * points.line, points.raw_x, low + span * points.raw)


def without_gaps(spec: PlotSpec, x: Floats, y: Floats, single: bool) -> tuple[Floats, Floats]:
    """Return points (N,) without gaps where a network was not trained.

    Of several values at one place, as updates by hand make them, the newest stays. Where a loss leaves the value of a
    plot undefined the gap stays.

    Parameters
    ----------
    spec
        The plot.
    x, y
        Places and values, (M,).
    single
        Whether each point is a single value instead of a group of them.
    """
    known = np.isfinite(y)
    if not spec.needs_probability or not known.any():
        x, y = x[known], y[known]
    elif single:  # only gaps at a place that has a value, too
        keep = known | ~np.isin(x, np.unique(x[known]))
        x, y = x[keep], y[keep]
    if single and len(x) > 1:
        newest = np.append(x[1:] != x[:-1], True)
        x, y = x[newest], y[newest]
    return x, y


def log_scale_hint(values: Floats) -> str:
    """Return the range of values, such as "1.00 to 3.2e10", if a logarithmic scale would show more; "" if not."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive) or math.log10(positive.max() / positive.min()) < _MIN_DECADES:
        return ""
    return f"{format_number(float(positive.min()))} to {format_number(float(positive.max()))}"


def _log10(values: Floats) -> Floats:
    logs: Floats = np.log10(values, out=np.full(len(values), np.nan), where=values > 0)
    return logs
