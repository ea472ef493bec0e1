"""Python's cycle collector, kept to the GUI thread.

It runs in whichever thread happens to allocate. If that is a worker, it destroys what it finds there: a widget or a
timer in a dead cycle then dies outside the GUI thread, and the program with it.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500
SOON_MS = 200  # until the thread that trained is deleted, with the error that it holds
_MANY_MODULES = 100  # imported since the last time: what they hold, some ten thousand objects, is worth excluding
_COLLECTIONS_PER_OLDER = 10  # collections of one generation for one of the next, as Python itself does


class Collector(QObject):
    """Timer that collects garbage in the thread it was made in; elsewhere nothing is collected until `stop`.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0  # collections so far
        self._modules = len(sys.modules)  # when what exists was excluded
        self._was_enabled = gc.isenabled()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        gc.disable()

    def settle(self) -> None:
        """Exclude what exists now, such as all of torch: searching it would hold up the window.

        That goes for a search here as well, of a fifth of a second; the timer has searched nearly all of it, in parts.
        """
        self._modules = len(sys.modules)
        gc.collect(0)
        gc.freeze()

    def collect_soon(self) -> None:
        """Collect all garbage in a moment, for example what a run held that an error ended.

        By itself, when what is due now is done: where there is much, it takes a tenth of a second and more.
        """
        QTimer.singleShot(SOON_MS, self, self._collect_all)

    def _collect_all(self) -> None:
        if self._timer.isActive():  # the program goes on
            gc.collect()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        if self._was_enabled:
            gc.enable()

    def _collect(self) -> None:
        if len(sys.modules) - self._modules > _MANY_MODULES:
            self.settle()  # with PyTorch's compiler, which comes late, a search of all took 0.09 s
        if gc.get_count()[0] < gc.get_threshold()[0]:
            return
        self._count += 1
        if self._count % _COLLECTIONS_PER_OLDER**2 == 0:
            gc.collect(2)
        elif self._count % _COLLECTIONS_PER_OLDER == 0:
            gc.collect(1)
        else:
            gc.collect(0)
