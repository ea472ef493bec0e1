"""The smallest GAN, in a window of its own."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.smallest_gan.window import SmallestGanWindow


class SmallestGan(QObject):
    """Shows the smallest GAN. Its window is imported when it is first shown."""

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._dialogs = context.dialogs
        self._parent = context.window
        self._window: SmallestGanWindow | None = None
        context.actions.connect({"smallestGan": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._dialogs.show("smallestGan", self._make_window)

    def stop(self) -> bool:
        """End the threads of the window; False if one did not end in time."""
        return self._window is None or self._window.stop()

    def _make_window(self) -> "SmallestGanWindow":
        from ganstudio.gui.smallest_gan.window import SmallestGanWindow

        self._window = SmallestGanWindow(self._parent)
        self._window.failed.connect(self.failed)
        return self._window
