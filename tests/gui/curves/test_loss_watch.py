"""Losses that leave their range are noticed soon, and why; calm ones never raise an alarm."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio.events import Marked, Tick
from ganstudio.gui.curves.loss_watch import Breakdown, LossWatch, find_cause, format_times
from ganstudio.runs import history
from ganstudio.runs.series import Series
from support.losses import CHANGE, calm, losses, won
from support.panels import tick


def watched(ticks: list[Tick]) -> tuple[LossWatch, Series]:
    series = Series()
    series.extend(ticks)
    watch = LossWatch()
    watch.follow(series)
    return watch, series


def test_a_run_that_broke_down_is_told_within_a_second_of_training_and_why() -> None:
    """A real one: learning rate of D 0.001, then 0.2, on the built-in digits."""
    read = history.read(Path(__file__).parent / "exploded.jsonl")
    series, watch = Series(), LossWatch()
    told = None
    for each in read.ticks:
        series.append(each)
        watch.follow(series)
        if told is None and watch.breakdown(series):
            told = each
    found = watch.breakdown(series)
    assert found is not None
    assert told is not None
    change = find_cause(found, read.marks)
    assert change is not None
    assert (change.path, change.old, change.new) == ("optimizer.d_lr", 0.001, 0.2)
    assert change.step <= found.step < told.step
    assert told.seconds - next(each.seconds for each in read.ticks if each.step >= change.step) < 2.0
    assert found.factor > 1e6


@pytest.mark.parametrize(
    "sizes",
    [
        calm(400),
        [*calm(), 1000.0, *calm()],  # a single spike
        [*calm(), 900.0, 700.0, 500.0, *calm()],  # that passes within a moment
        [500.0, 300.0, 200.0, 100.0, *calm()],  # a hard beginning
        [*np.geomspace(0.5, 40.0, 200)],  # a critic's loss that grows
        [0.001] * 100 + [0.5] * 100,  # a loss near 0 has no range
        [*calm(), *[float("nan")] * 50],
    ],
    ids=["calm", "spike", "burst", "beginning", "grows", "near 0", "not trained"],
)
def test_nothing_is_said_without_need(sizes: list[float]) -> None:
    watch, series = watched(losses(*sizes))
    assert watch.breakdown(series) is None


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("column", ["d_loss", "g_loss"])
def test_either_loss_counts_whatever_its_sign(column: str, sign: int) -> None:
    ticks = [tick(step, **{column: sign * size}) for step, size in enumerate([*calm(), *[400.0] * 4], start=1)]
    watch, series = watched(ticks)
    found = watch.breakdown(series)
    assert found is not None
    assert (found.column, found.step) == (column, 61)


def test_it_ends_when_the_losses_have_calmed_down_and_not_before() -> None:
    broken = [*calm(), *[1e6] * 500]
    watch, series = watched(losses(*broken))
    assert watch.breakdown(series) is not None  # though most values are out of range by now
    watch, series = watched(losses(*broken, *[5.0] * 8))
    assert watch.breakdown(series) is not None
    watch, series = watched(losses(*broken, *[5.0] * 20))
    assert watch.breakdown(series) is None


def test_a_long_history_read_at_once_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [*calm(9000), *[1e4] * 10]
    at_once, series = watched(losses(*sizes))
    found = at_once.breakdown(series)
    assert found is not None
    assert found.step == 9001
    by_and_by, grown = LossWatch(), Series()
    for each in losses(*sizes):
        grown.append(each)
        by_and_by.follow(grown)
    again = by_and_by.breakdown(grown)
    assert again is not None
    assert again.step == 9001
    assert again.factor == pytest.approx(found.factor, rel=0.2)


def test_a_rewind_ends_it() -> None:
    watch, series = watched(losses(*calm(), *[1e6] * 10))
    assert watch.breakdown(series) is not None
    series.truncate(40)
    series.append(tick(41))
    watch.follow(series)
    assert watch.breakdown(series) is None


def test_a_tick_that_has_two_losses_in_it_is_not_judged() -> None:
    series, watch = Series(), LossWatch()
    series.extend([*losses(*calm(50)), tick(55, d_loss=1e31)])
    watch.follow(series, since=52)
    series.extend([tick(step, d_loss=400.0) for step in range(56, 90)])
    watch.follow(series, since=52)
    assert watch.breakdown(series) is None
    series.extend([tick(step, d_loss=1e31) for step in range(90, 92)])
    watch.follow(series, since=52)
    found = watch.breakdown(series)
    assert found is not None
    assert (found.step, found.factor) == (90, pytest.approx(1e31 / 400))


def test_of_a_series_of_changes_the_first_value_is_the_old_one() -> None:
    found = Breakdown("d_loss", 60, 1e6)
    marks = [
        Marked(10, "change", "", "optimizer.g_lr", 0.001, 0.002),
        Marked(48, "change", "", "optimizer.d_lr", 0.001, 0.1),
        CHANGE,
        Marked(70, "change", "", "optimizer.g_lr", 0.002, 1.0),
    ]
    change = find_cause(found, marks)
    assert change is not None
    assert (change.step, change.path, change.old, change.new) == (48, "optimizer.d_lr", 0.001, 0.2)
    assert find_cause(found, []) is None
    assert find_cause(found, [Marked(5, "change", "of another version", "optimizer.gone", 1, 2)]) is None


def test_that_d_has_won_is_said_after_a_minute() -> None:
    watch, series = watched(won(100))
    assert watch.win(series, "minimax") is not None
    assert watch.win(series, "wasserstein") is None  # there D(x) is no probability
    watch, series = watched(won(40))
    assert watch.win(series, "minimax") is None
    watch, series = watched(won(200, d_acc=0.9))
    assert watch.win(series, "minimax") is None
    watch, series = watched([*won(100), tick(101, d_acc=0.8)])
    assert watch.win(series, "minimax") is None


@pytest.mark.parametrize(
    ("factor", "words"),
    [(312.0, "300 times"), (1.6e10, "20 billion times"), (4e6, "4 million times"), (3.4e15, "3e15 times")],
)
def test_how_many_times_in_words(factor: float, words: str) -> None:
    assert format_times(factor) == words
