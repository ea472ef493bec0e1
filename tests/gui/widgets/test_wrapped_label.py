"""Labels that wrap anywhere, but at words where they can."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QWidget

from ganstudio.gui.widgets.wrapped_label import WrappedLabel


@pytest.fixture
def card(dressed, qtbot) -> Iterator[QFrame]:
    """What holds a label, as a notice does."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    card = QFrame(window)
    WrappedLabel("What happened.", card)
    window.show()
    yield card
    window.close()


def open_menu(card: QFrame) -> None:
    label = card.findChild(WrappedLabel)
    place = label.rect().center()
    QApplication.sendEvent(label, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, label.mapToGlobal(place)))


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_its_menu_copies_the_text_and_goes_when_it_is_closed(card, qtbot):
    open_menu(card)
    menu = card.findChild(QMenu)
    assert menu.isVisible()
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "What happened."
    menu.close()
    qtbot.waitUntil(lambda: card.findChild(QMenu) is None)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_a_label_that_goes_takes_its_open_menu_with_it(card, qtbot):
    """As the label of a notice whose time is over."""
    QTimer.singleShot(50, card.deleteLater)
    with qtbot.waitSignal(card.destroyed):
        open_menu(card)
    assert QApplication.activePopupWidget() is None


def test_a_long_path_is_never_cut(dressed, qtbot):
    label = WrappedLabel("Saved /home/somebody/" + "a_very_long_name" * 20 + ".png")
    qtbot.addWidget(label)
    label.resize(200, label.heightForWidth(200))
    label.show()
    assert label.text_layout(200).boundingRect().width() <= 200
    words = WrappedLabel("Something went wrong in the middle of a word that would have fitted into the next line.")
    lines = words.text_layout(200)
    ends = [lines.lineAt(at).textStart() for at in range(1, lines.lineCount())]
    assert ends
    assert all(words.text()[end - 1] == " " for end in ends)
    assert label.heightForWidth(200) > 3 * label.fontMetrics().height()
