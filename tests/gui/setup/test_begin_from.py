"""The model that a new run begins from: its dialog, and its row in the set-up panel."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QGridLayout, QPlainTextEdit, QPushButton, QWidget

from ganstudio import config as cfg
from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.setup.begin_from_dialog import BeginFromDialog
from ganstudio.gui.setup.begin_row import BeginRow
from ganstudio.latent import models
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import bundled, checkpoint
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.training import beginning
from ganstudio.training.rng import grid_noise

CONFIG = cfg.from_dict({"data": {"name": "digits"}, "network": {"name": "dcgan"}, "begin": {"sha256": "0" * 64}})


@pytest.fixture
def dialog(dressed, qtbot) -> Iterator[BeginFromDialog]:
    threads = RunThreads(RunModel(CONFIG))
    made = BeginFromDialog(threads)
    qtbot.addWidget(made)
    yield made
    assert threads.shut_down()


def choose_button(dialog: BeginFromDialog) -> QPushButton:
    button = dialog.findChild(QPushButton, "chooseBeginButton")
    assert button is not None
    return button


def test_the_models_pictures_and_every_tensor_are_shown_before_it_is_chosen(dialog: BeginFromDialog, qtbot) -> None:
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(CONFIG, [], None)
        assert not choose_button(dialog).isEnabled()
    preview = dialog.preview
    assert preview is not None
    sampler = Sampler.from_model(models.find("mnist"))
    z, _ = grid_noise(preview.config, "cpu")
    assert np.array_equal(preview.pictures, sampler.sample(z[:32].numpy(), None))
    table = dialog.findChild(QPlainTextEdit, "beginTable")
    assert table is not None
    assert len(table.toPlainText().splitlines()) == 1 + 11 + 9  # tensors of G and D
    assert "networks: dcgan → resnet" in dialog._summary.text()
    with qtbot.waitSignal(dialog.chosen) as told:
        choose_button(dialog).click()
    (config,) = told.args
    file = dialog.findChild(QPushButton, "beginFileButton")
    assert file is not None
    assert not file.autoDefault()  # Enter does not ask for a file
    assert (config.begin.source, config.begin.sha256) == ("mnist", "")
    assert (config.network.name, config.network.width, config.data.name) == ("resnet", 32, "digits")


def test_what_cannot_be_begun_from_is_said_and_cannot_be_chosen(dialog: BeginFromDialog, qtbot, tmp_path: Path) -> None:
    (tmp_path / "<b>model.pt").touch()
    dialog.begin(CONFIG, [], None)
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.take_file(tmp_path / "<b>model.pt")  # while the first one is still being looked at
    assert dialog._summary.text().startswith(f"{tmp_path}/<b>model.pt cannot be begun from: ")
    assert dialog.preview is None
    assert not choose_button(dialog).isEnabled()


def test_a_run_is_shown_at_its_step(dialog: BeginFromDialog, qtbot, tmp_path: Path) -> None:
    source = f"{tmp_path / 'run'}:120"
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(cfg.change(CONFIG, "begin.source", source), [("My run", tmp_path / "run")], None)
    assert dialog._source.currentText() == "My run"
    assert dialog._chosen_source() == source
    assert f"There is no model {tmp_path / 'run'} to begin from" in dialog._summary.text()


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A run with a snapshot of step 5, that of the bundled digits."""
    made = RunFolder.create(tmp_path / "run", CONFIG, RunInfo.now(CONFIG))
    shutil.copy(bundled.path_of("mnist"), made.snapshot_path(5))
    return made


def test_what_is_shown_can_be_chosen_when_the_step_loses_the_focus(
    dialog: BeginFromDialog, qtbot, run: RunFolder
) -> None:
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(cfg.change(CONFIG, "begin.source", str(run.path)), [("My run", run.path)], None)
    dialog._step.editingFinished.emit()
    assert choose_button(dialog).isEnabled()
    dialog._step.setValue(7)
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog._step.editingFinished.emit()
        assert not choose_button(dialog).isEnabled()
    assert dialog.preview is not None
    assert dialog.preview.config.begin.source == f"{run.path}:7"
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(cfg.change(CONFIG, "begin.source", f"{run.path}:0"), [("My run", run.path)], None)
    assert dialog._step.text() == "0"
    assert "has nothing to begin from at or before step 0; its first is of step 5." in dialog._summary.text()


def test_a_model_of_points_is_for_points(dialog: BeginFromDialog, qtbot, tmp_path: Path) -> None:
    lab = cfg.from_dict({"data": {"name": "lab-ring-8"}, "network": {"name": "points", "z_size": 2, "g_layers": 1}})
    weights = {name: weight.contiguous() for name, weight in beginning.draw(lab)[0].state_dict().items()}
    checkpoint.save_snapshot(tmp_path / "lab.safetensors", weights, {"config": cfg.to_dict(lab)})
    source = str(tmp_path / "lab.safetensors")
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(cfg.change(CONFIG, "begin.source", source), [], None)
    assert dialog._summary.text().startswith("The networks points make points, but UCI digits is a set of pictures.")
    with qtbot.waitSignal(dialog.previewed, timeout=60_000):
        dialog.begin(cfg.change(cfg.change(lab, "begin.source", source), "network.g_layers", 2), [], None)
    assert dialog.preview is not None
    assert dialog.preview.pictures.shape[:3] == (1, 28, 28)  # all of them in one
    assert dialog.preview.config.network == lab.network


def test_the_row_is_there_only_where_a_run_begins_from_a_model(dressed, qtbot) -> None:
    model, panel = RunModel(CONFIG), QWidget()
    qtbot.addWidget(panel)
    row = BeginRow(model, panel)
    row.add_to(QGridLayout(panel), 0)
    row.refresh()
    panel.show()
    assert not row._name.isVisible()
    assert not row._clear.isVisible()
    model.set_config(cfg.change(CONFIG, "begin.source", "/home/me/GAN Studio/<i>2026:400"))
    row.refresh()
    assert row._name.text() == "<i>2026:400"
    with qtbot.waitSignal(row.clearRequested):
        row._clear.click()
    model.set_status(RunStatus.TRAINING)
    row.refresh()
    assert row._name.isVisible()
    assert not row._clear.isVisible()  # the networks have begun
