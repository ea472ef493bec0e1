"""StartEntry: Start, Pause, Resume or Go on in the Run menu."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence


class StartEntry(QAction):
    """Does what the first button does, without its check mark: beside "Pause" that would read as "is paused"."""

    def __init__(self, button: QAction, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startPauseEntry")
        self._button = button
        button.changed.connect(self._follow)
        self.triggered.connect(self._press)
        self._follow()

    def _follow(self) -> None:
        keys = self._button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        self.setText(f"{self._button.text()}\t{keys}")
        self.setToolTip(self._button.toolTip())
        self.setEnabled(self._button.isEnabled())

    def _press(self) -> None:
        self._button.trigger()
