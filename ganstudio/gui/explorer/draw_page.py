"""Page of the explorer to draw a picture, see D's opinion of it, and find its z."""

from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import Failed
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.explorer.draw_canvas import DrawCanvas
from ganstudio.gui.explorer.draw_tools import DrawTools
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.picture_drop import PATTERN, PictureDrop
from ganstudio.gui.explorer.projector import Projector
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.arrangement import fit_shape
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.project import Projected
from ganstudio.images import Pictures
from ganstudio.text import format_percent

_TOOLS_WIDTH, _MAX_TOOLS_WIDTH = 204, 340  # px
_TOOLS_HEIGHT = 132  # px
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
        self._has_room = False  # before it is laid out its size means nothing
        self._projector = Projector(self)
        self._result: Projected | None = None
        self._drop = PictureDrop(self)
        self.canvas = DrawCanvas(self)
        self.result = PictureGrid("what the generator makes of the drawing", "fake", self)
        self.result.show_text(_NO_RESULT)
        self.result.setToolTip("The picture that comes closest to the drawing, of all that the generator can make.")
        self._tools = DrawTools(explorer, self.canvas, self)
        self._lay_out()
        self._connect()
        self._take_generator()
        self._update_tools()

    # Building

    def _lay_out(self) -> None:
        self._pictures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pictures.setSpacing(theme.SPACE)
        self._pictures.addWidget(self.canvas)
        self._pictures.addWidget(self.result)
        self._pictures.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addLayout(self._pictures)
        self._whole.addWidget(self._tools, 1)
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
        self._tools.projectRequested.connect(self._project_or_cancel)
        self._tools.openRequested.connect(self._choose_picture)
        self._tools.cornerRequested.connect(self._put_in_corner)
        self._drop.dropped.connect(self.open_picture)
        self.take_drops_on(canvas)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, _TOOLS_HEIGHT)

    def take_drops_on(self, widget: QWidget) -> None:
        """Project picture files that are dropped on another widget, too."""
        self._drop.watch(widget)

    def _choose_picture(self) -> None:
        file_dialogs.ask_open(self, "Open a picture", PATTERN, self.open_picture)

    def _update_tools(self) -> None:
        self._tools.enable_buttons(self._projector.is_running, self._result is not None)

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
            self._tools.score.show_message(self._explorer.problem or "There is no generator yet.")
            return
        if generator.config.makes_points:
            self.setEnabled(False)
            self._cancel()
            self._tools.score.show_message("This generator makes points of the plane: there is no picture to project.")
            return
        data, shape = generator.config.data, self.canvas.picture.shape
        self.canvas.set_shape(*data.sides, data.channels)
        self._share_room()
        self._tools.show_colour_button(data.channels != 1)
        z_size = self._explorer.z_size
        if shape != self.canvas.picture.shape or (self._result is not None and len(self._result.z) != z_size):
            self._cancel()
            self._forget_result()
        self._update_tools()
        self._tools.score.refresh()

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
            self._tools.show_message("Finding the closest picture" + _ELLIPSIS)
            self._projector.start(generator, picture)
            self._update_tools()

    def _cancel(self) -> None:
        if self._projector.is_running:
            self._projector.cancel()
            self._tools.show_message("Cancelled.")

    def _show_prepared(self, picture: Pictures) -> None:
        if picture.shape == self.canvas.picture.shape:
            self.canvas.set_picture(picture)

    def _show_progress(self, picture: Pictures) -> None:
        self.result.show_pictures(picture[None])

    def _take_result(self, result: Projected) -> None:
        self._result = result
        self.result.show_pictures(result.picture[None])
        self._tools.show_message(
            f"Found; it differs by {format_percent(result.error)} on average. The sliders now morph it."
        )
        self._explorer.set_point(result.z, result.mix, "drawing")
        self.projected.emit(result.z, result.mix, result.picture)

    def _show_failure(self, failed: Failed) -> None:
        self._show_warning(failed.message)
        self.failed.emit(failed)

    def _show_warning(self, text: str) -> None:
        self._tools.show_message(text, is_warning=True)

    def _put_in_corner(self, corner: int) -> None:
        if self._result is not None:
            self.cornerRequested.emit(corner, self._result.z, self._result.mix, self._result.picture)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make both pictures as large as possible: side by side or stacked, left of the tools or above them."""
        super().resizeEvent(event)
        self._has_room = True
        self._share_room()

    def _share_room(self) -> None:
        if not self._has_room:
            return
        width, height, gap = self.width(), self.height(), theme.SPACE
        tall, wide = self.canvas.picture.shape[:2]
        beside = width - _TOOLS_WIDTH - gap  # for pictures left of the tools
        row = fit_shape(((beside - gap) // 2, height), (wide, tall))
        stack = fit_shape((beside, (height - gap) // 2), (wide, tall))
        above = fit_shape(((width - gap) // 2, height - _TOOLS_HEIGHT - gap), (wide, tall))
        sides = max(row, stack, above)
        if row[0] * _ROW_PREFERENCE >= sides[0]:
            sides = row
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        is_tall, is_stacked = sides not in (row, stack), sides not in (row, above)
        self._whole.setDirection(down if is_tall else across)
        self._pictures.setDirection(down if is_stacked else across)
        self._tools.setMaximumWidth(_NO_LIMIT if is_tall else _MAX_TOOLS_WIDTH)
        self.canvas.setFixedSize(*sides)
        self.result.setFixedSize(*sides)
