"""Changes of a channel of a layer. Needs no torch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Edit:
    """A change of a channel: multiplied, then painted.

    Parameters
    ----------
    channel
        Number of the channel.
    factor
        What each value is multiplied by: 0 switches the channel off.
    strong, out
        (h, w): where values become the largest of the layer, and where 0; None: nowhere.
    """

    channel: int
    factor: float = 1.0
    strong: Mask | None = None
    out: Mask | None = None

    def apply(self, one: npt.NDArray[np.float32], largest: float) -> None:
        """Change a map (h, w) in place; what is painted on maps of another size is left out."""
        one *= np.float32(self.factor)
        for mask, value in ((self.strong, largest), (self.out, 0.0)):
            if mask is not None and mask.shape == one.shape:
                one[mask] = value

    @property
    def painted(self) -> Mask | None:
        """(h, w): which values are painted; None: none."""
        masks = [mask for mask in (self.strong, self.out) if mask is not None]
        return np.logical_or.reduce(masks) if masks else None
