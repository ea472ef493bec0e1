"""The inside of the networks, in a window of its own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.inside.window import InsideWindow


class Inside(QObject):
    """Shows the inside of the networks. Its window is imported when it is first shown."""

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._window: InsideWindow | None = None
        context.actions.connect({"inside": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._context.dialogs.show("inside", self._make_window)

    def stop(self) -> bool:
        """End the threads of the window; False if one did not end in time."""
        return self._window is None or self._window.stop()

    def _make_window(self) -> "InsideWindow":
        from ganstudio.gui.inside.window import InsideWindow

        context = self._context
        explorer = context.panels.latent.explorer
        self._window = InsideWindow(context.session.model, explorer, context.samples, context.window)
        self._window.failed.connect(self.failed)
        return self._window
