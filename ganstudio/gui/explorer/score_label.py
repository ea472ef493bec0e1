"""Label with D's opinion of the drawing."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ganstudio.gui.explorer.draw_canvas import DrawCanvas
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.gui.workers.sample_requests import Channel, Opinion
from ganstudio.text import format_percent

_DELAY = 60  # ms from a change of the drawing to the request for D's opinion
_HINT = "Draw here, and D says how real it looks."


class ScoreLabel(Label):
    """Label that says how real D takes the drawing to be.

    Parameters
    ----------
    explorer
        Whose D is asked.
    canvas
        The drawing.
    parent
        Qt's parent.
    """

    def __init__(self, explorer: Explorer, canvas: DrawCanvas, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._explorer = explorer
        self._canvas = canvas
        self.setObjectName("drawScore")
        self.setWordWrap(True)
        self._timer = QTimer(self, singleShot=True, interval=_DELAY)
        self._timer.timeout.connect(self._request)
        canvas.changed.connect(self.refresh)
        explorer.on(Channel.SKETCH).answered.connect(self._show_opinion)
        explorer.on(Channel.SKETCH).refused.connect(self.show_message)

    def refresh(self) -> None:
        """Request D's opinion of the drawing soon, or show the hint if there is none."""
        if self._canvas.is_blank:
            self.show_message(_HINT)
        elif not self._timer.isActive():  # during a stroke, D is asked again and again
            self._timer.start()

    def show_message(self, text: str, tooltip: str = "") -> None:
        """Show a text; `tooltip` is what the tooltip adds to it."""
        self.setText(text)
        self.setToolTip(wrapped(text, tooltip))

    def _request(self) -> None:
        if not self._canvas.is_blank:
            self._explorer.request_opinion(self._canvas.picture[None])

    def _show_opinion(self, opinion: Opinion) -> None:
        if self._canvas.is_blank:
            return
        if opinion.chances is None:
            self.show_message(opinion.says)
            return
        of_class = "" if opinion.labels is None else f", as {self._explorer.classes[opinion.labels[0]]}"
        self.show_message(f"D says {format_percent(float(opinion.chances[0]))} real{of_class}", opinion.says)
