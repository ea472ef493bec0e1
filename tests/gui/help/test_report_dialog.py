"""The report of a problem, from the Help menu."""

from PySide6.QtWidgets import QApplication

from ganstudio.system import log_file, paths


def test_a_report_is_shown_copied_and_written_anew(open_window, qtbot):
    handler = log_file.attach(paths.log_file())
    log_file.LOGGER.warning("half a batch")
    window = open_window()
    window.actions_["report"].trigger()
    dialog = window.help_commands.show_report_dialog()
    qtbot.waitUntil(lambda: "half a batch" in dialog.text.toPlainText())
    log_file.LOGGER.warning("another batch")
    log_file.detach(handler)
    window.actions_["report"].trigger()
    qtbot.waitUntil(lambda: "another batch" in dialog.text.toPlainText())
    dialog.copy_button.click()
    assert QApplication.clipboard().text() == dialog.text.toPlainText()
    assert "GAN Studio" in dialog.text.toPlainText()


def test_a_dialog_that_was_closed_before_the_report_was_written_stays_closed(open_window, qtbot):
    window = open_window()
    dialog = window.help_commands.show_report_dialog()
    dialog.close()
    qtbot.waitUntil(lambda: "GAN Studio" in dialog.text.toPlainText())
    assert not dialog.isVisible()
