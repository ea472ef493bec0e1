import numpy as np
import pytest

from ganstudio.plots.curve_data import Curve, Curves

RNG = np.random.default_rng(0)


def gappy(count: int) -> np.ndarray:
    values = RNG.normal(size=count)
    values[count // 5 : count // 4] = np.nan
    values[::7] = np.nan
    return values


def plain_average(values: np.ndarray, decay: float) -> np.ndarray:
    """The running average by its definition, value by value."""
    total = weight = 0.0
    smoothed = np.full(len(values), np.nan)
    for index, value in enumerate(values):
        known = np.isfinite(value)
        total = decay * total + (value if known else 0.0)
        weight = decay * weight + known
        if known:
            smoothed[index] = total / weight
    return smoothed


def in_parts(values: np.ndarray, decay: float) -> Curve:
    """A curve that took its values as a run tells them: a few at once, then many, then a few."""
    curve, taken = Curve(decay), 0
    for part in (1, 2, 5, 40, 3000, 7, 1):
        taken = min(len(values), taken + part)
        curve.extend(values[:taken])
    curve.extend(values)
    return curve


@pytest.mark.parametrize("decay", [0.0, 0.5, 0.99])
@pytest.mark.parametrize("count", [1, 9, 500, 5003])
def test_smoothing_is_the_running_average_however_the_values_came(count: int, decay: float) -> None:
    values = gappy(count)
    curve = in_parts(values, decay)
    expected = plain_average(values, decay)
    assert np.allclose([curve.value_at(index) for index in range(count)], expected, equal_nan=True)


@pytest.mark.parametrize(("start", "stop"), [(0, 20_000), (7, 19_999), (12_345, 13_000), (19_990, 20_000), (0, 1)])
@pytest.mark.parametrize("width", [50, 300])
def test_few_points_that_lose_no_spike(start: int, stop: int, width: int) -> None:
    values = gappy(20_000)
    values[12_801], values[19_995] = 40.0, -40.0
    points = in_parts(values, 0.0).points(np.arange(20_000.0), start, stop, width)
    assert len(points.x) <= width + 2
    assert len(points.raw) <= 2 * width + 4
    assert np.all(np.diff(points.x) > 0)
    seen = values[start:stop]
    assert np.nanmin(points.raw, initial=np.inf) <= np.nanmin(seen, initial=np.inf) + 1e-5
    assert np.nanmax(points.raw, initial=-np.inf) >= np.nanmax(seen, initial=-np.inf) - 1e-5


def test_the_line_is_the_mean_of_each_group_and_gaps_stay_gaps() -> None:
    values = np.arange(64.0)
    values[16:24] = np.nan
    points = in_parts(values, 0.0).points(np.arange(64.0), 0, 64, 8)
    assert np.allclose(points.line, [3.5, 11.5, np.nan, 27.5, 35.5, 43.5, 51.5, 59.5], equal_nan=True)
    assert np.isnan(points.raw[4:6]).all()
    assert points.raw[:4].tolist() == [0.0, 7.0, 8.0, 15.0]


def test_a_pan_moves_no_group() -> None:
    """Groups are fixed to the history: what is in view twice looks the same."""
    curve, x = in_parts(gappy(20_000), 0.9), np.arange(20_000.0)
    one, other = curve.points(x, 1000, 11_000, 200), curve.points(x, 1500, 11_500, 200)
    common = np.isin(one.x, other.x)
    assert common.sum() > 100
    assert np.array_equal(one.line[common], other.line[np.isin(other.x, one.x)], equal_nan=True)


class History:
    def __init__(self, **columns: np.ndarray) -> None:
        self.columns = columns

    def column(self, name: str) -> np.ndarray:
        return self.columns[name]


def history(steps: np.ndarray, seed: int) -> History:
    return History(step=steps, loss=np.random.default_rng(seed).normal(size=len(steps)))


def test_curves_start_over_when_a_resume_replaced_rows() -> None:
    curves = Curves(("loss",))
    assert curves.follow(history(np.arange(10.0), 1))
    for replaced in (history(np.arange(6.0), 2), history(np.arange(12.0) * 0.9, 3)):
        curves.follow(replaced)
        assert np.allclose([curves["loss"].value_at(index) for index in range(len(curves))], replaced.column("loss"))


def test_a_long_history_is_taken_in_patient_parts() -> None:
    long = history(np.arange(100_000.0), 1)
    curves, calls = Curves(("loss",)), 1
    while not curves.follow(long, seconds=0.0):
        calls += 1
        assert len(curves) < 100_000
    assert calls > 3
    assert len(curves) == 100_000
    curves.set_decay(0.5)
    assert len(curves) == 0
    assert curves.follow(long)
