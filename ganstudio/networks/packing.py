"""Packing of several pictures into one input of D.

Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: the power of two samples in generative adversarial networks", NeurIPS 2018
(arXiv 1712.04086), section 2: D judges m pictures at once, all real or all fake, joined by channels.
"""

import torch


def pack(x: torch.Tensor, labels: torch.Tensor | None, m: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Join successive pictures, m at a time, by their channels.

    Parameters
    ----------
    x
        Pictures (N, C, H, W).
    labels
        (N,) or None.
    m
        Number of pictures in a pack; N must be a multiple of it.

    Returns
    -------
    tuple
        Packs (N/m, m C, H, W), and labels (N/m, m) or None; `x` and `labels` themselves if m is 1.
    """
    if m == 1:
        return x, labels
    n, c, height, width = x.shape
    return x.reshape(n // m, m * c, height, width), None if labels is None else labels.view(-1, m)
