"""A folder that the user can choose, with a sentence on what that means."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ganstudio import preferences
from ganstudio.errors import InputError
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.system import paths
from ganstudio.system.homes import expand


class FolderField(QWidget):
    """Line, buttons and sentence for one folder of the preferences. A folder that cannot be written is refused.

    Parameters
    ----------
    key
        The folder in the preferences: `preferences.RUNS` or `preferences.DATA`.
    name
        Its name, as the user reads it.
    meaning
        What a change does, in a sentence.
    parent
        Qt's parent.
    """

    changed = Signal()  # another folder is used from now on

    def __init__(self, key: str, name: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._name = name
        self._meaning = meaning
        self.line = QLineEdit()
        self.line.setObjectName(f"{key}FolderLine")
        self.line.setAccessibleName(name)
        self.line.setToolTip(as_tip(f"{name}. Press Enter to apply."))
        self.choose_button = _button("Choose…", f"Choose the {name.lower()}", self.ask)
        self.default_button = _button(
            "Default", f"Use the default {name.lower()}: {paths.usual_home(key)}", self._use_default
        )
        self.sentence = WrappedLabel()
        self.sentence.setProperty("small", True)
        self.sentence.setObjectName(f"{key}FolderSentence")
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose_button)
        row.addWidget(self.default_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(row)
        column.addWidget(self.sentence)
        self.line.editingFinished.connect(self._typed)
        self.show_folder()

    def preferred(self) -> Path:
        """Return the folder in the preferences, or the default one."""
        return preferences.folder(self._key) or paths.usual_home(self._key)

    def show_folder(self, message: str = "") -> None:
        """Show the folder in the preferences; `message` says what has just happened."""
        self.line.setText(str(self.preferred()))
        self.default_button.setEnabled(preferences.folder(self._key) is not None)
        self._say(message or self._describe_override() or self._meaning, "muted")

    def ask(self) -> None:
        """Ask for a folder in a dialog."""
        file_dialogs.ask_folder(self, self._name, self.preferred(), self.use)

    def use(self, folder: Path) -> None:
        """Use a folder from now on, or say why it cannot be used."""
        problem = preferences.problem_with(folder)
        if problem:
            self._say(f"{problem} Nothing was changed: {self.preferred()} is still used.", "alarm")
        elif folder != self.preferred():
            self._set(folder)
        else:
            self.show_folder()

    def _typed(self) -> None:
        typed = self.line.text().strip()
        if typed and Path(typed) != self.preferred():
            self.use(expand(typed))
        elif not typed:
            self._use_default()

    def _use_default(self) -> None:
        if preferences.folder(self._key) is not None:
            self._set(None)
        else:
            self.show_folder()

    def _set(self, folder: Path | None) -> None:
        before = self.preferred()
        try:
            preferences.set_folder(self._key, folder)
        except InputError as error:
            self._say(f"{error} {before} is still used.", "alarm")
            return
        kept = f"What is in {before} stays there."
        self.show_folder(f"{kept} {self._describe_override()}".strip())
        self.changed.emit()

    def _describe_override(self) -> str:
        """Return that an environment variable overrides the preferences; "" if none does."""
        named = preferences.from_environment(self._key)
        if named is None:
            return ""
        return f"{named} is used now: {preferences.VARIABLES[self._key]} is set and overrides this choice."

    def _say(self, text: str, style: str) -> None:
        self.sentence.setText(text)
        for name in ("muted", "alarm"):
            self.sentence.setProperty(name, name == style)
        self.sentence.style().polish(self.sentence)


def _button(text: str, tip: str, callback: object) -> QPushButton:
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setAccessibleName(tip)
    button.setToolTip(as_tip(tip))
    button.clicked.connect(callback)
    return button
