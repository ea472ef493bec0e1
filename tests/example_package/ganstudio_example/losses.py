"""Pearson's chi-squared: X. Mao et al., "Least squares generative adversarial networks", ICCV 2017, section 3.3.

Equation 9 with a = -1, b = 1 and c = 0: D is asked for 1 at real pictures and -1 at fakes, G for 0.
"""

import torch

from ganstudio.objectives import Objective


def d_loss(real_logits: torch.Tensor, fake_logits: torch.Tensor, smoothing: float) -> torch.Tensor:
    """1/2 E (D(x) - 1)^2 + 1/2 E (D(G(z)) + 1)^2; smoothing lowers the 1."""
    return ((real_logits - (1 - smoothing)).square().mean() + (fake_logits + 1).square().mean()) / 2


def g_loss(fake_logits: torch.Tensor, real_logits: torch.Tensor) -> torch.Tensor:
    """1/2 E D(G(z))^2."""
    return fake_logits.square().mean() / 2


CHI_SQUARED = Objective(
    d_loss,
    g_loss,
    probability=False,
    chance=lambda logits: ((logits + 1) / 2).clamp(0, 1),
    explain="D(x) is D's output, taught to be 1 for real pictures and -1 for fakes, brought to 0 to 1.",
)
