"""The generator whose pictures the samples panel shows."""

import numpy as np

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.data.points.density_picture import SHOWN
from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config, snapshot_model, viewed_model
from ganstudio.gui.workers.sample_requests import Noise
from ganstudio.images import Labels, grid_labels
from ganstudio.latent.models import Model
from ganstudio.runs.labels import display_name, file_name

_BUNDLED_GRID = 8  # pictures per row and column of a bundled model without classes
_PLACEHOLDERS: dict[str, str] = {
    RunStatus.IDLE: (
        "Press Space to start.\n"
        "The first pictures are noise; pictures like those in the data set emerge while you watch."
    ),
    RunStatus.STARTING: "Getting ready: reading the data set and building the networks.",
    RunStatus.FAILED: "The run ended before its first picture.",
    RunStatus.FINISHED: "This run has no pictures.",
}


class GridGenerator:
    """The open run's generator at the viewed step; a bundled one while no run is open.

    Parameters
    ----------
    model : RunModel
        The open run.
    """

    def __init__(self, model: RunModel) -> None:
        self._model = model

    @property
    def is_of_run(self) -> bool:
        """Whether the generator belongs to a run: one is open, or about to be."""
        model = self._model
        return model.folder is not None or model.status != RunStatus.IDLE or bool(model.samples or model.snapshots)

    @property
    def is_of_points(self) -> bool:
        """Whether the open run, or the next one, is one of points."""
        return run_config(self._model).makes_points

    def generator(self) -> Model | None:
        """Return the generator; None while there is none."""
        if self.is_of_run:
            return snapshot_model(self._model)
        try:
            return viewed_model(self._model)
        except StudioError:
            return None  # the explorer says what is wrong with it

    def config(self) -> RunConfig:
        """Return the settings that the shown pictures were made with."""
        generator = self.generator()
        return run_config(self._model) if generator is None else generator.config

    def columns(self) -> int:
        """Return the number of columns of a grid: the run's; of a bundled model, one for each class."""
        return run_config(self._model).output.grid if self.is_of_run else len(self.class_names()) or _BUNDLED_GRID

    def period(self) -> int:
        """Return after how many pictures the classes of a grid repeat; 1: there are none."""
        classes, columns = len(self.class_names()), self.columns()
        if not classes:
            return 1
        return columns if self.is_of_run and columns % classes else classes

    def class_names(self) -> tuple[str, ...]:
        """Return the names of the classes that the generator knows; () if it knows none."""
        return catalog.class_names_of_run(self.config())

    def fresh_noise(self, generator: Model, draws: int) -> tuple[Noise, Labels | None]:
        """Draw the noise of a grid.

        Parameters
        ----------
        generator : Model
            Makes the pictures.
        draws : int
            How often the user drew again: each number gives other noise.

        Returns
        -------
        tuple of ndarray of float32 and ndarray of int64 or None
            z (N, z_size), and all classes in turn (N,); None where the generator knows none.
        """
        columns, classes = self.columns(), len(self.class_names())
        rng = np.random.default_rng((generator.config.seed, generator.step, draws))
        points = generator.config.makes_points
        count = SHOWN if points else columns**2
        z = rng.standard_normal((count, generator.config.network.z_size), dtype=np.float32)
        if not classes:
            return z, None
        return z, grid_labels(columns, classes) if self.is_of_run and not points else np.arange(len(z)) % classes

    def label_of_cell(self, index: int) -> Labels | None:
        """Return the class (1,) of a picture of the run's own grid; None if the generator knows none."""
        classes = len(self.class_names())
        return grid_labels(self.columns(), classes)[index, None] if classes else None

    def placeholder(self) -> str:
        """Return a sentence that says why there are no pictures yet."""
        if self._model.stage:
            return f"{self._model.stage}\N{HORIZONTAL ELLIPSIS}"
        return _PLACEHOLDERS.get(self._model.status, "The first pictures will appear in a moment.")

    def file_stem(self) -> str:
        """Return what the names of files with its pictures begin with: the name of the run or of the bundled model."""
        if self.is_of_run:
            folder = self._model.folder
            return file_name(display_name(folder.path)) if folder is not None else "run"
        generator = self.generator()
        return generator.name if generator is not None else "pictures"

    def title(self) -> str:
        """Return what is said of a bundled model; "" where the generator is a run's."""
        generator = None if self.is_of_run else self.generator()
        return "" if generator is None else f"{generator.title}. Start trains your own."

    def short_title(self) -> str:
        """Return what is said of a bundled model where there is little room; "" where the generator is a run's."""
        generator = None if self.is_of_run else self.generator()
        return "" if generator is None else generator.title
