"""Spectral norm: every weight of D divided by its largest singular value.

T. Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018 (arXiv 1802.05957),
algorithm 1: one power iteration for each forward pass.
"""

import torch
from torch import nn
from torch.nn.utils import parametrizations


def apply_spectral_norm(D: nn.Module, rng: torch.Generator) -> None:
    """Parametrise every weight matrix, kernel and embedding of D by spectral norm, in place.

    Kernels count as matrices with one row for each output channel. Weights that start at 0, as in fix-up
    initialisation, have no direction and are drawn from `rng` first; so are the start vectors of the power iteration.
    """
    for parameter in D.parameters():
        if parameter.ndim >= 2 and not parameter.any():
            nn.init.normal_(parameter, generator=rng)
    with torch.random.fork_rng(devices=[]):  # torch draws the start vectors from the global generator
        torch.default_generator.manual_seed(int(torch.randint(2**62, (), generator=rng)))
        parametrise(D)


def parametrise(D: nn.Module) -> None:
    """Parametrise every weight matrix, kernel and embedding of D, in place, with start vectors from torch's generator.

    None of them may be 0 yet.
    """
    for part in list(D.modules()):
        weight = getattr(part, "weight", None)
        if isinstance(weight, nn.Parameter) and weight.ndim >= 2:
            parametrizations.spectral_norm(part)
