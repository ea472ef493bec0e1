"""Packing: Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: the power of two samples in generative adversarial networks",
NeurIPS 2018 (arXiv 1712.04086), section 2: D judges m pictures at once, all real or all fake, joined by channels.
"""

import torch


def pack(x: torch.Tensor, labels: torch.Tensor | None, m: int) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Pictures (N, C, H, W) and labels (N,) or None -> (N/m, m C, H, W) and (N/m, m) or None.

    Pictures that follow each other come together; N must be a multiple of m. With m = 1 all stays as it is.
    """
    if m == 1:
        return x, labels
    n, c, height, width = x.shape
    return x.reshape(n // m, m * c, height, width), None if labels is None else labels.view(-1, m)
