"""The card of the tour: what the step is about, whether it is done, and the way on."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget
from typing_extensions import override

from ganstudio.gui.notices.card import Card, card_button
from ganstudio.gui.tour.tour import Tour
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_WIDTH = 340  # px
_DONE = "\N{CHECK MARK} Done"


class TourCard(Card):
    """Card over the window that shows where a tour is.

    Parameters
    ----------
    tour
        The tour.
    parent
        The window.
    """

    reshaped = Signal()  # its contents need another size

    def __init__(self, tour: Tour, parent: QWidget) -> None:
        super().__init__("tour", "accent", parent)
        self.setObjectName("tourCard")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tour = tour
        self._scene = tour.scene
        self._was_done = False
        self.close_button.setAccessibleName("Leave the tour")
        self.close_button.setToolTip("Leave the tour (Escape); Help > Tour goes on here")
        self.place = WrappedLabel("", self)
        self.place.setProperty("muted", True)
        self.place.setProperty("small", True)
        self.title = WrappedLabel("", self)
        self.title.setProperty("role", "title")
        self.state = WrappedLabel("", self)
        self.state.setProperty("muted", True)
        self.texts.insertWidget(0, self.place)
        self.texts.insertWidget(1, self.title)
        self.texts.addWidget(self.state)
        self.back_button = card_button("Back", "The step before")
        self.next_button = card_button("Next", "The next step", main=True)
        self._name_buttons()
        self.add_buttons(self.back_button, self.next_button)
        self.back_button.clicked.connect(tour.go_back)
        self.next_button.clicked.connect(tour.go_on)
        self.dismissed.connect(tour.leave)
        tour.changed.connect(self.refresh)
        self.hide()
        self.refresh()

    @override
    def sizeHint(self) -> QSize:
        return self.size_for(_WIDTH)

    def size_for(self, width: int) -> QSize:
        """Return its size, at most `width` px wide."""
        width = min(width, _WIDTH)
        return QSize(width, max(self.heightForWidth(width), self.minimumSizeHint().height()))

    def take_focus(self) -> None:
        """Take the focus, for the keyboard: Enter goes on, Tab leads to the buttons, Space starts and pauses."""
        self.setFocus(Qt.FocusReason.TabFocusReason)

    @override
    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.reshaped.emit()
        return handled

    @override
    def has_focus(self) -> bool:
        return self.hasFocus() or super().has_focus()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and self.hasFocus() and not self._tour.waits:
            self._tour.go_on()
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Show the step."""
        tour, scene = self._tour, self._tour.scene
        self.place.setText(f"Tour, step {tour.number} of {tour.count}")
        self.title.setText(scene.title)
        self.sentence.setText(scene.text)
        self.state.setText(_DONE if tour.is_done else "The tour goes on when it is done.")
        self.state.setVisible(tour.is_done or tour.waits)
        self._label_next()
        self.back_button.setEnabled(tour.number > 1)
        self.setAccessibleName(f"{self.place.text()}: {scene.title}")
        self.setAccessibleDescription(scene.text)
        if tour.is_on and (scene is not self._scene or tour.is_done != self._was_done):
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        if scene is not self._scene and self.has_focus():
            self.take_focus()  # from a button: in this step Space may be what is to be pressed
        self._scene, self._was_done = scene, tour.is_done

    def _label_next(self) -> None:
        tour = self._tour
        if tour.is_last:
            text, tip = "Finish", "Close the tour; Help > Tour begins it anew"
        elif tour.waits:
            text, tip = "Skip", "Go on without doing it"
        else:
            text, tip = "Next", "The next step"
        button: QPushButton = self.next_button
        button.setText(text)
        button.setToolTip(as_tip(tip))
        if button.property("main") == tour.waits:  # what is to be done is lit, not this button
            button.setProperty("main", not tour.waits)
            button.style().unpolish(button)
            button.style().polish(button)

    def _name_buttons(self) -> None:
        self.back_button.setObjectName("tourBackButton")
        self.next_button.setObjectName("tourNextButton")
        self.close_button.setObjectName("tourLeaveButton")
