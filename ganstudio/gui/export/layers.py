"""Choice of the layers of the plane that are exported."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from ganstudio.plots.plane import ARROWS, FILE_LAYERS, FIRST_LAYERS, LAYER_NAMES, MAPS, Layer


class LayerChoice(QToolButton):
    """Button with a menu of layers: one map, one kind of arrows, and any of the others.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal()  # other layers are chosen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setObjectName("exportLayersMenu")
        self._actions: dict[Layer, QAction] = {layer: self._add(menu, layer) for layer in FILE_LAYERS}
        self.setMenu(menu)
        self.choose(FIRST_LAYERS)

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers that are chosen and can be shown."""
        return tuple(layer for layer, action in self._actions.items() if action.isChecked() and action.isEnabled())

    def choose(self, layers: Iterable[Layer]) -> None:
        """Choose layers; one that files do not have is passed over."""
        chosen, before = set(layers), self.layers
        for layer, action in self._actions.items():
            action.setChecked(layer in chosen)
        self._show()
        if self.layers != before:
            self.changed.emit()

    def offer(self, layers: Sequence[Layer]) -> None:
        """Offer the layers that the run has."""
        for layer, action in self._actions.items():
            action.setEnabled(layer in layers)
        self._show()

    def _add(self, menu: QMenu, layer: Layer) -> QAction:
        action = menu.addAction(LAYER_NAMES[layer])
        action.setCheckable(True)
        action.triggered.connect(lambda: self._triggered(layer))
        return action

    def _triggered(self, layer: Layer) -> None:
        for group in (MAPS, ARROWS):
            if layer in group and self._actions[layer].isChecked():
                for other in group:
                    self._actions[other].setChecked(other is layer)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        self.setText(", ".join(LAYER_NAMES[layer] for layer in self.layers) or "none")
