from pathlib import Path

import pytest

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.runs.panel import RunsPanel
from support.panels import SMALL
from support.run_list import make_run, wait_for


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    """Three runs: an old long one, a younger one with a measure, and a branch of the first."""
    home = tmp_path / "runs"
    monkeypatch.setenv("GANSTUDIO_RUNS", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    make_run(home, "2026-01-01_120000_long", 90, "2026-01-01T12:00:00+00:00")
    make_run(home, "measured", 20, "2026-01-02T12:00:00+00:00", fcd=2.5)
    make_run(home, "twig", 10, "2026-01-03T12:00:00+00:00", parent="2026-01-01_120000_long")
    return home


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(home: Path, model: RunModel, qtbot):
    panel = RunsPanel(model)
    panel.notices, panel.failures = [], []
    panel.noticed.connect(panel.notices.append)
    panel.failed.connect(panel.failures.append)
    qtbot.addWidget(panel)
    panel.resize(256, 420)
    panel.show()
    wait_for(panel, qtbot, 3)
    yield panel
    assert panel.stop()
    assert not panel.failures
