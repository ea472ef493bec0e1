"""Order in which Tab goes through the window."""

import itertools
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def set_reading_order(window: QWidget, parts: Iterable[QWidget]) -> None:
    """Let Tab go through the parts in this order, wherever their docks are."""
    # Not by nextInFocusChain(): PySide6 takes each widget it returns for a child of the one it was called on.
    widgets = [widget for part in parts for widget in (part, *part.findChildren(QWidget))]  # a card takes it itself
    inside = [widget for widget in widgets if widget.window() is window]  # no menus, pop-up lists or floating docks
    ordered = dict.fromkeys(widget for widget in inside if widget.focusPolicy() != Qt.FocusPolicy.NoFocus)  # once each
    for before, after in itertools.pairwise([window, *ordered]):
        QWidget.setTabOrder(before, after)
