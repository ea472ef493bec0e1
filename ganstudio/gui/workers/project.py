"""Thread that finds the z from which a generator makes a given picture."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog, imported
from ganstudio.gui.workers.sample_requests import Mix, Noise
from ganstudio.gui.workers.worker import Worker
from ganstudio.images import Pictures
from ganstudio.latent.models import Model
from ganstudio.process import use_one_core

if TYPE_CHECKING:
    from ganstudio.latent.inversion import Inversion


@dataclass(frozen=True)
class Projected:
    """Result: z (z_size,), mix (classes,), the generator's picture of them and its error.

    The error is the mean absolute difference to the target's pixels, 0..1.
    """

    z: Noise
    mix: Mix | None
    picture: Pictures
    error: float


class ProjectThread(Worker):
    """Thread that projects one picture.

    Parameters
    ----------
    model : Model
        Whose generator is used.
    target : ndarray of uint8 or Path
        A picture (H, W) or (H, W, 3), or a picture file.
    parent : QObject, optional
        Qt's parent.
    """

    prepared = Signal(object)  # Pictures (H, W[, 3]): a file's picture as the generator would make it
    progressed = Signal(object)  # Pictures (H, W[, 3]): the best so far
    found = Signal(object)  # Projected; not if it was asked to stop before

    action = "The picture could not be projected"
    kept = "Training is not affected."

    def __init__(self, model: Model, target: Pictures | Path, parent: QObject | None = None) -> None:
        super().__init__("projectThread", parent)
        self._model, self._requested = model, target

    def work(self) -> None:
        """Project the picture, with one core."""
        use_one_core()
        from ganstudio.latent import inversion
        from ganstudio.latent.sampler import Sampler

        target = self._target()
        sampler = Sampler.from_model(self._model)
        found = inversion.project(sampler, target[None], progress=self._report_progress, stop=self.is_stopping)
        if not self.is_stopping():
            mix = None if found.mix is None else found.mix[0]
            self.found.emit(Projected(found.z[0], mix, found.pictures[0], float(found.error[0])))

    def _target(self) -> Pictures:
        """Return the picture in the shape that the generator makes, read as those that it learned from."""
        from ganstudio.latent.prepare import prepare

        data = self._model.config.data
        is_digit = catalog.is_digits(data.name)
        if isinstance(self._requested, Path) or is_digit:
            run = self._model.run()
            home, version = (run.data_home(), run.info.data_fingerprint) if run is not None else (None, "")
            recipe = imported.recipe_of(data.name, home, version)
            target = prepare(self._requested, data.size, data.channels, centred=is_digit, recipe=recipe)
        else:
            target = self._requested
        if isinstance(self._requested, Path):
            self.prepared.emit(target)
        return target

    def _report_progress(self, fraction: float, found: "Inversion") -> None:
        self.progressed.emit(found.pictures[0])
