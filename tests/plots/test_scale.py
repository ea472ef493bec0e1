"""Ranges and numbers of the axes of plots."""

from dataclasses import replace

import numpy as np
import pytest

from ganstudio.plots import scale
from ganstudio.plots.curve_data import Points
from ganstudio.plots.specs import ACCURACY, LOSS, QUALITY, VALUE
from ganstudio.text import MINUS


def points(*values: float, raw: tuple[float, ...] | None = None) -> Points:
    x, line = np.arange(float(len(values))), np.array(values)
    return Points(x, line, x, line if raw is None else np.array(raw))


def test_the_whole_run_begins_at_zero_unless_it_was_resumed_late() -> None:
    nothing = np.empty(0)
    assert scale.whole_run(nothing, nothing) == (0.0, 1.0)
    assert scale.whole_run(np.array([0.1, 0.2, 4.0]), nothing) == (0.0, 4.0)
    assert scale.whole_run(np.array([3.0, 4.0]), nothing) == (3.0, 4.0)
    assert scale.whole_run(np.array([0.0]), nothing) == (0.0, 1e-3)


def test_the_newest_measure_is_not_at_the_very_edge() -> None:
    x = np.array([0.0, 10.0])
    assert scale.whole_run(x, np.array([5.0])) == (0.0, 10.0)
    assert scale.whole_run(x, np.array([10.0])) == (0.0, pytest.approx(10.15))


def test_the_y_range_holds_lines_level_and_most_raw_values() -> None:
    spike = points(*[1.0] * 100, raw=(*[1.0] * 99, 500.0))
    low, high = scale.y_range(LOSS, [spike], log=False)
    assert low <= 1.0 <= high < 20  # a single spike does not squeeze the line
    low, high = scale.y_range(VALUE, [points(-0.5, -0.4)], log=False)
    assert low < VALUE.equilibrium
    assert scale.y_range(ACCURACY, [], log=False) == (0.0, 1.0)
    assert scale.y_range(LOSS, [points(np.nan)], log=False) is None


def test_the_axis_of_a_distance_begins_at_zero_but_for_logarithms() -> None:
    assert scale.y_range(QUALITY, [points(30.0, 25.0)], log=False)[0] <= 0.0
    assert scale.y_range(QUALITY, [points(1.5, 1.4)], log=True)[0] > 0.5


def test_numbers_leave_room_for_the_name_of_the_level() -> None:
    ticks = scale.y_ticks(VALUE, -1.5, 0.0, 6, 120.0, log=False)
    assert (VALUE.equilibrium, f"{MINUS}log 4") in ticks
    others = [value for value, text in ticks if "log" not in text]
    assert all(abs(value - VALUE.equilibrium) * 120 / 1.5 > scale.MIN_TICK_DISTANCE for value in others)
    assert [text for _, text in scale.y_ticks(ACCURACY, 0.0, 1.0, 9, 100.0, log=False)] == [
        f"{number}\N{NARROW NO-BREAK SPACE}%" for number in (0, 50, 100)
    ]


def test_without_values_only_a_named_level_has_a_number() -> None:
    assert scale.named_levels(LOSS) == []
    assert scale.named_levels(VALUE) == [(VALUE.equilibrium, f"{MINUS}log 4")]
    assert scale.empty_y_range(VALUE) == (VALUE.equilibrium - 1, VALUE.equilibrium + 1)


def test_gaps_are_closed_unless_the_loss_leaves_the_value_undefined() -> None:
    x, y = np.arange(4.0), np.array([1.0, np.nan, 3.0, 4.0])
    assert scale.without_gaps(LOSS, x, y, single=True)[0].tolist() == [0.0, 2.0, 3.0]
    assert scale.without_gaps(VALUE, x, y, single=True)[0].tolist() == [0.0, 1.0, 2.0, 3.0]


def test_of_several_values_at_one_place_the_newest_stays() -> None:
    x, y = np.array([0.0, 1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0, np.nan])
    for spec in (LOSS, VALUE):
        assert [part.tolist() for part in scale.without_gaps(spec, x, y, single=True)] == [[0.0, 1.0], [1.0, 3.0]]
    assert len(scale.without_gaps(LOSS, x, y, single=False)[0]) == 3


def test_a_logarithmic_scale_is_offered_from_three_decades_on() -> None:
    assert scale.log_scale_hint(np.array([1.0, 999.0, np.nan, -5.0])) == ""
    assert scale.log_scale_hint(np.array([1.0, 1000.0])) == "1.00 to 1,000"
    assert scale.log_scale_hint(np.array([-1.0, np.nan])) == ""


def test_logarithms_and_fractions() -> None:
    logs = scale.log_points(points(100.0, 0.0, -1.0))
    assert logs.line.tolist() == pytest.approx([2.0, np.nan, np.nan], nan_ok=True)
    assert scale.spread_fractions(points(0.0, 0.5, 1.0), -2.0, 2.0).line.tolist() == [-2.0, 0.0, 2.0]


def test_a_plot_of_probabilities_says_why_it_is_undefined() -> None:
    assert VALUE.why_undefined("minimax") == ""
    assert "wasserstein" in VALUE.why_undefined("wasserstein")
    assert replace(VALUE, needs_probability=False).why_undefined("wasserstein") == ""
