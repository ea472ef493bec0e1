"""Where the keys go: Tab follows reading order, and Space starts and pauses unless somebody came to a button by Tab."""

import itertools
from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget


def leave_space_to_start(window: QWidget) -> None:
    """A click on a button must not catch Space, which starts and pauses; who comes by Tab presses it with Space."""
    for button in window.findChildren(QAbstractButton):
        if button.focusPolicy() == Qt.FocusPolicy.StrongFocus:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)


def in_reading_order(window: QWidget, parts: Iterable[QWidget]) -> None:
    """Tab goes through the parts in this order, wherever their docks were put."""
    # Not by nextInFocusChain(): PySide6 takes each widget it returns for a child of the one that was asked.
    found = [each for part in parts for each in part.findChildren(QWidget)]
    here = [each for each in found if each.window() is window]  # no menus, lists of combo boxes or floating docks
    ordered = dict.fromkeys(each for each in here if each.focusPolicy() != Qt.FocusPolicy.NoFocus)  # each once
    for before, after in itertools.pairwise([window, *ordered]):
        QWidget.setTabOrder(before, after)
