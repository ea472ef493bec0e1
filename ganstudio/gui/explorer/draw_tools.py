"""Tools of the draw page: D's opinion, the buttons, the brush, and messages."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ganstudio.gui.dialogs.colour_dialog import ask_colour
from ganstudio.gui.explorer.buttons import CornerButton, make_button
from ganstudio.gui.explorer.draw_canvas import FIRST_BRUSH, MAX_BRUSH, MIN_BRUSH, DrawCanvas
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.score_label import ScoreLabel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.gui.widgets.slider import Slider

_STEPS_PER_PIXEL = 10  # of the brush slider


class DrawTools(QWidget):
    """Tools for the canvas, the buttons that project the drawing, and a label for messages.

    Parameters
    ----------
    explorer
        Whose D is asked for its opinion.
    canvas
        What the tools draw on.
    parent
        Qt's parent.

    Attributes
    ----------
    score : ScoreLabel
        D's opinion.
    """

    projectRequested = Signal()  # or cancelling, while it runs
    openRequested = Signal()  # of a picture file
    cornerRequested = Signal(int)  # index of the corner of the morph square

    def __init__(self, explorer: Explorer, canvas: DrawCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.score = ScoreLabel(explorer, canvas, self)
        self._message = Label("", self)
        self._brush_label = Label("brush", self)
        self._make_buttons()
        self._make_brush()
        self._dress_message()
        self._lay_out()

    def _make_buttons(self) -> None:
        explanation = "Finds the z whose picture is most like the drawing; the sliders can then morph it."
        self._project = make_button("Project", explanation, self, "projectButton")
        self._project.setProperty("main", True)
        self._undo = make_button("undo", "Undoes the last stroke (Ctrl+Z on the canvas).", self, "undoButton")
        self._clear = make_button("clear", "Clears the canvas (Delete).", self, "clearButton")
        explanation = "Opens a picture file, resizes it for the generator and projects it."
        self._open = make_button("picture\N{HORIZONTAL ELLIPSIS}", explanation, self, "openPictureButton")
        self._colour = make_button("colour", "Colour of the brush.", self, "brushColourButton")
        self._corner = CornerButton(self)
        self._project.clicked.connect(self.projectRequested)
        self._undo.clicked.connect(self._canvas.undo)
        self._clear.clicked.connect(self._canvas.clear)
        self._open.clicked.connect(self.openRequested)
        self._colour.clicked.connect(self._choose_colour)
        self._corner.cornerRequested.connect(self.cornerRequested)

    def _make_brush(self) -> None:
        self._brush = Slider(round(MIN_BRUSH * _STEPS_PER_PIXEL), round(MAX_BRUSH * _STEPS_PER_PIXEL), parent=self)
        self._brush.setObjectName("brushSlider")
        self._brush.setAccessibleName("size of the brush")
        self._brush.setToolTip("Width of the brush. A double click resets it.")
        self._brush.setValue(round(FIRST_BRUSH * _STEPS_PER_PIXEL))
        self._brush.valueChanged.connect(self._set_brush)
        self._brush.resetRequested.connect(self._reset_brush)

    def _dress_message(self) -> None:
        self._message.setObjectName("drawWords")
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._message.setWordWrap(True)
        for label in (self._message, self._brush_label):
            label.setProperty("small", True)
            label.setProperty("muted", True)

    def _lay_out(self) -> None:
        rows = (
            (self._project, self._corner),
            (self._brush_label, self._brush, self._colour),
            (self._undo, self._clear, self._open),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self.score)
        for parts in rows:
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE // 2)
            for part in parts:
                row.addWidget(part, 1 if part in (self._project, self._brush) else 0)
            column.addLayout(row)
        column.addWidget(self._message, 1)

    def enable_buttons(self, is_running: bool, has_result: bool) -> None:
        """Enable the buttons that can be used.

        Parameters
        ----------
        is_running
            Whether a projection runs.
        has_result
            Whether a picture was found that can be put into a corner.
        """
        is_blank = self._canvas.is_blank
        self._undo.setEnabled(self._canvas.can_undo)
        self._clear.setEnabled(not is_blank)
        self._project.setText("Cancel" if is_running else "Project")
        self._project.setEnabled(is_running or not is_blank)
        self._open.setEnabled(not is_running)
        self._corner.setEnabled(has_result)

    def show_colour_button(self, visible: bool) -> None:
        """Show or hide the button for the brush's colour."""
        self._colour.setVisible(visible)

    def show_message(self, text: str, is_warning: bool = False) -> None:
        """Show a message below the tools."""
        self._message.setProperty("muted", not is_warning)
        self._message.setProperty("alarm", is_warning)
        self._message.style().polish(self._message)
        self._message.setText(text)
        self._message.setToolTip(wrapped(text))

    def _set_brush(self, value: int) -> None:
        self._canvas.brush = value / _STEPS_PER_PIXEL

    def _reset_brush(self) -> None:
        self._brush.setValue(round(FIRST_BRUSH * _STEPS_PER_PIXEL))

    def _choose_colour(self) -> None:
        ask_colour(self, QColor(*self._canvas.ink), self._set_colour)

    def _set_colour(self, colour: QColor) -> None:
        self._canvas.ink = (colour.red(), colour.green(), colour.blue())
