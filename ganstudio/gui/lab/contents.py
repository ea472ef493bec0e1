"""What there is to see in a plane, for its legend."""

from dataclasses import dataclass

from ganstudio.gui.workers.lab_requests import Plane
from ganstudio.plots.plane import ARROWS, Layer


@dataclass(frozen=True)
class Contents:
    """What there is to see in a plane.

    Parameters
    ----------
    step
        Rounds that the networks have been trained for; None: there are none yet.
    map_layer, unit
        Which map is shown, and of which hidden unit; None: there is none.
    folded
        How many cells of the manifold are folded; None: there is no manifold.
    has_traces
        Whether there are traces.
    arrow_layers
        What arrows there are.
    why_no_d
        Why layers that need D are not there, in a sentence; "" if they are.
    """

    step: int | None = None
    map_layer: Layer | None = None
    unit: int = 0
    folded: int | None = None
    has_traces: bool = False
    arrow_layers: tuple[Layer, ...] = ()
    why_no_d: str = ""


def contents_of(plane: Plane) -> Contents:
    """Return what there is to see in a plane."""
    shown = plane.request.wanted().map_layer
    return Contents(
        plane.step,
        None if plane.map is None else shown,
        plane.request.unit.number or 0,
        None if plane.manifold is None else int(plane.manifold.folded.sum()),
        plane.traces is not None,
        () if plane.arrows is None else tuple(layer for layer in ARROWS if layer in plane.request.layers),
        plane.why_no_d,
    )
