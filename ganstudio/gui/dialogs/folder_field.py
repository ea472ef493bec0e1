"""FolderField: a folder that a person may choose, with a sentence on what that means."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ganstudio import paths, preferences
from ganstudio.errors import InputError
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel


class FolderField(QWidget):
    """Line, buttons and sentence of one folder of the preferences. Nothing is taken that cannot be written."""

    changed = Signal()  # another folder is used from now on

    def __init__(self, key: str, name: str, meaning: str, parent: QWidget | None = None) -> None:
        """`key` of the preferences; `meaning` says in a sentence what a change does."""
        super().__init__(parent)
        self._key, self._name, self._meaning = key, name, meaning
        self.line = QLineEdit()
        self.line.setObjectName(f"{key}FolderLine")
        self.line.setAccessibleName(name)
        self.line.setToolTip(f"{name}. Press Enter to apply.")
        self.choose_button = _button("Choose…", f"Choose the {name.lower()}", self.ask)
        self.usual_button = _button(
            "Default", f"Use the default {name.lower()}: {paths.usual_home(key)}", self._take_usual
        )
        self.sentence = WrappedLabel()
        self.sentence.setProperty("small", True)
        self.sentence.setObjectName(f"{key}FolderSentence")
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose_button)
        row.addWidget(self.usual_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.line.editingFinished.connect(self._typed)
        self.show_folder()

    def preferred(self) -> Path:
        """The folder that the preferences name, or the usual one."""
        return preferences.folder(self._key) or paths.usual_home(self._key)

    def show_folder(self, more: str = "") -> None:
        """Show what the preferences say; `more` says in words what just happened."""
        self.line.setText(str(self.preferred()))
        self.usual_button.setEnabled(preferences.folder(self._key) is not None)
        self._say(more or self._rule() or self._meaning, "muted")

    def ask(self) -> None:
        """Ask for a folder in a dialog."""
        file_dialogs.ask_folder(self, self._name, self.preferred(), self.take)

    def take(self, chosen: Path) -> None:
        """Use a folder from now on, if it can be written; says why not."""
        problem = preferences.problem_with(chosen)
        if problem:
            self._say(f"{problem} Nothing was changed: {self.preferred()} is still used.", "alarm")
        elif chosen != self.preferred():
            self._set(chosen)
        else:
            self.show_folder()

    def _typed(self) -> None:
        typed = self.line.text().strip()
        if typed and Path(typed) != self.preferred():
            self.take(Path(typed).expanduser())
        elif not typed:
            self._take_usual()

    def _take_usual(self) -> None:
        if preferences.folder(self._key) is not None:
            self._set(None)
        else:
            self.show_folder()

    def _set(self, chosen: Path | None) -> None:
        before = self.preferred()
        try:
            preferences.set_folder(self._key, chosen)
        except InputError as error:
            self._say(f"{error} {before} is still used.", "alarm")
            return
        stays = f"What is in {before} stays there."
        self.show_folder(f"{stays} {self._rule()}".strip())
        self.changed.emit()

    def _rule(self) -> str:
        """That something comes before the preferences, if so."""
        named = preferences.from_environment(self._key)
        if named is None:
            return ""
        return f"{named} is used now: {preferences.VARIABLES[self._key]} is set and overrides this choice."

    def _say(self, text: str, how: str) -> None:
        self.sentence.setText(text)
        for each in ("muted", "alarm"):
            self.sentence.setProperty(each, each == how)
        self.sentence.style().polish(self.sentence)


def _button(text: str, tip: str, act: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    button.clicked.connect(act)
    return button
