"""Gradient penalties on D: pure functions of logits and of the pictures they were computed from.

The pictures must have required gradients when D took them, and D's graph must still be there: the gradient is taken
through it, so that a penalty at pictures that D has seen anyway costs no pass forward. D is never called here; a D that
takes packs of pictures gives one logit a pack, and its gradient is that with respect to the pack.

Nothing waits for the device and no shape depends on data, so that all of it can be captured in a CUDA graph.
"""

from collections.abc import Iterable

import torch


def zero_centred(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return 1/2 E |grad D|^2, without its gamma.

    Mescheder et al. 2018, equation 9 (R1, at real pictures) and 10 (R2, at fakes).

    Parameters
    ----------
    logits
        D's logits of `x`, (N,); (N / m,) where it takes packs of m.
    x
        Pictures (N, C, H, W), consecutive ones in a pack, or the packs (N / m, m C, H, W) themselves.

    Returns
    -------
    torch.Tensor
        0-d, at least float32, with a graph.
    """
    return _gradients(logits, x).square().sum(1).mean() / 2


def one_centred(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return E (|grad D| - 1)^2, without its lambda.

    Gulrajani et al. 2017, equation 3 (at points of `interpolate`); Kodali et al. 2017 (at points of `perturb`).
    Parameters and result are those of `zero_centred`.
    """
    # (N,); its derivative at 0 is given as 0, so a D that is flat somewhere gives no NaN.
    norms: torch.Tensor = torch.linalg.vector_norm(_gradients(logits, x), dim=1)
    return (norms - 1.0).square().mean()


def _gradients(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return the gradient of each logit, (N, size of its input).

    It is float32 at least: squares of small gradients need its range.

    The sum's gradient is that of each logit, as one picture's logit does not depend on the others'. (Under batch norm
    it does a little; this is then what the papers' own code computes.)
    """
    (gradients,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return gradients.to(torch.promote_types(gradients.dtype, torch.float32)).reshape(len(logits), -1)


def interpolate(real: torch.Tensor, fake: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """Return points on the lines from fake to real pictures: WGAN-GP, Gulrajani et al. 2017, Algorithm 1, line 6.

    Parameters
    ----------
    real, fake
        Pictures (N, C, H, W).
    u
        How far along each line, (N, 1, 1, 1), uniform in 0..1; 1 is the real picture.

    Returns
    -------
    torch.Tensor
        (N, C, H, W), for D to take: without a graph, requiring gradients.
    """
    real, fake = real.detach(), fake.detach()
    return (fake + u * (real - fake)).requires_grad_()


def perturb(real: torch.Tensor, u: torch.Tensor) -> torch.Tensor:
    """Return points around real pictures, x + 1/2 std u: DRAGAN, as in the code of Kodali et al., 2017.

    Theirs is the deviation of the batch, here it is each picture's own: the same on average, and a batch that several
    processes share gives the same points as one in a single process. Points of the plane, pictures of one pixel, have
    none of their own; theirs is that of the batch.

    Parameters
    ----------
    real
        Pictures (N, C, H, W).
    u
        Of the same shape, uniform in 0..1.

    Returns
    -------
    torch.Tensor
        (N, C, H, W), for D to take: without a graph, requiring gradients.
    """
    real = real.detach()
    over = 0 if real.shape[2:] == (1, 1) else (1, 2, 3)
    deviation = real.std(dim=over, keepdim=True, correction=0)
    return (real + 0.5 * deviation * u).requires_grad_()


@torch.no_grad()
def clip_weights(parameters: Iterable[torch.Tensor], c: float) -> None:
    """Clip every weight to -c..c, in place: Arjovsky et al. 2017, Algorithm 1, line 7."""
    weights = list(parameters)
    torch._foreach_clamp_min_(weights, -c)
    torch._foreach_clamp_max_(weights, c)
