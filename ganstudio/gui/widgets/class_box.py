"""List of the classes of a class-conditional generator."""

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QComboBox, QWidget
from typing_extensions import override

from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.images import Labels

MIN_WIDTH = 52  # px: "all", or a digit, and the arrow
ALL = "all"


class ClassBox(QComboBox):
    """List of the classes by name; hidden until it is shown for a run with classes.

    Parameters
    ----------
    has_all
        Whether all classes at once can be chosen.
    parent
        Qt's parent.
    """

    picked = Signal()  # the user chose another class

    def __init__(self, has_all: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_all = has_all
        self._names: tuple[str, ...] = ()
        self.setAccessibleName("class")
        every = " All: one column per class." if has_all else ""
        self.setToolTip(wrapped(f"The class that the generator draws.{every} The arrow keys step through the classes."))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self.picked)
        self.hide()

    @property
    def names(self) -> tuple[str, ...]:
        """Classes to choose from."""
        return self._names

    def set_names(self, names: tuple[str, ...]) -> None:
        """Set the classes to choose from; if they change, the first one is chosen."""
        if names != self._names:
            self._names = names
            with QSignalBlocker(self):
                self.clear()
                self.addItems([*([ALL] if self._has_all and names else ()), *names])
            self.updateGeometry()

    @property
    def label(self) -> int | None:
        """The chosen class; None if it is all of them, or there are none."""
        chosen = self.currentIndex() - (self._has_all and bool(self._names))
        return chosen if self._names and chosen >= 0 else None

    def choose(self, label: int) -> None:
        """Show a class as chosen, without the signal."""
        if 0 <= label < len(self._names):
            self.setCurrentIndex(label + self._has_all)

    def labels(self, count: int) -> Labels | None:
        """Return the chosen class for each of `count` pictures, (count,), int64; None if none is chosen."""
        return None if self.label is None else np.full(count, self.label, np.int64)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(MIN_WIDTH, super().minimumSizeHint().height())
