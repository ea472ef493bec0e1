"""A page of the latent explorer, with a tiny generator and its D, shown as in the window."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSpinBox, QWidget

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.events import Saved
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Pictures
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint
from ganstudio.training.state import discriminator_weights, half_precision_weights
from support.panels import SMALL

WAIT = 20_000  # ms


@dataclass
class Kit:
    """An explorer of a run that has one snapshot."""

    model: RunModel
    explorer: Explorer
    sampler: Sampler

    def makes(self, z: np.ndarray, mix: np.ndarray | None = None) -> Pictures:
        """Return the generator's pictures of z (N, z_size)."""
        return self.sampler.sample(z.astype(np.float32), mix=mix)


def kit(folder: Path, thread: SampleThread, config: cfg.RunConfig = SMALL, with_d: bool = True) -> Kit:
    """Make an explorer of a run with one snapshot."""
    path, rng = folder / "1.safetensors", torch.Generator().manual_seed(1)
    G, D = networks.generator(config, rng), networks.discriminator(config, rng)
    for each in G.parameters():
        each.data.mul_(4)  # pictures that differ much from z to z
    judge, about = discriminator_weights(D, 0.0 if with_d else None)
    checkpoint.save_snapshot(path, half_precision_weights(G) | judge, about | {"step": 1})
    model = RunModel(config)
    model.handle(Saved(1, "snapshot", str(path)))
    return Kit(model, Explorer(model, thread), Sampler.from_snapshot(path, config))


def shown(qtbot, page: QWidget, size: tuple[int, int] = (660, 190)) -> QWidget:
    """Show a page, as large as in a window of 1366 x 768."""
    qtbot.addWidget(page)
    page.resize(*size)
    page.show()
    return page


def inside(page: QWidget) -> Callable[[], list[str]]:
    """Return a function that names the visible parts of a page that stick out of it, or are smaller than they need."""

    def bad() -> list[str]:
        found = []
        for each in page.findChildren(QWidget):
            if not each.isVisible() or each.isWindow() or each.parentWidget().inherits("QAbstractSpinBox"):
                continue
            room = each.rect().translated(each.mapTo(page, each.rect().topLeft()))
            least = each.minimumSizeHint()
            if isinstance(each, QSpinBox):
                least = QSize(each.fontMetrics().horizontalAdvance(f"{each.prefix()}{each.maximum()}") + 24, 18)
            if not page.rect().contains(room) or each.width() < least.width() or each.height() < least.height():
                found.append(f"{type(each).__name__} {each.objectName()} {room} {least}")
        return found

    return bad
