"""Every kind of convolution in one form."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.networks.inside.convolutions import find_kind, read_convolution
from ganstudio.networks.layers import Conv1x1, FromImage, StridedConv2d, StridedConvTranspose2d, ToImage

KINDS = [
    nn.Conv2d(3, 5, 3, padding=1),
    nn.Conv2d(3, 5, (3, 2), stride=(2, 1), padding=(0, 1), bias=False),
    StridedConv2d(3, 5, bias=True),
    FromImage(3, 5),
    Conv1x1(3, 5),
    nn.ConvTranspose2d(3, 5, 3, stride=2, padding=1),
    StridedConvTranspose2d(3, 5),
    ToImage(3, 2),
]


@pytest.mark.parametrize("module", KINDS, ids=lambda module: type(module).__name__)
def test_the_parts_and_the_bias_add_up_to_what_the_layer_makes(module: nn.Module) -> None:
    rng = torch.Generator().manual_seed(0)
    for weight in module.parameters():
        nn.init.normal_(weight, generator=rng)
    x = torch.randn(1, 3, 6, 8, generator=rng)
    with torch.no_grad():
        made = module(x)[0]
        convolution = read_convolution(module)
        assert find_kind(module) == ("transposed" if made.shape[1] > 7 else "convolution")
        for output in range(len(made)):
            parts = convolution.parts(x, output)
            assert parts.shape == (3, *made.shape[1:])
            bias = 0 if convolution.bias is None else convolution.bias[output]
            assert torch.allclose(parts.sum(0) + bias, made[output], atol=1e-5)
        alone = F.pad(x[:, 1:2], (0, 0, 0, 0, 1, 1))  # the other maps are 0
        assert torch.allclose(convolution.parts(x, 1)[1], module(alone)[0, 1] - bias_of(convolution, 1), atol=1e-5)


def bias_of(convolution, output: int) -> float:
    return 0.0 if convolution.bias is None else float(convolution.bias[output])


@pytest.mark.parametrize(
    "module",
    [
        nn.Linear(2, 2),
        nn.Conv2d(4, 4, 3, groups=2),
        nn.Conv2d(2, 2, 3, padding="same"),
        nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect"),
        nn.Conv2d(2, 2, 3, dilation=2),
        nn.ConvTranspose2d(2, 2, 3, stride=2, output_padding=1),
    ],
    ids=str,
)
def test_other_kinds_are_not_shown(module: nn.Module) -> None:
    assert find_kind(module) == ""
    with pytest.raises(LookupError):
        read_convolution(module)
