"""A new run that begins from a model, set up in the window."""

from PySide6.QtWidgets import QPushButton, QToolButton

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.gui.setup.begin_from_dialog import BeginFromDialog
from support.window import WAIT


def test_a_model_is_chosen_beside_what_was_changed_meanwhile_and_cleared(open_window, qtbot) -> None:
    window = open_window(presets.load(presets.DEFAULT).config)
    window.actions_["beginFrom"].trigger()
    dialog = window.findChild(BeginFromDialog)
    with qtbot.waitSignal(dialog.previewed, timeout=WAIT):
        window.session.settings.change("optimizer.d_lr", 0.01)  # the window behind the dialog can be used
    dialog.findChild(QPushButton, "chooseBeginButton").click()
    config = window.session.settings.requested_config()
    assert (config.begin.source, config.network.modes, config.optimizer.d_lr) == ("mnist", 20, 0.01)
    window.session.settings.change("begin.freeze_d", 1)
    window.findChild(QToolButton, "clearBeginFromButton").click()
    assert window.session.settings.requested_config() == cfg.change(config, "begin.source", "")
