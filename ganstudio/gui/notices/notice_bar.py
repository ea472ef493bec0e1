"""NoticeBar: notices that float over the samples. Questions stay until they are answered; the rest goes by itself."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ganstudio.gui.model.notice import Notice
from ganstudio.gui.notices.card import Card, card_button
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_MOST = 3  # cards at a time
_TO_NOTICE, _A_LETTER = 4000, 50  # ms: how long a notice stays, and longer for each letter of it
_AGAIN = 2000  # ms: till it is asked again whether somebody is at it
_MEGA = 1e6


class NoticeCard(Card):
    """One notice with its choices."""

    chosen = Signal(int)  # index of a choice

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__("about", "accent", parent)
        self.setAccessibleName("Question" if notice.is_question else "Notice")
        self.setAccessibleDescription(notice.text)
        self.notice = notice
        self.sentence.setText(notice.text)
        buttons = [
            card_button(label, "", notice.is_question and not index) for index, (label, _) in enumerate(notice.choices)
        ]
        for index, button in enumerate(buttons):
            button.clicked.connect(partial(self.chosen.emit, index))
        if buttons:
            self.add_buttons(*buttons)
        self._time = QTimer(self, singleShot=True)
        self._time.timeout.connect(self._go)
        self.stay()

    def stay(self) -> None:
        """Count its time from now on, if it goes by itself."""
        if not self.notice.is_question:
            self._time.start(_TO_NOTICE + _A_LETTER * len(self.notice.text))

    def _go(self) -> None:
        """Unless somebody is at it, or could not see it."""
        seen = self.isVisible() and not self.window().isMinimized()
        if self.underMouse() or self.has_focus() or not seen:
            self._time.start(_AGAIN)
        else:
            self.dismiss()


class DownloadCard(Card):
    """A download under way: how far it is, and a button that calls it off. It has no cross."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("download", "accent", parent)
        self.setAccessibleName("Download")
        self.close_button.hide()
        self.progress = QProgressBar()
        self.progress.setAccessibleName("Progress of the download")
        self.progress.setTextVisible(False)
        self.cancel_button = card_button("Cancel", "Cancels the download and removes what has arrived so far")
        self.cancel_button.clicked.connect(self.cancelled)
        self.column.addWidget(self.progress)
        self.add_buttons(self.cancel_button)
        self.hide()

    def dismiss(self) -> None:
        """It goes when the download does."""

    def begin(self, title: str) -> None:
        """A download begins."""
        self.sentence.setText(f"Downloading {title}…")
        self.progress.setRange(0, 0)
        self.show()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """How far it is, in bytes."""
        self.progress.setRange(0, 1000)
        self.progress.setValue(int(1000 * done / total) if total else 0)
        self.sentence.setText(f"Downloading {title}: {done / _MEGA:,.1f} of {total / _MEGA:,.1f} MB")


class NoticeBar(QWidget):
    """At most three cards: a download, below it questions, below them what goes by itself, the newest last."""

    changed = Signal()  # cards came or went: the order of the focus has to follow
    cancelled = Signal()  # the download is to be called off

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setAccessibleName("Notices")
        self.download = DownloadCard(self)
        self.download.cancelled.connect(self.cancelled)
        self.cards: list[NoticeCard] = []  # that are shown, the newest last
        self._answering = False
        self._none = WrappedLabel("", self)
        self._none.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE // 2)
        self._column.addWidget(self.download)
        self.hide()

    @property
    def sentence(self) -> WrappedLabel:
        """What was said last, of what is shown."""
        return self.cards[-1].sentence if self.cards else self._none

    # Notices

    def show_notice(self, notice: Notice | None) -> None:
        """Say something. None: what was asked is out of date, unless it comes from what an answer does."""
        if notice is None:
            outdated = [] if self._answering else [card for card in self.cards if card.notice.is_question]
        else:
            same = next((card for card in self.cards if _alike(card.notice, notice)), None)
            if same is not None:
                same.notice = notice
                same.stay()
                return
            outdated = [card for card in self.cards if _replaces(notice, card.notice)]
        for card in outdated:
            self._remove(card)
        if notice is not None:
            self._add(notice)

    def _add(self, notice: Notice) -> None:
        passing = [card for card in self.cards if not card.notice.is_question]
        room = _MOST - self._count()
        for card in passing[: max(0, 1 - room)]:  # the oldest of what goes by itself
            self._remove(card)
        card = NoticeCard(notice, self)
        card.chosen.connect(self._answer)
        card.dismissed.connect(self._dismissed)
        questions = sum(card.notice.is_question for card in self.cards)
        self._column.insertWidget(1 + questions if notice.is_question else self._column.count(), card)
        self.cards.append(card)
        self._settle()
        card.show()
        QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Alert))

    def _answer(self, index: int) -> None:
        card = self.sender()
        assert isinstance(card, NoticeCard)
        self._remove(card)
        self._answering = True
        try:
            card.notice.choices[index][1]()
        finally:
            self._answering = False

    def _dismissed(self) -> None:
        card = self.sender()
        assert isinstance(card, NoticeCard)
        self._remove(card)

    def _remove(self, card: NoticeCard) -> None:
        if card not in self.cards:
            return
        if card.has_focus():
            self.window().setFocus()
        self.cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._settle()

    # Downloads

    def show_download(self, title: str) -> None:
        """A download begins."""
        self.download.begin(title)
        self._settle()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """How far it is, in bytes."""
        self.download.show_progress(title, done, total)

    def end_download(self) -> None:
        """It has ended."""
        if self.download.has_focus():
            self.window().setFocus()
        self.download.hide()
        self._settle()

    def _count(self) -> int:
        return len(self.cards) + self.download.isVisibleTo(self)

    def _settle(self) -> None:
        self.setVisible(self._count() > 0)
        self.changed.emit()


def _alike(one: Notice, other: Notice) -> bool:
    """Whether a person would read the same on both."""
    labels = [[label for label, _ in each.choices] for each in (one, other)]
    return one.text == other.text and labels[0] == labels[1] and one.is_question == other.is_question


def _replaces(new: Notice, old: Notice) -> bool:
    """A question replaces one of its topic; what goes by itself, what was said of the same named topic before."""
    return new.topic == old.topic and new.is_question == old.is_question and (new.is_question or bool(new.topic))
