"""Tooltip with what D thinks of the picture under the pointer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QToolTip

from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import bold, lines, wrapped
from ganstudio.gui.workers.sample_requests import Channel, Opinion
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Labels, Pictures
from ganstudio.text import format_percent

if TYPE_CHECKING:
    from ganstudio.latent.models import Model

_DELAY_MS = 120  # that the pointer must rest on a picture before D is asked


@dataclass(frozen=True)
class TipSubject:
    """A picture of a grid that the tooltip is about.

    Parameters
    ----------
    picture : ndarray of uint8
        (1, H, W) or (1, H, W, 3).
    model : Model
        Its D is asked.
    label : ndarray of int64, optional
        Class (1,) of the picture; None if D knows no classes.
    text : str
        Which picture it is.
    nearest : str
        What is said of the nearest training picture.
    """

    picture: Pictures
    model: "Model"
    label: Labels | None
    text: str
    nearest: str = ""


class DiscriminatorTip(QObject):
    """Asks the D of the viewed step once the pointer rests on a picture, and shows its answer.

    Parameters
    ----------
    grid : PictureGrid
        Shows the pictures.
    samples : SampleThread
        Asks D.
    subject : callable
        Returns what the tooltip of the picture of an index is about; None: there is none.
    parent : QObject
        Qt's parent.
    """

    def __init__(
        self, grid: PictureGrid, samples: SampleThread, subject: Callable[[int], TipSubject | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._grid = grid
        self._samples = samples
        self._subject = subject
        self._index = -1
        self._requested: TipSubject | None = None
        self._stamp = 0.0
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._request)
        grid.pointed.connect(self._set_index)
        samples.on(Channel.OPINION).answered.connect(self._show)
        samples.on(Channel.OPINION).refused.connect(self._show_refused)

    def refresh(self) -> None:
        """Ask again if the pointer still rests on a picture: the grid shows other ones."""
        self._requested = None
        if self._index >= 0:
            self._delay.start()

    def _set_index(self, index: int) -> None:
        self._index, self._requested = index, None
        if index < 0:
            self._delay.stop()
            QToolTip.hideText()
        else:
            self._delay.start()

    def _request(self) -> None:
        subject = self._subject(self._index) if self._grid.isVisible() else None
        if subject is not None:
            self._requested = subject
            self._stamp = self._samples.request_opinion(Channel.OPINION, subject.picture, subject.model, subject.label)

    def _show(self, opinion: Opinion) -> None:
        if opinion.stamp != self._stamp or self._requested is None:
            return  # the pointer has left that picture
        answer = ""
        if opinion.chances is not None:
            answer = lines((bold(f"D: {format_percent(float(opinion.chances[0]))} real"), opinion.says))
        self._show_tip(answer, self._requested)

    def _show_refused(self, _: str) -> None:
        if self._requested is not None:
            self._show_tip("", self._requested)

    def _show_tip(self, answer: str, subject: TipSubject) -> None:
        if not self._grid.shows(self._index):
            return  # its pictures went, or it became too small for them, while D was asked
        position = self._grid.mapToGlobal(self._grid.centre_of(self._index))
        QToolTip.showText(position, wrapped(answer, subject.nearest, subject.text), self._grid)
