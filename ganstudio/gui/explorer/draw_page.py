"""DrawPage: sketch a picture, see what D thinks of it, and let the generator find its z."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Failed, Pictures
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.explorer.draw_canvas import FIRST_BRUSH, LEAST_BRUSH, MOST_BRUSH, DrawCanvas
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.morph_page import CORNERS
from ganstudio.gui.explorer.parts import button
from ganstudio.gui.explorer.picture_drop import PATTERN, PictureDrop
from ganstudio.gui.model.viewing import percent
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.widgets.widgets import PictureGrid, Slider
from ganstudio.gui.workers.project import Projected, ProjectThread
from ganstudio.gui.workers.sample_requests import Channel, Opinion
from ganstudio.latent.models import Model

_SCORE = 60  # ms from a change of the drawing to D being asked
_TENTHS = 10  # steps of the brush slider in a pixel
_CONTROLS, _WIDEST = 204, 340  # px of width
_FOND = 1.2  # how much larger the pictures must become for another arrangement than all in a row
_NO_LIMIT = (1 << 24) - 1  # QWIDGETSIZE_MAX
_HEIGHT = 132  # px that the controls need
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_HINT = "Draw here, and D says how real it looks."
_EMPTY = "The generator's closest picture appears here."


class DrawPage(QWidget):
    """A canvas, what the generator makes of it, and the tools. `stop` ends its thread."""

    projected = Signal(object, object, object)  # z (z_size,), mix (classes,) or None, the generator's picture
    cornerWanted = Signal(int, object, object, object)  # corner of the morph square; z, mix, picture as above
    opened = Signal()  # a picture file is being projected
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawPage")
        self.setAccessibleName("draw a picture")
        self._explorer = explorer
        self._thread: ProjectThread | None = None
        self._found: Projected | None = None
        self._score_soon = QTimer(self, singleShot=True, interval=_SCORE)
        self._drop = PictureDrop(self)
        self.canvas = DrawCanvas(self)
        self.result = PictureGrid("what the generator makes of the drawing", "fake", self)
        self._score, self._words, self._brush_words = QLabel(self), QLabel(self), QLabel("brush", self)
        self._make_buttons()
        self._name_parts()
        self._lay_out()
        self._connect()
        self._take_source()
        self._show_tools()

    # Building

    def _make_buttons(self) -> None:
        find = "Finds the z whose picture is most like the drawing; the sliders can then morph it."
        self.project_button = button("Project", find, self, "projectButton")
        self.project_button.setProperty("main", True)
        self._undo = button("undo", "Undoes the last stroke (Ctrl+Z on the canvas).", self, "undoButton")
        self._clear = button("clear", "Clears the canvas (Delete).", self, "clearButton")
        opening = "Opens a picture file, resizes it for the generator and projects it."
        self._open = button(f"picture{_ELLIPSIS}", opening, self, "openPictureButton")
        self._colour = button("colour", "Colour of the brush.", self, "brushColourButton")
        self._corner = QToolButton(self)
        self._corner.setObjectName("toCornerButton")
        self._corner.setText("to corner")
        self._corner.setAccessibleName("put the picture found in a corner of the morph square")
        self._corner.setToolTip(wrapped("Puts the picture found in a corner of the morph square."))
        self._corner.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._corner.setProperty("small", True)
        menu = QMenu(self._corner)
        for index, name in enumerate(CORNERS):
            menu.addAction(name).setData(index)
        menu.triggered.connect(self._to_corner)
        self._corner.setMenu(menu)

    def _name_parts(self) -> None:
        self._brush = Slider(round(LEAST_BRUSH * _TENTHS), round(MOST_BRUSH * _TENTHS), parent=self)
        self._brush.setObjectName("brushSlider")
        self._brush.setAccessibleName("size of the brush")
        self._brush.setToolTip("Width of the brush. A double click resets it.")
        self._brush.setValue(round(FIRST_BRUSH * _TENTHS))
        self._score.setObjectName("drawScore")
        self._score.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setObjectName("drawWords")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        for each in (self._words, self._score):
            each.setWordWrap(True)
        for each in (self._words, self._brush_words):
            each.setProperty("small", True)
            each.setProperty("muted", True)
        self.result.show_words(_EMPTY)
        self.result.setToolTip("The picture that comes closest to the drawing, of all that the generator can make.")

    def _lay_out(self) -> None:
        rows = (
            (self.project_button, self._corner),
            (self._brush_words, self._brush, self._colour),
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
            for each in parts:
                row.addWidget(each, 1 if each in (self.project_button, self._brush) else 0)
            column.addLayout(row)
        column.addWidget(self._words, 1)
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
        explorer, canvas = self._explorer, self.canvas
        explorer.sourceChanged.connect(self._take_source)
        explorer.on(Channel.SKETCH).answered.connect(self._judged)
        explorer.on(Channel.SKETCH).refused.connect(self._say_score)
        canvas.changed.connect(self._drawn)
        canvas.strokeEnded.connect(self._show_tools)
        self._score_soon.timeout.connect(self._ask)
        self._brush.valueChanged.connect(self._set_brush)
        self._brush.resetAsked.connect(self._reset_brush)
        self._undo.clicked.connect(canvas.undo)
        self._clear.clicked.connect(canvas.clear)
        self._open.clicked.connect(self._choose_picture)
        self._colour.clicked.connect(self._choose_colour)
        self.project_button.clicked.connect(self._project_or_cancel)
        self._drop.dropped.connect(self.open_picture)
        self.take_drops_on(canvas)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _HEIGHT)

    def take_drops_on(self, widget: QWidget) -> None:
        """Project picture files that are dropped on another widget, too."""
        self._drop.watch(widget)

    # Tools

    def _set_brush(self, tenths: int) -> None:
        self.canvas.brush = tenths / _TENTHS

    def _reset_brush(self) -> None:
        self._brush.setValue(round(FIRST_BRUSH * _TENTHS))

    def _choose_colour(self) -> None:
        dialog = QColorDialog(QColor(*self.canvas.ink), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self._set_colour)
        dialog.open()

    def _set_colour(self, colour: QColor) -> None:
        self.canvas.ink = (colour.red(), colour.green(), colour.blue())

    def _choose_picture(self) -> None:
        file_dialogs.ask_open(self, "Open a picture", PATTERN, self.open_picture)

    def _show_tools(self) -> None:
        """Buttons as what there is allows."""
        running = self._thread is not None
        blank = self.canvas.is_blank
        self._undo.setEnabled(self.canvas.can_undo)
        self._clear.setEnabled(not blank)
        self.project_button.setText("Cancel" if running else "Project")
        self.project_button.setEnabled(running or not blank)
        self._open.setEnabled(not running)
        self._corner.setEnabled(self._found is not None)

    def start_over(self) -> None:
        """An empty canvas, and nothing found."""
        self._cancel()
        self._found = None
        self.result.show_words(_EMPTY)
        self.canvas.clear()

    def _take_source(self) -> None:
        """Another generator: an empty canvas where its pictures are of another shape."""
        source = self._explorer.source()
        self.setEnabled(source is not None)
        if source is None:
            self._cancel()
            self._say_score(self._explorer.trouble or "There is no generator yet.")
            return
        data, shape = source.config.data, self.canvas.picture.shape
        self.canvas.set_shape(data.size, data.channels)
        self._colour.setVisible(data.channels != 1)
        z_size = self._explorer.z_size
        if shape != self.canvas.picture.shape or (self._found is not None and len(self._found.z) != z_size):
            self._cancel()
            self._found = None
            self.result.show_words(_EMPTY)
        self._drawn()

    # D's word

    def _drawn(self) -> None:
        self._show_tools()
        if self.canvas.is_blank:
            self._say_score(_HINT)
        elif not self._score_soon.isActive():  # while a stroke goes on, D is asked again and again
            self._score_soon.start()

    def _ask(self) -> None:
        if not self.canvas.is_blank:
            self._explorer.judge(self.canvas.picture[None])

    def _judged(self, opinion: Opinion) -> None:
        if self.canvas.is_blank:
            return
        if opinion.chances is None:
            self._say_score(opinion.says)
            return
        of_class = "" if opinion.labels is None else f", as {self._explorer.classes[opinion.labels[0]]}"
        self._say_score(f"D says {percent(float(opinion.chances[0]))} real{of_class}", opinion.says)

    def _say_score(self, words: str, more: str = "") -> None:
        self._score.setText(words)
        self._score.setToolTip(wrapped(words, more))

    # Projecting

    def open_picture(self, path: Path | str) -> None:
        """Bring a picture file to the generator's size, show it on the canvas and project it."""
        if self._thread is None:
            self.opened.emit()
            self._begin(Path(path))

    def _project_or_cancel(self) -> None:
        if self._thread is not None:
            self._cancel()
        elif not self.canvas.is_blank:
            self._begin(self.canvas.picture)

    def _begin(self, what: Pictures | Path) -> None:
        source = self._explorer.source()
        if source is None:
            return
        self._thread = thread = self._thread_for(source, what)
        self._say("Finding the closest picture" + _ELLIPSIS)
        self._show_tools()
        thread.start()

    def _thread_for(self, source: Model, what: Pictures | Path) -> ProjectThread:
        thread = ProjectThread(source, what, self)
        thread.prepared.connect(self._show_prepared)
        thread.progressed.connect(self._show_progress)
        thread.found.connect(self._take_found)
        thread.refused.connect(self._warn)
        thread.failed.connect(self._tell_failure)
        thread.finished.connect(self._ended)
        return thread

    def _cancel(self) -> None:
        if self._thread is not None:
            self._thread.stop()
            self._say("Cancelled.")

    def stop(self, seconds: float = 10.0) -> bool:
        """End its thread; False if it did not end in time."""
        if self._thread is None:
            return True
        self._thread.stop()
        return self._thread.wait(int(seconds * 1000))

    def _wanted(self) -> bool:
        """Whether what the thread says is still waited for."""
        return self._thread is not None and not self._thread.stopping()

    def _show_prepared(self, picture: Pictures) -> None:
        if self._wanted() and picture.shape == self.canvas.picture.shape:
            self.canvas.set_picture(picture)

    def _show_progress(self, picture: Pictures) -> None:
        if self._wanted():
            self.result.show_pictures(picture[None])

    def _take_found(self, found: Projected) -> None:
        if not self._wanted():
            return
        self._found = found
        self.result.show_pictures(found.picture[None])
        self._say(f"Found; it differs by {percent(found.error)} on average. The sliders now morph it.")
        self._explorer.set_point(found.z, found.mix, "drawing")
        self.projected.emit(found.z, found.mix, found.picture)

    def _tell_failure(self, failed: Failed) -> None:
        self._warn(failed.message)
        self.failed.emit(failed)

    def _ended(self) -> None:
        if self._thread is not None:
            self._thread.deleteLater()
        self._thread = None
        self._show_tools()

    def _warn(self, words: str) -> None:
        """Say what went wrong, so that it does not look like a remark."""
        self._say(words, wrong=True)

    def _say(self, words: str, wrong: bool = False) -> None:
        self._words.setProperty("muted", not wrong)
        self._words.setProperty("alarm", wrong)
        self._words.style().polish(self._words)
        self._words.setText(words)
        self._words.setToolTip(wrapped(words))

    def _to_corner(self, action: QAction) -> None:
        if self._found is not None:
            self.cornerWanted.emit(action.data(), self._found.z, self._found.mix, self._found.picture)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Both pictures as large as they can be: side by side or stacked, left of the tools or above them."""
        super().resizeEvent(event)
        width, height, gap = self.width(), self.height(), theme.SPACE
        beside = width - _CONTROLS - gap  # for pictures left of the tools
        row = min(height, (beside - gap) // 2)
        stack = min((height - gap) // 2, beside)
        above = min(height - _HEIGHT - gap, (width - gap) // 2)
        side = max(row, stack, above, 0)  # a page may be laid out before it has any room
        if row * _FOND >= side:
            side = row
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        tall, stacked = side not in (row, stack), side not in (row, above)
        self._whole.setDirection(down if tall else across)
        self._pictures.setDirection(down if stacked else across)
        self._controls.setMaximumWidth(_NO_LIMIT if tall else _WIDEST)
        self.canvas.setFixedSize(side, side)
        self.result.setFixedSize(side, side)
