"""Principal directions of a generator: E. Haerkoenen, A. Hertzmann, J. Lehtinen, S. Paris, "GANSpace: discovering
interpretable GAN controls", NeurIPS 2020 (arXiv 2004.02546), section 2."""

import contextlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

_OVERSAMPLE, _ROUNDS = 10, 4  # of the subspace iteration
_PART = 200  # z at once


@dataclass(frozen=True)
class Directions:
    """Directions in z along which the generator's first activations vary most, most first.

    vectors : (k, z_size) float32, orthonormal rows; the coordinate of z along one is z @ vector.
    spread : (k,) float32, share of the activations' variance that each explains, 0..1.
    """

    vectors: npt.NDArray[np.float32]
    spread: npt.NDArray[np.float32]


def find(
    G: nn.Module, z_size: int, classes: int = 0, count: int = 10, samples: int = 2000, seed: int = 0
) -> Directions:
    """Directions of `G`: principal components of the first activations over random z, and the z that brings them about.

    The components are found by principal component analysis, then z is regressed on the coordinates along them
    (section 2.2, as for BigGAN). Of a class-conditional G the variance within classes counts. Each vector points to
    where its largest number is positive, so that the same G has the same directions at all times.

    count : how many, at most z_size.  samples : random z, from `seed`.
    """
    rng = torch.Generator().manual_seed(seed)
    count = min(count, z_size)
    z = torch.randn(samples, z_size, generator=rng)
    labels = torch.arange(samples) % classes if classes else None
    y = _first_activations(G, z, labels)
    y = _within(y, labels, classes)
    along = y @ _components(y, count, rng)  # (samples, count)
    variance = along.square().mean(0)
    moves = z.T @ along / (samples * variance.clamp_min(1e-12))  # (z_size, count): the least-squares change of z
    vectors = _signed(torch.linalg.qr(moves)[0].T)
    total = y.square().sum(1).mean().clamp_min(1e-12)
    return Directions(vectors.contiguous().numpy(), (variance / total).numpy())


def _first_activations(G: nn.Module, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
    """What the first layer with weights makes of z, flat, (samples, features); labels' codes are no such layer."""
    layers = (each for each in G.modules() if not list(each.children()) and _has_weight(each))
    first = next(each for each in layers if not isinstance(each, nn.Embedding))
    seen: list[torch.Tensor] = []

    def look(_: nn.Module, __: object, output: torch.Tensor) -> None:
        seen.append(output.float().flatten(1))
        raise _SeenError  # what comes after it is not asked for

    hook = first.register_forward_hook(look)
    try:
        for start in range(0, len(z), _PART):
            part = slice(start, start + _PART)
            with torch.no_grad(), contextlib.suppress(_SeenError):
                G(z[part], None if labels is None else labels[part])
    finally:
        hook.remove()
    return torch.cat(seen)


class _SeenError(Exception):
    """The first layer has answered."""


def _has_weight(module: nn.Module) -> bool:
    return isinstance(getattr(module, "weight", None), torch.Tensor)


def _within(y: torch.Tensor, labels: torch.Tensor | None, classes: int) -> torch.Tensor:
    """Activations less their mean, or that of their class."""
    if labels is None:
        return y - y.mean(0)
    means = (
        torch.zeros(classes, y.shape[1]).index_add_(0, labels, y) / torch.bincount(labels, minlength=classes)[:, None]
    )
    return y - means[labels]


def _components(y: torch.Tensor, count: int, rng: torch.Generator) -> torch.Tensor:
    """The first principal components of `y` (n, m), less its mean: (m, count), orthonormal columns, most first.

    By subspace iteration from a random start: N. Halko, P.-G. Martinsson, J. Tropp, "Finding structure with
    randomness", SIAM Review 2011, algorithm 4.4.
    """
    width = min(count + _OVERSAMPLE, *y.shape)
    basis = torch.randn(y.shape[1], width, generator=rng)
    for _ in range(_ROUNDS):
        basis = torch.linalg.qr(y.T @ (y @ basis))[0]
    _, turned = torch.linalg.eigh((y @ basis).T @ (y @ basis))  # ascending
    components: torch.Tensor = basis @ turned.flip(1)[:, :count]
    return components


def _signed(vectors: torch.Tensor) -> torch.Tensor:
    largest = vectors.abs().argmax(1, keepdim=True)
    return vectors * vectors.gather(1, largest).sign()
