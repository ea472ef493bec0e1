"""Thread that computes what the 2-D lab shows, apart from the GUI thread and from the networks that are being trained.

It imports torch with the first generator; until then there are only real points.
"""

from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from ganstudio.config import DataConfig
from ganstudio.data.points import sets
from ganstudio.data.points.distributions import BUILT_IN
from ganstudio.errors import StudioError
from ganstudio.events import Failed
from ganstudio.gui.workers.sample_requests import SamplerCache
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import MAPS, Area, Cells, Layer, cells_of, contour, shorten
from ganstudio.process import lower_thread_priority, use_one_core
from ganstudio.system import libraries

if TYPE_CHECKING:
    from ganstudio.latent.models import Model
    from ganstudio.latent.sampler import Sampler

Points = npt.NDArray[np.float32]  # (N, 2)

MAX_POINTS = 1000  # of each kind that are shown
MAX_ARROWS = 200
MAX_TRACES = 40
_MAX_OLD = 128  # steps whose fakes are remembered for traces
_ESTIMATED = 4096  # points that densities are estimated from


@dataclass(frozen=True, eq=False)
class PlaneRequest:
    """What is to be shown of the plane.

    Parameters
    ----------
    number
        Tells requests apart.
    data, home, kept
        The real points, the folder of the data sets, and the drawing that the run keeps, if it has one.
    model
        Generator and D; None: there is none yet.
    area, rows, columns
        Where D is asked: at the centres of so many cells.
    layers
        What is to be shown.
    past
        Generators before it, the oldest first, for traces.
    """

    number: int
    data: DataConfig
    home: Path | None
    kept: Path | None
    model: "Model | None"
    area: Area
    rows: int
    columns: int
    layers: frozenset[Layer]
    past: "tuple[Model, ...]" = ()


@dataclass(frozen=True, eq=False)
class Plane:
    """What is shown of the plane; None: it is not wanted, or there is none.

    Parameters
    ----------
    request
        What it answers.
    reals, fakes
        (N, 2).
    map
        D's opinion, or another map, (rows, columns); nan where it is not known.
    contour
        Where it is one half (of the lag: where D and the best D agree), (N, 2, 2).
    arrows
        At the first of the fakes, (N, 2), as they are drawn.
    manifold
        What G makes of a grid of noise.
    traces
        Where some fakes were, and are, (T, N, 2).
    why_no_d
        Why layers that need D are not there, in a sentence; "" if they are.
    """

    request: PlaneRequest
    reals: Points
    fakes: Points | None = None
    map: Floats | None = None
    contour: Floats | None = None
    arrows: Floats | None = None
    manifold: Cells | None = None
    traces: Floats | None = None
    why_no_d: str = ""


@dataclass(frozen=True, eq=False)
class ProbeRequest:
    """Request for D's opinion at a point of the plane."""

    model: "Model"
    point: tuple[float, float]


class Channel(Enum):
    """What is asked of the thread, the most urgent first."""

    PROBE = 0
    PLANE = 1


class LabThread(QueueWorker[Channel, PlaneRequest | ProbeRequest]):
    """Thread that answers the newest request, with one core and with what training leaves of it.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    answered = Signal(object)  # Plane
    probed = Signal(object, object)  # ProbeRequest; D's opinion, 0..1, or None
    refusedPlane = Signal(str)  # why what was requested cannot be shown

    action = "The plane could not be drawn"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("labThread", Channel, parent)
        self._cache = SamplerCache()
        self._old: OrderedDict[object, Points] = OrderedDict()
        self._has_torch = False

    def request(self, request: PlaneRequest) -> None:
        """Ask for what is to be shown; replaces what waits."""
        self.put(Channel.PLANE, request)

    def probe(self, request: ProbeRequest) -> None:
        """Ask for D's opinion at a point; replaces what waits."""
        self.put(Channel.PROBE, request)

    def work(self) -> None:
        """Serve requests until the thread is asked to end, then give back the memory of the generators."""
        lower_thread_priority()
        super().work()
        self._cache = SamplerCache()
        self._old.clear()

    def refuse_request(self, channel: Channel, failed: Failed) -> None:
        """Say why the plane cannot be shown; nothing is said of a point."""
        if channel is Channel.PLANE:
            self.refusedPlane.emit(failed.message)

    def serve(self, channel: Channel, request: PlaneRequest | ProbeRequest) -> None:
        """Answer a request."""
        if request.model is not None and not self._has_torch:
            libraries.load_torch()
            use_one_core()
            self._has_torch = True
        if isinstance(request, ProbeRequest):
            self.probed.emit(request, self._opinion(request))
        else:
            self.answered.emit(self._plane(request))

    def _opinion(self, request: ProbeRequest) -> float | None:
        from ganstudio.latent import plane

        critic = self._cache.sampler(request.model).critic
        return None if critic is None else float(plane.opinion_at(critic, np.array([request.point], np.float32))[0])

    def _plane(self, request: PlaneRequest) -> Plane:
        reals = _real_points(request.data.name, request.data.points, request.home, request.kept)
        if request.model is None:
            return Plane(request, reals[:MAX_POINTS])
        return _Painter(request, reals, self._cache.sampler(request.model)).paint(self._traces(request))

    def _traces(self, request: PlaneRequest) -> Floats | None:
        """Return where some fakes were, (T, N, 2); None if there is but one place.

        A generator that has been deleted meanwhile is left out.
        """
        if Layer.TRACES not in request.layers or request.model is None:
            return None
        places = []
        for model in (*request.past, request.model):
            if self.is_superseded(Channel.PLANE) or self.is_stopping():
                return None
            try:
                places.append(self._fakes_of(model))
            except (StudioError, OSError):
                continue
        return np.stack(places).astype(np.float64) if len(places) > 1 else None

    def _fakes_of(self, model: "Model") -> Points:
        """Return the first fakes of a generator, from memory where they were made before."""
        from ganstudio.latent import plane
        from ganstudio.latent.sampler import Sampler

        key = (model.path, model.path.stat().st_mtime_ns)  # a run that is rewound writes the same step again
        if key not in self._old:
            sampler = Sampler.from_model(model)
            self._old[key] = sampler.sample_points(*plane.fixed_noise(model.config, MAX_TRACES))
            if len(self._old) > _MAX_OLD:
                self._old.popitem(last=False)
        self._old.move_to_end(key)
        return self._old[key]


class _Painter:
    """Computes what a request wants."""

    def __init__(self, request: PlaneRequest, reals: Points, sampler: "Sampler") -> None:
        assert request.model is not None, "without a generator there are only real points"
        from ganstudio.latent import plane

        self._plane = plane
        self._request = request
        self._config = request.model.config
        self._sampler = sampler
        self._critic = sampler.critic
        self._reals = reals
        z, self._labels = plane.fixed_noise(self._config, _ESTIMATED)
        self._fakes = sampler.sample_points(z, self._labels)

    def paint(self, traces: Floats | None) -> Plane:
        """Compute every layer that is wanted."""
        request = self._request
        needs_d = request.layers & {Layer.OPINION, Layer.LAG, Layer.PUSH, Layer.SLOPE}
        shown = self._map()
        grid = self._plane.manifold(self._sampler, self._config) if Layer.MANIFOLD in request.layers else None
        level = 0.0 if Layer.LAG in request.layers else 0.5
        return Plane(
            request,
            self._reals[:MAX_POINTS],
            self._fakes[:MAX_POINTS],
            shown,
            None if shown is None else contour(shown, request.area, level),
            self._arrows(),
            None if grid is None else cells_of(grid),
            traces,
            self._why_no_d() if needs_d and self._critic is None else "",
        )

    def _map(self) -> Floats | None:
        request, critic = self._request, self._critic
        cells = request.area, request.rows, request.columns
        wanted = next((layer for layer in MAPS if layer in request.layers), None)
        if wanted is None or (critic is None and wanted is not Layer.OPTIMAL):
            return None
        if wanted is Layer.OPINION:
            assert critic is not None
            return self._plane.opinion_map(critic, *cells)
        best = self._plane.optimal_map(self._reals[:_ESTIMATED], self._fakes, *cells)
        if critic is None or wanted is Layer.OPTIMAL:
            return best
        return self._plane.opinion_map(critic, *cells) - best

    def _arrows(self) -> Floats | None:
        if self._critic is None:
            return None
        count = min(MAX_ARROWS, len(self._reals))
        fakes = self._fakes[:count]
        labels = None if self._labels is None else self._labels[:count]
        if Layer.PUSH in self._request.layers:
            return shorten(self._plane.pushes(self._critic, fakes, self._reals[:count], labels))
        if Layer.SLOPE in self._request.layers:
            return shorten(self._plane.slopes(self._critic, fakes, labels))
        return None

    def _why_no_d(self) -> str:
        packing = self._config.network.packing
        if packing > 1:
            return f"D judges {packing} points at a time in this run: it has no opinion of a single one."
        return "This model was saved without its discriminator."


def _real_points(name: str, count: int, home: Path | None, kept: Path | None) -> Points:
    """Return the points that a run learns from, (N, 2)."""
    source = sets.find_source(name, home, kept)
    count = count or sets.COUNT
    return _built_in_points(name, count) if source.drawing is None else source.distribution.sample(count, 0)[0]


@lru_cache(maxsize=2)
def _built_in_points(name: str, count: int) -> Points:
    return BUILT_IN[name].sample(count, 0)[0]
