"""The curves panel of a run."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from support.panels import SMALL


@pytest.fixture(scope="module")
def dark(qapp: QApplication) -> Iterator[None]:
    """The application in the dark theme; applied once, because each time takes long."""
    theme.apply(qapp, "dark")
    yield
    qapp.setStyleSheet("")


@pytest.fixture
def model(dark: None) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[CurvesPanel]:
    panel = CurvesPanel(model)
    qtbot.addWidget(panel)
    panel.resize(420, 640)
    panel.show()
    yield panel
    assert panel.stop()
