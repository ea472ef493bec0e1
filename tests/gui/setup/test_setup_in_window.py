"""The setup panel in the window: presets, fields during a run, data sets."""

from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
)

from ganstudio import config as cfg
from ganstudio.gui.setup.form import form_settings
from support.window import TINY, WAIT, reach


def test_choosing_a_preset_fills_the_form(open_window, qtbot):
    window = open_window()
    combo = window.findChild(QComboBox, "presetCombo")
    row = combo.findData("gan-2014")
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    assert window.model.config.preset == "gan-2014"
    assert window.setup.field("network.name").value() == "mlp"
    assert window.setup.field("optimizer.batch_size").value() == 100


def test_every_setting_has_a_field(open_window):
    window = open_window()
    for path in (setting.path for setting in form_settings()):
        assert window.setup.field(path).value() == cfg.read(TINY, path), path


def test_during_a_run_fixed_fields_say_why_and_live_ones_take_effect(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    for setting in form_settings():
        field = window.setup.field(setting.path)
        assert field.editor.isEnabled() == setting.live, setting.path
        assert setting.why_fixed in field.editor.toolTip()
    box = window.setup.field("optimizer.d_lr").editor
    box.setValue(1e-4)
    field = window.setup.field("optimizer.d_lr")
    qtbot.waitUntil(lambda: "changed at step" in field.editor.toolTip(), timeout=WAIT)
    assert window.model.marks[-1].new == 1e-4
    assert field.value() == 1e-4


def test_rows_that_say_nothing_are_hidden(open_window):
    window = open_window()
    window.session.settings.change("schedule.mode", "epochs")
    assert window.setup.field("schedule.d_steps").isHidden()
    assert not window.setup.field("schedule.d_epochs").isHidden()


def test_the_data_set_tells_its_size_and_state(open_window):
    window = open_window(cfg.change(TINY, "data.name", "mnist"))
    assert window.findChild(QLabel, "datasetLabel").accessibleName() == "60,000 28x28, built in"
