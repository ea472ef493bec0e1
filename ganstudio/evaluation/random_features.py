"""Features of a fixed convolutional network with random weights, for pictures of any size, without a download.

Naeem et al., 2020 (section 4), found random networks better than ImageNet's where pictures are far from photographs.
"""

import torch
from torch import nn

from ganstudio.sizes import ImageSize, sides

WIDTH = 64  # features
NAME = f"random-conv-{WIDTH}"
NOTE = (
    "a fixed network with random weights: it responds to strokes, edges and colours but not to their meaning; "
    "compare its distances only between pictures of the same size"
)

_SEED = 20_200_713  # never change it: it defines the network
_CHANNELS = (32, 64, 128)  # of the first stages; further ones have as many as the last
_MIN_SIZE = 4  # pixels a side at which the stages end


class RandomFeatures(nn.Module):
    """Network from pictures (N, channels, height, width), -1..1, to features (N, 64), float32; always the same.

    Each stage halves the picture: a 3x3 convolution with orthogonal weights and ReLU. Then comes one orthogonal linear
    map of the rest, so that positions count too.

    Parameters
    ----------
    size
        Side of a square picture, pixels, or "96x128" for height x width.
    channels
        1: grey, 3: colour, 4: colour, premultiplied, and alpha.
    """

    def __init__(self, size: ImageSize, channels: int) -> None:
        super().__init__()
        rng = torch.Generator().manual_seed(_SEED)
        stages: list[nn.Module] = []
        height, width = sides(size)
        inputs, number = channels, 0
        while max(height, width) > _MIN_SIZE or not stages:
            outputs = _CHANNELS[min(number, len(_CHANNELS) - 1)]
            stages += [_init_orthogonal(nn.Conv2d(inputs, outputs, 3, 2, 1, device="meta"), rng), nn.ReLU()]
            inputs, number, height, width = outputs, number + 1, (height + 1) // 2, (width + 1) // 2
        last = _init_orthogonal(nn.Linear(inputs * height * width, WIDTH, device="meta"), rng)
        self.body = nn.Sequential(*stages, nn.Flatten(), last).eval().requires_grad_(False)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the features (N, 64) of pictures (N, channels, height, width), -1..1."""
        features: torch.Tensor = self.body(pictures)
        return features


def _init_orthogonal(layer: nn.Module, rng: torch.Generator) -> nn.Module:
    """Give a layer on the "meta" device orthogonal weights, which keep lengths through ReLU (gain of He et al., 2015).

    (A layer that initialises itself would draw from the global random state, which belongs to training.)
    """
    for name, parameter in layer.to_empty(device="cpu").named_parameters():
        if name == "weight":
            nn.init.orthogonal_(parameter, nn.init.calculate_gain("relu"), generator=rng)
        else:
            nn.init.zeros_(parameter)
    return layer
