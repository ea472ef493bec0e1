"""Packing: Z. Lin, A. Khetan, G. Fanti, S. Oh, "PacGAN: the power of two samples in generative adversarial networks",
NeurIPS 2018 (arXiv 1712.04086), section 2: D judges m pictures at once, all real or all fake, joined by channels.
"""

import torch


def pack(x: torch.Tensor, m: int) -> torch.Tensor:
    """Pictures (N, C, H, W) -> (N/m, m C, H, W), m that follow each other in one; N must be a multiple of m."""
    n, c, height, width = x.shape
    return x if m == 1 else x.reshape(n // m, m * c, height, width)


def pack_labels(labels: torch.Tensor | None, m: int) -> torch.Tensor | None:
    """Labels (N,) -> (N/m, m), as `pack` joins the pictures; None, and labels of unpacked pictures, stay."""
    return labels if labels is None or m == 1 else labels.view(-1, m)
