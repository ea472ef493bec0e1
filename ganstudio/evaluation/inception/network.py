"""Inception v3 up to its pooled features, as TensorFlow's network of 2015-12-05 computes them.

Szegedy et al., 2016, "Rethinking the Inception architecture for computer vision", sections 5 and 6. It differs from the
network that torchvision has: averages leave padding out, and the last block takes a maximum where the others average.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

FEATURES = 2048
SIDE = 299  # pixels of the square pictures that it is made for
_LEAST_SIDE = 75  # pixels of the smallest pictures that it takes
_EPSILON = 1e-3  # of its batch normalisation


class LayoutError(Exception):
    """Weights are not those of this network; the text names what is missing or has another shape."""


@dataclass(frozen=True)
class _Layer:
    """A convolution with the normalisation after it folded in."""

    weight: torch.Tensor
    bias: torch.Tensor

    def to(self, device: torch.device) -> "_Layer":
        return _Layer(self.weight.to(device), self.bias.to(device))


class Inception:
    """The network, in float32, without gradients.

    Parameters
    ----------
    weights
        Its tensors by name, as `pt_inception-2015-12-05-6726825d.pth` names them. What follows the pooled features
        is not needed.
    device
        Where it computes.

    Raises
    ------
    LayoutError
        A tensor is missing, or has another shape.
    """

    def __init__(self, weights: Mapping[str, torch.Tensor], device: torch.device | None = None) -> None:
        self.device = device or torch.device("cpu")
        self._weights = weights
        self._layers: dict[str, _Layer] = {}
        try:
            points = self(torch.zeros(1, 3, _LEAST_SIDE, _LEAST_SIDE))  # each layer is folded when it is first needed
        except KeyError as error:
            raise LayoutError(f"{error.args[0]} is missing") from None
        except RuntimeError as error:
            raise LayoutError(str(error).splitlines()[0]) from None
        if points.shape != (1, FEATURES):
            raise LayoutError(f"it has {points.shape[1]} features, not {FEATURES}")
        self._weights = {}

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return the pooled features (N, 2048), >= 0, on the CPU, of pictures (N, 3, 299, 299), -1..1."""
        # TensorFloat-32 keeps ten bits of a number: FID differs in its third digit.
        with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
            return self._features(x.to(self.device).contiguous(memory_format=torch.channels_last)).cpu()

    def _features(self, x: torch.Tensor) -> torch.Tensor:
        x = self._conv(x, "Conv2d_1a_3x3", stride=2, padded=False)
        x = self._conv(x, "Conv2d_2a_3x3", padded=False)
        x = _halve(self._conv(x, "Conv2d_2b_3x3"))
        x = self._conv(x, "Conv2d_3b_1x1")
        x = _halve(self._conv(x, "Conv2d_4a_3x3", padded=False))
        for block in ("Mixed_5b", "Mixed_5c", "Mixed_5d"):
            x = self._block_35(x, block)
        x = self._reduce_35(x, "Mixed_6a")
        for block in ("Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"):
            x = self._block_17(x, block)
        x = self._reduce_17(x, "Mixed_7a")
        x = self._block_8(x, "Mixed_7b", _average(x))
        x = self._block_8(x, "Mixed_7c", functional.max_pool2d(x, 3, stride=1, padding=1))
        return x.mean((2, 3))

    def _block_35(self, x: torch.Tensor, block: str) -> torch.Tensor:
        return torch.cat(
            [
                self._conv(x, f"{block}.branch1x1"),
                self._chain(x, f"{block}.branch5x5", "_1", "_2"),
                self._chain(x, f"{block}.branch3x3dbl", "_1", "_2", "_3"),
                self._conv(_average(x), f"{block}.branch_pool"),
            ],
            1,
        )

    def _reduce_35(self, x: torch.Tensor, block: str) -> torch.Tensor:
        double = self._chain(x, f"{block}.branch3x3dbl", "_1", "_2")
        return torch.cat(
            [
                self._conv(x, f"{block}.branch3x3", stride=2, padded=False),
                self._conv(double, f"{block}.branch3x3dbl_3", stride=2, padded=False),
                _halve(x),
            ],
            1,
        )

    def _block_17(self, x: torch.Tensor, block: str) -> torch.Tensor:
        return torch.cat(
            [
                self._conv(x, f"{block}.branch1x1"),
                self._chain(x, f"{block}.branch7x7", "_1", "_2", "_3"),
                self._chain(x, f"{block}.branch7x7dbl", "_1", "_2", "_3", "_4", "_5"),
                self._conv(_average(x), f"{block}.branch_pool"),
            ],
            1,
        )

    def _reduce_17(self, x: torch.Tensor, block: str) -> torch.Tensor:
        single = self._conv(x, f"{block}.branch3x3_1")
        seven = self._chain(x, f"{block}.branch7x7x3", "_1", "_2", "_3")
        return torch.cat(
            [
                self._conv(single, f"{block}.branch3x3_2", stride=2, padded=False),
                self._conv(seven, f"{block}.branch7x7x3_4", stride=2, padded=False),
                _halve(x),
            ],
            1,
        )

    def _block_8(self, x: torch.Tensor, block: str, pooled: torch.Tensor) -> torch.Tensor:
        single = self._conv(x, f"{block}.branch3x3_1")
        double = self._chain(x, f"{block}.branch3x3dbl", "_1", "_2")
        return torch.cat(
            [
                self._conv(x, f"{block}.branch1x1"),
                self._conv(single, f"{block}.branch3x3_2a"),
                self._conv(single, f"{block}.branch3x3_2b"),
                self._conv(double, f"{block}.branch3x3dbl_3a"),
                self._conv(double, f"{block}.branch3x3dbl_3b"),
                self._conv(pooled, f"{block}.branch_pool"),
            ],
            1,
        )

    def _chain(self, x: torch.Tensor, branch: str, *parts: str) -> torch.Tensor:
        for part in parts:
            x = self._conv(x, branch + part)
        return x

    def _conv(self, x: torch.Tensor, name: str, stride: int = 1, padded: bool = True) -> torch.Tensor:
        """Convolve, normalise and rectify; `padded` keeps the size of the picture."""
        layer = self._layers.get(name)
        if layer is None:
            layer = self._layers[name] = _fold(self._weights, name).to(self.device)
        height, width = layer.weight.shape[2:]
        padding = (height // 2, width // 2) if padded else 0
        return functional.conv2d(x, layer.weight, layer.bias, stride, padding).relu_()


def _fold(weights: Mapping[str, torch.Tensor], name: str) -> _Layer:
    """Return a convolution into which the normalisation that follows it is folded."""
    weight, *normal = (
        weights[f"{name}.{part}"].double()
        for part in ("conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var")
    )
    gamma, beta, mean, variance = normal
    scale = gamma / (variance + _EPSILON).sqrt()
    folded = (weight * scale[:, None, None, None]).float()
    return _Layer(folded.contiguous(memory_format=torch.channels_last), (beta - mean * scale).float())


def _halve(x: torch.Tensor) -> torch.Tensor:
    return functional.max_pool2d(x, 3, stride=2)


def _average(x: torch.Tensor) -> torch.Tensor:
    return functional.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False)
