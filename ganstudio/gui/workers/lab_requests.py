"""Requests to the thread of the 2-D lab, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ganstudio.config import DataConfig, RunConfig
from ganstudio.data.points.edits import Edit
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Area, Cells, Layer
from ganstudio.plots.plane_layers import LAST_LAYER, Layers, Points, Unit, Units, Wanted

if TYPE_CHECKING:
    from ganstudio.latent.models import Model
    from ganstudio.training.look import Look

FRAME_SECONDS = 0.008  # of computing: what takes longer has maps of half as many rows and columns


class Watched(Protocol):
    """What hands over networks as they are now."""

    def look(self, take: "Callable[[Look], None]") -> None:
        """Have `take` called with them, in whichever thread; it returns at once."""

    def watch(self, take: "Callable[[Look], None] | None", seconds: float) -> None:
        """Have `take` called with them every so many seconds, while they are trained; None: no longer."""


@dataclass(frozen=True, eq=False)
class Live:
    """A run that is being trained.

    Parameters
    ----------
    control
        Hands over its networks.
    config
        Its settings.
    is_moving
        Whether it goes on; else it is paused, and there is time for fine maps.
    """

    control: Watched
    config: RunConfig
    is_moving: bool = True


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
    unit
        Which hidden units of D are shown, if they are.
    live
        The run that is being trained, whose networks are shown in place of `model`; None: those of `model`.
    edits
        How the points were changed by hand.
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
    unit: Unit = LAST_LAYER
    live: Live | None = None
    edits: tuple[Edit, ...] = ()

    def wanted(self, coarseness: int = 1) -> Wanted:
        """Return what is to be computed, with maps of a half or a quarter of the rows and columns."""
        rows, columns = (max(2, count // coarseness) for count in (self.rows, self.columns))
        return Wanted(self.layers, self.area, rows, columns, self.unit)


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
    units
        Small maps of hidden units of D.
    step
        Rounds that the networks have been trained for; None: there are none yet.
    seconds
        Of a processor that it took, if they are being trained.
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
    units: Units | None = None
    step: int | None = None
    seconds: float = 0.0

    @property
    def is_live(self) -> bool:
        """Whether it shows networks that are being trained, not those of a file."""
        return self.request.live is not None and self.step is not None

    def looks_like(self, other: "Plane | None") -> bool:
        """Return whether it shows the very same as another."""
        return (
            other is not None
            and self.reals is other.reals
            and self.fakes is other.fakes
            and self.traces is other.traces
            and self.request.wanted() == other.request.wanted()
        )


@dataclass(frozen=True, eq=False)
class ProbeRequest:
    """Request for D's opinion at a point of the plane."""

    plane: PlaneRequest
    point: tuple[float, float]


class Channel(Enum):
    """What is asked of the thread, the most urgent first."""

    PROBE = 0
    PLANE = 1


def plane_of(request: PlaneRequest, layers: Layers, traces: Floats | None, step: int) -> Plane:
    """Return what is shown of layers that were computed for a request."""
    return Plane(
        request,
        layers.reals,
        layers.fakes,
        layers.map,
        layers.contour,
        layers.arrows,
        layers.manifold,
        traces,
        layers.why_no_d,
        layers.units,
        step,
    )
