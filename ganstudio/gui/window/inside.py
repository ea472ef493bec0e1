"""The inside of the networks, in a window of its own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.inside.window import InsideWindow


class Inside(QObject):
    """Shows the inside of the networks. Its window is imported when it is first shown."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        context.actions.connect({"inside": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._context.dialogs.show("inside", self._make_window)

    def _make_window(self) -> "InsideWindow":
        from ganstudio.gui.inside.window import InsideWindow

        return InsideWindow(self._context.session.model, self._context.samples, self._context.window)
