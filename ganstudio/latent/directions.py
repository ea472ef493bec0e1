"""Principal directions of a generator.

E. Haerkoenen, A. Hertzmann, J. Lehtinen, S. Paris, "GANSpace: discovering interpretable GAN controls", NeurIPS 2020
(arXiv 2004.02546), section 2.
"""

import contextlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

_OVERSAMPLE = 10  # more columns than components in the subspace iteration
_ITERATIONS = 4  # of it
_BATCH = 200  # z at once


@dataclass(frozen=True)
class Directions:
    """Directions in z along which the generator's first activations vary most, in decreasing order.

    Parameters
    ----------
    vectors
        (k, z_size), float32, orthonormal rows; the coordinate of z along one is z @ vector.
    spread
        (k,), float32, fraction of the activations' variance that each explains, 0..1.
    """

    vectors: npt.NDArray[np.float32]
    spread: npt.NDArray[np.float32]


def find(
    G: nn.Module, z_size: int, classes: int = 0, count: int = 10, samples: int = 2000, seed: int = 0
) -> Directions:
    """Find the principal directions of a generator.

    The principal components of its first activations over random z are computed, then z is regressed on the coordinates
    along them (section 2.2, as for BigGAN). Of a class-conditional G the variance within classes counts. The largest
    number of each vector is positive, so that the same G always has the same directions.

    Parameters
    ----------
    G
        The generator, z (N, z_size), labels (N,) or None -> pictures.
    z_size
        Numbers in z.
    classes
        Number of classes; 0: it is not class-conditional.
    count
        Number of directions, at most z_size.
    samples
        Number of random z.
    seed
        Of the random z.
    """
    rng = torch.Generator().manual_seed(seed)
    count = min(count, z_size)
    z = torch.randn(samples, z_size, generator=rng)
    labels = torch.arange(samples) % classes if classes else None
    y = _first_activations(G, z, labels)
    y = _centre(y, labels, classes)
    along = y @ _components(y, count, rng)  # (samples, count)
    variance = along.square().mean(0)
    moves = z.T @ along / (samples * variance.clamp_min(1e-12))  # (z_size, count): the least-squares change of z
    vectors = _fix_signs(torch.linalg.qr(moves)[0].T)
    total = y.square().sum(1).mean().clamp_min(1e-12)
    return Directions(vectors.contiguous().numpy(), (variance / total).numpy())


def _first_activations(G: nn.Module, z: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
    """Return the flat outputs (samples, features) of the first layer with weights; label embeddings do not count."""
    layers = (module for module in G.modules() if not list(module.children()) and _has_weight(module))
    first = next(layer for layer in layers if not isinstance(layer, nn.Embedding))
    activations: list[torch.Tensor] = []

    def record(_: nn.Module, __: object, output: torch.Tensor) -> None:
        activations.append(output.float().flatten(1))
        raise _RecordedError  # the layers after it are not needed

    hook = first.register_forward_hook(record)
    try:
        for start in range(0, len(z), _BATCH):
            part = slice(start, start + _BATCH)
            with torch.no_grad(), contextlib.suppress(_RecordedError):
                G(z[part], None if labels is None else labels[part])
    finally:
        hook.remove()
    return torch.cat(activations)


class _RecordedError(Exception):
    """Raised by the hook to end the forward pass."""


def _has_weight(module: nn.Module) -> bool:
    return isinstance(getattr(module, "weight", None), torch.Tensor)


def _centre(y: torch.Tensor, labels: torch.Tensor | None, classes: int) -> torch.Tensor:
    """Subtract the mean of the activations, or that of their class."""
    if labels is None:
        return y - y.mean(0)
    means = (
        torch.zeros(classes, y.shape[1]).index_add_(0, labels, y) / torch.bincount(labels, minlength=classes)[:, None]
    )
    return y - means[labels]


def _components(y: torch.Tensor, count: int, rng: torch.Generator) -> torch.Tensor:
    """Return the first principal components of centred `y` (n, m): (m, count), orthonormal columns, largest first.

    By subspace iteration from a random start: N. Halko, P.-G. Martinsson, J. Tropp, "Finding structure with
    randomness", SIAM Review 2011, algorithm 4.4.
    """
    width = min(count + _OVERSAMPLE, *y.shape)
    basis = torch.randn(y.shape[1], width, generator=rng)
    for _ in range(_ITERATIONS):
        basis = torch.linalg.qr(y.T @ (y @ basis))[0]
    _, rotation = torch.linalg.eigh((y @ basis).T @ (y @ basis))  # ascending
    components: torch.Tensor = basis @ rotation.flip(1)[:, :count]
    return components


def _fix_signs(vectors: torch.Tensor) -> torch.Tensor:
    largest = vectors.abs().argmax(1, keepdim=True)
    return vectors * vectors.gather(1, largest).sign()
