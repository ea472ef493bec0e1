"""The stage that is looked at: its layers in words, and what the chosen one takes, makes, does and costs."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from ganstudio.gui.inside.figures import count_in_words, shape_in_words
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import format_percent

if TYPE_CHECKING:
    from ganstudio.networks.inside.structure import Layer, Network, Stage


class StageDetails(QWidget):
    """The layers of a stage, a button for each, and sentences about the one that is chosen.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    chosen = Signal()  # another layer

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._layers: tuple[Layer, ...] = ()
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._toggled)
        self._buttons = QWidget(self)
        self._buttons.setAccessibleName("layers of this stage")
        self._flow = FlowLayout(self._buttons)
        self._flow.setSpacing(SPACE // 2)
        self.says = WrappedLabel("", self)
        self.says.setObjectName("insideLayerSays")
        self.cost = WrappedLabel("", self)
        self.cost.setObjectName("insideLayerCost")
        self.cost.setProperty("muted", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        for part in (self._buttons, self.says, self.cost):
            column.addWidget(part)
        column.addStretch(1)

    @property
    def layer(self) -> "Layer | None":
        """The layer that is chosen."""
        return self._layers[self._group.checkedId()] if self._group.checkedId() >= 0 else None

    def show_stage(self, network: "Network", stage: "Stage") -> None:
        """Show a stage of a network; its last layer is chosen, which makes what the next stage takes."""
        self._clear()
        self._network, self._layers = network, stage.layers
        for index, layer in enumerate(stage.layers):
            button = QToolButton(self._buttons)
            button.setText(layer.words.brief)
            button.setAccessibleName(f"{layer.words.title}, layer {index + 1} of {len(stage.layers)}")
            button.setProperty("small", True)
            button.setCheckable(True)
            self._group.addButton(button, index)
            self._flow.addWidget(button)
        self._group.button(len(stage.layers) - 1).setChecked(True)

    def clear(self) -> None:
        """Show nothing."""
        self._clear()
        self.says.setText("")
        self.cost.setText("")

    def _clear(self) -> None:
        self._layers = ()
        while (item := self._flow.takeAt(0)) is not None:
            button = item.widget()
            assert isinstance(button, QToolButton)
            self._group.removeButton(button)
            button.hide()
            delete_later(button)

    @Slot(int, bool)
    def _toggled(self, index: int, is_checked: bool) -> None:
        if not is_checked or self._network is None:
            return
        layer = self._layers[index]
        self.says.setText(f"{_upper(layer.words.title)}. {_describe_shapes(layer)} {layer.words.says}")
        self.cost.setText(_describe_cost(layer, self._network))
        self.chosen.emit()


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _describe_shapes(layer: "Layer") -> str:
    inputs, outputs = shape_in_words(layer.inputs), shape_in_words(layer.outputs)
    return f"{inputs} in and out." if inputs == outputs else f"{inputs} in, {outputs} out."


def _describe_cost(layer: "Layer", network: "Network") -> str:
    share = f" ({format_percent(layer.products / network.products)} of all)" if network.products else ""
    products = f"{count_in_words(layer.products)} multiplications of weights and values{share}"
    parameters = "1 parameter" if layer.parameters == 1 else f"{layer.parameters:,} parameters"
    return f"{parameters}, {products}." if layer.products else f"{parameters}, no multiplications by weights."
