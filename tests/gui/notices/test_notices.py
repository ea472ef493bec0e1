"""What the window says: cards over the samples that are whole the second time as the first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QScrollBar, QWidget

from ganstudio.events import Failed
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.notices import notice_bar
from ganstudio.gui.window.main_window import MainWindow

SIZES = [(1366, 768), (900, 600)]
LONG = (
    "The pictures of this run could not be written: the disk is full. Training continues, and what was saved before is "
    "kept; make room, or stop the run and choose another folder for runs."
)


def nothing() -> None:
    """What a choice of a test does."""


def say(window: MainWindow, notice: Notice | None, qtbot) -> None:
    window.session.notifier.post(notice)
    qtbot.wait(20)


def whole(window: MainWindow, qtbot) -> list[str]:
    """Texts of labels and buttons that are shown in the cards; fails if one of them stays cut or hidden."""
    qtbot.waitUntil(lambda: texts_of(window) is not None, timeout=2000)  # the layouts' own events come first
    return texts_of(window)


def texts_of(window: MainWindow) -> list[str]:
    texts: list[str] = []
    for bar in (window.error_banner, window.notice_bar):
        for each in [*bar.findChildren(QLabel), *bar.findChildren(QPushButton)]:
            if each.isVisible() and each.text():
                assert_whole(each, window)
                texts.append(each.text())
        assert not [each for each in bar.findChildren(QScrollBar) if each.isVisible() and each.maximum() > 0]
    return texts


def assert_whole(each: QLabel | QPushButton, window: QWidget) -> None:
    assert each.visibleRegion().boundingRect().size() == each.size(), each.text()
    if isinstance(each, QLabel):
        assert each.heightForWidth(each.width()) <= each.height(), each.text()
    else:
        assert each.sizeHint().width() <= each.width(), each.text()


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_second_notice_is_as_whole_as_the_first(open_window, qtbot, size):
    window = open_window(size=size)
    for text in ("KMNIST is not on this computer.", LONG):
        for choices in ((("Rewind to step 34", nothing), ("Branch…", nothing)), (("New run", nothing),)):
            for second in range(2):
                say(window, Notice(f"{text} {second}", choices), qtbot)
                texts = whole(window, qtbot)
                assert [label for label, _ in choices] == [each for each in texts if not each.startswith(text)]
                assert f"{text} {second}" in texts
                say(window, None, qtbot)
                assert not whole(window, qtbot)


def test_cards_never_move_or_resize_the_pictures(open_window, qtbot):
    window = open_window()
    qtbot.wait(20)
    grid = window.samples.fake_grid
    before = grid.geometry(), window.samples.size()
    for number in range(5):
        say(window, Notice(f"{LONG} {number}", (("New run", nothing),) * (number % 2)), qtbot)
    window.show_failure(Failed(LONG, LONG, "line\n" * 100))
    window.error_banner.details_button.click()
    qtbot.wait(20)
    assert (grid.geometry(), window.samples.size()) == before
    assert grid.isVisible()


def test_a_question_stays_and_what_goes_by_itself_stacks_below_it(open_window, qtbot):
    window = open_window()
    bar = window.notice_bar
    say(window, Notice("Rewind to step 34?", (("Rewind", nothing),)), qtbot)
    for text in ("one", "two", "three", "three"):
        say(window, Notice(text), qtbot)
    assert [card.notice.text for card in bar.cards] == ["Rewind to step 34?", "two", "three"]
    tops = [card.y() for card in bar.cards]
    assert tops == sorted(set(tops))
    assert {"Rewind to step 34?", "Rewind", "two", "three"} == set(whole(window, qtbot))
    say(window, Notice("Rewind to step 89?", (("Rewind", nothing),)), qtbot)
    assert [card.notice.text for card in bar.cards] == ["two", "three", "Rewind to step 89?"]
    say(window, None, qtbot)
    assert [card.notice.text for card in bar.cards] == ["two", "three"]


def test_what_goes_by_itself_waits_for_who_is_at_it(open_window, qtbot, monkeypatch):
    window = open_window()
    bar = window.notice_bar
    say(window, Notice("Shall it?", (("Yes", nothing),)), qtbot)
    say(window, Notice("Saved.", (("Show", nothing),), passing=True), qtbot)
    bar.cards[1].close_button.setFocus(Qt.FocusReason.TabFocusReason)
    for name in ("_MIN_DURATION", "_CHARACTER_DURATION", "_RETRY_INTERVAL"):
        monkeypatch.setattr(notice_bar, name, 10)  # ms: 70 in all
    bar.cards[1].restart()
    qtbot.wait(120)
    assert [card.notice.text for card in bar.cards] == ["Shall it?", "Saved."]
    window.setFocus()
    qtbot.waitUntil(lambda: len(bar.cards) == 1)
    assert bar.sentence.text() == "Shall it?"


def test_an_answer_takes_its_own_question_away_and_leaves_another(open_window, qtbot):
    window = open_window()
    bar, done = window.notice_bar, []

    def answer() -> None:
        window.session.notifier.withdraw_questions()  # as whoever asked does
        done.append(True)

    say(window, Notice("KMNIST could not be downloaded.", (("Retry", nothing),), topic="download"), qtbot)
    say(window, Notice("Rewind?", (("Rewind", answer),)), qtbot)
    next(each for each in bar.cards[1].findChildren(QPushButton) if each.text() == "Rewind").click()
    assert done == [True]
    assert [card.notice.text for card in bar.cards] == ["KMNIST could not be downloaded."]


def test_a_download_has_a_bar_and_cancel_each_time(open_window, qtbot):
    window = open_window(size=(900, 600))
    bar = window.notice_bar
    for _ in range(2):
        bar.show_download("Fashion-MNIST")
        bar.show_progress("Fashion-MNIST", 2_000_000, 30_900_000)
        say(window, Notice("Saved."), qtbot)
        assert {"Downloading Fashion-MNIST: 2.0 of 30.9 MB", "Cancel", "Saved."} == set(whole(window, qtbot))
        assert bar.download.progress.visibleRegion().boundingRect().size() == bar.download.progress.size()
        with qtbot.waitSignal(bar.cancelRequested):
            bar.download.cancel_button.click()
        bar.end_download()
    assert not bar.download.isVisible()


def test_by_keyboard(open_window, qtbot):
    window = open_window()
    done: list[str] = []
    say(window, Notice("Rewind?", (("Rewind", lambda: done.append("rewind")), ("Branch…", nothing))), qtbot)
    window.setup.findChildren(QComboBox)[0].setFocus()
    met: list[str] = []
    card = window.notice_bar.cards[0]
    while len(met) < 3:
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if card.isAncestorOf(focused):
            met.append(focused.accessibleName() or focused.text())
        assert not window.samples.tools.choice.isAncestorOf(focused)
    assert met == ["Rewind", "Branch…", "Dismiss"]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not window.notice_bar.isVisible()
    assert window.hasFocus()
    say(window, Notice("Rewind?", (("Rewind", lambda: done.append("rewind")),)), qtbot)
    button = window.notice_bar.cards[0].findChild(QPushButton)
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert done == ["rewind"]
