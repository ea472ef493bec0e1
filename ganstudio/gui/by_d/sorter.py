"""The real pictures as D sorts them, a page at a time; and what is to be taken out."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.events import Failed
from ganstudio.gui.workers.by_d import ByDThread, Judged, JudgeRequest, LeftOut, Looked, LookRequest
from ganstudio.images import Pictures

PAGE = 40  # pictures


class Sorter(QObject):
    """Asks for D's opinion of all pictures, and for those of the page that is shown.

    Parameters
    ----------
    parent
        Qt's parent.

    Attributes
    ----------
    judged : Judged or None
        The newest opinions.
    numbers : tuple of int
        Of the pictures that are shown.
    pictures : ndarray or None
        These pictures; None until some are read.
    marked : set of int
        Numbers of the pictures that are to be taken out.
    left_out : LeftOut or None
        What was out of the data when the run began whose data is asked for.
    """

    changed = Signal()  # opinions, page or marks
    refused = Signal(str)  # why there is nothing to sort
    failed = Signal(object)  # Failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ByDThread(self)
        self._thread.leftOut.connect(self._take_left_out)
        self._thread.judged.connect(self._take)
        self._thread.looked.connect(self._take_pictures)
        self._thread.refused.connect(self._refuse)
        self._thread.failed.connect(self._fail)
        self._asked: JudgeRequest | None = None
        self._is_stopped = False
        self.judged: Judged | None = None
        self._wanted: tuple[int, ...] = ()  # numbers of the page; its pictures may still have to be read
        self.numbers: tuple[int, ...] = ()
        self.pictures: Pictures | None = None
        self.marked: set[int] = set()
        self.left_out: LeftOut | None = None
        self.page = 0
        self.most_real_first = False

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._thread.stop()

    @property
    def asked(self) -> JudgeRequest | None:
        """What was asked for last."""
        return self._asked

    @property
    def is_judging(self) -> bool:
        """Whether pictures are being judged."""
        is_whole = self.judged is not None and self.judged.is_whole
        return self._asked is not None and not self._is_stopped and not is_whole

    @property
    def pages(self) -> int:
        """Number of pages, at least 1."""
        count = 0 if self.judged is None else len(self.judged.order)
        return max(1, -(-count // PAGE))

    def keeps_numbers(self, request: JudgeRequest) -> bool:
        """Return whether pictures have the numbers of what was asked for before: the newest version may be another."""
        return self._asked is not None and self._asked.data == request.data and bool(request.data.fingerprint)

    def judge(self, request: JudgeRequest) -> None:
        """Ask for the opinions, from the beginning."""
        if not self.keeps_numbers(request):
            self.marked = set()
        self._asked, self._is_stopped, self.judged, self.left_out = request, False, None, None
        self._wanted = self.numbers = ()
        self.pictures, self.page = None, 0
        self._thread.judge(request)
        self.changed.emit()

    def halt(self) -> None:
        """Judge no more; what is judged stays."""
        if self.is_judging:
            self._is_stopped = True
            self._thread.halt()
            self.changed.emit()

    def show_page(self, page: int) -> None:
        """Show another page."""
        self.page = min(max(0, page), self.pages - 1)
        self._look()
        self.changed.emit()

    def sort(self, most_real_first: bool) -> None:
        """Show the most real pictures first, or the least real ones."""
        self.most_real_first = most_real_first
        self.show_page(0)

    def toggle(self, number: int) -> None:
        """Mark a picture, or mark it no more."""
        self.marked ^= {number}
        self.changed.emit()

    def unmark_all(self) -> None:
        """Mark none."""
        self.marked = set()
        self.changed.emit()

    def rank(self, number: int) -> int:
        """Return the place of a picture among the judged ones, from 1, the least real first."""
        assert self.judged is not None
        return 1 + int(np.flatnonzero(self.judged.order == number)[0])

    def _ranked(self) -> npt.NDArray[np.int64]:
        assert self.judged is not None
        order = self.judged.order
        return order[::-1] if self.most_real_first else order

    def _look(self) -> None:
        """Ask for the pictures of the page, if they are others than before."""
        if self.judged is None:
            return
        numbers = tuple(self._ranked()[self.page * PAGE : (self.page + 1) * PAGE].tolist())
        if numbers != self._wanted:
            self._wanted = numbers
            self._thread.look(LookRequest(self.judged, numbers))

    @Slot(object)
    def _take_left_out(self, left_out: LeftOut) -> None:
        if left_out.request is self._asked:
            self.left_out = left_out
            self.changed.emit()

    @Slot(object)
    def _take(self, judged: Judged) -> None:
        if judged.request is self._asked and not self._is_stopped:
            self.judged = judged
            self.page = min(self.page, self.pages - 1)
            self._look()
            self.changed.emit()

    @Slot(object)
    def _take_pictures(self, looked: Looked) -> None:
        if looked.request.judged.request is self._asked and looked.request.numbers == self._wanted:
            self.numbers, self.pictures = looked.request.numbers, looked.pictures
            self.changed.emit()

    def rest(self) -> None:
        """Judge no more, and keep no more in memory than what is shown: nobody looks."""
        self.halt()
        self._thread.forget()

    def forget(self) -> None:
        """Show no pictures, and judge none."""
        self.rest()
        self._asked = self.judged = self.pictures = self.left_out = None
        self._wanted = self.numbers = ()
        self.marked = set()
        self.changed.emit()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        self._asked = self.judged = self.pictures = None
        self._wanted = self.numbers = ()
        self.refused.emit(failed.message)

    @Slot(object)
    def _fail(self, failed: Failed) -> None:
        self._refuse(failed)
        self.failed.emit(failed)
