"""The error banner: what it shows, and its size."""

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QPushButton,
    QScrollBar,
)

from ganstudio.events import Failed
from ganstudio.gui.model.notice import Notice
from support.window import assert_whole, shown


def test_the_banner_shows_what_was_kept_and_folds_the_rest(open_window, qtbot):
    window = open_window()
    banner = window.error_banner
    assert not banner.isVisible()
    window.show_failure(Failed("It broke.", "Step 5 is kept.", "Traceback…"))
    assert banner.isVisible()
    assert banner.sentence.text() == "It broke."
    assert banner.kept.text() == "Step 5 is kept."
    assert not banner.details.isVisible()
    banner.details_button.click()
    assert banner.details.isVisible()
    banner.copy_button.click()
    told = "\n\n".join(["It broke.", banner.kept.text(), "Traceback…"])
    qtbot.waitUntil(lambda: QApplication.clipboard().text().startswith(f"{told}\n\nGAN Studio\n"))
    assert "Last lines of the log" in QApplication.clipboard().text()
    window.show_failure(Failed("It cannot be.", "Nothing was changed."))
    banner.copy_button.click()
    assert QApplication.clipboard().text() == "It cannot be.\n\nNothing was changed."
    banner.close_button.click()
    assert not banner.isVisible()


def test_a_long_error_does_not_widen_the_window(open_window, qtbot):
    window = open_window(size=(683, 373))
    window.show_failure(Failed("word " * 60, "kept " * 30, "line\n" * 100))
    window.error_banner.details_button.click()
    qtbot.wait(20)
    assert window.width() == 683
    assert window.height() == 373


@pytest.mark.parametrize("size", [(1366, 768), (900, 600)], ids=["1366x768", "900x600"])
def test_banners_show_all_of_a_usual_message(open_window, qtbot, size):
    window = open_window(size=size)
    message = "Training stopped: 2.1 GB of memory were asked for and are not free. A batch of 64 pictures would fit."
    window.show_failure(Failed(message, "Step 5,616 is kept.", "Traceback…"))
    window.notice_bar.show_notice(
        Notice("Fashion-MNIST is not on this computer.", (("Download it (31 MB)", window.close),))
    )
    qtbot.wait(50)
    for banner in (window.error_banner, window.notice_bar):
        for each in [*shown(banner, QLabel), *shown(banner, QPushButton)]:
            assert_whole(each, size)
        assert not [bar for bar in shown(banner, QScrollBar) if bar.maximum() > 0]
