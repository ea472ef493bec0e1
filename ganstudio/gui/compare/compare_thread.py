"""Thread that reads the runs that are compared, and their pictures at one time."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio import images
from ganstudio.data.points.density_picture import SHOWN
from ganstudio.errors import StudioError
from ganstudio.gui.compare import compared_runs
from ganstudio.gui.compare.compared_runs import ComparedRun
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.images import Pictures
from ganstudio.process import brief_turns
from ganstudio.runs import grids

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

_MAX_SAMPLERS = 12  # generators kept loaded
_MAX_SIDE = 8  # pictures a side, where all runs show the same z
_SEED = 1


@dataclass(frozen=True)
class GridsRequest:
    """Request for a grid of pictures of each run.

    Parameters
    ----------
    runs : tuple of ComparedRun
        The runs.
    x : float
        Time in the runs, in `unit`.
    unit : str
        "epochs" or "steps".
    same_z : bool
        Make pictures from the same z for all runs; else the pictures that each run saved.
    """

    runs: tuple[ComparedRun, ...]
    x: float
    unit: str
    same_z: bool


@dataclass(frozen=True)
class RunGrid:
    """Pictures of a run at a step; None where there are none (any more).

    `columns` is the number of columns they were made for; their classes repeat after `period` pictures, see
    `PictureGrid.show_pictures`.
    """

    step: int
    pictures: Pictures | None
    columns: int | None = None
    period: int = 1


class CompareChannel(Enum):
    """Kinds of requests, the most urgent first."""

    RUNS = "runs"
    GRIDS = "grids"


class CompareThread(QueueWorker[CompareChannel, Sequence[Path] | GridsRequest]):
    """Thread that reads runs first, then the grids requested last.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    loaded = Signal(object)  # list[ComparedRun]
    answered = Signal(object, object)  # GridsRequest, list[RunGrid]

    action = "The runs cannot be compared"
    kept = "The runs themselves are not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("compareThread", CompareChannel, parent)
        self._samplers: OrderedDict[Path, Sampler] = OrderedDict()

    def load(self, paths: Sequence[Path]) -> None:
        """Read these runs; replaces all that waits."""
        self.drop(CompareChannel.GRIDS)
        self.put(CompareChannel.RUNS, paths)

    def request(self, request: GridsRequest) -> None:
        """Ask for grids; replaces the request that waits."""
        self.put(CompareChannel.GRIDS, request)

    def serve(self, channel: CompareChannel, request: Sequence[Path] | GridsRequest) -> None:
        """Read runs or their grids."""
        if isinstance(request, GridsRequest):
            found = []
            for run in request.runs:
                if self.should_stop():
                    return
                found.append(self._grid(run, request))
            self.answered.emit(request, found)
        else:
            with brief_turns():
                runs = [compared_runs.read_run(path) for path in request]
            self.loaded.emit(runs)

    def _grid(self, run: ComparedRun, request: GridsRequest) -> RunGrid:
        step = run.step_at(request.x, request.unit)
        file = compared_runs.file_at(run.snapshots if request.same_z else run.samples, step)
        if file is None:
            return RunGrid(step, None)
        try:
            if request.same_z:
                side, pictures = _side(request), self._sample(run, file[1], request)
            else:
                data = run.config.data
                side, pictures = run.config.output.grid, grids.read(file[1], data.size, data.channels).pictures
            return RunGrid(file[0], pictures, side, _period(run, side))
        except (StudioError, OSError):
            return RunGrid(file[0], None)  # thinned out meanwhile, or broken

    def _sample(self, run: ComparedRun, snapshot: Path, request: GridsRequest) -> Pictures:
        """Return pictures of the z that all runs are shown with."""
        from ganstudio.latent.paths import noise
        from ganstudio.latent.sampler import Sampler

        side = _side(request)
        network = run.config.network
        if snapshot not in self._samplers:
            self._samplers[snapshot] = Sampler.from_snapshot(snapshot, run.config)
        self._samplers.move_to_end(snapshot)
        while len(self._samplers) > _MAX_SAMPLERS:
            self._samplers.popitem(last=False)
        points = run.config.makes_points
        count = SHOWN if points else side**2  # all points are in one picture
        labels = None
        if network.conditional:
            labels = np.arange(count) % network.classes if points else images.grid_labels(side, network.classes)
        return self._samplers[snapshot].sample_grid(noise(count, network.z_size, _SEED), labels)


def _side(request: GridsRequest) -> int:
    """Return the number of pictures a side, where all runs show the same z."""
    return min(_MAX_SIDE, *(run.config.output.grid for run in request.runs))


def _period(run: ComparedRun, side: int) -> int:
    """Return after how many pictures of a grid of that side the classes repeat; 1 if there are none."""
    network = run.config.network
    if not network.conditional:
        return 1
    return side if side % network.classes else network.classes
