"""The plots say that losses have left their range, and offer what helps; while they are calm nothing is said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from ganstudio import config as cfg
from ganstudio.events import Marked, Measured, Started
from ganstudio.gui.curves.alarm_bar import AlarmBar
from ganstudio.gui.curves.alarm_notice import AlarmNotice
from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_model import RunModel
from support.curves import plot
from support.losses import CHANGE, calm, losses, won
from support.panels import SMALL, tick


@pytest.fixture(autouse=True)
def _narrow(panel: CurvesPanel) -> None:
    panel.resize(392, 640)


def button(bar: AlarmBar, name: str) -> QAbstractButton:
    return bar.findChild(QAbstractButton, name)


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
    panel.alarm_bar.changeRequested.connect(lambda *what: wanted.append(what))
    panel.alarm_bar.rewindRequested.connect(wanted.append)
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
    assert button(bar, "alarmSetBackButton").text() == "Set learning rate of D back to 0.001"
    qtbot.mouseClick(button(bar, "alarmSetBackButton"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button(bar, "alarmRewindButton"), Qt.MouseButton.LeftButton)
    assert wanted == [("optimizer.d_lr", 0.001), 48]  # a checkpoint from before the change


@pytest.mark.parametrize("size", [(392, 640), (300, 420), (240, 300)])
def test_the_alarm_is_seen_whole_and_the_plots_make_room(qtbot, panel: CurvesPanel, model: RunModel, size) -> None:
    panel.resize(*size)
    explode(model)
    qtbot.wait(20)
    bar = panel.alarm_bar
    assert bar.isVisible()
    assert panel.rect().contains(bar.geometry())
    label = bar.findChild(QLabel)
    assert label.height() >= label.heightForWidth(label.width())
    for shown in (button(bar, "alarmSetBackButton"), button(bar, "alarmRewindButton")):
        assert shown.width() >= shown.sizeHint().width()
        assert bar.rect().contains(shown.geometry())
    assert bar.geometry().bottom() < min(each.geometry().top() for each in panel.plots if each.isVisible())
    assert panel.rect().contains(panel.footer.geometry())


def test_a_dismissed_alarm_stays_away_and_the_title_stays(qtbot, panel: CurvesPanel, model: RunModel) -> None:
    explode(model)
    qtbot.mouseClick(button(panel.alarm_bar, "alarmDismissButton"), Qt.MouseButton.LeftButton)
    model.handle(tick(60, d_loss=9e12))
    assert not panel.alarm_bar.isVisible()
    assert plot(panel, "lossPlot").title.text() == "Loss: out of range"
    model.begin(SMALL)
    assert plot(panel, "lossPlot").title.text() == "Loss"
    explode(model)
    assert panel.alarm_bar.isVisible()


def test_a_dismissed_alarm_comes_again_when_the_run_goes_back_and_it_happens_again(
    qtbot, panel: CurvesPanel, model: RunModel
) -> None:
    explode(model)
    qtbot.mouseClick(button(panel.alarm_bar, "alarmDismissButton"), Qt.MouseButton.LeftButton)
    assert not panel.alarm_bar.isVisible()
    model.handle(Marked(48, "resume", "Went back to step 48."))
    assert panel.alarms.current is None
    model.handle_all(losses(*calm(50))[48:])
    for step in range(51, 60):
        model.handle(tick(step, d_loss=3.2e10))
    assert panel.alarm_bar.isVisible()


def test_once_the_setting_is_as_it_was_only_the_rewind_is_offered(panel: CurvesPanel, model: RunModel) -> None:
    explode(model)
    old = cfg.read(model.config, "optimizer.d_lr")
    assert old == 0.2
    model.handle(Marked(59, "change", "back", "optimizer.d_lr", 0.2, 0.001))
    assert button(panel.alarm_bar, "alarmSetBackButton").isHidden()
    assert not button(panel.alarm_bar, "alarmRewindButton").isHidden()


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


def test_losses_are_not_compared_with_those_of_another_loss(panel: CurvesPanel, model: RunModel) -> None:
    model.handle_all(losses(*calm(50)))
    model.handle(Marked(50, "change", "", "objective.loss", "minimax", "wasserstein"))
    for step in range(51, 75):
        model.handle(tick(step, d_loss=-400.0))
    assert panel.alarms.current is None
    for step in range(75, 80):
        model.handle(tick(step, d_loss=-4e7))
    assert panel.alarms.current is not None
    assert panel.alarms.current.incident == ("breakdown", 75)
    model.handle(Marked(80, "change", "", "objective.loss", "wasserstein", "minimax"))
    assert panel.alarms.current is None
    assert plot(panel, "lossPlot").title.text() == "Loss"


def test_a_win_under_another_loss_does_not_count(panel: CurvesPanel, model: RunModel) -> None:
    ticks = won(200)
    model.handle_all(ticks[:100])
    model.handle(Marked(100, "change", "", "objective.loss", "minimax", "non-saturating"))
    model.handle_all(ticks[100:150])
    assert plot(panel, "accuracyPlot").title.text() == "Accuracy"
    model.handle_all(ticks[150:])
    assert panel.alarms.current is not None
    assert panel.alarms.current.incident == ("win", 101)


def test_nearly_all_is_not_called_all(panel: CurvesPanel, model: RunModel) -> None:
    model.handle_all(won(100, d_acc=0.9995))
    assert "judged 99.9\N{NARROW NO-BREAK SPACE}% of the pictures" in panel.alarm_bar.text


def test_out_of_sight_it_is_told_once_as_a_notice(panel: CurvesPanel, model: RunModel) -> None:
    notifier, told, shown = Notifier(), [], []
    notifier.noticed.connect(told.append)
    AlarmNotice(panel.alarms, panel, model, notifier, lambda: shown.append(True))
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
