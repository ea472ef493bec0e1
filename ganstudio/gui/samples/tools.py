"""The upper row of the samples panel."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayoutItem, QToolButton, QWidget
from typing_extensions import override

from ganstudio.gui.samples.views import BUTTONS, View
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.enlarge_button import EnlargeButton


class SamplesTools(QWidget):
    """Choice of the view, and tools beside it; below it where that is too wide.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = ChoiceRow("what the grid shows", BUTTONS, self)
        self.class_box = ClassBox(has_all=True, parent=self)
        self.class_box.setObjectName("freshClassCombo")
        self.draw_button = QToolButton(self)
        self.draw_button.setText("draw again")
        self.draw_button.setAccessibleName("draw again")
        self.draw_button.setToolTip("Draws new random numbers z.")
        self.draw_button.setObjectName("drawAgainButton")
        theme.set_icon(self.draw_button, "round")
        self.nearest_button = QToolButton(self)
        self.nearest_button.setAccessibleName("nearest training pictures")
        self.nearest_button.setObjectName("nearestButton")
        self.nearest_button.setCheckable(True)
        theme.set_icon(self.nearest_button, "nearest")
        self.save_button = QToolButton(self)
        self.save_button.setAccessibleName("save picture as")
        self.save_button.setObjectName("savePictureButton")
        self.save_button.setToolTip("Saves the grid as a PNG file where you choose (Ctrl+E).")
        theme.set_icon(self.save_button, "picture")
        self.enlarge_button = EnlargeButton("the pictures", self)
        tools = QHBoxLayout()
        tools.setSpacing(theme.SPACE // 2)
        tools.addStretch(1)
        for widget in (self.class_box, self.draw_button, self.nearest_button, self.save_button, self.enlarge_button):
            tools.addWidget(widget)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.SPACE // 2)
        self._layout.addWidget(self.choice, 1)
        self._layout.addLayout(tools)
        self.choice.changed.connect(self._show_buttons)
        self._show_buttons()

    @property
    def view(self) -> View:
        """The chosen view."""
        return View(self.choice.index)

    @property
    def wants_nearest(self) -> bool:
        """Whether the nearest training pictures are to be shown beside the fakes of this view."""
        button = self.nearest_button
        return button.isChecked() and button.isEnabled() and self.view in (View.FIXED, View.FRESH)

    @property
    def is_one_class(self) -> bool:
        """Whether the user picked the class of fresh pictures."""
        return self.class_box.labels(1) is not None

    def show_for(self, class_names: tuple[str, ...]) -> None:
        """Show the tools of the chosen view, for a generator that knows these classes."""
        self.class_box.set_names(class_names)
        has_classes = self.view is View.FRESH and bool(self.class_box.names)
        self.class_box.setVisible(has_classes)
        style = Qt.ToolButtonStyle
        self.draw_button.setToolButtonStyle(style.ToolButtonIconOnly if has_classes else style.ToolButtonTextOnly)

    def _show_buttons(self) -> None:
        self.draw_button.setVisible(self.view is View.FRESH)
        self.nearest_button.setVisible(self.view in (View.FIXED, View.FRESH))

    def minimumSizeHint(self) -> QSize:
        """Return the size with the tools below the choice."""
        width = max(item.minimumSize().width() for item in self._items())
        return QSize(width, super().minimumSizeHint().height())

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _items(self) -> list[QLayoutItem]:
        items = [self._layout.itemAt(index) for index in range(self._layout.count())]
        return [item for item in items if item is not None]

    def _fold(self) -> None:
        """Put choice and tools in a row; below each other where that is too wide."""
        width = sum(item.minimumSize().width() for item in self._items()) + self._layout.spacing()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        direction = across if self.width() >= width else down
        if direction != self._layout.direction():
            self._layout.setDirection(direction)
