"""Generated pictures of the samples panel."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.events import Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import viewed_grid
from ganstudio.gui.samples.discriminator_tip import DiscriminatorTip, TipSubject
from ganstudio.gui.samples.grid_generator import GridGenerator
from ganstudio.gui.samples.nearest_pictures import NearestBeside
from ganstudio.gui.samples.views import View
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent.models import Model

_BUNDLED_DELAY_MS = 300  # before the bundled model's grid: the window is painted, and the explorer served, first


class FakePictures(QObject):
    """Shows the grid of fixed noise, or pictures of fresh noise, and hands the z of a picture to other panels.

    Parameters
    ----------
    model : RunModel
        The open run.
    samples : SampleThread
        Makes pictures of fresh noise.
    generator : GridGenerator
        Makes the pictures.
    grid : PictureGrid
        Shows them.
    class_box : ClassBox
        The class of pictures of fresh noise.
    nearest : NearestBeside
        Knows the training pictures nearest to them.
    parent : QObject
        Qt's parent.
    """

    changed = Signal()  # other pictures are shown
    latentRequested = Signal(object, object)  # z (z_size,) of a picture to open in the explorer; its class or None
    cornerRequested = Signal(int, object, object)  # corner of the morph square, 0..3; z (z_size,) and class as above

    def __init__(
        self,
        model: RunModel,
        samples: SampleThread,
        generator: GridGenerator,
        grid: PictureGrid,
        class_box: ClassBox,
        nearest: NearestBeside,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._samples = samples
        self._generator = generator
        self._grid = grid
        self._class_box = class_box
        self._nearest = nearest
        self._view = View.FIXED
        self._fresh: Answer | None = None  # what the grid shows, if it is not the fixed noise
        self._accepted_after = 0.0  # time.perf_counter(): answers to older requests are stale
        self._draws = 0  # how often the user drew again
        self._corners: dict[float, int] = {}  # stamp of a request for a picture's z -> the corner that it is for
        self._may_use_bundled = False
        self._bundled_delay = QTimer(self, singleShot=True, interval=_BUNDLED_DELAY_MS)
        self._bundled_delay.timeout.connect(self._use_bundled)
        self._tip = DiscriminatorTip(grid, samples, self._tip_subject, self)
        nearest.changed.connect(self._tip.refresh)
        samples.on(Channel.FRESH).answered.connect(self._show_fresh)
        samples.on(Channel.FRESH).refused.connect(self._show_refused)
        samples.on(Channel.CELL).answered.connect(self._send_cell)
        class_box.picked.connect(self.request_fresh)
        grid.chosen.connect(self.open_picture)

    @property
    def step(self) -> int | None:
        """Step of the generator that made the shown pictures; None before the first."""
        return self._fresh.step if self._fresh is not None else viewed_grid(self._model)

    # What is shown

    def set_view(self, view: View) -> None:
        """Choose what is shown with the next refresh."""
        self._view = view

    def refresh(self) -> None:
        """Show what belongs to the viewed step."""
        if self._view is View.FRESH:
            self.request_fresh()
        elif self._view is not View.REAL:
            step = viewed_grid(self._model)
            samples = None if step is None else self._model.grid(step)
            if samples is not None:
                self.show_samples(samples)
            elif self._generator.is_of_run:
                self._show_placeholder()
            else:
                self.request_fresh()

    def show_samples(self, samples: Samples) -> None:
        """Show a grid of fixed noise."""
        self._fresh = None
        self._grid.show_pictures(samples.pictures, columns=self._generator.columns(), period=self._generator.period())
        self._grid.setAccessibleDescription(f"{len(samples.pictures)} pictures at step {samples.step:,}")
        self._tip.refresh()
        self.changed.emit()

    def request_fresh(self) -> None:
        """Request pictures of fresh noise: the same noise again for the same generator, until the user draws again."""
        generator = self._generator.generator()
        if generator is None:
            self._show_placeholder()
        elif not self._generator.is_of_run and not self._may_use_bundled:
            self._bundled_delay.start()
        else:
            z, labels = self._generator.fresh_noise(generator, self._draws)
            picked = self._class_box.labels(len(z)) if self._view is View.FRESH else None
            self._samples.request(Channel.FRESH, z, generator, labels if picked is None else picked)

    def draw_again(self) -> None:
        """Request pictures of other noise."""
        self._draws += 1
        self.request_fresh()

    def discard_requests(self) -> None:
        """Ignore pictures that are still being made: they come too late."""
        self._accepted_after = time.perf_counter()

    def reset(self) -> None:
        """Forget all pictures: another run is open."""
        self.discard_requests()
        self._draws = 0
        self._corners.clear()
        self._show_placeholder()

    def _use_bundled(self) -> None:
        self._may_use_bundled = True
        if self._grid.isVisible():
            self.refresh()

    def _show_placeholder(self) -> None:
        self._fresh = None
        self._grid.show_text(self._generator.placeholder())
        self.changed.emit()

    def _shows_fresh(self) -> bool:
        return self._view is View.FRESH or (self._view is not View.REAL and not self._generator.is_of_run)

    def _show_fresh(self, answer: Answer) -> None:
        if answer.stamp <= self._accepted_after or not self._shows_fresh():
            return  # stale
        self._accepted_after, self._fresh = answer.stamp, answer
        self._grid.show_pictures(answer.pictures, columns=self._generator.columns(), period=self._generator.period())
        self._grid.setAccessibleDescription(f"{len(answer.pictures)} fresh pictures at step {answer.step:,}")
        self._tip.refresh()
        self.changed.emit()

    def _show_refused(self, message: str) -> None:
        if self._shows_fresh():
            self._grid.show_text(message)

    def _tip_subject(self, index: int) -> TipSubject | None:
        generator, pictures = self._generator.generator(), self._grid.pictures
        if generator is None or pictures is None or index >= len(pictures):
            return None
        if self._fresh is None:
            label = self._generator.label_of_cell(index)
        else:
            label = None if self._fresh.labels is None else self._fresh.labels[index, None]
        class_text = "" if label is None else f", class {self._generator.class_names()[int(label[0])]}"
        text = f"Picture {index + 1} of {len(pictures)}{class_text}. Click it to open it in the explorer."
        return TipSubject(pictures[index, None], generator, label, text, self._nearest.describe(index))

    # Pictures in other panels

    def open_picture(self, index: int) -> None:
        """Open a picture in the explorer."""
        if self._fresh is not None:
            self._send(self._fresh, index, None)
        elif (generator := self._generator.generator()) is not None:
            self._request_cell(index, generator)

    def put_in_corner(self, index: int, corner: int) -> None:
        """Put a picture into a corner of the morph square, 0..3."""
        if self._fresh is not None:
            self._send(self._fresh, index, corner)
        elif (generator := self._generator.generator()) is not None:
            self._corners[self._request_cell(index, generator)] = corner

    def _request_cell(self, index: int, generator: Model) -> float:
        """Request the z of a picture of fixed noise, which only the sampling thread can draw; return the stamp."""
        return self._samples.request(Channel.CELL, index, generator)

    def _send_cell(self, answer: Answer) -> None:
        if answer.stamp > self._accepted_after:
            self._send(answer, 0, self._corners.pop(answer.stamp, None))

    def _send(self, answer: Answer, index: int, corner: int | None) -> None:
        label = None if answer.labels is None else int(answer.labels[index])
        if corner is None:
            self.latentRequested.emit(answer.z[index], label)
        else:
            self.cornerRequested.emit(corner, answer.z[index], label)
