"""Dialogs of the window: each is made when it is first shown, kept, and leaves the window usable."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog

from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.workers import window_first


class Dialogs:
    """Dialogs by name."""

    def __init__(self) -> None:
        self._dialogs: dict[str, QDialog] = {}

    def __getitem__(self, name: str) -> QDialog:
        return self._dialogs[name]

    def __contains__(self, name: str) -> bool:
        return name in self._dialogs

    def is_visible(self, name: str) -> bool:
        """Return whether the dialog of that name is shown."""
        return name in self._dialogs and self._dialogs[name].isVisible()

    def show(self, name: str, make: Callable[[], QDialog]) -> QDialog:
        """Show the dialog of that name in front, made by `make` the first time, and return it."""
        window_first.hold_workers()
        if name not in self._dialogs:
            self._dialogs[name] = make()
        dialog = self._dialogs[name]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def discard(self, *names: str) -> None:
        """Delete dialogs: they are made anew when they are shown again."""
        for name in names:
            if (dialog := self._dialogs.pop(name, None)) is not None:
                dialog.close()
                delete_later(dialog)
