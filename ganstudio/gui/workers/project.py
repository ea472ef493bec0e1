"""ProjectThread: finds the z that a generator makes a given picture from."""

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog
from ganstudio.errors import StudioError
from ganstudio.events import Failed, Pictures
from ganstudio.gui.workers.sample_requests import Mix, Noise
from ganstudio.gui.workers.train import Worker
from ganstudio.latent.models import Model
from ganstudio.process import use_one_core

if TYPE_CHECKING:
    from ganstudio.latent.inversion import Inversion


@dataclass(frozen=True)
class Projected:
    """What was found: z (z_size,), mix (classes,), the generator's picture of them, and how far it is from the target.

    `error` is the mean absolute difference of the pixels, 0..1.
    """

    z: Noise
    mix: Mix | None
    picture: Pictures
    error: float


class ProjectThread(Worker):
    """Projects one picture (H, W) or (H, W, 3), uint8, or a picture file, with the generator of a model."""

    prepared = Signal(object)  # Pictures (H, W[, 3]): a file's picture as the generator would make it
    progressed = Signal(object)  # Pictures (H, W[, 3]): what was found so far
    found = Signal(object)  # Projected; not if it was told to stop before
    refused = Signal(str)  # why it cannot be done
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, model: Model, what: Pictures | Path, parent: QObject | None = None) -> None:
        super().__init__("projectThread", parent)
        self._model, self._what = model, what

    def run(self) -> None:
        """Project; every error becomes a sentence."""
        try:
            self._project()
        except (StudioError, OSError) as error:
            self.refused.emit(str(error))
        except Exception as error:
            message = f"The picture could not be projected: {error}"
            self.failed.emit(Failed(message, "Training is not affected.", traceback.format_exc()))

    def _project(self) -> None:
        use_one_core()
        from ganstudio.latent import inversion
        from ganstudio.latent.sampler import Sampler

        target = self._target()
        sampler = Sampler.from_model(self._model)
        found = inversion.project(sampler, target[None], progress=self._progress, stop=self.stopping)
        if not self.stopping():
            mix = None if found.mix is None else found.mix[0]
            self.found.emit(Projected(found.z[0], mix, found.pictures[0], float(found.error[0])))

    def _target(self) -> Pictures:
        """What is to be made, in the shape that the generator makes: digits in the middle, as it learned them."""
        from ganstudio.latent.prepare import prepare

        data = self._model.config.data
        is_digit = catalog.has_digits(data.name)
        if isinstance(self._what, Path) or is_digit:
            target = prepare(self._what, data.size, data.channels, centred=is_digit)
        else:
            target = self._what
        if isinstance(self._what, Path):
            self.prepared.emit(target)
        return target

    def _progress(self, share: float, found: "Inversion") -> None:
        self.progressed.emit(found.pictures[0])
