"""What a transfer cannot tell from weights alone: it is measured on features of the new generator."""

from collections.abc import Iterable

import torch
from torch import nn

from ganstudio.networks.layers import ToImage
from ganstudio.networks.transfer.adapting import OPAQUE

_LOGIT = 4.0  # of transparency, before tanh: opaque to a quarter of a level
_RIDGE = 1e-4  # of the mean square of features


@torch.no_grad()
def settle_norms(G: nn.Module, names: Iterable[str], z: torch.Tensor, labels: torch.Tensor | None) -> None:
    """Let batch norms that pass features on do so while training, too, by the mean and deviation of what they get.

    Parameters
    ----------
    G
        The generator, in eval mode, in which these norms have a mean of 0 and a variance of 1. Changed in place.
    names
        Names of the norms, the first to be used first.
    z, labels
        What it is measured on.
    """
    for name in names:
        norm = G.get_submodule(name)
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        features = _inputs_of(G, norm, z, labels)
        norm.running_mean.copy_(features.mean(0))
        norm.running_var.copy_(features.var(0))
        norm.bias.copy_(norm.running_mean)
        norm.weight.copy_((norm.running_var + norm.eps).sqrt())


@torch.no_grad()
def measure_statistics(G: nn.Module, z: torch.Tensor, labels: torch.Tensor | None) -> None:
    """Measure the running means and variances of all batch norms of `G` anew, in place; it is in eval mode again."""
    norms = [layer for layer in G.modules() if isinstance(layer, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 1.0
    G.train()
    G(z, labels)
    G.eval()
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


@torch.no_grad()
def make_opaque(G: nn.Module, z: torch.Tensor, labels: torch.Tensor | None) -> bool:
    """Let pictures be opaque that have transparency only now; return whether the kind of network is known.

    The layer at the picture has no bias, so transparency gets the weights of all features that are nearest to a
    constant. `G` is changed in place.
    """
    for layer in G.modules():
        if isinstance(layer, ToImage):
            features = _inputs_of(G, layer, z, labels)  # (N, features)
            weights = _solve_constant(features) * _LOGIT
            taps = layer.weight.view(4, 4, -1, features.shape[1])  # corners, pixels, channels: see ToImage
            taps[:, :, OPAQUE] = weights / 4  # a pixel is the sum of four
            return True
    linear = [layer for layer in G.modules() if isinstance(layer, nn.Linear)]
    if not linear:
        return False
    last = linear[-1]
    rows = last.weight.view(OPAQUE + 1, -1, last.in_features)
    rows[OPAQUE] = 0
    last.bias.view(OPAQUE + 1, -1)[OPAQUE] = _LOGIT
    return True


def _solve_constant(features: torch.Tensor) -> torch.Tensor:
    """Return the weights (F,) with which features (N, F) sum to 1, as nearly as they can."""
    square = features.T @ features / len(features)
    ridge = _RIDGE * square.diagonal().mean().clamp_min(1e-12)
    weights: torch.Tensor = torch.linalg.solve(square + ridge * torch.eye(len(square)), features.mean(0))
    return weights


def _inputs_of(G: nn.Module, layer: nn.Module, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
    """Return what a layer of `G` gets, (N x pixels, features), float32."""
    found: list[torch.Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0]))
    try:
        G(z, labels)
    finally:
        hook.remove()
    return found[0].permute(0, 2, 3, 1).flatten(0, 2)
