"""Real pictures beside the fakes."""

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog
from ganstudio.events import Failed
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import point_edits, run_config
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.real_pictures import RealRequest, RealThread
from ganstudio.images import Pictures
from ganstudio.runs.drawing import drawing_path


class RealPictures(QObject):
    """Shows some pictures of the run's data set in a grid, once the grid is visible.

    Parameters
    ----------
    model : RunModel
        The open run.
    grid : PictureGrid
        Shows them.
    parent : QObject
        Qt's parent.
    """

    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, grid: PictureGrid, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model
        self._grid = grid
        self._thread = RealThread(self)
        self._requested: RealRequest | None = None
        self._pictures: Pictures | None = None
        self._thread.answered.connect(self._take)
        self._thread.refused.connect(self._show_refused)
        self._thread.failed.connect(self.failed)
        model.configChanged.connect(self.refresh)
        model.pointEditsChanged.connect(self.refresh)

    def stop(self) -> bool:
        """End the thread that reads them; return False if it did not end in time."""
        return self._thread.stop()

    def refresh(self) -> None:
        """Show the pictures of the run's data set; read them first if they are not known."""
        if not self._grid.isVisible():
            return
        config = run_config(self._model)
        run = self._model.folder
        home = self._model.data_home or (run.data_home() if run is not None else None)
        version = run.info.data_fingerprint if run is not None else ""
        kept = drawing_path(run) if run is not None and config.makes_points else None
        edits = point_edits(self._model) if config.makes_points else ()
        request = RealRequest(config.data, config.output.grid**2, config.seed, home, version, kept, edits)
        if request != self._requested:
            self._requested, self._pictures = request, None
            self._grid.show_text("Reading the data set\N{HORIZONTAL ELLIPSIS}")
            self._thread.request(request)
        self._show()

    def _take(self, request: RealRequest, pictures: Pictures) -> None:
        if request == self._requested:
            self._pictures = pictures
            self._show()
            title = catalog.title_of(request.data.name)
            self._grid.setAccessibleDescription(f"{len(pictures)} pictures of {title}")

    def _show_refused(self, failed: Failed) -> None:
        self._grid.show_text(failed.message)

    def _show(self) -> None:
        if self._pictures is not None:
            self._grid.show_pictures(self._pictures, columns=run_config(self._model).output.grid)
