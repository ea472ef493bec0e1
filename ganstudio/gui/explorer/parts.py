"""Small parts that the explorer's pages share."""

import numpy as np
from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget

from ganstudio.gui.sample_jobs import Mix, Noise
from ganstudio.gui.tips import wrapped

MOST_SEEDS = 999_999
_NONE = -1  # no seed: shown as a dash


def at_seed(seed: int, z_size: int, classes: int) -> tuple[Noise, Mix | None]:
    """z (z_size,) of a seed, as `ganstudio sample` draws its first picture, and its class: the classes go in turn."""
    z = np.random.default_rng(seed).standard_normal((1, z_size), dtype=np.float32)[0]
    return z, one_hot(seed % classes, classes) if classes else None


def one_hot(label: int, classes: int) -> Mix:
    """A mix (classes,) of one class only."""
    mix = np.zeros(classes, np.float32)
    mix[label] = 1.0
    return mix


def button(text: str, tooltip: str, parent: QWidget, name: str = "") -> QPushButton:
    """A small button; what it is called aloud says more than what is written on it."""
    made = QPushButton(text, parent)
    made.setProperty("small", True)
    made.setToolTip(wrapped(tooltip))
    made.setAccessibleName(tooltip.split(".")[0])
    made.setObjectName(name)
    return made


class SeedBox(QSpinBox):
    """A number that random numbers begin with: the same number gives the same picture."""

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setRange(_NONE, MOST_SEEDS)
        self.setSpecialValueText("seed \N{EN DASH}")
        self.setPrefix("seed ")
        self.setAccessibleName(name)
        self.setToolTip(
            wrapped("The same number always gives the same picture. Classes go in turn, from number to number.")
        )
        self.setKeyboardTracking(False)
        self.setProperty("small", True)
        self.valueChanged.connect(self._say)

    def show_seed(self, seed: int | None) -> None:
        """Show a seed, or that there is none, without saying that a person chose it."""
        with QSignalBlocker(self):
            self.setValue(_NONE if seed is None else seed)

    def _say(self, seed: int) -> None:
        if seed != _NONE:
            self.chosen.emit(seed)

    def event(self, event: QEvent) -> bool:
        space = event.type() == QEvent.Type.ShortcutOverride and getattr(event, "key", int)() == Qt.Key.Key_Space
        return False if space else super().event(event)  # Space starts and pauses, wherever the focus is
