"""Which class a class-conditional generator is asked for."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.images import Labels

_LEAST_WIDTH = 52  # px: "all", or a digit, and the arrow
ALL = "all"


class ClassBox(QComboBox):
    """List of the classes by name; there is none of it in a run without classes."""

    picked = Signal()  # a person chose another class

    def __init__(self, may_be_all: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_be_all = may_be_all
        self._names: tuple[str, ...] = ()
        self.setAccessibleName("class")
        every = " All: one column per class." if may_be_all else ""
        self.setToolTip(wrapped(f"The class that the generator draws.{every} The arrow keys step through the classes."))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self.picked)
        self.hide()

    @property
    def names(self) -> tuple[str, ...]:
        """Classes there are to choose from."""
        return self._names

    def set_names(self, names: tuple[str, ...]) -> None:
        """Classes to choose from; other ones than before begin with the first."""
        if names != self._names:
            self._names = names
            with QSignalBlocker(self):
                self.clear()
                self.addItems([*([ALL] if self._may_be_all and names else ()), *names])
            self.updateGeometry()

    @property
    def label(self) -> int | None:
        """The chosen class; None: all of them, or there are none."""
        chosen = self.currentIndex() - (self._may_be_all and bool(self._names))
        return chosen if self._names and chosen >= 0 else None

    def choose(self, label: int) -> None:
        """Show a class as chosen, without saying that a person did it."""
        if 0 <= label < len(self._names):
            self.setCurrentIndex(label + self._may_be_all)

    def labels(self, count: int) -> Labels | None:
        """The chosen class for each of `count` pictures, (count,); None without one."""
        return None if self.label is None else np.full(count, self.label, np.int64)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())
