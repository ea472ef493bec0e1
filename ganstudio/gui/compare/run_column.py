"""Column of a run in the comparison: its title, a value, and its pictures."""

from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.compare.compare_plot import line_pen
from ganstudio.gui.compare.compare_thread import RunGrid
from ganstudio.gui.compare.compared_runs import ComparedRun
from ganstudio.gui.widgets.elided_label import ElidedLabel
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.text import DOT

_MIN_PICTURES = 24  # of a run; more where there is room
_MIN_WIDTH = 200  # px: a narrower column shows the step without the epoch
_SWATCH = (22, 12)  # px


class RunColumn(QWidget):
    """A run: its line, title, step and pictures, and the value of the large curve.

    Parameters
    ----------
    index
        Index of the run.
    run
        The run.
    """

    def __init__(self, index: int, run: ComparedRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel()
        self._value = Label()
        self._place = ElidedLabel()
        self._step = 0
        self._epoch = 0.0
        self.grid = PictureGrid(f"pictures of {run.title}")
        self.grid.set_min_count(_MIN_PICTURES)
        for label in (self._value, self._place):
            label.setProperty("muted", True)
            label.setProperty("small", True)
        top = QHBoxLayout()
        top.setSpacing(SPACE // 2)
        top.addWidget(_LineSwatch(index))
        top.addWidget(self.title, 1)
        below = QHBoxLayout()
        below.setSpacing(SPACE // 2)
        below.addWidget(self._place, 1)
        below.addWidget(self._value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(below)
        column.addWidget(self.grid, 1)
        self.set_title(run)

    def set_title(self, run: ComparedRun) -> None:
        """Show the title of the run."""
        self.title.set_full(run.title, f"{run.title}\n{run.path}")

    def set_value(self, text: str) -> None:
        """Show the value of the large curve."""
        self._value.setText(text)

    def show_grid(self, grid: RunGrid, epoch: float) -> None:
        """Show pictures, with the step and the epoch that they are from."""
        if grid.pictures is None:
            self.grid.show_text("No pictures were kept from this time.")
        else:
            self.grid.show_pictures(grid.pictures, columns=grid.columns, period=grid.period)
        self._step = grid.step
        self._epoch = epoch
        self._show_place()

    def _show_place(self) -> None:
        step = f"step {self._step:,}"
        whole = f"epoch {self._epoch:,.1f} {DOT} {step}"
        self._place.set_full(step if self.width() < _MIN_WIDTH else whole, whole)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_place()


class _LineSwatch(QWidget):
    """Piece of a run's line."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedSize(*_SWATCH)

    def paintEvent(self, event: QPaintEvent) -> None:
        pen = line_pen(self._index)
        pen.setWidth(2)
        painter = QPainter(self)
        painter.setPen(pen)
        painter.drawLine(0, self.height() // 2, self.width(), self.height() // 2)
