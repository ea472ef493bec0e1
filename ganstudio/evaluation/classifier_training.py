"""Training of the digit classifier: plain supervised learning, with digits shifted, rotated and scaled a little."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional as F

from ganstudio.adam import Adam
from ganstudio.evaluation.classifier import CLASSES, SIZE, Classifier, scale

BATCH = 128
EPOCHS = 16

_MAX_LEARNING_RATE = 4e-3  # of the one cycle (Smith and Topin, 2018)
_WEIGHT_DECAY = 0.05
_MAX_ROTATION = 12.0  # degrees, either way
_MAX_SCALE, _MAX_SHEAR = 0.12, 0.1  # fractions, either way
_MAX_SHIFT = 2.0  # pixels, either way

Progress = Callable[[int, int, float], None]  # epochs done, of how many, mean loss of the last


def train(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.integer[Any]],
    seed: int = 0,
    epochs: int = EPOCHS,
    progress: Progress | None = None,
) -> Classifier:
    """Train a classifier; that of the last epoch counts, at whose end the learning rate is nearly 0.

    Parameters
    ----------
    images
        (N, 28, 28), 0..255.
    labels
        (N,), 0 to 9.
    seed
        Of the weights, the order and the variations.
    epochs
        Passes over the pictures.
    progress
        Called after each epoch with the epochs done, their number, and the mean loss of the last one.

    Returns
    -------
    Classifier
        In eval mode.

    Raises
    ------
    ValueError
        The pictures have another size, or are fewer than one batch.
    """
    if images.shape[1:] != (SIZE, SIZE) or len(images) < BATCH or labels.max() >= CLASSES:
        raise ValueError(f"need at least {BATCH} pictures of 28 x 28 with labels 0 to 9; got {images.shape}")
    rng = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = Classifier()
    classifier.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pictures, targets = scale(images), torch.from_numpy(labels.astype(np.int64))
    _train(classifier, pictures, targets, epochs, rng, progress or (lambda done, total, loss: None))
    return classifier.eval().requires_grad_(False)


def _train(
    classifier: Classifier,
    pictures: torch.Tensor,
    targets: torch.Tensor,
    epochs: int,
    rng: torch.Generator,
    progress: Progress,
) -> None:
    """Train the classifier in place."""
    steps = len(pictures) // BATCH
    optimizer = make_adamw(classifier.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _MAX_LEARNING_RATE, total_steps=max(epochs * steps, 2))
    has_bfloat16 = _has_bfloat16()
    for epoch in range(1, epochs + 1):
        total = 0.0
        for indices in _batches(len(pictures), rng):
            varied = vary(pictures[indices], rng)
            with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16):
                logits = classifier(varied)
            loss = F.cross_entropy(logits.float(), targets[indices])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item()
        progress(epoch, epochs, total / steps)


def make_adamw(parameters: Iterable[nn.Parameter]) -> Adam:
    """Return AdamW (Loshchilov and Hutter, 2019) over these parameters."""
    return Adam(parameters, _MAX_LEARNING_RATE, weight_decay=_WEIGHT_DECAY, decoupled_weight_decay=True)


def _batches(count: int, rng: torch.Generator) -> Iterator[torch.Tensor]:
    """Return the indices of one epoch of full batches in a new order."""
    order = torch.randperm(count, generator=rng)
    return iter(order[: count // BATCH * BATCH].view(-1, BATCH))


def vary(pictures: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Rotate, scale, shear and shift each picture (N, 1, H, W), -1..1, at random; what comes in is black."""

    def draw(limit: float) -> torch.Tensor:
        return (torch.rand(len(pictures), generator=rng) * 2 - 1) * limit

    angle, size = torch.deg2rad(draw(_MAX_ROTATION)), 1 + draw(_MAX_SCALE)
    cosine, sine, shear = torch.cos(angle) * size, torch.sin(angle) * size, draw(_MAX_SHEAR)
    shift = 2 * _MAX_SHIFT / pictures.shape[-1]  # the grid runs from -1 to 1
    rows_x = torch.stack([cosine, shear - sine, draw(shift)], 1)
    rows_y = torch.stack([sine, cosine, draw(shift)], 1)
    grid = F.affine_grid(torch.stack([rows_x, rows_y], 1), list(pictures.shape), align_corners=False)
    ink = F.grid_sample(pictures + 1, grid, padding_mode="zeros", align_corners=False)
    return (ink - 1).contiguous(memory_format=torch.channels_last)


def _has_bfloat16() -> bool:
    """Return whether this CPU multiplies bfloat16 in hardware; if not, torch is slower with it."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))
