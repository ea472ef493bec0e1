"""The comparison of runs, in a window of its own."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.gui.compare.window import CompareWindow


class Comparison(QObject):
    """Shows curves and pictures of several runs. The window is imported when it is first shown."""

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        self._dialogs = context.dialogs
        self._parent = context.window
        self._window: CompareWindow | None = None
        context.panels.runs.compareRequested.connect(self.compare)
        context.panels.runs.relabelled.connect(self.rename)

    @Slot(object)
    def compare(self, runs: Sequence[Path]) -> None:
        """Show the runs in these folders beside each other."""
        self._dialogs.show("compare", self._make_window)
        if self._window is not None:
            self._window.compare(runs)

    def rename(self, run: Path) -> None:
        """Show the new name of a run that the user renamed, if it is compared."""
        if self._window is not None:
            self._window.rename(run)

    def stop(self) -> bool:
        """End the threads of the comparison; False if one did not end in time."""
        return self._window is None or self._window.stop()

    def _make_window(self) -> "CompareWindow":
        from ganstudio.gui.compare.window import CompareWindow

        self._window = CompareWindow(self._parent)
        self._window.failed.connect(self.failed)
        return self._window
