"""Mnemonics: a letter for every entry of a menu, unique in it, the first letter of a word where that is free."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu


class Mnemonics(QObject):
    """Assigns letters to the entries of a menu every time it opens: texts such as Start and Pause change."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        self._menu = menu
        menu.aboutToShow.connect(self.assign)

    def assign(self) -> None:
        """Assign a letter to every entry."""
        entries = [action for action in self._menu.actions() if not action.isSeparator() and action.text()]
        for action, text in zip(entries, with_mnemonics([plain(action.text()) for action in entries]), strict=True):
            if text != action.text():
                action.setText(text)  # a tool bar leaves the "&" out


def with_mnemonics(texts: Sequence[str]) -> list[str]:
    """Return the texts, each with "&" before a letter that no other has, or without where none is left."""
    taken: set[str] = set()
    results = []
    for text in texts:
        letters = [index for index, letter in enumerate(text.partition("\t")[0]) if letter.isalnum()]
        starts = [index for index in letters if index == 0 or text[index - 1] == " "]
        rest = [index for index in letters if index not in starts]
        index = next((index for index in (*starts, *rest) if text[index].lower() not in taken), None)
        if index is None:
            results.append(_escaped(text))
            continue
        taken.add(text[index].lower())
        results.append(f"{_escaped(text[:index])}&{_escaped(text[index:])}")
    return results


def mnemonic(action: QAction) -> str:
    """Return the letter of an entry, in lower case; "" if it has none."""
    text = action.text().replace("&&", "")
    _, sign, rest = text.partition("&")
    return rest[:1].lower() if sign else ""


def plain(text: str) -> str:
    """Return the text of an action without the "&" before its letter."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def _escaped(text: str) -> str:
    return text.replace("&", "&&")
