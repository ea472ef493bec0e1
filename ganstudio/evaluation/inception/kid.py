"""Kernel Inception distance: Binkowski et al., 2018, "Demystifying MMD GANs" (arXiv 1801.01401), section 4.

Unlike FID its expectation does not depend on the number of pictures, so it is the one to look at where they are few.
"""

from dataclasses import dataclass

import numpy as np
import torch

from ganstudio.evaluation.fidelity import Floats

SUBSETS, SUBSET = 100, 1000  # how many subsets of how many pictures; as torch-fidelity and clean-fid do
_SEED = 2020  # of the subsets, as torch-fidelity draws them


@dataclass(frozen=True)
class KernelDistance:
    """Mean and standard deviation of the squared distances of `subsets` pairs of subsets of `subset` pictures each."""

    mean: float
    deviation: float
    subsets: int
    subset: int


def kernel_distance(fake: Floats, real: Floats, subsets: int = SUBSETS, subset: int = SUBSET) -> KernelDistance:
    """Compute the distance of features (N, d) and (M, d); subsets are as large as the smaller set if that has fewer.

    Raises
    ------
    ValueError
        One of them has fewer than two.
    """
    size = min(subset, len(fake), len(real))
    if size < 2:
        raise ValueError(f"a kernel distance needs at least 2 pictures of each kind; got {len(fake)} and {len(real)}")
    random = np.random.RandomState(_SEED)
    found = []
    for _ in range(subsets):
        chosen = random.choice(len(fake), size, replace=False), random.choice(len(real), size, replace=False)
        found.append(_squared_mmd(torch.from_numpy(fake[chosen[0]]), torch.from_numpy(real[chosen[1]])))
    return KernelDistance(float(np.mean(found)), float(np.std(found)), subsets, size)


def _squared_mmd(x: torch.Tensor, y: torch.Tensor) -> float:
    """Return the unbiased estimate of the squared maximum mean discrepancy (Gretton et al., 2012, eq. 3)."""
    count = len(x)
    same = sum(_kernel(each, each).fill_diagonal_(0).sum() for each in (x, y))
    return float(same / (count * (count - 1)) - 2 * _kernel(x, y).sum() / count**2)


def _kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return ((x @ y.T).double() / x.shape[1] + 1) ** 3
