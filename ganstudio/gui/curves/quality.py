"""The measured quality of a run: its columns, the measure that is looked at, and how often each class is made."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.events import Measured
from ganstudio.gui.curves.plot_view import AXIS_WIDTH
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import nearest, percent
from ganstudio.gui.text import readable
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import plain, wrapped

MEASURES = (
    "step", "epoch", "seconds", "count", "fcd", "precision", "recall", "density", "coverage", "kl", "sure",
)  # fmt: skip
_HEIGHT = 56  # px
_NAMES_HEIGHT = 13  # px of the names below the bars
_LEAST_TOP = 1.5  # times the reference: what the room above it is at least
_AIR = 0.3  # of a bar's place that is left free


def viewed_measure(model: RunModel) -> Measured | None:
    """The newest measure not after the viewed step, else the first; None before the first."""
    index = nearest([each.step for each in model.measures], model.viewed_step)
    return None if index is None else model.measures[index]


def names_of_classes(config: RunConfig, count: int) -> tuple[str, ...]:
    """Names of `count` classes of the run's data; numbers where it names none."""
    known = catalog.DATASETS[config.data.name].labels if config.data.name in catalog.DATASETS else ()
    return tuple(known) if len(known) == count else tuple(map(str, range(count)))


def words_of(measured: Measured) -> str:
    """A measure in two lines."""
    shares = {"precision": measured.precision, "recall": measured.recall, "coverage": measured.coverage}
    said = ", ".join([f"FCD {readable(measured.fcd)}", *(f"{name} {percent(share)}" for name, share in shares.items())])
    return f"{said}\n{measured.count:,} pictures at step {measured.step:,}, seen by {measured.features}"


class ClassHistogram(QWidget):
    """A bar a class: what share of the generator's pictures shows it. The line: each class equally often."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classHistogram")
        self.setAccessibleName("share of each class in the generated pictures")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._measured: Measured | None = None
        self._names: tuple[str, ...] = ()

    @property
    def shares(self) -> tuple[float, ...]:
        """What is shown: the share of each class, 0..1; () where none is known."""
        return (self._measured.classes or ()) if self._measured is not None else ()

    @property
    def reference(self) -> float:
        """Share of each class if all were equally often, 0..1."""
        return 1 / len(self.shares) if self.shares else 0.0

    def show_measure(self, measured: Measured | None, config: RunConfig) -> None:
        """Show the classes of a measure of a run; None: there is none."""
        if measured is self._measured:
            return
        self._measured = measured
        self._names = names_of_classes(config, len(self.shares))
        self.setAccessibleDescription(
            ", ".join(f"{name}: {percent(share)}" for name, share in zip(self._names, self.shares, strict=True))
        )
        self.setToolTip(self.words())
        self.update()

    def words(self, index: int | None = None) -> str:
        """What a tooltip says, of all classes or of one, as rich text."""
        if self._measured is None:
            return ""
        if not self.shares:
            return wrapped("There is no classifier for this data, so it is not known which classes the fakes show.")
        one = ""
        if index is not None:
            one = f"<b>{plain(self._names[index])}</b>: {100 * self.shares[index]:.1f} % of the fakes."
        said = self._measured
        kl = (
            ""
            if said.kl is None
            else (f"KL divergence from the data's classes: {said.kl:.4f} nats; 0 means no difference.")
        )
        return wrapped(
            one,
            f"<b>Classes at step {said.step:,}</b>: which classes the classifier sees in {said.count:,} fakes. The "
            f"line is {percent(self.reference)}: each class equally often. A missing bar is a mode that was dropped.",
            kl,
        )

    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def bar_at(self, place: QPoint) -> int | None:
        """Index of the class at a place in the widget."""
        share = (place.x() - AXIS_WIDTH) / max(1, self._room().width())
        return int(share * len(self.shares)) if self.shares and 0 <= share < 1 else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words(self.bar_at(event.pos())), self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    # Painting

    def _room(self) -> QRectF:
        """Where the bars are; in line with the plots above."""
        return QRectF(AXIS_WIDTH, 2, self.width() - AXIS_WIDTH - theme.SPACE, self.height() - _NAMES_HEIGHT - 2)

    def bars(self) -> list[QRectF]:
        """One rectangle a class."""
        room, top = self._room(), self._top()
        place = room.width() / max(1, len(self.shares))
        heights = [room.height() * share / top for share in self.shares]
        return [
            QRectF(room.left() + (index + _AIR / 2) * place, room.bottom() - height, (1 - _AIR) * place, height)
            for index, height in enumerate(heights)
        ]

    def _top(self) -> float:
        return max(_LEAST_TOP * self.reference, *self.shares, 1e-9)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours, room = QPainter(self), theme.current(), self._room()
        painter.setFont(self._font())
        if not self.shares:
            painter.setPen(QColor(colours.muted))
            words = "classes are not known for this data" if self._measured is not None else ""
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        for bar, name in zip(self.bars(), self._names, strict=True):
            painter.fillRect(bar, QColor(colours.fake))
            painter.setPen(QColor(colours.muted))
            below = QRectF(bar.left() - bar.width(), room.bottom(), 3 * bar.width(), _NAMES_HEIGHT)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._short(name))
        level = room.bottom() - room.height() * self.reference / self._top()
        painter.setPen(QColor(colours.muted))
        left = QRectF(0, level - 8, AXIS_WIDTH - 4, 16)
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(self.reference))
        pen = QPen(QColor(colours.equilibrium), 1)
        pen.setDashPattern([2.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(int(room.left()), int(level), int(room.right()), int(level))

    def _short(self, name: str) -> str:
        """As much of a name as there is room for: its beginning."""
        letters = max(1, int(self._room().width() / max(1, len(self.shares)) // 7))
        return name[:letters]

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(theme.SMALL - 1)
        return font
