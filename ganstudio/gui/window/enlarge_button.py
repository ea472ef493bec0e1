"""EnlargeButton: in the corner of a panel; see `ganstudio.gui.window.enlarger`."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio.gui.widgets import theme


class EnlargeButton(QToolButton):
    """In the corner of a panel: makes that large, and small again."""

    def __init__(self, panel: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setObjectName("enlargeButton")
        self.setProperty("small", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_large(False)

    def show_large(self, large: bool) -> None:
        """What a click would do."""
        act = "Back to all panels" if large else f"Enlarge {self._panel}"
        self.setAccessibleName(act)
        self.setToolTip(f"{act} ({'F or Esc' if large else 'F'})")
        theme.set_icon(self, "restore" if large else "enlarge")
