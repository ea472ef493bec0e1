"""What tests of the curves panel share."""

import numpy as np
from PySide6.QtWidgets import QToolButton

from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_view import PlotView
from ganstudio.gui.model.run_model import RunModel
from support.panels import tick


def view(panel: CurvesPanel, name: str) -> PlotView:
    return panel.findChild(PlotView, name)


def plot(panel: CurvesPanel, name: str) -> Plot:
    return view(panel, name).parentWidget()


def drawn(panel: CurvesPanel, name: str, column: str) -> np.ndarray:
    return plot(panel, name).drawing.trace(column).y


def plot_buttons(panel: CurvesPanel) -> list[QToolButton]:
    found = panel.findChildren(QToolButton)
    return [each for each in found if each.accessibleName().startswith("show plot") and each.isVisible()]


def train(model: RunModel, *steps: int, **values: float | None) -> None:
    for step in steps:
        model.handle(tick(step, **values))


def colours_of(panel: CurvesPanel, name: str) -> set[str]:
    shot = view(panel, name).grab().toImage()
    return {shot.pixelColor(x, y).name().upper() for x in range(shot.width()) for y in range(shot.height())}
