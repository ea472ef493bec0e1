"""Title of the window: which run is open, and what it branched off."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from ganstudio.gui.model.session import Session


class WindowTitle(QObject):
    """Keeps the title of a window."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._model = session.model
        self._window = window
        self._model.renamed.connect(self.refresh)
        self._model.reset.connect(self.refresh)
        session.runOpened.connect(self.refresh)

    @Slot()
    def refresh(self, *_: object) -> None:
        """Show the name of the open run."""
        folder = self._model.folder
        if folder is None:
            self._window.setWindowTitle("GAN Studio")
            return
        branch = f", branch of {folder.parent_name} at step {folder.info.parent_step:,}" if folder.info.parent else ""
        self._window.setWindowTitle(f"{self._model.name}{branch} \N{EN DASH} GAN Studio")
