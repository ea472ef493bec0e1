"""Small parts that the explorer's pages share."""

import numpy as np
from PySide6.QtWidgets import QPushButton, QWidget

from ganstudio.gui.explorer.explorer import only
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.workers.sample_requests import Mix, Noise


def at_seed(seed: int, z_size: int, classes: int) -> tuple[Noise, Mix | None]:
    """z (z_size,) of a seed, as `ganstudio sample` draws its first picture, and its class: the classes go in turn."""
    z = np.random.default_rng(seed).standard_normal((1, z_size), dtype=np.float32)[0]
    return z, only(seed % classes, classes) if classes else None


def button(text: str, tooltip: str, parent: QWidget, name: str = "") -> QPushButton:
    """A small button; what it is called aloud says more than what is written on it."""
    made = QPushButton(text, parent)
    made.setProperty("small", True)
    made.setToolTip(wrapped(tooltip))
    made.setAccessibleName(tooltip.split(".")[0])
    made.setObjectName(name)
    return made
