"""DCGAN: A. Radford, L. Metz, S. Chintala, "Unsupervised representation learning with deep convolutional generative
adversarial networks", ICLR 2016 (arXiv 1511.06434), section 3 and figure 1.

Transposed convolutions up, strided convolutions down, batch norm everywhere but at the picture, ReLU in G, LeakyReLU
0.2 in D, weights N(0, 0.02). For any side base x 2^k; D ends in a logit, without a sigmoid.
"""

import torch
from torch import nn

from ganstudio.networks.layers import FromPicture, LeakyReLU, ToLogit, ToMap, ToPicture


def levels(size: int) -> tuple[int, int]:
    """(base, k) with size = base x 2^k: base 7 for 28, else 4.

    Raises ValueError for a side that no such k gives.
    """
    base = 7 if size % 7 == 0 else 4
    k = (size // base).bit_length() - 1
    if k < 1 or base * 2**k != size:
        raise ValueError(f"picture size must be 4 or 7 times a power of two; got {size}")
    return base, k


class Generator(nn.Module):
    """z (N, z_size), standard normal -> pictures (N, channels, size, size), -1..1."""

    def __init__(self, size: int, channels: int, z_size: int, width: int) -> None:
        super().__init__()
        base, k = levels(size)
        features = width * 2 ** (k - 1)
        layers: list[nn.Module] = [ToMap(z_size, features, base), nn.BatchNorm2d(features), nn.ReLU(inplace=True)]
        for _ in range(k - 1):
            layers += [
                nn.ConvTranspose2d(features, features // 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(features // 2),
                nn.ReLU(inplace=True),
            ]
            features //= 2
        self.layers = nn.Sequential(*layers, ToPicture(features, channels), nn.Tanh())

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = self.layers(z)
        return x


class Discriminator(nn.Module):
    """Pictures (N, channels, size, size), -1..1 -> logits (N,); their sigmoid is the probability of being real."""

    def __init__(self, size: int, channels: int, width: int) -> None:
        super().__init__()
        base, k = levels(size)
        layers: list[nn.Module] = [FromPicture(channels, width), LeakyReLU(0.2)]
        features = width
        for _ in range(k - 1):
            layers += [
                nn.Conv2d(features, features * 2, 4, 2, 1, bias=False),
                nn.BatchNorm2d(features * 2),
                LeakyReLU(0.2),
            ]
            features *= 2
        self.layers = nn.Sequential(*layers, ToLogit(features, base))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(x)
        return logits


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Weights N(0, 0.02); batch norm scale N(1, 0.02), shift 0 (the paper, and its authors' code)."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight, 1.0, 0.02, generator=rng)
            nn.init.zeros_(part.bias)
        elif isinstance(weight := getattr(part, "weight", None), nn.Parameter):
            nn.init.normal_(weight, 0.0, 0.02, generator=rng)
