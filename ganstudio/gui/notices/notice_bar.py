"""Notices that float over the samples. Questions stay until they are answered; others disappear by themselves."""

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ganstudio.gui.model.notice import Notice
from ganstudio.gui.notices.card import Card, card_button
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_MAX_CARDS = 3
_MIN_DURATION = 4000  # ms that a notice stays
_CHARACTER_DURATION = 50  # ms that it stays longer for every character
_RETRY_INTERVAL = 2000  # ms between two attempts to remove a notice that the user is using
_MEGABYTE = 1e6


class NoticeCard(Card):
    """Card with one notice and its choices."""

    chosen = Signal(int)  # index of a choice

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__("about", "accent", parent)
        self.setAccessibleName("Question" if notice.is_question else "Notice")
        self.notice = notice
        self.sentence.setText(notice.text)
        self.setAccessibleDescription(self.sentence.text())
        buttons = [
            card_button(label, "", notice.is_question and not index) for index, (label, _) in enumerate(notice.choices)
        ]
        for index, button in enumerate(buttons):
            button.clicked.connect(partial(self.chosen.emit, index))
        if buttons:
            self.add_buttons(*buttons)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._expire)
        self.restart()

    def restart(self) -> None:
        """Let the notice, if it disappears by itself, stay for its full time from now on."""
        if not self.notice.is_question:
            self._timer.start(_MIN_DURATION + _CHARACTER_DURATION * len(self.notice.text))

    def _expire(self) -> None:
        """Disappear, unless the user is using the notice or could not see it."""
        is_seen = self.isVisible() and not self.window().isMinimized()
        if self.underMouse() or self.has_focus() or not is_seen:
            self._timer.start(_RETRY_INTERVAL)
        else:
            self.dismiss()


class DownloadCard(Card):
    """Card with the progress of a download, and a button that cancels it. It cannot be closed."""

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
        """Do nothing: the card disappears when the download ends."""

    def begin(self, title: str) -> None:
        """Show that a download has begun."""
        self.sentence.setText(f"Downloading {title}…")
        self.progress.setRange(0, 0)
        self.show()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """Show how many bytes of all have arrived."""
        self.progress.setRange(0, 1000)
        self.progress.setValue(int(1000 * done / total) if total else 0)
        self.sentence.setText(f"Downloading {title}: {done / _MEGABYTE:,.1f} of {total / _MEGABYTE:,.1f} MB")


class NoticeBar(QWidget):
    """At most three cards: a download, then questions, then passing notices, the newest last."""

    changed = Signal()  # cards were added or removed: the tab order has to follow
    cancelRequested = Signal()  # of the download

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("noticeBar")
        self.setAccessibleName("Notices")
        self.download = DownloadCard(self)
        self.download.cancelled.connect(self.cancelRequested)
        self.cards: list[NoticeCard] = []  # those that are shown, the newest last
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
        """Text of the newest notice that is shown."""
        return self.cards[-1].sentence if self.cards else self._none

    # Notices

    def show_notice(self, notice: Notice | None) -> None:
        """Show a notice. None removes the questions, unless an answer is just being served."""
        if notice is None:
            outdated = [] if self._answering else [card for card in self.cards if card.notice.is_question]
        else:
            same = next((card for card in self.cards if _is_same(card.notice, notice)), None)
            if same is not None:
                same.notice = notice
                same.restart()
                return
            outdated = [card for card in self.cards if _replaces(notice, card.notice)]
        for card in outdated:
            self._remove(card)
        if notice is not None:
            self._add(notice)

    def withdraw(self, topic: str) -> None:
        """Remove the notices of a topic."""
        for card in [card for card in self.cards if card.notice.topic == topic]:
            self._remove(card)

    def _add(self, notice: Notice) -> None:
        passing = [card for card in self.cards if not card.notice.is_question]
        room = _MAX_CARDS - self._count()
        for card in passing[: max(0, 1 - room)]:  # the oldest
            self._remove(card)
        card = NoticeCard(notice, self)
        card.chosen.connect(self._answer)
        card.dismissed.connect(self._dismissed)
        questions = sum(card.notice.is_question for card in self.cards)
        self._column.insertWidget(1 + questions if notice.is_question else self._column.count(), card)
        self.cards.append(card)
        self._update_visibility()
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
        delete_later(card)
        self._update_visibility()

    # Downloads

    def show_download(self, title: str) -> None:
        """Show that a download has begun."""
        self.download.begin(title)
        self._update_visibility()

    def show_progress(self, title: str, done: int, total: int) -> None:
        """Show how many bytes of all have arrived."""
        self.download.show_progress(title, done, total)

    def end_download(self) -> None:
        """Remove the card of the download."""
        if self.download.has_focus():
            self.window().setFocus()
        self.download.hide()
        self._update_visibility()

    def _count(self) -> int:
        return len(self.cards) + self.download.isVisibleTo(self)

    def _update_visibility(self) -> None:
        self.setVisible(self._count() > 0)
        self.changed.emit()


def _is_same(one: Notice, other: Notice) -> bool:
    """Return whether two notices read the same."""
    labels = [label for label, _ in one.choices]
    other_labels = [label for label, _ in other.choices]
    return one.text == other.text and labels == other_labels and one.is_question == other.is_question


def _replaces(new: Notice, old: Notice) -> bool:
    """Return whether a notice replaces an older one: a question one of its topic, others only of a named topic."""
    return new.topic == old.topic and new.is_question == old.is_question and (new.is_question or bool(new.topic))
