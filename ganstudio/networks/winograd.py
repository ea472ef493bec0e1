"""Fast convolutions 4x4 of stride 2, and their transposes, by Winograd's minimal filtering.

S. Winograd, "Arithmetic complexity of computations", SIAM 1980; A. Lavin, S. Gray, "Fast algorithms for convolutional
neural networks", CVPR 2016 (arXiv 1509.09308). Such a convolution is the sum of four of 2x2 and stride 1, one for each
phase of rows and columns. F(m, 2) makes m x m of their outputs from a tile of (m + 1) x (m + 1) inputs with
(m + 1)^2 products for each pair of channels instead of 4 m^2: 25 instead of 64 for m = 4.

The products are batched matrix products; going to tiles and back costs additions and memory traffic, so that it pays
where arithmetic is slow in comparison: in float32 on a processor, with many channels and large maps. The results differ
from those of direct convolutions by rounding, some 1e-6 of the largest value.

Shapes: x (N, C, H, W) with even sides; y (N, K, H / 2, W / 2); weight (K, C, 4, 4); all of one float dtype. Feature
maps are read fastest, and returned, in channels_last. Each of the three operations takes two of these tensors and
returns the third, linear in both; so its derivatives are the other two operations, to any order.
"""

import functools
from typing import Any

import numpy as np
import torch
from torch.autograd import Function
from torch.nn import functional as F

MIN_CHANNELS = 32  # on both sides; with fewer, the way to tiles and back costs more than it saves
_SMALL_MAP = 4  # pixels: up to this side the weights' way to tiles decides, which is shorter for small tiles


def conv2d(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return `F.conv2d(x, weight, stride=2, padding=1)`.

    Parameters
    ----------
    x
        (N, C, H, W), with even sides.
    weight
        (K, C, 4, 4).

    Returns
    -------
    torch.Tensor
        (N, K, H / 2, W / 2), in channels_last.
    """
    y: torch.Tensor = _Convolve.apply(x, weight)  # type: ignore[no-untyped-call]
    return y


def conv_transpose2d(y: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Return `F.conv_transpose2d(y, weight, stride=2, padding=1)`.

    Parameters
    ----------
    y
        (N, K, H, W).
    weight
        (K, C, 4, 4).

    Returns
    -------
    torch.Tensor
        (N, C, 2 H, 2 W), in channels_last.
    """
    x: torch.Tensor = _ConvolveTransposed.apply(y, weight)  # type: ignore[no-untyped-call]
    return x


# ---- three operations, each the derivative of the others -----------------------------------------------------------


class _Convolve(Function):
    """Return y of x and weight."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        tiles = _Tiles(x.shape[2] // 2, x.shape[3] // 2)
        inputs = tiles.of_x(x)
        ctx.save_for_backward(x, weight, inputs)
        return tiles.to_y(torch.bmm(inputs, tiles.of_weight(weight)), len(x))

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        x, weight, inputs = ctx.saved_tensors
        need_x, need_weight = ctx.needs_input_grad
        if torch.is_grad_enabled():  # of a gradient penalty
            return (
                _ConvolveTransposed.apply(grad, weight) if need_x else None,  # type: ignore[no-untyped-call]
                _Correlate.apply(x, grad) if need_weight else None,  # type: ignore[no-untyped-call]
            )
        tiles = _Tiles(*grad.shape[2:])
        outputs = tiles.of_y(grad)
        grad_x = tiles.to_x(torch.bmm(outputs, tiles.of_weight(weight).mT), len(x)) if need_x else None
        return grad_x, tiles.to_weight(torch.bmm(inputs.mT, outputs), weight.shape) if need_weight else None


class _ConvolveTransposed(Function):
    """Return x of y and weight."""

    @staticmethod
    def forward(ctx: Any, y: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        tiles = _Tiles(*y.shape[2:])
        outputs = tiles.of_y(y)
        ctx.save_for_backward(y, weight, outputs)
        return tiles.to_x(torch.bmm(outputs, tiles.of_weight(weight).mT), len(y))

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        y, weight, outputs = ctx.saved_tensors
        need_y, need_weight = ctx.needs_input_grad
        if torch.is_grad_enabled():
            return (
                _Convolve.apply(grad, weight) if need_y else None,  # type: ignore[no-untyped-call]
                _Correlate.apply(grad, y) if need_weight else None,  # type: ignore[no-untyped-call]
            )
        tiles = _Tiles(*y.shape[2:])
        inputs = tiles.of_x(grad)
        grad_y = tiles.to_y(torch.bmm(inputs, tiles.of_weight(weight)), len(y)) if need_y else None
        return grad_y, tiles.to_weight(torch.bmm(inputs.mT, outputs), weight.shape) if need_weight else None


class _Correlate(Function):
    """Return the gradient with respect to the weight, of x and y."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(x, y)
        tiles = _Tiles(*y.shape[2:])
        return tiles.to_weight(torch.bmm(tiles.of_x(x).mT, tiles.of_y(y)), (y.shape[1], x.shape[1], 4, 4))

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor | None]:
        x, y = ctx.saved_tensors
        need_x, need_y = ctx.needs_input_grad
        return (
            _ConvolveTransposed.apply(y, grad) if need_x else None,  # type: ignore[no-untyped-call]
            _Convolve.apply(x, grad) if need_y else None,  # type: ignore[no-untyped-call]
        )


# ---- to tiles and back ---------------------------------------------------------------------------------------------


class _Tiles:
    """Tiles of a map y, and the ways of x, y and weight to them and back.

    In tiles, all three are (points, rows, columns), points = (m + 1)^2: x has a row for each tile of each picture and
    a column for each phase and channel, 4 C; y the same rows and K columns; the weight 4 C rows and K columns.
    `to_x` is the adjoint (the transposed matrix) of `of_x`, and so on.

    Parameters
    ----------
    height, width
        Sides of y.
    """

    def __init__(self, height: int, width: int) -> None:
        self._height, self._width = height, width
        self._m = m = 2 if max(height, width) <= _SMALL_MAP else 4
        self._down, self._across = -(-height // m), -(-width // m)  # number of tiles

    def of_x(self, x: torch.Tensor) -> torch.Tensor:
        """Return x (N, C, H, W) in tiles, which overlap by a row and a column of each phase."""
        m, n, down, across = self._m, self._m + 1, self._down, self._across
        count, channels, height, width = x.shape
        right, bottom = 2 * (across * m + 1) - 1 - width, 2 * (down * m + 1) - 1 - height
        padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, right, 1, bottom))
        picture, row, column, channel = padded.stride()
        parts = padded.as_strided(
            (n, n, count, down, across, 2, 2, channels),
            (2 * row, 2 * column, picture, 2 * m * row, 2 * m * column, row, column, channel),
        )
        _, _, to_points = _matrices(m, x.dtype, x.device)
        return (to_points @ parts.reshape(n * n, -1)).view(n * n, -1, 4 * channels)

    def to_x(self, tiles: torch.Tensor, count: int) -> torch.Tensor:
        """Return x (`count`, C, H, W), the sum of what its tiles hold."""
        m, n, down, across = self._m, self._m + 1, self._down, self._across
        channels = tiles.shape[2] // 4
        _, _, to_points = _matrices(m, tiles.dtype, tiles.device)
        parts = (to_points.mT @ tiles.reshape(n * n, -1)).view(n, n, count, down, across, 4 * channels)
        phases = tiles.new_zeros(count, down * m + 1, across * m + 1, 4 * channels)
        body = phases[:, :-1, :-1].view(count, down, m, across, m, -1)
        body.copy_(parts[:m, :m].permute(2, 3, 0, 4, 1, 5))
        phases[:, m::m, :-1].view(count, down, across, m, -1).add_(parts[m, :m].permute(1, 2, 3, 0, 4))
        phases[:, :-1, m::m].view(count, down, m, across, -1).add_(parts[:m, m].permute(1, 2, 0, 3, 4))
        phases[:, m::m, m::m].add_(parts[m, m])
        pixels = phases.view(*phases.shape[:3], 2, 2, channels).permute(0, 1, 3, 2, 4, 5).flatten(3, 4).flatten(1, 2)
        x: torch.Tensor = pixels[:, 1 : 2 * self._height + 1, 1 : 2 * self._width + 1]
        return x.contiguous().permute(0, 3, 1, 2)

    def of_y(self, y: torch.Tensor) -> torch.Tensor:
        """Return y (N, K, height, width) in tiles: the adjoint of `to_y`."""
        m, n, down, across = self._m, self._m + 1, self._down, self._across
        padded = F.pad(y.permute(0, 2, 3, 1), (0, 0, 0, across * m - self._width, 0, down * m - self._height))
        parts = padded.reshape(len(y), down, m, across, m, -1).permute(2, 4, 0, 1, 3, 5)
        from_points, _, _ = _matrices(m, y.dtype, y.device)
        return (from_points.mT @ parts.reshape(m * m, -1)).view(n * n, -1, y.shape[1])

    def to_y(self, tiles: torch.Tensor, count: int) -> torch.Tensor:
        """Return y (`count`, K, height, width) of its tiles."""
        m, down, across = self._m, self._down, self._across
        from_points, _, _ = _matrices(m, tiles.dtype, tiles.device)
        parts = (from_points @ tiles.reshape(len(tiles), -1)).view(m, m, count, down, across, -1)
        y = parts.permute(2, 3, 0, 4, 1, 5).flatten(3, 4).flatten(1, 2)
        return y[:, : self._height, : self._width].contiguous().permute(0, 3, 1, 2)

    def of_weight(self, weight: torch.Tensor) -> torch.Tensor:
        """Return weight (K, C, 4, 4) in tiles."""
        count, channels = weight.shape[:2]
        phases = weight.reshape(count, channels, 2, 2, 2, 2).permute(2, 4, 3, 5, 1, 0)
        _, to_points, _ = _matrices(self._m, weight.dtype, weight.device)
        return (to_points @ phases.reshape(4, -1)).view(-1, 4 * channels, count)

    def to_weight(self, tiles: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
        """Return the weight's gradient, of `shape` (K, C, 4, 4), of its tiles': the adjoint of `of_weight`."""
        _, to_points, _ = _matrices(self._m, tiles.dtype, tiles.device)
        phases = (to_points.mT @ tiles.reshape(len(tiles), -1)).view(2, 2, 2, 2, shape[1], shape[0])
        return phases.permute(5, 4, 0, 2, 1, 3).reshape(shape)


@functools.cache
def _matrices(m: int, dtype: torch.dtype, device: torch.device) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the matrices of F(m, 2) in two dimensions: points to y (m^2, (m + 1)^2), weight and x to points.

    Toom and Cook: a polynomial of degree m is the product of one of degree m - 1 and one of degree 1, known by their
    values at m points and by their leading coefficients. Filtering is the adjoint of that product in one of the two.
    """
    points = [0.0, -1.0] if m == 2 else [0.0, 1.0, -1.0, 2.0]

    def evaluate(coefficients: int) -> np.ndarray:
        leading = [0.0] * (coefficients - 1) + [1.0]
        return np.array([[point**power for power in range(coefficients)] for point in points] + [leading])

    lines = evaluate(m).T, evaluate(2), np.linalg.inv(evaluate(m + 1)).T
    from_points, of_weight, of_x = (torch.tensor(np.kron(a, a), dtype=dtype, device=device) for a in lines)
    return from_points, of_weight, of_x
