"""Estimates of the run that is set up: when they are made, where they are shown, what is offered if memory is short."""

import dataclasses
import threading
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio.events import Failed, RunStatus
from ganstudio.gui.model import forecaster as forecasters
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.notices.memory_options import MemoryOptions
from ganstudio.gui.setup.cost_line import CostLine
from ganstudio.gui.workers.estimate import EstimateThread
from ganstudio.system import memory as system_memory
from ganstudio.training.estimates import describe, simulation, timing
from ganstudio.training.estimates.simulation import Simulated, Work
from support.window import TINY


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[cfg.RunConfig]:
    """Settings that were simulated; a picture of a batch needs 10 MB, and 9 GB are free."""
    asked: list[cfg.RunConfig] = []
    work = Work(1e9, 1e9, 100)

    def run(config: cfg.RunConfig, is_cancelled: Callable[[], bool]) -> Simulated:
        asked.append(config)
        if config.optimizer.batch_size == 13:
            raise ValueError("broken")
        return Simulated(20_000, 10_000, 0, config.optimizer.batch_size * 10**7, 0, 0, work, work, work)

    monkeypatch.setattr(simulation, "run", run)
    monkeypatch.setattr(timing, "measure_round", lambda config, threads, *_: 0.1)
    monkeypatch.setattr(system_memory, "available_bytes", lambda: 9 * 10**9)
    monkeypatch.setattr(forecasters, "PAUSE_MS", 0)
    return asked


@pytest.fixture
def session(qapp, asked: list[cfg.RunConfig]):
    session = Session(RunModel(TINY))
    yield session
    assert session.shut_down()


def test_estimates_follow_the_settings_and_not_the_length(qtbot, session: Session, asked: list[cfg.RunConfig]) -> None:
    forecaster = session.forecaster
    session.settings.change("optimizer.batch_size", 8)
    assert not asked  # nothing before what it needs is imported
    with qtbot.waitSignal(forecaster.changed):
        forecaster.begin()
    assert forecaster.estimate is not None
    first = forecaster.estimate
    session.settings.change("epochs", 7)
    assert forecaster.estimate.rounds < first.rounds
    assert len(asked) == 1  # it is known
    session.settings.change("optimizer.batch_size", 16)
    assert forecaster.estimate is None
    qtbot.waitUntil(lambda: forecaster.estimate is not None)
    assert forecaster.estimate.memory.training > first.memory.training
    session.settings.change("optimizer.batch_size", 8)
    assert forecaster.estimate.memory == first.memory
    assert len(asked) == 2


def test_what_cannot_be_estimated_is_asked_for_once(qtbot, session: Session, asked: list[cfg.RunConfig]) -> None:
    session.settings.change("optimizer.batch_size", 13)
    session.forecaster.begin()
    qtbot.waitUntil(lambda: bool(session.forecaster._refused))
    session.model.configChanged.emit()
    assert not session.forecaster._pause.isActive()
    assert len(asked) == 1


def test_a_run_that_starts_is_not_disturbed(qtbot, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[bool] = []
    monkeypatch.setattr(timing, "forecast", lambda *_: measured.append(True))
    simulate = simulation.run

    def start_meanwhile(config: cfg.RunConfig, is_cancelled: Callable[[], bool]) -> Simulated:
        session.model.set_status(RunStatus.STARTING)
        return simulate(config, is_cancelled)

    monkeypatch.setattr(simulation, "run", start_meanwhile)
    info = session.model.datasets["digits"].info
    session.forecaster._thread = thread = EstimateThread(TINY, info)
    with qtbot.waitSignal(thread.cancelled):
        thread.run()
    session.forecaster._thread = None
    assert not measured


def test_an_estimate_of_former_settings_makes_room_for_that_of_the_present_ones(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, may_end = threading.Event(), threading.Event()

    def measure(config: cfg.RunConfig, threads: int, flops: float, clock: object, check: Callable[[], None]) -> float:
        began.set()
        while config.optimizer.batch_size == 24 and not may_end.wait(0.005):
            check()
        return 0.1

    monkeypatch.setattr(timing, "measure_round", measure)
    session.settings.change("optimizer.batch_size", 24)  # of which nothing is known
    session.forecaster.begin()
    try:
        qtbot.waitUntil(began.is_set)
        session.settings.change("optimizer.batch_size", 40)
        qtbot.waitUntil(lambda: session.forecaster.estimate is not None)
    finally:
        may_end.set()
    assert session.forecaster.estimate.config.optimizer.batch_size == 40
    assert not session.forecaster._refused


@pytest.mark.parametrize("runs_out", [False, True])
def test_settings_that_need_less_are_offered(
    qtbot, session: Session, monkeypatch: pytest.MonkeyPatch, runs_out: bool
) -> None:
    MemoryOptions(session)
    notices: list[object] = []
    session.notifier.noticed.connect(notices.append)
    if runs_out:
        session.model.failed.emit(Failed("There is not enough memory.", out_of_memory=True))
    else:
        monkeypatch.setattr(system_memory, "available_bytes", lambda: 10**8)
        session.forecaster.begin()
    qtbot.waitUntil(lambda: bool(notices))
    notice = notices[-1]
    assert ("100 MB are free" in notice.text) != runs_out
    assert "batches of 8, 2 for an update" in notice.text
    qtbot.waitUntil(lambda: session.forecaster._thread is None)
    assert session.forecaster.estimate is None or not runs_out  # that one was made without measuring
    assert not session.forecaster._refused
    label, take = notice.choices[0]
    assert label == "Batches of 8, 2 for an update"
    take()
    changed = session.model.config.optimizer
    assert (changed.batch_size, changed.accumulate) == (8, 2)


def test_the_line_says_memory_and_when_pictures_are_recognisable(qtbot, session: Session) -> None:
    line = CostLine()
    qtbot.addWidget(line)
    thread = EstimateThread(TINY, session.model.datasets["digits"].info)
    found: list[object] = []
    thread.estimated.connect(lambda config, estimate, options: found.append(estimate))
    thread.work()
    line.show_estimate(found[0])
    assert f"{describe.gigabytes(found[0].memory.added)} more memory" in line.full()
    assert "Python and PyTorch" not in line.toolTip()
    assert "recognisable in about" in line.full()
    assert "9.0 GB are free" in line.toolTip()
    line.show_estimate(dataclasses.replace(found[0], free=10**6))
    assert "1 MB are free" in line.full()
    line.show_estimate(None)
    assert line.isHidden()


def test_what_is_below_the_line_stays_where_it_is(qtbot, session: Session) -> None:
    column, below = QWidget(), QLabel("below")
    qtbot.addWidget(column)
    line = CostLine(column)
    layout = QVBoxLayout(column)
    for each in (line, below):
        layout.addWidget(each)
    line.keep_place(True)
    column.show()
    before = below.y()
    line.say("1 MB more memory")
    line.show()
    qtbot.waitUntil(line.isVisible)
    QApplication.sendPostedEvents()
    assert below.y() == before
    line.hide()
    line.keep_place(False)
    qtbot.waitUntil(lambda: below.y() < before)
