"""What a transfer cannot tell from weights alone: it is measured on features of the new generator."""

from collections.abc import Iterable

import torch
from torch import nn

from ganstudio.networks.layers import ToImage
from ganstudio.networks.transfer.adapting import OPAQUE, TAPS, from_taps, to_taps

_LOGIT = 4.0  # of opacity, before tanh: opaque to a quarter of a level, and it still learns
_RIDGE = 1e-6  # of the mean square of features
_ROUNDS = 100


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

    The layer at the picture may have no bias, so transparency gets weights with which its features have a large sum
    nearly everywhere. `G` is changed in place.
    """
    for layer in G.modules():
        if isinstance(layer, ToImage):
            features = _inputs_of(G, layer, z, labels)  # (N, features)
            weights = _solve_above(features) * _LOGIT
            taps = to_taps(layer.weight, layer.weight.shape[0] // TAPS**2)
            taps[:, :, OPAQUE] = 0
            taps[1:3, 1:3, OPAQUE] = weights  # each pixel gets one of these taps, at the edges, too
            layer.weight.copy_(from_taps(taps))
            return True
    linear = [layer for layer in G.modules() if isinstance(layer, nn.Linear)]
    if not linear:
        return False
    last = linear[-1]
    rows = last.weight.view(OPAQUE + 1, -1, last.in_features)
    rows[OPAQUE] = 0
    last.bias.view(OPAQUE + 1, -1)[OPAQUE] = _LOGIT
    return True


def _solve_above(features: torch.Tensor) -> torch.Tensor:
    """Return weights (F,) with which the sums of features (N, F) are at least 1, as nearly as they can.

    They minimise the squares of what is missing, by least squares again and again.
    """
    square = features.T @ features / len(features)
    ridge = _RIDGE * square.diagonal().mean().clamp_min(1e-12)
    inverse = torch.linalg.inv(square + ridge * torch.eye(len(square)))
    sums = torch.ones(len(features))
    weights = torch.zeros(len(square))
    for _ in range(_ROUNDS):
        weights = inverse @ (features.T @ sums / len(features))
        sums = (features @ weights).clamp_min(1.0)
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
