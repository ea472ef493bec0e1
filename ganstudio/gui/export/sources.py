"""What there is to export: the open run, or a bundled model as long as there is none."""

from dataclasses import dataclass
from pathlib import Path

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.export.files import install_command, missing_packages
from ganstudio.export.formats import ON_PAPER, Format
from ganstudio.export.job import Content
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config, snapshot_model
from ganstudio.images import ALPHA_CHANNELS
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.plots.plane import FILE_LAYERS, Layer
from ganstudio.runs.labels import file_name

_MAX_SPRITE = 64  # px: larger pictures without an alpha channel are no sprites


@dataclass(frozen=True)
class ExportContext:
    """What the options of an export depend on.

    Parameters
    ----------
    steps : tuple of (str, int or None)
        Text and step to choose from, the default first; None: the newest step.
    classes : tuple of str
        Names of the generator's classes.
    key_count : int
        Number of key pictures of the explorer's walk; 0: there is no walk.
    is_live : bool
        Whether the run is being trained.
    is_transparent : bool
        Whether the pictures have an alpha channel.
    has_palette : bool
        Whether they may be sprites, which are drawn with few colours.
    has_paper : bool
        Whether the pictures are transparent and the file cannot be.
    layers : tuple of Layer
        Layers of the plane of a run of points.
    is_film : bool
        Whether the format moves.
    has_pixels : bool
        Whether the file is made of pixels.
    """

    steps: tuple[tuple[str, int | None], ...] = ()
    classes: tuple[str, ...] = ()
    key_count: int = 0
    is_live: bool = False
    is_transparent: bool = False
    has_palette: bool = False
    has_paper: bool = False
    layers: tuple[Layer, ...] = ()
    is_film: bool = True
    has_pixels: bool = True


class ExportSources:
    """The run that is open in the window, as exports see it.

    Parameters
    ----------
    model : RunModel
        The open run.
    """

    def __init__(self, model: RunModel) -> None:
        self._model = model
        self._missing: dict[str, list[str]] = {}  # by extra

    def look_for_packages(self) -> None:
        """Find out anew which packages are installed; what was found is kept, as it takes long."""
        self._missing.clear()

    def generator(self) -> Model | None:
        """Return the run's generator, or the bundled one as long as the run has none; None: there is neither."""
        try:
            return snapshot_model(self._model) or models.bundled(models.INITIAL)
        except StudioError:
            return None

    def contents(self, kind: Format) -> list[Content]:
        """Return the contents of a format that can be exported now."""
        has_run, has_generator = self._model.folder is not None, self.generator() is not None
        has_points = has_run and run_config(self._model).makes_points and bool(self._model.snapshots)
        return [
            content
            for content in kind.contents
            if (has_generator if content.needs_generator else has_run) and (has_points or not content.is_of_points)
        ]

    def missing_packages(self, kind: Format) -> list[str]:
        """Return the packages that a format needs and that are not installed."""
        if not kind.extra:
            return []
        if kind.extra not in self._missing:
            self._missing[kind.extra] = missing_packages(kind.extra)
        return self._missing[kind.extra]

    def problem(self, kind: Format) -> str:
        """Return a sentence that says why a format cannot be exported now; "" if it can."""
        if kind.extra and (missing := self.missing_packages(kind)):
            packages = " and ".join(missing)
            return f"This needs {packages}, which is not installed. In a terminal: {install_command(kind.extra)}"
        if not self.contents(kind):
            return "There is nothing to export yet: start a run or open one."
        return ""

    def source(self, content: Content) -> Path | str:
        """Return what a job exports from: the run's folder, or the bundled model's name."""
        folder = self._model.folder
        if folder is None or (content.needs_generator and not self._model.snapshots):
            return models.INITIAL
        return folder.path

    def name(self, content: Content) -> str:
        """Return the name of the source, as file names begin with it."""
        source = self.source(content)
        return file_name(self._model.name) if isinstance(source, Path) else source

    def context(self, kind: Format, key_count: int) -> ExportContext:
        """Return what the options of a format depend on.

        Parameters
        ----------
        kind : Format
            The format.
        key_count : int
            Number of key pictures of the explorer's walk.
        """
        generator = self.generator()
        config = run_config(self._model) if generator is None else generator.config
        is_live = self._model.status in (RunStatus.TRAINING, RunStatus.FOLLOWING)
        channels = 1 if config.makes_points else config.data.channels  # which points leave unused
        is_transparent = channels == ALPHA_CHANNELS
        has_palette = is_transparent or (channels > 1 and max(config.data.sides) <= _MAX_SPRITE)
        has_paper = is_transparent and kind.name in ON_PAPER
        classes = catalog.class_names_of_run(config)
        layers = _layers(config) if config.makes_points else ()
        is_film = Content.PROGRESS in kind.contents
        return ExportContext(
            self._steps(),
            classes,
            key_count,
            is_live,
            is_transparent,
            has_palette,
            has_paper,
            layers,
            is_film,
            kind.name != "svg",
        )

    def _steps(self) -> tuple[tuple[str, int | None], ...]:
        """Return the steps to choose from; none where the bundled model is exported."""
        if self._model.folder is None or not (self._model.snapshots or self._model.samples):
            return ()
        newest: tuple[str, int | None] = (f"the newest, step {self._model.step:,}", None)
        viewed = self._model.viewed_step
        return (newest,) if viewed is None else ((f"the one you are looking at, step {viewed:,}", viewed), newest)


def _layers(config: RunConfig) -> tuple[Layer, ...]:
    """Return the layers that files of the plane of a run can have."""
    has_manifold = config.network.z_size <= 2
    return tuple(layer for layer in FILE_LAYERS if layer is not Layer.MANIFOLD or has_manifold)
