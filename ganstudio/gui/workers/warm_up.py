"""Thread that imports what training needs while the user looks at the painted window."""

import traceback

from PySide6.QtCore import QObject, Signal

from ganstudio.events import Failed
from ganstudio.gui.workers import window_first
from ganstudio.gui.workers.worker import Worker
from ganstudio.system import libraries


class WarmUpThread(Worker):
    """Thread that imports torch and the modules that train and sample.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    advised = Signal(str)  # there is a card that could train, and this PyTorch cannot use it

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("warmThread", parent)

    def work(self) -> None:
        """Import, and ask whether a card could train that this PyTorch cannot use."""
        try:
            libraries.load_torch()
            import ganstudio.latent.sampler
            import ganstudio.runs.runner  # noqa: F401
        finally:
            window_first.end_start()
        from ganstudio.training.device import nvidia

        if text := nvidia.advice():
            self.advised.emit(text)

    def fail(self, failed: Failed) -> None:
        """Print it only: the first thread that needs what is missing reports it to the user."""
        traceback.print_exc()
