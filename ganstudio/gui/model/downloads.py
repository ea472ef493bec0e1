"""Downloads of data sets, one at a time, for the notices and for the dialog of data sets."""

from pathlib import Path

from PySide6.QtCore import QObject

from ganstudio.gui.model.dataset_work import DatasetWork
from ganstudio.gui.workers.download import DownloadThread


class Downloads(DatasetWork):
    """The download under way, if any.

    Attributes
    ----------
    is_watched
        Whether a dialog shows how downloads end, so that no notice is needed.
    """

    def __init__(self, home: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self.is_watched = False

    def start(self, name: str) -> None:
        """Download a data set; do nothing while another download is under way."""
        self.launch(DownloadThread(name, self._home, self))
