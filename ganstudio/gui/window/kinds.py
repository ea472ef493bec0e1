"""The kinds that the generator makes, in a window of its own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.kinds.window import KindsWindow


class Kinds(QObject):
    """Shows the kinds that the generator makes. The window is imported when it is first shown."""

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._window: KindsWindow | None = None
        context.actions.connect({"kinds": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._context.dialogs.show("kinds", self._make_window)

    def stop(self) -> bool:
        """End the thread of the window; False if it did not end in time."""
        return self._window is None or self._window.stop()

    def _make_window(self) -> "KindsWindow":
        from ganstudio.gui.kinds.window import KindsWindow

        context = self._context
        explorer = context.panels.latent.explorer
        self._window = KindsWindow(context.session.model, explorer, context.window)
        self._window.failed.connect(self.failed)
        return self._window
