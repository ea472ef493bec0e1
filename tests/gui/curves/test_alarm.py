"""When losses leave their range the plots say so, and offer what helps; while they are calm nothing is said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from ganstudio import config as cfg
from ganstudio.events import Marked, Measured, Started, Tick
from ganstudio.gui.curves import alarm
from ganstudio.gui.curves.alarm import Watch, cause, times
from ganstudio.gui.curves.alarm_notice import AlarmNotice
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.series import Series
from ganstudio.runs import history
from support.panels import SMALL, tick

CHANGE = Marked(50, "change", "learning rate of D: 0.001 to 0.2", "optimizer.d_lr", 0.001, 0.2)


def watched(ticks: list[Tick]) -> tuple[Watch, Series]:
    series = Series()
    series.extend(ticks)
    watch = Watch()
    watch.follow(series)
    return watch, series


def losses(*sizes: float) -> list[Tick]:
    return [tick(step, d_loss=size) for step, size in enumerate(sizes, start=1)]


def calm(count: int = 60) -> list[float]:
    return [1.3 + 0.4 * float(np.sin(step)) for step in range(count)]


def test_a_run_that_broke_down_is_told_within_a_second_of_training_and_why() -> None:
    """A real one: learning rate of D 0.001, then 0.2, on the built-in digits."""
    read = history.read(Path(__file__).parent / "exploded.jsonl")
    series, watch = Series(), Watch()
    told = None
    for each in read.ticks:
        series.append(each)
        watch.follow(series)
        if told is None and watch.alarm(series):
            told = each
    found = watch.alarm(series)
    assert found is not None
    assert told is not None
    change = cause(found, read.marks)
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
    assert watch.alarm(series) is None


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("column", ["d_loss", "g_loss"])
def test_either_loss_counts_whatever_its_sign(column: str, sign: int) -> None:
    ticks = [tick(step, **{column: sign * size}) for step, size in enumerate([*calm(), *[400.0] * 4], start=1)]
    watch, series = watched(ticks)
    found = watch.alarm(series)
    assert found is not None
    assert (found.column, found.step) == (column, 61)


def test_it_ends_when_the_losses_have_calmed_down_and_not_before() -> None:
    broken = [*calm(), *[1e6] * 500]
    watch, series = watched(losses(*broken))
    assert watch.alarm(series) is not None  # though most values are out of range by now
    watch, series = watched(losses(*broken, *[5.0] * 8))
    assert watch.alarm(series) is not None
    watch, series = watched(losses(*broken, *[5.0] * 20))
    assert watch.alarm(series) is None


def test_a_long_history_read_at_once_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = [*calm(9000), *[1e4] * 10]
    at_once, series = watched(losses(*sizes))
    found = at_once.alarm(series)
    assert found is not None
    assert found.step == 9001
    by_and_by, grown = Watch(), Series()
    for each in losses(*sizes):
        grown.append(each)
        by_and_by.follow(grown)
    again = by_and_by.alarm(grown)
    assert again is not None
    assert again.step == 9001
    assert again.factor == pytest.approx(found.factor, rel=0.2)


def test_a_rewind_ends_it() -> None:
    watch, series = watched(losses(*calm(), *[1e6] * 10))
    assert watch.alarm(series) is not None
    series.truncate(40)
    series.append(tick(41))
    watch.follow(series)
    assert watch.alarm(series) is None


def test_of_a_series_of_changes_the_first_value_is_the_old_one() -> None:
    found = alarm.Alarm("d_loss", 60, 1e6)
    marks = [
        Marked(10, "change", "", "optimizer.g_lr", 0.001, 0.002),
        Marked(48, "change", "", "optimizer.d_lr", 0.001, 0.1),
        CHANGE,
        Marked(70, "change", "", "optimizer.g_lr", 0.002, 1.0),
    ]
    change = cause(found, marks)
    assert change is not None
    assert (change.step, change.path, change.old, change.new) == (48, "optimizer.d_lr", 0.001, 0.2)
    assert cause(found, []) is None


def won(count: int, **values: float) -> list[Tick]:
    usual = {"d_acc": 0.99, "d_fake": 0.08}
    return [replace(tick(step, **usual | values), seconds=float(step)) for step in range(1, count + 1)]


def test_that_d_has_won_is_said_after_a_minute() -> None:
    watch, series = watched(won(100))
    assert watch.won(series, "minimax") is not None
    assert watch.won(series, "wasserstein") is None  # there D(x) is no probability
    watch, series = watched(won(40))
    assert watch.won(series, "minimax") is None
    watch, series = watched(won(200, d_acc=0.9))
    assert watch.won(series, "minimax") is None
    watch, series = watched([*won(100), tick(101, d_acc=0.8)])
    assert watch.won(series, "minimax") is None


@pytest.mark.parametrize(
    ("factor", "words"),
    [(312.0, "300 times"), (1.6e10, "20 billion times"), (4e6, "4 million times"), (3.4e15, "3e15 times")],
)
def test_how_many_times_in_words(factor: float, words: str) -> None:
    assert times(factor) == words


# In the panel


@pytest.fixture
def model(dressed) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(model)
    qtbot.addWidget(panel)
    panel.resize(392, 640)
    panel.show()
    yield panel
    assert panel.stop()


def plot(panel: CurvesPanel, name: str) -> Plot:
    found = panel.findChild(PlotView, name).parentWidget()
    assert isinstance(found, Plot)
    return found


def explode(model: RunModel) -> None:
    model.set_status("starting")
    model.handle(Started(SMALL, "cpu", "a chip", "float32", 1, 1, 80, 10, 100))
    model.handle_all(losses(*calm(50)))
    model.rewind_points = [10, 48, 55]
    model.handle(CHANGE)
    for step in range(51, 60):
        model.handle(tick(step, d_loss=3.2e10))


def test_the_plot_says_so_and_offers_what_helps(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    wanted: list[object] = []
    panel.alarm_bar.changeWanted.connect(lambda *what: wanted.append(what))
    panel.alarm_bar.rewindWanted.connect(wanted.append)
    assert "At 50 %" in plot(panel, "accuracyPlot").title.toolTip()
    explode(model)
    panel.redraw()
    loss = plot(panel, "lossPlot")
    assert loss.title.text() == "Loss: out of range"
    assert loss.title.property("alarm")
    bar = panel.alarm_bar
    assert "loss of D is 20 billion times its usual size" in bar.text
    assert "learning rate of D was changed from 0.001 to 0.2 at step 50" in bar.text
    for each in (plot(panel, "accuracyPlot"), plot(panel, "probabilityPlot")):
        assert "can only guess" not in each.title.toolTip()
        assert "says nothing about the pictures" in each.title.toolTip()
    assert bar._set_back.text() == "Set learning rate of D back to 0.001"
    qtbot.mouseClick(bar._set_back, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bar._rewind, Qt.MouseButton.LeftButton)
    assert wanted == [("optimizer.d_lr", 0.001), 48]  # a checkpoint from before the change


@pytest.mark.parametrize("size", [(392, 640), (300, 420), (240, 300)])
def test_the_alarm_is_seen_whole_and_the_plots_make_room(qtbot, panel: CurvesPanel, model: RunModel, size) -> None:
    panel.resize(*size)
    explode(model)
    qtbot.wait(20)
    bar = panel.alarm_bar
    assert bar.isVisible()
    assert panel.rect().contains(bar.geometry())
    assert bar._words.height() >= bar._words.heightForWidth(bar._words.width())
    for button in (bar._set_back, bar._rewind):
        assert button.width() >= button.sizeHint().width()
        assert bar.rect().contains(button.geometry())
    assert bar.geometry().bottom() < min(each.geometry().top() for each in panel.plots if each.isVisible())
    assert panel.rect().contains(panel._footer.geometry())


def test_a_dismissed_alarm_stays_away_and_the_title_stays(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    explode(model)
    qtbot.mouseClick(panel.alarm_bar._close, Qt.MouseButton.LeftButton)
    model.handle(tick(60, d_loss=9e12))
    assert not panel.alarm_bar.isVisible()
    assert plot(panel, "lossPlot").title.text() == "Loss: out of range"
    model.begin(SMALL)
    assert plot(panel, "lossPlot").title.text() == "Loss"
    explode(model)
    assert panel.alarm_bar.isVisible()


def test_once_the_setting_is_as_it_was_only_the_rewind_is_offered(panel: CurvesPanel, model: RunModel) -> None:
    explode(model)
    old = cfg.read(model.config, "optimizer.d_lr")
    assert old == 0.2
    model.handle(Marked(59, "change", "back", "optimizer.d_lr", 0.2, 0.001))
    assert panel.alarm_bar._set_back.isHidden()
    assert not panel.alarm_bar._rewind.isHidden()


def test_it_goes_when_the_losses_calm_down(panel: CurvesPanel, model: RunModel) -> None:
    explode(model)
    for step in range(60, 80):
        model.handle(tick(step))
    assert not panel.alarm_bar.isVisible()
    assert "At 50 %" in plot(panel, "accuracyPlot").title.toolTip()


def test_d_has_won_in_the_title_unless_the_pictures_become_better(panel: CurvesPanel, model: RunModel) -> None:
    model.handle_all(won(100))
    assert plot(panel, "accuracyPlot").title.text() == "Accuracy: D has won"
    assert "judged 99" in panel.alarm_bar.text
    shares = (0.5, 0.5, 0.5, 0.5)
    for step, fcd in ((90, 100.0), (100, 80.0)):
        model.handle(Measured(step, step / 10, 1.0, "digit-classifier", 2000, fcd, *shares))
    assert plot(panel, "accuracyPlot").title.text() == "Accuracy"


def test_out_of_sight_it_is_told_once_as_a_notice(panel: CurvesPanel, model: RunModel) -> None:
    notifier, told, shown = Notifier(), [], []
    notifier.noticed.connect(told.append)
    AlarmNotice(panel, model, notifier, lambda: shown.append(True))
    explode(model)
    assert not told  # the bar above the plots says it
    model.begin(SMALL)
    panel.hide()
    explode(model)
    (notice,) = told
    assert "loss of D is 20 billion times" in notice.text
    assert not notice.is_question
    dict(notice.choices)["Show the curves"]()
    assert shown == [True]
