"""The explorer's picture of the present position."""

from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ganstudio.events import RunStatus
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.images import Pictures
from ganstudio.latent import models

_NO_SNAPSHOT = "The sliders work from the first snapshot on."
_NO_SNAPSHOT_OF: dict[str, str] = {
    RunStatus.IDLE: "Start a run: the sliders work from its first snapshot on.",
    RunStatus.FINISHED: "This run has no snapshots.",
}


class Preview(PictureGrid):
    """Picture of the explorer's position, or a sentence that says why there is none.

    Parameters
    ----------
    explorer
        The position.
    model
        The run that is viewed.
    parent
        Qt's parent.
    """

    def __init__(self, explorer: Explorer, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__("picture made from z", parent=parent)
        self._explorer = explorer
        self._model = model
        self.setObjectName("latentPreview")
        explorer.on(Channel.PREVIEW).answered.connect(self._show_answer)
        explorer.on(Channel.PREVIEW).refused.connect(self.show_text)
        model.reset.connect(self.explain_emptiness)
        model.statusChanged.connect(self.explain_emptiness)

    def request(self) -> None:
        """Request the picture of the position."""
        self._explorer.request(Channel.PREVIEW, self._explorer.z)

    def show_initial(self) -> None:
        """Show the bundled model's picture of the first position, which needs neither torch nor the model."""
        generator = self._explorer.generator
        if generator is None or generator.name != models.INITIAL:
            return
        picture = _read_picture(models.first_picture())
        if picture is not None:
            self.show_pictures(picture[None])

    def explain_emptiness(self, *_: object) -> None:
        """Say why there is no picture, if there is no generator."""
        if self._explorer.generator is None:
            self.show_text(self._explorer.problem or _NO_SNAPSHOT_OF.get(self._model.status, _NO_SNAPSHOT))

    def _show_answer(self, answer: Answer) -> None:
        if self._explorer.generator is not None:
            self.show_pictures(answer.pictures, answer.stamp)
            self.setAccessibleDescription(f"the generator of step {answer.step:,}")


def _read_picture(path: Path) -> Pictures | None:
    """Return a grey or colour PNG as (H, W) or (H, W, 3); None if it cannot be read."""
    image = QImage(str(path))
    if image.isNull():
        return None
    is_grey = image.isGrayscale()
    image = image.convertToFormat(QImage.Format.Format_Grayscale8 if is_grey else QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * (1 if is_grey else 3)].copy()
    return pixels if is_grey else pixels.reshape(image.height(), image.width(), 3)
