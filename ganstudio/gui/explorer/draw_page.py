"""Page of the explorer to draw a picture, see D's opinion of it, and find its z."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Failed
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.explorer.buttons import CornerButton, make_button
from ganstudio.gui.explorer.draw_canvas import FIRST_BRUSH, MAX_BRUSH, MIN_BRUSH, DrawCanvas
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.picture_drop import PATTERN, PictureDrop
from ganstudio.gui.explorer.projector import Projector
from ganstudio.gui.explorer.score_label import ScoreLabel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.workers.project import Projected
from ganstudio.images import Pictures
from ganstudio.text import format_percent

_STEPS_PER_PIXEL = 10  # of the brush slider
_CONTROLS_WIDTH, _MAX_CONTROLS_WIDTH = 204, 340  # px
_CONTROLS_HEIGHT = 132  # px
_ROW_PREFERENCE = 1.2  # how much larger the pictures must become for another arrangement than all in a row
_NO_LIMIT = (1 << 24) - 1  # QWIDGETSIZE_MAX
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_NO_RESULT = "The generator's closest picture appears here."


class DrawPage(QWidget):
    """Canvas, the generator's closest picture, and the tools.

    Parameters
    ----------
    explorer
        Whose generator finds the z, and what is moved there.
    parent
        Qt's parent.
    """

    projected = Signal(object, object, object)  # z (z_size,), mix (classes,) or None, the generator's picture
    cornerRequested = Signal(int, object, object, object)  # corner of the morph square; z, mix, picture as above
    opened = Signal()  # a picture file is being projected
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawPage")
        self.setAccessibleName("draw a picture")
        self._explorer = explorer
        self._projector = Projector(self)
        self._result: Projected | None = None
        self._drop = PictureDrop(self)
        self.canvas = DrawCanvas(self)
        self.result = PictureGrid("what the generator makes of the drawing", "fake", self)
        self._score = ScoreLabel(explorer, self.canvas, self)
        self._message = QLabel(self)
        self._brush_label = QLabel("brush", self)
        self._make_buttons()
        self._name_parts()
        self._lay_out()
        self._connect()
        self._take_generator()
        self._update_tools()

    # Building

    def _make_buttons(self) -> None:
        find = "Finds the z whose picture is most like the drawing; the sliders can then morph it."
        self.project_button = make_button("Project", find, self, "projectButton")
        self.project_button.setProperty("main", True)
        self._undo = make_button("undo", "Undoes the last stroke (Ctrl+Z on the canvas).", self, "undoButton")
        self._clear = make_button("clear", "Clears the canvas (Delete).", self, "clearButton")
        opening = "Opens a picture file, resizes it for the generator and projects it."
        self._open = make_button(f"picture{_ELLIPSIS}", opening, self, "openPictureButton")
        self._colour = make_button("colour", "Colour of the brush.", self, "brushColourButton")
        self._corner = CornerButton(self)
        self._corner.cornerRequested.connect(self._put_in_corner)

    def _name_parts(self) -> None:
        self._brush = Slider(round(MIN_BRUSH * _STEPS_PER_PIXEL), round(MAX_BRUSH * _STEPS_PER_PIXEL), parent=self)
        self._brush.setObjectName("brushSlider")
        self._brush.setAccessibleName("size of the brush")
        self._brush.setToolTip("Width of the brush. A double click resets it.")
        self._brush.setValue(round(FIRST_BRUSH * _STEPS_PER_PIXEL))
        self._message.setObjectName("drawWords")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._message.setWordWrap(True)
        for label in (self._message, self._brush_label):
            label.setProperty("small", True)
            label.setProperty("muted", True)
        self.result.show_text(_NO_RESULT)
        self.result.setToolTip("The picture that comes closest to the drawing, of all that the generator can make.")

    def _lay_out(self) -> None:
        rows = (
            (self.project_button, self._corner),
            (self._brush_label, self._brush, self._colour),
            (self._undo, self._clear, self._open),
        )
        self._controls = QWidget(self)
        column = QVBoxLayout(self._controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        column.addWidget(self._score)
        for parts in rows:
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE // 2)
            for part in parts:
                row.addWidget(part, 1 if part in (self.project_button, self._brush) else 0)
            column.addLayout(row)
        column.addWidget(self._message, 1)
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pictures.setSpacing(theme.SPACE)
        self._pictures.addWidget(self.canvas)
        self._pictures.addWidget(self.result)
        self._pictures.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addLayout(self._pictures)
        self._whole.addWidget(self._controls, 1)
        self._whole.addStretch(0)

    def _connect(self) -> None:
        canvas, projector = self.canvas, self._projector
        self._explorer.generatorChanged.connect(self._take_generator)
        canvas.changed.connect(self._update_tools)
        canvas.strokeEnded.connect(self._update_tools)
        projector.prepared.connect(self._show_prepared)
        projector.progressed.connect(self._show_progress)
        projector.found.connect(self._take_result)
        projector.refused.connect(self._show_warning)
        projector.failed.connect(self._show_failure)
        projector.finished.connect(self._update_tools)
        self._brush.valueChanged.connect(self._set_brush)
        self._brush.resetRequested.connect(self._reset_brush)
        self._undo.clicked.connect(canvas.undo)
        self._clear.clicked.connect(canvas.clear)
        self._open.clicked.connect(self._choose_picture)
        self._colour.clicked.connect(self._choose_colour)
        self.project_button.clicked.connect(self._project_or_cancel)
        self._drop.dropped.connect(self.open_picture)
        self.take_drops_on(canvas)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _CONTROLS_HEIGHT)

    def take_drops_on(self, widget: QWidget) -> None:
        """Project picture files that are dropped on another widget, too."""
        self._drop.watch(widget)

    # Tools

    def _set_brush(self, value: int) -> None:
        self.canvas.brush = value / _STEPS_PER_PIXEL

    def _reset_brush(self) -> None:
        self._brush.setValue(round(FIRST_BRUSH * _STEPS_PER_PIXEL))

    def _choose_colour(self) -> None:
        dialog = QColorDialog(QColor(*self.canvas.ink), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._set_colour)
        dialog.open()

    def _set_colour(self, colour: QColor) -> None:
        self.canvas.ink = (colour.red(), colour.green(), colour.blue())

    def _choose_picture(self) -> None:
        file_dialogs.ask_open(self, "Open a picture", PATTERN, self.open_picture)

    def _update_tools(self) -> None:
        """Enable the buttons that can be used."""
        running = self._projector.is_running
        blank = self.canvas.is_blank
        self._undo.setEnabled(self.canvas.can_undo)
        self._clear.setEnabled(not blank)
        self.project_button.setText("Cancel" if running else "Project")
        self.project_button.setEnabled(running or not blank)
        self._open.setEnabled(not running)
        self._corner.setEnabled(self._result is not None)

    def start_over(self) -> None:
        """Go back to an empty canvas without a result."""
        self._cancel()
        self._forget_result()
        self.canvas.clear()

    def _forget_result(self) -> None:
        self._result = None
        self.result.show_text(_NO_RESULT)

    def _take_generator(self) -> None:
        """Show another generator; the canvas is emptied if its pictures have another shape."""
        generator = self._explorer.generator
        self.setEnabled(generator is not None)
        if generator is None:
            self._cancel()
            self._score.show_message(self._explorer.problem or "There is no generator yet.")
            return
        data, shape = generator.config.data, self.canvas.picture.shape
        self.canvas.set_shape(data.size, data.channels)
        self._colour.setVisible(data.channels != 1)
        z_size = self._explorer.z_size
        if shape != self.canvas.picture.shape or (self._result is not None and len(self._result.z) != z_size):
            self._cancel()
            self._forget_result()
        self._update_tools()
        self._score.refresh()

    # Projecting

    def open_picture(self, path: Path | str) -> None:
        """Convert a picture file to the generator's size, show it on the canvas and project it."""
        if not self._projector.is_running:
            self.opened.emit()
            self._project(Path(path))

    def stop(self, seconds: float = 10.0) -> bool:
        """End the projection and wait for it; return False if it did not end in time."""
        return self._projector.stop(seconds)

    def _project_or_cancel(self) -> None:
        if self._projector.is_running:
            self._cancel()
        elif not self.canvas.is_blank:
            self._project(self.canvas.picture)

    def _project(self, picture: Pictures | Path) -> None:
        generator = self._explorer.generator
        if generator is not None:
            self._show_message("Finding the closest picture" + _ELLIPSIS)
            self._projector.start(generator, picture)
            self._update_tools()

    def _cancel(self) -> None:
        if self._projector.is_running:
            self._projector.cancel()
            self._show_message("Cancelled.")

    def _show_prepared(self, picture: Pictures) -> None:
        if picture.shape == self.canvas.picture.shape:
            self.canvas.set_picture(picture)

    def _show_progress(self, picture: Pictures) -> None:
        self.result.show_pictures(picture[None])

    def _take_result(self, result: Projected) -> None:
        self._result = result
        self.result.show_pictures(result.picture[None])
        self._show_message(f"Found; it differs by {format_percent(result.error)} on average. The sliders now morph it.")
        self._explorer.set_point(result.z, result.mix, "drawing")
        self.projected.emit(result.z, result.mix, result.picture)

    def _show_failure(self, failed: Failed) -> None:
        self._show_warning(failed.message)
        self.failed.emit(failed)

    def _show_warning(self, text: str) -> None:
        self._show_message(text, is_warning=True)

    def _show_message(self, text: str, is_warning: bool = False) -> None:
        self._message.setProperty("muted", not is_warning)
        self._message.setProperty("alarm", is_warning)
        self._message.style().polish(self._message)
        self._message.setText(text)
        self._message.setToolTip(wrapped(text))

    def _put_in_corner(self, corner: int) -> None:
        if self._result is not None:
            self.cornerRequested.emit(corner, self._result.z, self._result.mix, self._result.picture)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make both pictures as large as possible: side by side or stacked, left of the tools or above them."""
        super().resizeEvent(event)
        width, height, gap = self.width(), self.height(), theme.SPACE
        beside = width - _CONTROLS_WIDTH - gap  # for pictures left of the tools
        row = min(height, (beside - gap) // 2)
        stack = min((height - gap) // 2, beside)
        above = min(height - _CONTROLS_HEIGHT - gap, (width - gap) // 2)
        side = max(row, stack, above, 0)  # a page may be laid out before it has any room
        if row * _ROW_PREFERENCE >= side:
            side = row
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        is_tall, is_stacked = side not in (row, stack), side not in (row, above)
        self._whole.setDirection(down if is_tall else across)
        self._pictures.setDirection(down if is_stacked else across)
        self._controls.setMaximumWidth(_NO_LIMIT if is_tall else _MAX_CONTROLS_WIDTH)
        self.canvas.setFixedSize(side, side)
        self.result.setFixedSize(side, side)
