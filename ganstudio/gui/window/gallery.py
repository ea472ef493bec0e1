"""Break it, mend it: the gallery's window, and the runs that it starts."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Slot

from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.window.context import WindowContext

if TYPE_CHECKING:
    from ganstudio.coach.gallery import Provocation
    from ganstudio.gui.gallery.window import GalleryWindow


class Gallery(QObject):
    """Shows the gallery, and starts what is chosen there as a new run, with the coach beside.

    Parameters
    ----------
    context
        The parts of the window.
    show_coach
        Shows the coach.
    """

    def __init__(self, context: WindowContext, show_coach: Callable[[], None]) -> None:
        super().__init__(context.window)
        self._context = context
        self._show_coach = show_coach
        context.actions.connect({"gallery": self.show})

    def show(self, *_: object) -> None:
        """Show the window."""
        self._context.dialogs.show("gallery", self._make_window)

    def _make_window(self) -> "GalleryWindow":
        from ganstudio.gui.gallery.window import GalleryWindow

        window = GalleryWindow(self._context.window)
        window.startRequested.connect(self._start)
        return window

    @Slot(object)
    def _start(self, provocation: "Provocation") -> None:
        """Start a run; while another one is being trained, ask first."""
        begin = partial(self._begin, provocation)
        self._context.session.when_free(begin, f"start the run “{provocation.title}”")

    def _begin(self, provocation: "Provocation") -> None:
        session = self._context.session
        session.set_up(provocation.config)
        session.training.start()
        was_shown = self._context.dialogs.is_visible("coach")
        self._show_coach()
        if not was_shown:
            self._put_beside()

    def _put_beside(self) -> None:
        """Move the coach to the lower right corner, where it hides least."""
        window, coach = self._context.window, self._context.dialogs["coach"]
        corner = window.mapToGlobal(QPoint(window.width(), window.height()))
        coach.move(corner - QPoint(coach.frameGeometry().width() + SPACE, coach.frameGeometry().height() + SPACE * 4))
