"""The fully connected pair: I. Goodfellow et al., "Generative adversarial nets", NeurIPS 2014 (arXiv 1406.2661).

G: rectified linear layers. D: maxout layers with dropout in the paper; here LeakyReLU layers without dropout, which
train as well with Adam and leave the game without noise of its own. D ends in a logit, without a sigmoid.
"""

import torch
from torch import nn

from ganstudio.networks.layers import LeakyReLU

HIDDEN = 4  # hidden units per unit of width: width 64 gives layers of 256 and 512


class Generator(nn.Module):
    """z (N, z_size), standard normal -> pictures (N, channels, size, size), -1..1."""

    def __init__(self, size: int, channels: int, z_size: int, width: int) -> None:
        super().__init__()
        hidden = HIDDEN * width
        self.shape = (channels, size, size)
        self.layers = nn.Sequential(
            nn.Linear(z_size, hidden),
            nn.ReLU(inplace=True),
            nn.Linear(hidden, 2 * hidden),
            nn.ReLU(inplace=True),
            nn.Linear(2 * hidden, channels * size * size),
            nn.Tanh(),
        )

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        x: torch.Tensor = self.layers(z)
        return x.view(len(z), *self.shape)


class Discriminator(nn.Module):
    """Pictures (N, channels, size, size), -1..1 -> logits (N,); their sigmoid is the probability of being real."""

    def __init__(self, size: int, channels: int, width: int) -> None:
        super().__init__()
        hidden = HIDDEN * width
        self.layers = nn.Sequential(
            nn.Linear(channels * size * size, 2 * hidden),
            LeakyReLU(0.2),
            nn.Linear(2 * hidden, hidden),
            LeakyReLU(0.2),
            nn.Linear(hidden, 1),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(x.reshape(len(x), -1))
        return logits.float().squeeze(1)


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Weights N(0, 2 / fan-in), as rectified layers want; biases 0."""
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.kaiming_normal_(part.weight, 0.2, nonlinearity="leaky_relu", generator=rng)
            nn.init.zeros_(part.bias)
