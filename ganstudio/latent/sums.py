"""What one value of a convolution is the sum of. Needs no torch."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sums:
    """One input map, one output map of a convolution, and the kernel between them.

    Parameters
    ----------
    is_transposed
        Whether it is a transposed convolution.
    stride, padding
        Down and across.
    order
        Numbers of all input maps, (C,), the one that adds most to the output map first.
    inputs
        The first of these maps, (n, h, w).
    channel, taken
        Number of the input map that is looked at, and its values, (h, w).
    output, kernel
        Number of the output map, and the weights from one to the other, (kh, kw).
    part
        What this input map adds to the output map, (H, W).
    whole
        The output map, (H, W): what all input maps add, and the bias.
    bias
        A number that is added to each value; 0 if there is none.
    """

    is_transposed: bool
    stride: tuple[int, int]
    padding: tuple[int, int]
    order: npt.NDArray[np.int64]
    inputs: Values
    channel: int
    taken: Values
    output: int
    kernel: Values
    part: Values
    whole: Values
    bias: float

    def sources(self, row: int, column: int) -> npt.NDArray[np.int64]:
        """Return for each weight of the kernel which input value it multiplies, of an output value.

        Returns
        -------
        numpy.ndarray
            (kh, kw, 2): row and column in the input map; -1, -1 where there is none.
        """
        down, across = (self._along(axis, at) for axis, at in ((0, row), (1, column)))
        places = np.stack(np.meshgrid(down, across, indexing="ij"), axis=2)
        places[(places < 0).any(axis=2)] = -1
        return places

    def targets(self, row: int, column: int) -> npt.NDArray[np.int64]:
        """Return where each weight of the kernel carries an input value, (kh, kw, 2), as in `sources`."""
        found = np.full((*self.kernel.shape, 2), -1)
        for a, b in np.ndindex(*self.kernel.shape):
            place = [self._target(axis, at, tap) for axis, at, tap in ((0, row, a), (1, column, b))]
            if min(place) >= 0:
                found[a, b] = place
        return found

    def values(self, row: int, column: int) -> npt.NDArray[np.float64]:
        """Return the input values that an output value is made of, (kh, kw); nan where there is none."""
        places = self.sources(row, column)
        found = self.taken[places[..., 0], places[..., 1]].astype(np.float64)
        found[places[..., 0] < 0] = np.nan
        return found

    def _along(self, axis: int, at: int) -> npt.NDArray[np.int64]:
        """Return the place of an input value for each weight along an axis; -1: none."""
        taps, stride, padding = np.arange(self.kernel.shape[axis]), self.stride[axis], self.padding[axis]
        size = self.taken.shape[axis]
        if not self.is_transposed:
            places = at * stride - padding + taps
            return np.where((places >= 0) & (places < size), places, -1)
        shifted = at + padding - taps
        places = shifted // stride
        return np.where((shifted % stride == 0) & (places >= 0) & (places < size), places, -1)

    def _target(self, axis: int, at: int, tap: int) -> int:
        stride, padding = self.stride[axis], self.padding[axis]
        size = self.whole.shape[axis]
        if self.is_transposed:
            place = at * stride - padding + tap
        else:
            shifted = at + padding - tap
            place = shifted // stride if shifted % stride == 0 else -1
        return place if 0 <= place < size else -1
