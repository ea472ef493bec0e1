"""Histogram of the classes that a generator makes."""

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget
from typing_extensions import override

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.events import Measured
from ganstudio.gui.curves.plot_view import AXIS_WIDTH
from ganstudio.gui.curves.style import small_font
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip, rich, wrapped
from ganstudio.text import format_percent

_HEIGHT = 56  # px
_NAMES_HEIGHT = 13  # px of the names below the bars
_LETTER_WIDTH = 7  # px
_MIN_TOP = 1.5  # times the reference: the least that the axis reaches to
_GAP_FRACTION = 0.3  # of a bar's place that is left free


class ClassHistogram(QWidget):
    """Bar chart of the fraction of the generator's pictures in each class; the dotted line is that of equal classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("classHistogram")
        self.setAccessibleName("share of each class in the generated pictures")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._measured: Measured | None = None
        self._names: tuple[str, ...] = ()

    @property
    def fractions(self) -> tuple[float, ...]:
        """Fraction of each class, 0..1; () if the classes are not known."""
        return (self._measured.classes or ()) if self._measured is not None else ()

    @property
    def reference(self) -> float:
        """Fraction of each class if all were equally frequent, 0..1."""
        return 1 / len(self.fractions) if self.fractions else 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self._names

    def show_measure(self, measured: Measured | None, config: RunConfig) -> None:
        """Show the classes of a measure of a run, or nothing."""
        if measured is self._measured:
            return
        self._measured = measured
        self._names = catalog.class_names(config.data.name, len(self.fractions))
        self.setAccessibleDescription(
            ", ".join(
                f"{name}: {format_percent(value)}" for name, value in zip(self._names, self.fractions, strict=True)
            )
        )
        self.setToolTip(as_tip(self.tip()))
        self.update()

    def tip(self, index: int | None = None) -> str:
        """Return the tooltip of one class, or of all, as rich text."""
        if self._measured is None:
            return ""
        if not self.fractions:
            return wrapped("There is no classifier for this data, so the classes of the fakes are not known.")
        one = ""
        if index is not None:
            one = rich("<b>{}</b>: {} % of the fakes.", self._names[index], f"{100 * self.fractions[index]:.1f}")
        measured = self._measured
        kl = (
            ""
            if measured.kl is None
            else (f"KL divergence from the data's classes: {measured.kl:.4f} nats; 0 means no difference.")
        )
        return wrapped(
            one,
            rich(
                "<b>Classes at step {}</b>: how the classifier sorts {} fakes. The dotted line, {}, is where all "
                "classes are equally frequent. A missing bar is a dropped mode.",
                f"{measured.step:,}",
                f"{measured.count:,}",
                format_percent(self.reference),
            ),
            kl,
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, _HEIGHT)

    def bar_at(self, position: QPoint) -> int | None:
        """Return the index of the class at a position in the widget; None if there is none."""
        across = (position.x() - AXIS_WIDTH) / max(1, self._room().width())
        return int(across * len(self.fractions)) if self.fractions and 0 <= across < 1 else None

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), as_tip(self.tip(self.bar_at(event.pos()))), self)
            return True
        return super().event(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    # Painting

    def _room(self) -> QRectF:
        """Return the area of the bars, in line with the plots above."""
        return QRectF(AXIS_WIDTH, 2, self.width() - AXIS_WIDTH - theme.SPACE, self.height() - _NAMES_HEIGHT - 2)

    def bars(self) -> list[QRectF]:
        """Return a rectangle for each class."""
        room = self._room()
        top = self._top()
        place = room.width() / max(1, len(self.fractions))
        heights = [room.height() * fraction / top for fraction in self.fractions]
        return [
            QRectF(
                room.left() + (index + _GAP_FRACTION / 2) * place,
                room.bottom() - height,
                (1 - _GAP_FRACTION) * place,
                height,
            )
            for index, height in enumerate(heights)
        ]

    def _top(self) -> float:
        return max(_MIN_TOP * self.reference, *self.fractions, 1e-9)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = theme.current()
        room = self._room()
        painter.setFont(small_font(self.font()))
        if not self.fractions:
            painter.setPen(QColor(colours.muted))
            note = "classes are not known for this data" if self._measured is not None else ""
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, note)
            return
        for bar, name in zip(self.bars(), self._names, strict=True):
            painter.fillRect(bar, QColor(colours.fake))
            painter.setPen(QColor(colours.muted))
            below = QRectF(bar.left() - bar.width(), room.bottom(), 3 * bar.width(), _NAMES_HEIGHT)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self.shorten(name))
        level = room.bottom() - room.height() * self.reference / self._top()
        painter.setPen(QColor(colours.muted))
        left = QRectF(0, level - 8, AXIS_WIDTH - 4, 16)
        painter.drawText(
            left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, format_percent(self.reference)
        )
        pen = QPen(QColor(colours.equilibrium), 1)
        pen.setDashPattern([2.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(int(room.left()), int(level), int(room.right()), int(level))

    def shorten(self, name: str) -> str:
        """Return as many letters of a name as there is room for."""
        letters = max(1, int(self._room().width() / max(1, len(self.fractions)) // _LETTER_WIDTH))
        return name[:letters]
