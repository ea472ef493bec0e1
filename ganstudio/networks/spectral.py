"""Spectral norm: T. Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018 (arXiv
1802.05957), Algorithm 1: every weight of D divided by its largest singular value, which one power iteration a pass
follows.
"""

import torch
from torch import nn
from torch.nn.utils import parametrizations


def normalise(D: nn.Module, rng: torch.Generator) -> None:
    """Divides every weight matrix, kernel and embedding of D by its largest singular value from now on.

    The vectors that power iteration starts from follow `rng`. Kernels count as matrices with a row an output channel.
    Weights that start at 0, as in fix-up, have no direction to keep and get one from `rng`.
    """
    for start in D.parameters():
        if start.ndim >= 2 and not start.any():
            nn.init.normal_(start, generator=rng)
    with torch.random.fork_rng(devices=[]):  # torch draws them from the global generator
        torch.default_generator.manual_seed(int(torch.randint(2**62, (), generator=rng)))
        for part in list(D.modules()):
            weight = getattr(part, "weight", None)
            if isinstance(weight, nn.Parameter) and weight.ndim >= 2:
                parametrizations.spectral_norm(part)
