"""Mnemonics: a letter for each entry of a menu, unique in it: the first of a word where that is free."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


class Mnemonics(QObject):
    """Gives the entries of a menu their letters anew each time it opens: words such as Start and Pause change."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        menu.aboutToShow.connect(self.give)

    def give(self) -> None:
        """Give every entry a letter."""
        entries = [action for action in self._menu.actions() if not action.isSeparator() and action.text()]
        for action, text in zip(entries, with_mnemonics([plain(each.text()) for each in entries]), strict=True):
            if text != action.text():
                action.setText(text)  # Qt leaves the letter's sign out of what a tool bar shows


def with_mnemonics(texts: Sequence[str]) -> list[str]:
    """The texts, each with "&" before a letter that no other has; without where none is left."""
    taken: set[str] = set()
    found = []
    for text in texts:
        letters = [index for index, letter in enumerate(text.partition("\t")[0]) if letter.isalnum()]
        starts = [index for index in letters if index == 0 or text[index - 1] == " "]
        rest = [index for index in letters if index not in starts]
        index = next((each for each in (*starts, *rest) if text[each].lower() not in taken), None)
        if index is None:
            found.append(_escaped(text))
            continue
        taken.add(text[index].lower())
        found.append(f"{_escaped(text[:index])}&{_escaped(text[index:])}")
    return found


def mnemonic(action: QAction) -> str:
    """The letter of an entry, in lower case; "" if it has none."""
    text = action.text().replace("&&", "")
    _, sign, rest = text.partition("&")
    return rest[:1].lower() if sign else ""


def plain(text: str) -> str:
    """The words of an action, without the sign before its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
