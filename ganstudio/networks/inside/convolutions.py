"""Every kind of convolution in one form, and what each of its input maps adds to an output map."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks import layers

CONVOLUTION, TRANSPOSED = "convolution", "transposed"


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution, or a transposed one.

    Parameters
    ----------
    is_transposed
        Whether it is transposed.
    weight
        (K, C, kh, kw) for K output maps and C input maps.
    bias
        (K,); None: there is none.
    stride, padding
        Down and across.
    """

    is_transposed: bool
    weight: torch.Tensor
    bias: torch.Tensor | None
    stride: tuple[int, int]
    padding: tuple[int, int]

    def parts(self, x: torch.Tensor, output: int) -> torch.Tensor:
        """Return what each input map of `x` (1, C, h, w) adds to an output map, (C, H, W); the bias is left out."""
        kernels = self.weight[output][:, None]  # (C, 1, kh, kw)
        convolve = F.conv_transpose2d if self.is_transposed else F.conv2d
        return convolve(x, kernels, stride=self.stride, padding=self.padding, groups=x.shape[1])[0]


def find_kind(module: nn.Module) -> str:
    """Return what `read_convolution` makes of a module: CONVOLUTION, TRANSPOSED, or "" if it is neither."""
    if isinstance(module, nn.Conv2d):
        return CONVOLUTION if _is_plain(module) else ""
    if isinstance(module, nn.ConvTranspose2d):
        return TRANSPOSED if _is_plain(module) and module.output_padding in ((0, 0), 0) else ""
    if isinstance(module, layers.FromImage | layers.Conv1x1):
        return CONVOLUTION
    return TRANSPOSED if isinstance(module, layers.ToImage) else ""


@torch.no_grad()
def read_convolution(module: nn.Module) -> Convolution:
    """Return a module as a convolution.

    Raises
    ------
    LookupError
        It is none, or one in groups, with gaps or with another padding than zeros.
    """
    if not find_kind(module):
        raise LookupError(type(module).__name__)
    if isinstance(module, nn.Conv2d):
        return Convolution(False, module.weight, module.bias, _pair(module.stride), _pair(module.padding))
    if isinstance(module, nn.ConvTranspose2d):
        weight = module.weight.transpose(0, 1)
        return Convolution(True, weight, module.bias, _pair(module.stride), _pair(module.padding))
    if isinstance(module, layers.Conv1x1):
        return Convolution(False, module.weight[:, :, None, None], None, (1, 1), (0, 0))
    # Both hold a patch of 4x4 as 2x2 blocks of 2x2.
    if isinstance(module, layers.FromImage):
        blocks = module.weight.view(len(module.weight), 2, 2, 2, 2, -1)  # (K, block, block, row, column, C)
        weight = blocks.permute(0, 5, 1, 3, 2, 4).reshape(len(blocks), -1, 4, 4)
        return Convolution(False, weight, None, (2, 2), (1, 1))
    assert isinstance(module, layers.ToImage)
    maps = module.weight.shape[1]
    blocks = module.weight.view(2, 2, 2, 2, -1, maps)  # (block, block, row, column, K, C)
    return Convolution(True, blocks.permute(4, 5, 0, 2, 1, 3).reshape(-1, maps, 4, 4), None, (2, 2), (1, 1))


def _is_plain(module: nn.Conv2d | nn.ConvTranspose2d) -> bool:
    is_padded_evenly = not isinstance(module.padding, str) and module.padding_mode == "zeros"
    return module.groups == 1 and is_padded_evenly and set(_pair(module.dilation)) == {1}


def _pair(size: object) -> tuple[int, int]:
    if isinstance(size, int):
        return size, size
    assert isinstance(size, tuple)
    return size[0], size[1]
