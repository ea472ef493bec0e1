"""Saves and copies the pictures of the samples panel."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.samples import picture_files
from ganstudio.gui.samples.fake_pictures import FakePictures
from ganstudio.gui.samples.grid_generator import GridGenerator
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.file_writer import FileWriter
from ganstudio.images import Pictures


class Plane(Protocol):
    """What takes the place of the grids."""

    @property
    def step(self) -> int | None:
        """Step of what it shows; None if that is of no run."""

    def picture(self) -> Pictures | None:
        """Return what it shows as a picture (H, W, 3); None if there is nothing."""


class PictureSaver(QObject):
    """Saves the shown grids, or one picture of them, as a PNG file, in a thread: large ones take long.

    Parameters
    ----------
    model : RunModel
        The open run.
    generator : GridGenerator
        Makes the fakes.
    fakes : FakePictures
        Knows the step of the fakes.
    real_grids : sequence of PictureGrid
        Grids of real pictures; those that are visible in `panel` are saved.
    fake_grid : PictureGrid
        That of the fakes, saved right of them if it is visible.
    panel : QWidget
        Qt's parent, over which dialogs open.
    """

    written = Signal(str)  # path of a file
    failed = Signal(object)  # Failed

    def __init__(
        self,
        model: RunModel,
        generator: GridGenerator,
        fakes: FakePictures,
        real_grids: Sequence[PictureGrid],
        fake_grid: PictureGrid,
        panel: QWidget,
    ) -> None:
        super().__init__(panel)
        self._model = model
        self._generator = generator
        self._fakes = fakes
        self._real_grids = real_grids
        self._fake_grid = fake_grid
        self._panel = panel
        self.plane: Plane | None = None  # while it takes the place of the grids
        self._writer = FileWriter(self)
        self._writer.written.connect(self.written)
        self._writer.refused.connect(self.failed)
        self._writer.failed.connect(self.failed)

    @property
    def has_pictures(self) -> bool:
        """Whether there is something to save."""
        return self._shown() is not None

    def stop(self) -> bool:
        """Write what waits and end the thread; return False if it did not end in time."""
        return self._writer.stop()

    def copy(self) -> None:
        """Put the shown pictures on the clipboard."""
        make = self._shown()
        if make is not None:
            QGuiApplication.clipboard().setImage(picture_files.to_image(make()))

    def ask_and_save(self) -> None:
        """Ask for a file and save the shown pictures in it."""
        make = self._shown()
        if make is not None:
            self._ask_and_write(f"{self._stem('samples' if self.plane is None else 'plane')}.png", make)

    def ask_and_save_one(self, index: int) -> None:
        """Ask for a file and save one of the fakes in it."""
        pictures = self._fake_grid.pictures
        if pictures is not None and index < len(pictures):
            name = f"{self._stem('sample')}-{index + 1}.png"
            self._ask_and_write(name, partial(picture_files.enlarge, pictures[index]))

    def save(self, path: Path) -> None:
        """Save the shown pictures as a PNG file; `failed` reports why it cannot be written."""
        make = self._shown()
        if make is not None:
            self._write(make, path)

    def _shown(self) -> Callable[[], Pictures] | None:
        """Return what makes one picture (H, W[, C]) of all that are shown, real left of fake; None if none are."""
        if self.plane is not None:
            plane = self.plane.picture()
            return None if plane is None else lambda: plane
        shown = [grid.pictures for grid in (*self._real_grids, self._fake_grid) if grid.isVisibleTo(self._panel)]
        grids = [grid for grid in shown if grid is not None]
        return partial(picture_files.sheet_of, grids, self._generator.columns()) if grids else None

    def _stem(self, content: str) -> str:
        """Return "my-run-samples-step-16" for a run, "mnist-conditional-samples" for a bundled model."""
        if self.plane is None and not self._fake_grid.isVisibleTo(self._panel):
            return f"{run_config(self._model).data.name}-real"
        step = self._fakes.step if self._generator.is_of_run else None
        if self.plane is not None:
            step = self.plane.step
        return f"{self._generator.file_stem()}-{content}" + ("" if step is None else f"-step-{step}")

    def _ask_and_write(self, name: str, make: Callable[[], Pictures]) -> None:
        write = partial(self._write, make)
        file_dialogs.ask_save(self._panel, "Save picture", name, "PNG pictures (*.png)", write)

    def _write(self, make: Callable[[], Pictures], path: Path) -> None:
        self._writer.write(path, lambda path: picture_files.save(make(), path))
