"""The samples panel, used as a user does."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from ganstudio import config as cfg
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from ganstudio.gui.widgets.picture_grid import PictureGrid
from support.panels import SMALL


def fake_of(panel: SamplesPanel) -> PictureGrid:
    """Return the grid of generated pictures."""
    return next(grid for grid in panel.findChildren(PictureGrid) if grid.accessibleName() == "generated pictures")


def real_of(panel: SamplesPanel) -> PictureGrid:
    """Return the grid of real pictures."""
    return next(grid for grid in panel.findChildren(PictureGrid) if grid.accessibleName() == "real pictures")


def choose(qtbot, panel: SamplesPanel, view: View) -> None:
    """Click on the button of a view."""
    texts = ["fixed z", "fresh z", "real", "both"]
    button = next(button for button in panel.findChildren(QToolButton) if button.text() == texts[view])
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.view is view


def entry(menu: QMenu, text: str) -> QAction:
    """Return the entry of a menu that begins with a text."""
    return next(action for action in menu.actions() if action.text().startswith(text))


def with_critic(folder: Path, step: int, settings: cfg.RunConfig = SMALL, **metadata: object) -> Path:
    """Write a snapshot of random networks that holds D, too, and return its path."""
    import torch

    from ganstudio import networks
    from ganstudio.runs import checkpoint
    from ganstudio.training.state import discriminator_weights, half_precision_weights

    rng = torch.Generator().manual_seed(step)
    G, D = networks.generator(settings, rng), networks.discriminator(settings, rng)
    tensors, meta = discriminator_weights(D, 0.0)
    path = folder / f"{step}.safetensors"
    checkpoint.save_snapshot(path, half_precision_weights(G) | tensors, {"step": step, **meta, **metadata})
    return path
