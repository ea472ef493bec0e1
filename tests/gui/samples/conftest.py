from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QToolTip

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import models
from support.panels import SMALL


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[SamplesPanel]:
    thread = SampleThread()
    panel = SamplesPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    yield panel
    assert panel.stop()
    assert thread.stop()


@pytest.fixture
def tips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts of tooltips that are shown."""
    texts: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *_: texts.append(text))
    return texts


@pytest.fixture(autouse=True)
def _no_bundled_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that need one write their own."""
    monkeypatch.setattr(models, "bundled", lambda name: None)
