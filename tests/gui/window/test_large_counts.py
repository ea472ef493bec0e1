"""Steps beyond 32 bits, and epochs in the millions, go through all signals, sliders and labels of the window."""

import numpy as np
import pytest

from ganstudio.events import Samples
from ganstudio.gui.samples.timeline import Timeline
from support.panels import tick
from support.walk.stage import Stage

FAR = 3_000_000_000


@pytest.mark.qt_log_ignore("does not support", extend=True)
def test_three_billion_steps(open_window, tmp_path, qtbot) -> None:
    window = open_window()
    stage = Stage.of(window, tmp_path)
    stage.open("paused", steps=4, every=FAR // 4)
    model = window.model
    model.handle(tick(FAR))
    model.handle(Samples(FAR, 7_000_000.0, np.zeros((4, 28, 28), np.uint8)))
    model.view(FAR // 2)
    assert model.viewed_step == FAR // 2
    assert "3,000,000,000" in window.statusBar().step.text()
    alarms = []
    window.curves.alarm_bar.rewindRequested.connect(alarms.append)
    window.curves.alarm_bar.rewindRequested.emit(FAR)
    assert alarms == [FAR]
    window.actions_["rewind"].trigger()
    window.samples.findChild(Timeline).slider.setValue(0)
    assert model.viewed_step == 0
