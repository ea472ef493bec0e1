"""FakeSource: which generator the samples panel shows, and what it is asked for."""

import numpy as np

from ganstudio.config import RunConfig
from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config, snapshot_model, viewed_model
from ganstudio.gui.widgets.class_box import class_names
from ganstudio.gui.workers.sample_requests import Noise
from ganstudio.images import Labels, grid_labels
from ganstudio.latent.models import Model
from ganstudio.runs.labels import display_name, file_name

_FIRST_GRID = 8  # pictures a row and a column of what a bundled model without classes shows before there is a run
_NO_PICTURES = {
    "idle": "Press Space to start.\nThe first pictures are noise; what the data set shows emerges while you watch.",
    "starting": "Getting ready: reading the data set and building the networks.",
    "failed": "The run ended before its first picture.",
    "finished": "This run has no pictures.",
}


class FakeSource:
    """The open run's generator at the viewed step; while no run is open, a bundled one if it is there."""

    def __init__(self, model: RunModel) -> None:
        self._model = model

    @property
    def of_run(self) -> bool:
        """Whether it is a run that is shown: one is open, or about to be."""
        model = self._model
        return model.folder is not None or model.status != RunStatus.IDLE or bool(model.samples or model.snapshots)

    def generator(self) -> Model | None:
        """The generator; None while there is none."""
        if self.of_run:
            return snapshot_model(self._model)
        try:
            return viewed_model(self._model)
        except StudioError:
            return None  # the explorer says what is wrong with it

    def config(self) -> RunConfig:
        """Settings that the shown pictures were made with."""
        found = self.generator()
        return run_config(self._model) if found is None else found.config

    def columns(self) -> int:
        """Of the grid: the run's; a bundled model's classes, so that each has a column of its own."""
        return run_config(self._model).output.grid if self.of_run else len(self.class_names()) or _FIRST_GRID

    def period(self) -> int:
        """After how many pictures the classes of a grid repeat; 1: there are none."""
        classes, columns = len(self.class_names()), self.columns()
        if not classes:
            return 1
        return columns if self.of_run and columns % classes else classes

    def class_names(self) -> tuple[str, ...]:
        """Names of the classes that the generator can be asked for; () if it knows none."""
        return class_names(self.config())

    def fresh(self, generator: Model, draws: int) -> tuple[Noise, Labels | None]:
        """z (N, z_size) of a grid, another for each number of `draws`, and all classes in turn."""
        columns, classes = self.columns(), len(self.class_names())
        rng = np.random.default_rng((generator.config.seed, generator.step, draws))
        z = rng.standard_normal((columns**2, generator.config.network.z_size), dtype=np.float32)
        if not classes:
            return z, None
        return z, grid_labels(columns, classes) if self.of_run else np.arange(len(z)) % classes

    def label_of_cell(self, index: int) -> Labels | None:
        """Class (1,) of a picture of the run's own grid; None of a generator that knows none."""
        classes = len(self.class_names())
        return grid_labels(self.columns(), classes)[index, None] if classes else None

    def empty_words(self) -> str:
        """Why there are no pictures yet."""
        if self._model.stage:
            return f"{self._model.stage}\N{HORIZONTAL ELLIPSIS}"
        return _NO_PICTURES.get(self._model.status, "The first pictures will appear in a moment.")

    def file_stem(self) -> str:
        """What the name of a file with its pictures begins with: the run's, or the bundled model's."""
        if self.of_run:
            folder = self._model.folder
            return file_name(display_name(folder.path)) if folder is not None else "run"
        found = self.generator()
        return found.name if found is not None else "pictures"

    def title(self) -> str:
        """Which model it is, where it is none of a run; else ""."""
        found = None if self.of_run else self.generator()
        return "" if found is None else f"{found.title}. Start trains your own."
