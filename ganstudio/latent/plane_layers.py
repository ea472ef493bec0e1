"""Layers of the plane of a run of points, computed: for the window and for files."""

from dataclasses import dataclass

import numpy as np

from ganstudio.config import RunConfig
from ganstudio.latent import plane
from ganstudio.latent.critic import Critic
from ganstudio.latent.plane import BestD, Points
from ganstudio.latent.sampler import Sampler
from ganstudio.objectives import objective
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Layer, cells_of, contour, shorten
from ganstudio.plots.plane_layers import MAX_POINTS, Layers, Units, Wanted

MAX_ARROWS = 200
ESTIMATED = 4096  # points that densities are estimated from
_NEED_D = frozenset({Layer.OPINION, Layer.LAG, Layer.PUSH, Layer.SLOPE, Layer.UNITS})
_LEVELS: dict[Layer | None, float] = {  # that the line of a map is at; others: one half
    Layer.LAG: 0.0,
    Layer.UNITS: 0.02,  # rectified units are exactly 0 where they are off: at 0 the line would follow the cells
}


@dataclass(frozen=True, eq=False)
class Kept:
    """Layers that are shown on in place of new ones; None: they are computed.

    Parameters
    ----------
    map, contour
        The map, and its line.
    units
        Small maps of hidden units.
    """

    map: Floats | None = None
    contour: Floats | None = None
    units: Units | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether all layers are computed."""
        return self.map is None and self.units is None


NOTHING = Kept()


class LayerComputer:
    """Computes layers of the plane of one run, G after G.

    Parameters
    ----------
    config
        Settings of the run.
    reals
        Points that it learns from, (N, 2).
    estimated
        How many points of each kind densities are estimated from.
    """

    def __init__(self, config: RunConfig, reals: Points, estimated: int = ESTIMATED) -> None:
        self.reals = reals
        self._config = config
        self._estimated = max(estimated, MAX_POINTS)
        self._best = BestD(reals[:estimated])
        self._z, self._labels = plane.fixed_noise(config, self._estimated)
        self._even_z, self._even_labels = plane.even_noise(config)

    def is_for(self, config: RunConfig, reals: Points) -> bool:
        """Return whether these are its run's settings and points."""
        return reals is self.reals and config == self._config

    def compute(self, wanted: Wanted, sampler: Sampler, critic: Critic | None, kept: Kept = NOTHING) -> Layers:
        """Return the layers that are wanted, of a generator and its D.

        Parameters
        ----------
        wanted
            What is wanted.
        sampler, critic
            The generator, and D; None: there is no D.
        kept
            Layers of former networks that do for these.
        """
        layers = wanted.layers
        needs_many = kept.map is None and wanted.map_layer in (Layer.OPTIMAL, Layer.LAG)
        fakes, grid = self._fakes(sampler, self._estimated if needs_many else MAX_POINTS, Layer.MANIFOLD in layers)
        shown, line = kept.map, kept.contour
        if shown is None:
            shown = self._map(wanted, fakes, critic)
            line = None if shown is None else contour(shown, wanted.area, _LEVELS.get(wanted.map_layer, 0.5))
        units = kept.units
        if units is None and critic is not None and Layer.UNITS in layers:
            units = _units(critic, wanted.unit.layer)
        return Layers(
            self.reals[:MAX_POINTS],
            fakes[:MAX_POINTS],
            shown,
            line,
            self._arrows(layers, fakes, critic),
            None if grid is None else cells_of(grid),
            units,
            self._why_no_d() if layers & _NEED_D and critic is None else "",
        )

    def fakes(self, sampler: Sampler, count: int) -> Points:
        """Return the first fakes of the fixed noise, (count, 2)."""
        return sampler.sample_points(self._z[:count], None if self._labels is None else self._labels[:count])

    def _fakes(self, sampler: Sampler, count: int, with_manifold: bool) -> tuple[Points, Floats | None]:
        """Return the same, and what G makes of the even noise; at once, for most of a call does not depend on N."""
        if not with_manifold:
            return self.fakes(sampler, count), None
        z = np.concatenate((self._z[:count], self._even_z))
        labels = None
        if self._labels is not None and self._even_labels is not None:
            labels = np.concatenate((self._labels[:count], self._even_labels))
        points = sampler.sample_points(z, labels)
        return points[:count], plane.manifold(points[count:], self._config)

    def _why_no_d(self) -> str:
        """Return why there is no D, in a sentence."""
        packing = self._config.network.packing
        if packing > 1:
            return f"D judges {packing} points at a time in this run: it has no opinion of a single one."
        if objective(self._config.objective.loss).threshold is None:
            return "This loss only compares: what D says of a single point is known after some seconds of training."
        return "This model was saved without its discriminator."

    def _map(self, wanted: Wanted, fakes: Points, critic: Critic | None) -> Floats | None:
        cells, layer = (wanted.area, wanted.rows, wanted.columns), wanted.map_layer
        if layer is None or (critic is None and layer is not Layer.OPTIMAL):
            return None
        if layer is Layer.OPTIMAL:
            return self._best.map(fakes, *cells)
        assert critic is not None
        if layer is Layer.UNITS:
            maps = plane.unit_maps(critic, _hidden_layer(critic, wanted.unit.layer), *cells)
            unit: Floats = maps[min(wanted.unit.number or 0, len(maps) - 1)]
            return unit
        opinion = plane.opinion_map(critic, *cells)
        return opinion if layer is Layer.OPINION else opinion - self._best.map(fakes, *cells)

    def _arrows(self, layers: frozenset[Layer], fakes: Points, critic: Critic | None) -> Floats | None:
        if critic is None:
            return None
        count = min(MAX_ARROWS, len(self.reals))
        labels = None if self._labels is None else self._labels[:count]
        if Layer.PUSH in layers:
            return shorten(plane.pushes(critic, fakes[:count], self.reals[:count], labels))
        if Layer.SLOPE in layers:
            return shorten(plane.slopes(critic, fakes[:count], labels))
        return None


def _units(critic: Critic, layer: int) -> Units | None:
    layers = len(plane.hidden_layers(critic))
    if not layers:
        return None
    number = _hidden_layer(critic, layer)
    maps = plane.unit_maps(critic, number, plane.WHOLE, plane.UNIT_CELLS, plane.UNIT_CELLS)
    return Units(maps[: plane.MAX_UNITS], number, layers, len(maps))


def _hidden_layer(critic: Critic, layer: int) -> int:
    """Return the number of a hidden layer; of one that there is not, the last."""
    count = len(plane.hidden_layers(critic))
    return layer if 0 <= layer < count else count - 1
