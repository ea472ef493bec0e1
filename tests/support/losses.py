"""Histories whose losses are calm, and what breaks them."""

from dataclasses import replace

import numpy as np

from ganstudio.events import Marked, Tick
from support.panels import tick

CHANGE = Marked(50, "change", "learning rate of D: 0.001 to 0.2", "optimizer.d_lr", 0.001, 0.2)


def losses(*sizes: float) -> list[Tick]:
    return [tick(step, d_loss=size) for step, size in enumerate(sizes, start=1)]


def calm(count: int = 60) -> list[float]:
    return [1.3 + 0.4 * float(np.sin(step)) for step in range(count)]


def won(count: int, **values: float) -> list[Tick]:
    usual = {"d_acc": 0.99, "d_fake": 0.08}
    return [replace(tick(step, **usual | values), seconds=float(step)) for step in range(1, count + 1)]
