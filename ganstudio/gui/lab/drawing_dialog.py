"""Dialog in which a set of points is drawn, or made of a picture, and named."""

import shlex
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.data import catalog
from ganstudio.data.pictures import stored
from ganstudio.data.points import drawings
from ganstudio.errors import DataError, StudioError
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.dialogs.button_row import make_button_row
from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.lab.drawing_canvas import FIRST_WIDTH, MAX_WIDTH, MIN_WIDTH, DrawingCanvas
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

_PER_UNIT = 100  # steps of the slider
_FIRST_NAME = "drawing"
_EMPTY = "Draw with the mouse, or load a picture: points lie where it is blue."
_FILTERS = "Pictures (*.png *.jpg *.jpeg *.bmp *.gif *.webp *.tif *.tiff *.ppm);;All files (*)"
_TOOLS = (
    ("brush", "brush", "Points lie where it draws."),
    ("eraser", "eraser", "Takes away what was drawn."),
)
_SIDE_WIDTH = 210  # px, of what is beside the canvas


class DrawingDialog(FittingDialog):
    """Canvas with brush, eraser, undo and pictures; the drawing is kept among the data sets under its name.

    Parameters
    ----------
    home
        The data folder; None: the usual one.
    parent
        Qt's parent.
    """

    drawn = Signal(str)  # name of the set that is to be trained on

    def __init__(self, home: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawingDialog")
        self.setWindowTitle("Draw points")
        self._home = home
        self.canvas = DrawingCanvas(self)
        self.tools = ChoiceRow("Tool", _TOOLS, self)
        self.width_slider = Slider(round(MIN_WIDTH * _PER_UNIT), round(MAX_WIDTH * _PER_UNIT), parent=self)
        self.undo_button = self._button("drawingUndoButton", "undo", "Undo", "Takes the last stroke back (Ctrl+Z).")
        self.clear_button = self._button("drawingClearButton", "trash", "Clear", "Takes everything away.")
        self.load_button = self._button(
            "drawingLoadButton",
            "picture",
            "Load picture…",
            "Points lie where a picture differs from its paper, or is opaque.",
        )
        self.undo_button.setShortcut("Ctrl+Z")
        self.name = QLineEdit()
        self.name.setObjectName("drawingName")
        self.name.setAccessibleName("Name of the data set")
        self.name.setMaxLength(stored.MAX_NAME)
        self._remark = WrappedLabel()
        self._remark.setObjectName("drawingRemark")
        self._problem = ""  # of the last picture or save
        self.apply_button = QPushButton("Use it")
        self.apply_button.setObjectName("drawingApplyButton")
        self._lay_out()
        self._connect()
        self.begin()

    def begin(self, name: str = "") -> None:
        """Begin with an empty canvas, or with the drawing of that name."""
        self._problem = ""
        if not name:
            self.canvas.forget()
        strokes = drawings.read_strokes(name, self._home) if name else []
        ground = None
        if name and not strokes:  # made of a picture
            path = drawings.path_of(name, self._home)
            try:
                ground = drawings.decode(drawings.read(path), path)
            except DataError as error:
                self._problem = str(error)
        if strokes or ground is not None:
            self.canvas.show_drawing(strokes, ground)
        self.name.setText(name or self._free_name())
        self._check()

    def load_picture(self, path: Path) -> None:
        """Take a picture in place of what is drawn, or say why not."""
        self._problem = ""
        try:
            self.canvas.load(drawings.read_picture(path))
        except StudioError as error:
            self._problem = str(error)
        self._check()

    @override
    def accept(self) -> None:
        """Keep the drawing, and have it trained on."""
        density, name = self.canvas.density, self._wanted_name()
        if density is None or not self.apply_button.isEnabled():
            return
        try:
            drawings.save(name, density, self.canvas.strokes, self._home, self._others(), replace=True)
        except DataError as error:
            self._problem = str(error)
            self._check()
            return
        super().accept()
        self.begin()
        self.drawn.emit(name)

    # Names

    def _wanted_name(self) -> str:
        """Return the name as typed, or as the drawing has it that differs in capitals only."""
        name = self.name.text().strip()
        known = {other.casefold(): other for other in drawings.list_names(self._home)}
        return known.get(name.casefold(), name)

    def _others(self) -> tuple[str, ...]:
        """Return the names of all sets that were not drawn."""
        own = set(drawings.list_names(self._home))
        return tuple(name for name in catalog.list_names(self._home) if name not in own)

    def _free_name(self) -> str:
        taken = {name.casefold() for name in catalog.list_names(self._home)}
        numbered = (f"{_FIRST_NAME} {number}" for number in range(2, len(taken) + 3))
        return next(name for name in (_FIRST_NAME, *numbered) if name not in taken)

    def _check(self, *_: object) -> None:
        """Say what the user has to do, or what the button does."""
        canvas, name = self.canvas, self._wanted_name()
        self.undo_button.setEnabled(canvas.can_undo)
        self.clear_button.setEnabled(not canvas.is_empty)
        replaces = drawings.exists(name, self._home)
        problem = "" if canvas.density is not None else _EMPTY
        try:
            stored.check_name(name, self._others())
        except DataError as error:
            problem = problem or (str(error) if name else "Give the data set a name.")
        self.apply_button.setEnabled(not problem)
        self.apply_button.setText("Replace and use" if replaces else "Use it")
        self.apply_button.setToolTip(as_tip(problem or "Keeps the drawing among the data sets, and trains on it."))
        kept = f"{name} is replaced. Runs that learn from it keep it as it was."
        self._remark.setText(
            self._problem or problem or (kept if replaces else f"On the command line:\n--data.name {shlex.quote(name)}")
        )

    # Building

    def _lay_out(self) -> None:
        self.width_slider.setObjectName("drawingWidth")
        self.width_slider.setAccessibleName("Width of the brush")
        self.width_slider.setToolTip("How wide the brush and the eraser draw")
        self.width_slider.setValue(round(FIRST_WIDTH * _PER_UNIT))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        fields: list[tuple[str, QWidget]] = [("width", self.width_slider), ("name", self.name)]
        for number, (text, field) in enumerate(fields):
            label = Label(text)
            label.setProperty("muted", True)
            label.setBuddy(field)
            grid.addWidget(label, number, 0)
            grid.addWidget(field, number, 1)
        self._remark.setMinimumHeight(4 * self._remark.fontMetrics().lineSpacing())
        self._remark.setAlignment(Qt.AlignmentFlag.AlignTop)
        beside = QWidget()
        beside.setFixedWidth(_SIDE_WIDTH)
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.tools)
        column.addLayout(grid)
        column.addWidget(self._remark)
        for button in (self.undo_button, self.clear_button, self.load_button):
            column.addWidget(button)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE * 2)
        row.addWidget(self.canvas, 1)
        row.addWidget(beside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addLayout(row, 1)
        whole.addWidget(make_button_row(self, self.apply_button))

    def _connect(self) -> None:
        self.canvas.changed.connect(self._canvas_changed)
        self.tools.changed.connect(self._choose_tool)
        self.width_slider.valueChanged.connect(self._choose_width)
        self.undo_button.clicked.connect(self.canvas.undo)
        self.clear_button.clicked.connect(self.canvas.clear)
        self.load_button.clicked.connect(self._ask_for_picture)
        self.name.textChanged.connect(self._check)

    def _canvas_changed(self) -> None:
        self._problem = ""
        self._check()

    def _choose_tool(self, index: int) -> None:
        self.canvas.erases = index == 1

    def _choose_width(self, value: int) -> None:
        self.canvas.brush_width = value / _PER_UNIT

    def _ask_for_picture(self) -> None:
        file_dialogs.ask_open(self, "Load a picture", _FILTERS, self.load_picture)

    def _button(self, object_name: str, icon: str, text: str, tip: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(object_name)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(as_tip(tip))
        theme.set_icon(button, icon)
        return button

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.canvas.restyle()
