"""OpinionTip: what D thinks of the picture under the pointer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QToolTip

from ganstudio.events import Pictures
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.gui.widgets.widgets import PictureGrid
from ganstudio.gui.workers.sample_requests import Channel, Opinion
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Labels

if TYPE_CHECKING:
    from ganstudio.latent.models import Model

_REST_MS = 120  # that the pointer rests on a picture before D is asked


@dataclass(frozen=True)
class Subject:
    """A picture (1, H, W[, 3]) of a grid, the model whose D is asked, and its class (1,) if it has one."""

    picture: Pictures
    model: "Model"
    label: Labels | None
    words: str  # which picture it is


class OpinionTip(QObject):
    """Asks the D of the viewed step once the pointer rests on a picture of a grid, and shows a tooltip with it."""

    def __init__(
        self, grid: PictureGrid, samples: SampleThread, subject: Callable[[int], Subject | None], parent: QObject
    ) -> None:
        """`subject` tells of the picture of an index; None: there is nothing to say."""
        super().__init__(parent)
        self._grid, self._samples, self._subject = grid, samples, subject
        self._index = -1
        self._asked: Subject | None = None
        self._stamp = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._ask)
        grid.pointed.connect(self._point)
        samples.on(Channel.OPINION).answered.connect(self._judged)
        samples.on(Channel.OPINION).refused.connect(self._refused)

    def renew(self) -> None:
        """The grid shows other pictures: ask again if the pointer still rests on one."""
        self._asked = None
        if self._index >= 0:
            self._rest.start()

    def _point(self, index: int) -> None:
        self._index, self._asked = index, None
        if index < 0:
            self._rest.stop()
            QToolTip.hideText()
        else:
            self._rest.start()

    def _ask(self) -> None:
        subject = self._subject(self._index) if self._grid.isVisible() else None
        if subject is not None:
            self._asked = subject
            self._stamp = self._samples.request_opinion(Channel.OPINION, subject.picture, subject.model, subject.label)

    def _judged(self, opinion: Opinion) -> None:
        if opinion.stamp != self._stamp or self._asked is None:
            return  # of a picture that the pointer left
        said = ""
        if opinion.chances is not None:
            said = f"<b>D: {percent(float(opinion.chances[0]))} real</b><br>{plain(opinion.says)}"
        self._tell(said)

    def _refused(self, _: str) -> None:
        if self._asked is not None:
            self._tell("")

    def _tell(self, said: str) -> None:
        assert self._asked is not None
        place = self._grid.mapToGlobal(self._grid.centre_of(self._index))
        QToolTip.showText(place, wrapped(said, plain(self._asked.words)), self._grid)
