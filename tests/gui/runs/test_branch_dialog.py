"""The branch dialog of a window: made once, a few fields at a time, and empty each time it is opened."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QRadioButton, QWidget

from ganstudio import config as cfg
from ganstudio.config import DataConfig
from ganstudio.data import catalog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.runs import branch_form
from ganstudio.gui.runs.branch_dialog import BranchDialog
from ganstudio.gui.widgets.fields import Field
from ganstudio.gui.workers import window_first
from support.walk.stage import Stage
from support.window import TINY, WAIT


@pytest.fixture
def stage(open_window, tmp_path):
    stage = Stage.of(open_window(), tmp_path)
    stage.open("paused")
    return stage


@pytest.fixture
def dialog(qtbot):
    model = RunModel(TINY)
    model.rewind_points = [10, 20]
    made = BranchDialog(model)
    qtbot.addWidget(made)
    return made


def opened(stage: Stage, path: str = "") -> BranchDialog:
    stage.window.run_commands.ask_branch(path)
    dialog = stage.window.run_commands.branch_dialog
    assert dialog.isVisible()
    return dialog


def test_it_is_shown_at_once_and_its_fields_follow_in_turns(stage, qtbot):
    dialog = opened(stage, "optimizer.beta1")
    assert dialog.step() == stage.model.find_rewind_point()
    counts = [len(dialog.findChildren(Field))]
    assert counts[0] == 1
    watch = QTimer(interval=0)
    watch.timeout.connect(lambda: counts.append(len(dialog.findChildren(Field))))
    watch.start()
    beta1 = "optimizer_beta1Field"
    qtbot.waitUntil(lambda: any(each.isVisible() for each in dialog.findChildren(QWidget, beta1)), timeout=WAIT)
    watch.stop()
    assert max(later - before for before, later in pairwise(counts)) <= branch_form._MAX_FIELDS
    assert len(set(counts)) > 3
    for path in ("optimizer.beta1", "optimizer.d_lr", "objective.loss", "data.name"):
        assert dialog.field(path).value() == cfg.read(TINY, path)
    qtbot.waitUntil(lambda: stage.app.focusWidget() is dialog.field("optimizer.beta1").editor, timeout=WAIT)


def test_what_was_chosen_is_gone_when_it_is_opened_again(stage, qtbot):
    dialog = opened(stage)
    steps = dialog.findChild(QComboBox, "branchStepCombo")
    dialog.findChild(QLineEdit, "branchName").setText("a name")
    steps.setCurrentIndex(1)
    dialog.field("optimizer.d_lr").editor.setFocus()
    dialog.field("optimizer.d_lr").editor.setValue(0.25)
    dialog.field("objective.loss").edited.emit("objective.loss", "hinge")
    dialog.field("optimizer.beta1").editor.lineEdit().setText("0.7")  # typed, and left there
    dialog.findChild(QRadioButton, "keepTraining").setChecked(True)
    dialog._form.sections.open("saving")
    assert opened(stage) is dialog  # asked for again while it is open: it keeps them
    assert set(dialog.changes()) >= {"optimizer.d_lr", "objective.loss"}
    dialog.findChild(QLineEdit, "branchName").setFocus()
    dialog.reject()
    stage.model.view(0)
    stage.window.session.settings.edits = {"ema.half_life": 77}
    assert opened(stage) is dialog
    assert dialog.changes() == {"ema.half_life": 77}
    assert "d_lr" not in dialog.summary.text()
    assert dialog.step() == stage.model.find_rewind_point() == 0
    assert not dialog.findChild(QLineEdit, "branchName").text()
    assert dialog.focusWidget() is not dialog.findChild(
        QLineEdit, "branchName"
    )  # as when it is opened for the first time
    for path in ("optimizer.d_lr", "objective.loss", "optimizer.beta1"):
        assert dialog.field(path).value() == cfg.read(TINY, path)
        assert "was" not in dialog.field(path).editor.toolTip().split("</p>")[-1]
    assert dialog.field("optimizer.beta1").editor.text() == dialog.field("optimizer.beta1").editor.textFromValue(
        TINY.optimizer.beta1
    )
    assert dialog.findChild(QRadioButton, "stopForBranch").isChecked()
    assert dialog._form.sections.opened != "saving"
    dialog.reject()
    large = replace(TINY, data=DataConfig("cifar10", size=32), optimizer=replace(TINY.optimizer, d_lr=0.125))
    stage.open("finished", steps=9, config=large)  # another run
    assert opened(stage) is dialog
    assert dialog.step() == 900
    assert dialog.field("optimizer.d_lr").value() == 0.125
    assert dialog.field("data.name").value() == "cifar10"
    assert len(dialog.findChildren(QComboBox, "data_nameField")) == 1


def test_workers_rest_while_it_is_opened(stage, monkeypatch):
    calls = []
    monkeypatch.setattr(window_first, "hold_workers", lambda: calls.append(stage.window.run_commands.branch_dialog))
    opened(stage)
    assert calls[0] is None  # before it is made


def test_the_list_of_data_sets_is_made_anew_only_where_it_is_another(stage, monkeypatch):
    dialog = opened(stage)
    field = dialog.field("data.name")
    field.edited.emit("data.name", "mnist")
    dialog.reject()
    opened(stage)
    assert dialog.field("data.name") is field
    assert field.value() == TINY.data.name
    dialog.reject()
    monkeypatch.setattr(catalog, "list_names", lambda: ["digits"])
    opened(stage)
    assert [dialog.field("data.name").editor.itemData(row) for row in range(2)] == ["digits", None]
    dialog.reject()
    monkeypatch.setattr(catalog, "title_of", lambda name: f"another {name}")
    opened(stage)
    assert dialog.field("data.name").editor.currentText() == "another digits"


def test_data_sets_have_their_titles(dialog):
    box = dialog.field("data.name").editor
    assert box.currentText() == "UCI digits"
    shown = {box.itemData(row): box.itemText(row) for row in range(box.count())}
    assert shown["mnist"] == "MNIST"
    box.setCurrentIndex(box.findData("mnist"))
    box.activated.emit(box.currentIndex())
    assert dialog.changes() == {"data.name": "mnist"}
    assert "UCI digits \N{RIGHTWARDS ARROW} MNIST" in dialog.summary.text()
    assert "was UCI digits" in box.toolTip()


def test_tab_goes_through_it_from_top_to_bottom(dialog):
    dialog.begin({})  # with another field of the data set
    chain, each = [], dialog.nextInFocusChain()
    while each is not dialog:
        chain.append(each.objectName())
        each = each.nextInFocusChain()
    expected = ["branchStepCombo", "branchName", "lengthUnitCombo", "data_nameField", "networksSection"]
    expected += ["engineSection", "network_nameField", "optimizer_d_lrField", "stopForBranch", "makeBranchButton"]
    assert [name for name in chain if name in expected] == expected


def test_a_time_is_shown_in_its_own_unit_again(qtbot):
    dialog = BranchDialog(RunModel(replace(TINY, epochs=0, seconds=120.0)))
    qtbot.addWidget(dialog)
    unit = dialog.findChild(QComboBox, "lengthUnitCombo")
    assert unit.currentData() == "min"
    unit.setCurrentIndex(unit.findData("s"))
    unit.activated.emit(unit.currentIndex())
    assert unit.currentData() == "s"
    dialog.begin({})
    assert unit.currentData() == "min"
