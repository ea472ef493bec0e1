"""The curves panel of a run."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from support.panels import SMALL


@pytest.fixture
def model(dressed: QApplication) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(model)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    yield panel
    assert panel.stop()
