"""Features without training or download, for pictures of any size: a fixed convolutional network of random weights.

Naeem et al., 2020 (section 4), found random networks better than ImageNet's where pictures are far from photographs.
"""

import torch
from torch import nn

WIDTH = 64  # features
NAME = f"random-conv-{WIDTH}"
NOTE = (
    "a fixed network of random weights: it sees strokes, edges and colours but not what they mean; its distances "
    "compare only pictures of the same size"
)

_SEED = 20_200_713  # never to change: it is the network
_CHANNELS = (32, 64, 128)  # of the first stages; the last goes on
_SMALL = 4  # pixels a side at which the stages end


class RandomFeatures(nn.Module):
    """Pictures (N, channels, size, size), -1..1 -> features (N, 64), float32; the same on every machine and day.

    Each stage halves the picture: a 3x3 convolution with orthogonal weights and ReLU. Then one orthogonal map of what
    is left, so that places count too.
    """

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(_SEED)
        stages: list[nn.Module] = []
        inputs, number = channels, 0
        while size > _SMALL or not stages:
            outputs = _CHANNELS[min(number, len(_CHANNELS) - 1)]
            stages += [_orthogonal(nn.Conv2d(inputs, outputs, 3, 2, 1, device="meta"), random), nn.ReLU()]
            inputs, number, size = outputs, number + 1, (size + 1) // 2
        last = _orthogonal(nn.Linear(inputs * size * size, WIDTH, device="meta"), random)
        self.body = nn.Sequential(*stages, nn.Flatten(), last).eval().requires_grad_(False)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.body(pictures)
        return found


def _orthogonal(layer: nn.Module, random: torch.Generator) -> nn.Module:
    """The layer, from "meta", with orthogonal weights, which keep lengths through ReLU (gain of He et al., 2015).

    (A layer that initialises itself would draw from the global random state, which belongs to training.)
    """
    for name, each in layer.to_empty(device="cpu").named_parameters():
        if name == "weight":
            nn.init.orthogonal_(each, nn.init.calculate_gain("relu"), generator=random)
        else:
            nn.init.zeros_(each)
    return layer
