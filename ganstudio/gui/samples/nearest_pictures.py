"""Nearest training pictures beside the fakes, where the data set is small enough to look through."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolButton, QToolTip

from ganstudio.config import DataConfig
from ganstudio.data import catalog
from ganstudio.data.dataset import DatasetInfo
from ganstudio.evaluation.near_copies import FEW_PICTURES, MAX_NUMBERS
from ganstudio.events import Failed, Started
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.samples.grid_generator import GridGenerator
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.workers.nearest_pictures import NearestPictures, NearestRequest, NearestThread, TrainingSet
from ganstudio.runs.folder import RunFolder
from ganstudio.sizes import sides

NEAR_COPY = "A near-copy is less than half as far from a training picture as that one is from the next."
_TIP = (
    "Shows beside each picture the training picture that is most like it, pixel by pixel, and how many are "
    "near-copies. Point at one to read which it is."
)


class NearestBeside(QObject):
    """Shows the training picture that is nearest to each fake in a grid of its own, and says how like it is.

    Parameters
    ----------
    model : RunModel
        The open run.
    generator : GridGenerator
        Makes the fakes.
    fake_grid : PictureGrid
        Shows the fakes.
    grid : PictureGrid
        Shows the nearest training pictures, each in the place of its fake.
    button : QToolButton
        Checked by the user who wants to see them.
    parent : QObject
        Qt's parent.
    """

    changed = Signal()  # what is known of the shown fakes
    failed = Signal(object)  # Failed

    def __init__(
        self,
        model: RunModel,
        generator: GridGenerator,
        fake_grid: PictureGrid,
        grid: PictureGrid,
        button: QToolButton,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._generator = generator
        self._fake_grid = fake_grid
        self._grid = grid
        self._button = button
        self._looked_up: TrainingSet | None = None
        self._home_of: tuple[int, Started | None, Path] | None = None
        self._home: Path | None = None
        self._info: DatasetInfo | None = None
        self._found: NearestPictures | None = None
        self._asked: NearestRequest | None = None
        self._accepted_after = 0.0  # time.perf_counter(): answers to older requests are stale
        self._thread = NearestThread(self)
        self._thread.answered.connect(self._take)
        self._thread.refused.connect(self._show_refused)
        self._thread.failed.connect(self._show_failed)
        grid.installEventFilter(self)
        fake_grid.pointed.connect(grid.frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say which training picture the pointer rests on."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        index = self._grid.picture_at(event.pos().toPointF())
        QToolTip.showText(event.globalPos(), as_tip("" if index is None else self.describe(index)), self._grid)
        return True

    def stop(self) -> bool:
        """End the thread that looks for them; return False if it did not end in time."""
        return self._thread.stop()

    @property
    def can_show(self) -> bool:
        """Whether the data set is here, consists of pictures, and is small enough."""
        return self._info is not None and not self._info.points and self._count_numbers(self._info) <= MAX_NUMBERS

    @property
    def are_shown(self) -> bool:
        """Whether the user sees them."""
        return self._grid.isVisible()

    def refresh_set(self) -> None:
        """Look which data set the fakes are to be compared with, and whether it is small enough."""
        wanted = self._training_set()
        if wanted != self._looked_up or self._info is None:  # not at each step of the time slider: a disk may be slow
            self._looked_up, self._info = wanted, catalog.look_up(wanted.data.name, wanted.home)
        self._button.setEnabled(self.can_show)
        self._button.setToolTip(as_tip(_TIP if self.can_show else f"{_TIP} {self._why_not()}"))

    def follow(self) -> None:
        """Look for the nearest training pictures of the fakes that are shown now, if they are wanted."""
        pictures = self._fake_grid.pictures
        if not self._are_wanted() or pictures is None:
            self.discard()
            return
        wanted = self._training_set()
        asked = self._asked
        if asked is not None and asked.training_set == wanted and np.array_equal(asked.pictures, pictures):
            return
        if self._found is None or self._found.request.training_set != wanted:
            self._found = None
            self._grid.show_text("Looking for the nearest training pictures\N{HORIZONTAL ELLIPSIS}")
        self._asked = NearestRequest(pictures, wanted, time.perf_counter())
        self._thread.request(self._asked)

    def discard(self) -> None:
        """Forget what was found: other pictures are shown."""
        self._accepted_after = time.perf_counter()
        self._found = self._asked = None
        self._grid.show_text("")
        self._thread.release()

    # What is said of them

    def count(self) -> str:
        """Return how many of the fakes are near-copies, "3 of 64 are near-copies"; "" while it is not known."""
        if self._found is None:
            return ""
        copies, total = int(self._found.likeness.are_copies.sum()), len(self._found.names)
        if not copies:
            return "no near-copies"
        return f"{copies} of {total} {'is a near-copy' if copies == 1 else 'are near-copies'}"

    def describe(self, index: int) -> str:
        """Return which training picture is nearest to a fake, and how like it is; "" while it is not known."""
        found, shown = self._found, self._fake_grid.pictures
        if found is None or shown is None or index >= len(shown) or not np.array_equal(found.request.pictures, shown):
            return ""
        ratio, is_copy = float(found.likeness.ratios[index]), bool(found.likeness.are_copies[index])
        mirrored = ", mirrored" if found.likeness.mirrored[index] else ""
        verdict = "A near-copy" if is_copy else "It differs"
        return (
            f"Nearest training picture: {found.names[index]}{mirrored}. {verdict}: {ratio:.2f} times as far from it as "
            "the next training picture is."
        )

    # Asking

    def _are_wanted(self) -> bool:
        if not self.can_show or not self._fake_grid.isVisible():
            return False
        return self.are_shown or (
            self._generator.is_of_run and self._info is not None and self._info.count < FEW_PICTURES
        )

    def _training_set(self) -> TrainingSet:
        if not self._generator.is_of_run:  # a bundled model
            config = self._generator.config()
            return TrainingSet(config.data, config.stabilise.mirror, self._model.data_home)
        run, config = self._model.folder, run_config(self._model)
        home = self._model.data_home or (self._data_home_of(run) if run is not None else None)
        version = run.info.data_fingerprint if run is not None else ""
        return TrainingSet(config.data, config.stabilise.mirror, home, version)

    def _data_home_of(self, run: RunFolder) -> Path | None:
        """Return where the data set of the open run is, looked for each time that it is opened or starts."""
        wanted = self._model.open_count, self._model.started, run.path
        if self._home_of != wanted:
            self._home_of, self._home = wanted, run.data_home()
        return self._home

    def _data(self) -> DataConfig:
        """Return the pictures that the generator has learned from."""
        return (run_config(self._model) if self._generator.is_of_run else self._generator.config()).data

    def _count_numbers(self, info: DatasetInfo) -> int:
        data = self._data()
        height, width = sides(data.size)
        return info.count * height * width * data.channels

    def _why_not(self) -> str:
        name = self._data().name
        if self._info is None:
            return f"{name} is not here."
        if self._info.points:
            return f"Not for {self._info.title}, a set of points."
        return (
            f"Not for {self._info.title}: its {self._info.count:,} pictures of this size are "
            f"{self._count_numbers(self._info) / 1e6:,.0f} MB, and to look through more than "
            f"{MAX_NUMBERS / 1e6:.0f} MB would take time from training."
        )

    # Answers

    def _take(self, found: NearestPictures) -> None:
        if found.request.stamp <= self._accepted_after:
            return  # stale
        self._accepted_after, self._found = found.request.stamp, found
        period = self._generator.period()
        self._grid.show_pictures(found.pictures, columns=self._generator.columns(), period=period)
        self._grid.setAccessibleDescription(f"training pictures nearest to the generated ones: {self.count()}")
        self.changed.emit()

    def _show_refused(self, failed: Failed) -> None:
        self._found = self._asked = None
        self._grid.show_text(failed.message)
        self.changed.emit()

    def _show_failed(self, failed: Failed) -> None:
        self._show_refused(failed)
        self.failed.emit(failed)
