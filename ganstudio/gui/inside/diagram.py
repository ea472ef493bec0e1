"""The two networks as rows of cards: G from z to the picture, D from the picture to its opinion."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.dialogs.fitting import Scrolled
from ganstudio.gui.inside.card import StageCard
from ganstudio.gui.inside.figures import count_in_words, shape_briefly
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE, ColourName
from ganstudio.gui.widgets.wrapped_label import WrappedLabel

if TYPE_CHECKING:
    from ganstudio.networks.inside.blueprint import Blueprint
    from ganstudio.networks.inside.structure import Network, Stage

G, D = "G", "D"


class Diagram(QWidget):
    """Both networks; one of their stages is chosen.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    chosen = Signal()  # another stage

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(self._toggled)
        self._rows = {G: NetworkRow(G, "g_loss", self._group, self), D: NetworkRow(D, "d_loss", self._group, self)}
        self._blueprint: Blueprint | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for row in self._rows.values():
            column.addWidget(row)
            row.stepRequested.connect(self._step)

    @property
    def chosen_stage(self) -> "tuple[str, Stage] | None":
        """The network and the stage that is chosen."""
        card = self._group.checkedButton()
        if not isinstance(card, StageCard):
            return None
        return next(name for name, row in self._rows.items() if card in row.cards), card.stage

    def row(self, name: str) -> "NetworkRow":
        """Return the row of a network, "G" or "D"."""
        return self._rows[name]

    def show_only(self, name: str | None) -> None:
        """Show one of the networks, so that there is more room beside; None: both."""
        for each, row in self._rows.items():
            row.setVisible(name in (None, each))

    def show_blueprint(self, blueprint: "Blueprint", is_points: bool, packing: int = 1) -> None:
        """Show other networks; a stage at the same place stays chosen.

        Parameters
        ----------
        blueprint
            Their structure.
        is_points
            Whether they make and judge points, not pictures.
        packing
            How many of these D judges at once.
        """
        if blueprint == self._blueprint and self._rows[G].cards:
            return
        before, had_focus = self._place(), isinstance(self.window().focusWidget(), StageCard)
        is_first, self._blueprint = self._blueprint is None, blueprint
        thing = "point" if is_points else "picture"
        self._rows[G].show_network(blueprint.G, "z", thing, f"G makes a {thing} of z")
        judged = thing if packing == 1 else f"{packing} {thing}s"
        says = f"D judges a {thing}" if packing == 1 else f"D judges {judged} at once"
        self._rows[D].show_network(blueprint.D, judged, "D(x)", says)
        self._choose(*before)
        if (had_focus or is_first) and (card := self._group.checkedButton()) is not None:
            card.show()  # a layout shows it later, and a window that is not active forgets the focus of hidden ones
            card.setFocus()

    def clear(self) -> None:
        """Show nothing."""
        self._blueprint = None
        for row in self._rows.values():
            row.clear()

    def _place(self) -> tuple[str, int]:
        for name, row in self._rows.items():
            for index, card in enumerate(row.cards):
                if card.isChecked():
                    return name, index
        return G, 0

    def _choose(self, name: str, index: int) -> None:
        cards = self._rows[name].cards or self._rows[G].cards or self._rows[D].cards
        if cards:
            cards[min(index, len(cards) - 1)].setChecked(True)

    @Slot(object)
    def _step(self, key: Qt.Key) -> None:
        """Go to the next stage of the same network, or to the one above or below in the other."""
        name, index = self._place()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            cards = self._rows[name].cards
            index += 1 if key == Qt.Key.Key_Right else -1
        else:
            at = self._rows[name].cards[index].mapTo(self, QPoint()).x()
            cards = self._rows[D if key == Qt.Key.Key_Down else G].cards
            index = min(range(len(cards)), key=lambda each: abs(cards[each].mapTo(self, QPoint()).x() - at), default=-1)
        if 0 <= index < len(cards):
            cards[index].setChecked(True)
            cards[index].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int, bool)
    def _toggled(self, _: int, is_checked: bool) -> None:
        if is_checked:
            name, index = self._place()
            self._rows[name].reveal(index)
            self.chosen.emit()


class NetworkRow(QWidget):
    """A network: what it is and costs, and a card for each stage.

    Parameters
    ----------
    name
        "G" or "D".
    colour
        Name of the colour of its maps.
    group
        The cards of both networks.
    parent
        Qt's parent.
    """

    stepRequested = Signal(object)  # Qt.Key: an arrow key was pressed on a card

    def __init__(self, name: str, colour: ColourName, group: QButtonGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"insideRow{name}")
        self._colour: ColourName = colour
        self._group = group
        self.cards: list[StageCard] = []
        self.title = WrappedLabel("", self)
        self.title.setObjectName(f"insideTitle{name}")
        self._body = QWidget(self)
        self._cards = QHBoxLayout(self._body)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(0)
        self._scroll = _SidewaysScroll(self._body, self)
        self._scroll.setObjectName("insideLayers")
        self._scroll.setAccessibleName(f"layers of {name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.title)
        column.addWidget(self._scroll)

    def show_network(self, network: "Network", begins: str, ends: str, does: str) -> None:
        """Show a network, what it takes, what it makes and what it does."""
        self.clear()
        outside = network.products - sum(layer.products for layer in network.layers)
        unlisted = f" {count_in_words(outside)} of these are done outside of layers." if outside > 0 else ""
        self.title.setText(
            f"{does}: {network.parameters:,} parameters, {count_in_words(network.products)} multiplications.{unlisted}"
        )
        self._cards.addWidget(_end(begins, network.inputs))
        for stage in network.stages:
            card = StageCard(stage, self._colour, self._body)
            card.stepRequested.connect(self.stepRequested)
            self._group.addButton(card)
            self._cards.addWidget(card)
            self.cards.append(card)
        self._cards.addWidget(_end(f"\N{RIGHTWARDS ARROW} {ends}", network.outputs))
        self._cards.addStretch(1)
        self._scroll.updateGeometry()

    def reveal(self, index: int) -> None:
        """Bring a card into view."""
        self._scroll.ensureWidgetVisible(self.cards[index])

    def clear(self) -> None:
        """Show no network."""
        self.title.setText("")
        self.cards = []
        while (item := self._cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                if isinstance(widget, StageCard):
                    self._group.removeButton(widget)
                widget.hide()
                delete_later(widget)


def _end(name: str, sides: tuple[int, ...]) -> Label:
    label = Label(f"{name}\n{shape_briefly(sides)}" if sides else name)
    label.setProperty("muted", True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setContentsMargins(SPACE // 2, 0, SPACE // 2, 0)
    return label


class _SidewaysScroll(Scrolled):
    """Scrolls sideways only, as high as its contents."""

    def __init__(self, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(body, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @override
    def sizeHint(self) -> QSize:
        body = self._body.sizeHint()
        bar = self.horizontalScrollBar().sizeHint().height() if body.width() > self.width() else 0
        return QSize(body.width(), body.height() + bar)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()
