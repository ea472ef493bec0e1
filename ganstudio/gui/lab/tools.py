"""The upper row of the lab: a button for each layer, and what can be done with the plane."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio.gui.lab.touch import Tool
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.enlarge_button import EnlargeButton
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.plots.plane import ARROWS, FIRST_LAYERS, LAYER_NAMES, MAPS, Layer

# Layer, accessible name of its button, tooltip.
BUTTONS = (
    (Layer.REAL, "real points", "Points from the data: what G is to make. Round and blue."),
    (Layer.FAKE, "fakes", "Points that G makes of the same random numbers z throughout. Square and orange."),
    (
        Layer.OPINION,
        "D's opinion",
        "What D says of each place: blue where it takes points for real, orange where for fakes. The line is where D "
        "is undecided.",
    ),
    (
        Layer.OPTIMAL,
        "opinion of the best D",
        "What the best D there is would say: the share of real points among all points at a place. D learns to say "
        "this while G keeps moving.",
    ),
    (
        Layer.LAG,
        "D's opinion minus that of the best D",
        "Where D differs from the best D: green where it believes points too readily, purple where too seldom. The "
        "line is where both agree.",
    ),
    (
        Layer.MANIFOLD,
        "manifold of G",
        "What G makes of an even grid of z: how it stretches, bends and folds the noise. Dense cells are stronger, "
        "folded ones hatched. For z with one or two numbers. While it is shown, point here to see the grid move to it.",
    ),
    (
        Layer.PUSH,
        "where G's loss pushes fakes",
        "Where the loss of G pushes each fake: the direction that lowers the loss, and how strongly.",
    ),
    (
        Layer.SLOPE,
        "slope of D's opinion",
        "Where D's opinion rises, and how steeply. Compare it with G's push: losses differ in what they make of it.",
    ),
    (
        Layer.TRACES,
        "traces of fakes",
        "The way that some of the fakes have come: from snapshot to snapshot or, while training, in the last second "
        "and a half.",
    ),
    (
        Layer.UNITS,
        "hidden units of D",
        "What the units of a hidden layer of D answer to, as small maps below the plane. D's opinion is a sum of those "
        "of its last layer.",
    ),
)
# Tool, its icon, key, accessible name, tooltip.
TOOLS = (
    (
        Tool.ADD,
        "add-points",
        "A",
        "add points",
        "Adds points to the data where you drag, also while it trains. For a finer brush zoom in. Without this tool: "
        "click.",
    ),
    (
        Tool.ERASE,
        "erase-points",
        "E",
        "erase points",
        "Erases points of the data where you drag, also while it trains. Without this tool: Shift and drag.",
    ),
    (
        Tool.MOVE,
        "move-mode",
        "V",
        "move a mode",
        "Moves a mode of the data with its points where you drag it, also while it trains. Without this tool: drag a "
        "mode at its middle.",
    ),
)
FIRST = frozenset(FIRST_LAYERS)
_ONE_OF = (MAPS, ARROWS)


class LabTools(QWidget):
    """Buttons that show and hide layers, one map and one kind of arrows at a time; tools for points; reset; enlarge.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # other layers are wanted
    toolChosen = Signal(object)  # Tool

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons = {layer: self._layer_button(layer, *texts) for layer, *texts in BUTTONS}
        self._tool_buttons = {tool: self._tool_button(tool, *texts) for tool, *texts in TOOLS}
        self.draw_button = self._button("labDrawButton", "draw a data set", "draw")
        self.draw_button.setToolTip(as_tip("Draw a data set of points, or make one of a picture."))
        self.reset_button = self._button("labResetButton", "show the whole plane", "reset")
        self.reset_button.setToolTip(as_tip("Shows the whole plane again (Home). The wheel zooms, a drag moves."))
        self.stages_button = self._button("labStagesButton", "round in stages")
        self.stages_button.hide()  # until it has its action
        self.enlarge_button = EnlargeButton("the plane", self)
        row = FlowLayout(self)
        row.setSpacing(2)
        for button in (
            *self._buttons.values(),
            *self._tool_buttons.values(),
            self.draw_button,
            self.stages_button,
            self.reset_button,
            self.enlarge_button,
        ):
            row.addWidget(button)
        self.show_layers(FIRST)

    @property
    def layers(self) -> frozenset[Layer]:
        """The layers that are wanted."""
        return frozenset(layer for layer, button in self._buttons.items() if button.isChecked())

    def button(self, layer: Layer) -> QToolButton:
        """Return the button of a layer."""
        return self._buttons[layer]

    def show_layers(self, layers: frozenset[Layer]) -> None:
        """Check the buttons of these layers, and no others."""
        for layer, button in self._buttons.items():
            button.setChecked(layer in layers)
        self.changed.emit()

    def show_first(self) -> None:
        """Want the layers of the first start."""
        self.show_layers(FIRST)

    def enable(self, layer: Layer, why_not: str) -> None:
        """Let a layer be chosen, or say why it cannot be; "": it can."""
        button = self._buttons[layer]
        tips = {each: tip for each, _, tip in BUTTONS}
        button.setEnabled(not why_not)
        button.setToolTip(as_tip(why_not or tips[layer]))

    def tool_button(self, tool: Tool) -> QToolButton:
        """Return the button of a tool."""
        return self._tool_buttons[tool]

    def leave_tool(self) -> None:
        """Choose no tool: a drag moves the view."""
        self._choose_tool(Tool.VIEW)

    def enable_move(self, why_not: str) -> None:
        """Let modes be moved, or say why they cannot be; "": they can."""
        button = self._tool_buttons[Tool.MOVE]
        tip, key = next((tip, key) for tool, _, key, _, tip in TOOLS if tool is Tool.MOVE)
        button.setEnabled(not why_not)
        button.setToolTip(as_tip(why_not or f"{tip} ({key})"))
        if why_not and button.isChecked():
            self.leave_tool()

    def _tool_button(self, tool: Tool, icon: str, key: str, name: str, tip: str) -> QToolButton:
        button = self._button(f"lab{tool.capitalize()}Button", name, icon)
        button.setToolTip(as_tip(f"{tip} ({key})"))
        button.setCheckable(True)
        shortcut = QShortcut(QKeySequence(key), self)  # that of a button waits a moment: a drag may be faster
        shortcut.activated.connect(button.click)
        button.clicked.connect(lambda checked: self._choose_tool(tool if checked else Tool.VIEW))
        return button

    def _choose_tool(self, tool: Tool) -> None:
        for other, button in self._tool_buttons.items():
            button.setChecked(other is tool)
        self.toolChosen.emit(tool)

    def set_stages_action(self, action: QAction) -> None:
        """Let a button do what an action does: it shows a round in stages."""
        self.stages_button.setDefaultAction(action)
        self.stages_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.stages_button.show()

    def _layer_button(self, layer: Layer, name: str, tip: str) -> QToolButton:
        button = self._button(f"lab{layer.capitalize()}Button", name)
        button.setText(LAYER_NAMES[layer])
        button.setToolTip(as_tip(tip))
        button.setCheckable(True)
        button.clicked.connect(lambda: self._clicked(layer))
        return button

    def _button(self, object_name: str, name: str, icon: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(object_name)
        button.setAccessibleName(name)
        button.setProperty("small", True)
        if icon:
            theme.set_icon(button, icon)
        return button

    def _clicked(self, layer: Layer) -> None:
        for group in _ONE_OF:
            if layer in group and self._buttons[layer].isChecked():
                for other in group:
                    self._buttons[other].setChecked(other is layer)
        self.changed.emit()

    def minimumSizeHint(self) -> QSize:
        """Return the size of a few buttons beside each other; the others go into further rows."""
        return QSize(140, super().minimumSizeHint().height())
