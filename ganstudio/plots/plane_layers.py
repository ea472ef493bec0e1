"""What is wanted of the plane of a run of points, and the layers that it then has."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import MAPS, Area, Cells, Layer

Points = npt.NDArray[np.float32]  # (N, 2)

MAX_POINTS = 1000  # of each kind that are shown
MAX_TRACES = 40  # fakes whose ways are shown


@dataclass(frozen=True)
class Unit:
    """Hidden units of D that are shown.

    Parameters
    ----------
    layer
        Number of the hidden layer; -1: the last.
    number
        The unit that is shown in the plane, in place of another map; None: none is.
    """

    layer: int = -1
    number: int | None = None


LAST_LAYER = Unit()


@dataclass(frozen=True)
class Wanted:
    """What is wanted of the plane.

    Parameters
    ----------
    layers
        What is to be shown.
    area, rows, columns
        Where D is asked: at the centres of so many cells.
    unit
        Which hidden units are shown, if they are.
    """

    layers: frozenset[Layer]
    area: Area
    rows: int
    columns: int
    unit: Unit = LAST_LAYER

    @property
    def map_layer(self) -> Layer | None:
        """Which of the maps is shown: one at a time."""
        if Layer.UNITS in self.layers and self.unit.number is not None:
            return Layer.UNITS
        return next((layer for layer in MAPS if layer in self.layers), None)


@dataclass(frozen=True, eq=False)
class Units:
    """Small maps of hidden units of D.

    Parameters
    ----------
    maps
        Of the first units of the layer, (K, R, C), -1..1.
    layer, layers
        The layer's number, from 0, and how many there are.
    count
        How many units the layer has.
    """

    maps: Floats
    layer: int
    layers: int
    count: int


@dataclass(frozen=True, eq=False)
class Layers:
    """Layers of the plane; None: it is not wanted, or there is none.

    Parameters
    ----------
    reals, fakes
        (N, 2).
    map
        D's opinion, or another map, (rows, columns); nan where it is not known.
    contour
        Where it is one half, the lag 0 and a unit just above 0, (N, 2, 2).
    arrows
        At the first of the fakes, (N, 2), as they are drawn.
    manifold
        What G makes of a grid of noise.
    units
        Small maps of hidden units.
    why_no_d
        Why layers that need D are not there, in a sentence; "" if they are.
    """

    reals: Points
    fakes: Points
    map: Floats | None
    contour: Floats | None
    arrows: Floats | None
    manifold: Cells | None
    units: Units | None
    why_no_d: str
