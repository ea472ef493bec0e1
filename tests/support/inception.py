"""Weights of Inception drawn at random, in the layout of the real file."""

import math
from collections.abc import Iterator

import torch

Weights = dict[str, torch.Tensor]

# Name, and channels and size of its kernel: "3 32 3x3".
_LAYERS = """
Conv2d_1a_3x3 3 32 3x3
Conv2d_2a_3x3 32 32 3x3
Conv2d_2b_3x3 32 64 3x3
Conv2d_3b_1x1 64 80 1x1
Conv2d_4a_3x3 80 192 3x3
Mixed_6a.branch3x3 288 384 3x3
Mixed_6a.branch3x3dbl_1 288 64 1x1
Mixed_6a.branch3x3dbl_2 64 96 3x3
Mixed_6a.branch3x3dbl_3 96 96 3x3
Mixed_7a.branch3x3_1 768 192 1x1
Mixed_7a.branch3x3_2 192 320 3x3
Mixed_7a.branch7x7x3_1 768 192 1x1
Mixed_7a.branch7x7x3_2 192 192 1x7
Mixed_7a.branch7x7x3_3 192 192 7x1
Mixed_7a.branch7x7x3_4 192 192 3x3
"""
_BLOCKS = {  # n: channels that come in; m: of the pooled or the seventh part
    "Mixed_5b 192 32, Mixed_5c 256 64, Mixed_5d 288 64": """
branch1x1 n 64 1x1
branch5x5_1 n 48 1x1
branch5x5_2 48 64 5x5
branch3x3dbl_1 n 64 1x1
branch3x3dbl_2 64 96 3x3
branch3x3dbl_3 96 96 3x3
branch_pool n m 1x1
""",
    "Mixed_6b 768 128, Mixed_6c 768 160, Mixed_6d 768 160, Mixed_6e 768 192": """
branch1x1 n 192 1x1
branch7x7_1 n m 1x1
branch7x7_2 m m 1x7
branch7x7_3 m 192 7x1
branch7x7dbl_1 n m 1x1
branch7x7dbl_2 m m 7x1
branch7x7dbl_3 m m 1x7
branch7x7dbl_4 m m 7x1
branch7x7dbl_5 m 192 1x7
branch_pool n 192 1x1
""",
    "Mixed_7b 1280 0, Mixed_7c 2048 0": """
branch1x1 n 320 1x1
branch3x3_1 n 384 1x1
branch3x3_2a 384 384 1x3
branch3x3_2b 384 384 3x1
branch3x3dbl_1 n 448 1x1
branch3x3dbl_2 448 384 3x3
branch3x3dbl_3a 384 384 1x3
branch3x3dbl_3b 384 384 3x1
branch_pool n 192 1x1
""",
}


def random_weights(seed: int = 0) -> Weights:
    """Return weights with which features are neither all alike nor out of bounds."""
    random = torch.Generator().manual_seed(seed)
    found = {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}
    for name, into, out, kernel in _layers():
        fan = into * math.prod(kernel)
        found[f"{name}.conv.weight"] = (torch.rand(out, into, *kernel, generator=random) - 0.5) * (12 * 2 / fan) ** 0.5
        for part, low in (("weight", 0.5), ("bias", -0.5), ("running_mean", -0.5), ("running_var", 0.5)):
            found[f"{name}.bn.{part}"] = torch.rand(out, generator=random) + low
        found[f"{name}.bn.num_batches_tracked"] = torch.zeros((), dtype=torch.int64)
    return found


def _layers() -> Iterator[tuple[str, int, int, tuple[int, int]]]:
    """Yield the name of each convolution, its channels in and out, and the height and width of its kernel."""
    lines = _LAYERS.split("\n")
    for blocks, text in _BLOCKS.items():
        for block, n, m in (words.split() for words in blocks.split(", ")):
            sizes = {"n": n, "m": m}
            lines += [
                f"{block}." + " ".join(sizes.get(word, word) for word in line.split()) for line in text.split("\n")
            ]
    for line in lines:
        if " " in line:
            name, into, out, kernel = line.split()
            height, width = kernel.split("x")
            yield name, int(into), int(out), (int(height), int(width))
