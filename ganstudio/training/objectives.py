"""Adversarial losses on logits: pure functions, one pair a loss.

With l the logit, D(x) = sigmoid(l), so log D = -softplus(-l) and log(1 - D) = -softplus(l), which never overflow.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import softplus


@dataclass(frozen=True)
class Objective:
    """What D minimises, given the logits of real and fake (N,), and what G minimises, given those of fake (N,)."""

    d_loss: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    g_loss: Callable[[torch.Tensor], torch.Tensor]


def value(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """V(D, G) = E log D(x) + E log(1 - D(G(z))): Goodfellow et al. 2014, equation 1. At equilibrium -log 4."""
    return -softplus(-real_logits).mean() - softplus(fake_logits).mean()


def d_cross_entropy(real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
    """-V(D, G): D maximises the value (Algorithm 1)."""
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def g_minimax(fake_logits: torch.Tensor) -> torch.Tensor:
    """E log(1 - D(G(z))), the saturating loss of equation 1; at most 0."""
    return -softplus(fake_logits).mean()


def g_non_saturating(fake_logits: torch.Tensor) -> torch.Tensor:
    """-E log D(G(z)): section 3 of the same paper; strong gradients while D still wins."""
    return softplus(-fake_logits).mean()


OBJECTIVES: dict[str, Objective] = {
    "non-saturating": Objective(d_cross_entropy, g_non_saturating),
    "minimax": Objective(d_cross_entropy, g_minimax),
}
