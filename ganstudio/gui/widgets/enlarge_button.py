"""The button in the corner of a panel that enlarges it; see `ganstudio.gui.window.enlarger`."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip


class EnlargeButton(QToolButton):
    """Button that enlarges a panel, and puts everything back.

    Parameters
    ----------
    panel
        Name of the panel, as in "Enlarge the curves".
    parent
        Qt's parent.
    """

    def __init__(self, panel: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self.setObjectName("enlargeButton")
        self.setProperty("small", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_large(False)

    def show_large(self, large: bool) -> None:
        """Show what a click would do; `large` is whether the panel is enlarged."""
        action = "Back to all panels" if large else f"Enlarge {self._panel}"
        self.setAccessibleName(action)
        self.setToolTip(as_tip(f"{action} ({'F or Esc' if large else 'F'})"))
        theme.set_icon(self, "restore" if large else "enlarge")
