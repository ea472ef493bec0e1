"""Keyboard focus: Tab follows reading order, and Space starts and pauses except on a button reached by Tab."""

import itertools
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget


def leave_space_to_start(window: QWidget) -> None:
    """Let no click give a button the focus, so that Space still starts and pauses; one reached by Tab takes Space."""
    for button in window.findChildren(QAbstractButton):
        if button.focusPolicy() == Qt.FocusPolicy.StrongFocus:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def set_reading_order(window: QWidget, parts: Iterable[QWidget]) -> None:
    """Let Tab go through the parts in this order, wherever their docks are."""
    # Not by nextInFocusChain(): PySide6 takes each widget it returns for a child of the one it was called on.
    widgets = [widget for part in parts for widget in part.findChildren(QWidget)]
    inside = [widget for widget in widgets if widget.window() is window]  # no menus, pop-up lists or floating docks
    ordered = dict.fromkeys(widget for widget in inside if widget.focusPolicy() != Qt.FocusPolicy.NoFocus)  # once each
    for before, after in itertools.pairwise([window, *ordered]):
        QWidget.setTabOrder(before, after)
