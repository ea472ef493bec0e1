"""CompareThread: reads the runs that are compared, and their pictures at one time; the newest request wins."""

import threading
import traceback
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from ganstudio import images
from ganstudio.errors import StudioError
from ganstudio.events import Failed, Pictures
from ganstudio.gui.compare import compared_runs
from ganstudio.gui.compare.compared_runs import Story
from ganstudio.runs import grids

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

_HELD = 12  # generators kept loaded
_MOST = 8  # pictures a side, where all show the same z
_SEED = 1


@dataclass(frozen=True)
class Wanted:
    """Pictures of each story at a place along the runs; `same` from the same z."""

    stories: tuple[Story, ...]
    place: float
    unit: str
    same: bool


@dataclass(frozen=True)
class Seen:
    """What a run showed: step of the pictures, and the pictures, None where there are none (any more).

    columns : in which they were made.  period : their classes repeat after so many, see `PictureGrid.show_pictures`.
    """

    step: int
    pictures: Pictures | None
    columns: int | None = None
    period: int = 1


class CompareThread(QThread):
    """Reads in the order: runs first, then the pictures asked for last."""

    loaded = Signal(object)  # list[Story]
    answered = Signal(object, object)  # Wanted, list[Seen]
    failed = Signal(object)  # Failed

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compareThread")
        self._wake = threading.Condition()
        self._paths: Sequence[Path] | None = None
        self._wanted: Wanted | None = None
        self._stopping = False
        self._samplers: OrderedDict[Path, Sampler] = OrderedDict()

    def load(self, paths: Sequence[Path]) -> None:
        """Read these runs; replaces what waits."""
        with self._wake:
            self._paths, self._wanted = paths, None
        self._go()

    def request(self, wanted: Wanted) -> None:
        """Ask for pictures; replaces what waits."""
        with self._wake:
            self._wanted = wanted
        self._go()

    def stop(self, seconds: float = 10.0) -> bool:
        """End after what is being read; False if it did not end in time."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        return self.wait(int(seconds * 1000))

    def _go(self) -> None:
        with self._wake:
            self._wake.notify()
        if not self.isRunning() and not self._stopping:
            self.start()

    def run(self) -> None:
        """Serve until told to stop."""
        while (job := self._next()) is not None:
            try:
                if isinstance(job, Wanted):
                    self.answered.emit(job, [self._see(story, job) for story in job.stories])
                else:
                    self.loaded.emit([compared_runs.read(path) for path in job])
            except (StudioError, OSError) as error:
                self.failed.emit(Failed(str(error), "The runs themselves are not affected."))
            except Exception as error:
                message = f"The runs cannot be compared: {type(error).__name__}: {error}"
                self.failed.emit(Failed(message, "The runs themselves are not affected.", traceback.format_exc()))

    def _next(self) -> Sequence[Path] | Wanted | None:
        with self._wake:
            while not self._stopping and self._paths is None and self._wanted is None:
                self._wake.wait()
            if self._stopping:
                return None
            if self._paths is not None:
                paths, self._paths = self._paths, None
                return paths
            wanted, self._wanted = self._wanted, None
            return wanted

    def _see(self, story: Story, wanted: Wanted) -> Seen:
        step = story.step_at(wanted.place, wanted.unit)
        found = compared_runs.file_at(story.snapshots if wanted.same else story.samples, step)
        if found is None:
            return Seen(step, None)
        try:
            if wanted.same:
                side, pictures = _side(wanted), self._make(story, found[1], wanted)
            else:
                side, pictures = story.config.output.grid, grids.read(found[1], story.config.data.size).pictures
            return Seen(found[0], pictures, side, _period(story, side))
        except (StudioError, OSError):
            return Seen(found[0], None)  # thinned out meanwhile, or broken

    def _make(self, story: Story, snapshot: Path, wanted: Wanted) -> Pictures:
        """Pictures of the z that all runs are shown with."""
        from ganstudio.latent.paths import noise
        from ganstudio.latent.sampler import Sampler

        side = _side(wanted)
        network = story.config.network
        if snapshot not in self._samplers:
            self._samplers[snapshot] = Sampler.from_snapshot(snapshot, story.config)
        self._samplers.move_to_end(snapshot)
        while len(self._samplers) > _HELD:
            self._samplers.popitem(last=False)
        labels = images.grid_labels(side, network.classes) if network.conditional else None
        return self._samplers[snapshot].sample(noise(side**2, network.z_size, _SEED), labels)


def _side(wanted: Wanted) -> int:
    """Pictures a side, where all show the same z."""
    return min(_MOST, *(each.config.output.grid for each in wanted.stories))


def _period(story: Story, side: int) -> int:
    """After how many pictures of a grid of that side the classes repeat; 1: there are none."""
    network = story.config.network
    if not network.conditional:
        return 1
    return side if side % network.classes else network.classes
