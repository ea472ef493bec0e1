from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.export import Exports
from ganstudio.latent import models
from support.panels import SMALL


@pytest.fixture
def model(dressed, monkeypatch) -> RunModel:
    monkeypatch.setattr(models, "bundled", lambda name: None)
    return RunModel(SMALL)


@pytest.fixture
def exports(qapp) -> Iterator[Exports]:
    exports = Exports()
    yield exports
    assert exports.stop()


@pytest.fixture
def dialog(qtbot, model: RunModel, exports: Exports, tmp_path: Path) -> ExportDialog:
    (tmp_path / "out").mkdir()
    dialog = ExportDialog(model, exports)
    qtbot.addWidget(dialog)
    dialog.destination.set_folder(tmp_path / "out")
    dialog.show()
    return dialog
