"""Columns that grow."""

import dataclasses
import math

import numpy as np

from ganstudio.runs.series import COLUMNS, Series
from support.panels import tick


def test_none_is_nan_and_columns_are_those_of_a_tick():
    series = Series()
    series.append(tick(1, d_loss=None))
    assert math.isnan(series.last("d_loss"))
    assert series.last("step") == 1
    assert "g_loss" in COLUMNS
    assert len(series) == 1


def test_grows_over_its_first_capacity_and_old_views_stay_valid():
    series = Series()
    series.extend([tick(step) for step in range(1000)])
    before = series.column("step")
    series.extend([tick(step) for step in range(1000, 3000)])
    np.testing.assert_array_equal(before, np.arange(1000))
    np.testing.assert_array_equal(series.column("step"), np.arange(3000))


def test_views_cannot_be_written():
    series = Series()
    series.append(tick(1))
    assert not series.column("step").flags.writeable


def test_truncate_drops_only_what_is_after():
    series = Series()
    series.extend([tick(step) for step in (10, 20, 20, 30, 40)])
    series.truncate(20)
    assert series.column("step").tolist() == [10, 20, 20]


def test_an_earlier_step_replaces_what_it_went_back_over():
    series = Series()
    series.extend([tick(step) for step in (10, 20, 30)])
    series.append(tick(20))
    assert series.column("step").tolist() == [10, 20, 20]


def test_extend_by_nothing_changes_nothing():
    series = Series()
    series.extend([])
    assert len(series) == 0
    assert math.isnan(series.last("step"))


def test_a_column_that_comes_late_has_had_no_numbers_and_one_without_any_takes_no_memory():
    series = Series(100_000)
    series.extend([tick(step) for step in range(5)])
    early = series.column("wrong_class") if series._columns[COLUMNS.index("wrong_class")] is None else None
    series.extend([tick(5), dataclasses.replace(tick(6), wrong_class=8.0), tick(7)])
    assert early is not None
    assert np.isnan(early).all()
    assert early.nbytes == 40
    assert early.strides == (0,)
    np.testing.assert_array_equal(series.column("wrong_class"), [*[np.nan] * 6, 8.0, np.nan])
    assert not series.column("wrong_class").flags.writeable
    assert math.isnan(series.last("wrong_class"))
    series.truncate(6)
    assert series.last("wrong_class") == 8.0
