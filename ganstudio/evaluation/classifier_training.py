"""Training of the digit classifier: plain supervised learning, with digits shifted, turned and scaled a little."""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from ganstudio.evaluation.classifier import CLASSES, SIZE, Classifier, scale

BATCH = 128
EPOCHS = 16

_RATE = 4e-3  # highest learning rate of the one cycle (Smith and Topin, 2018)
_DECAY = 0.05  # of weights
_TURN = 12.0  # degrees, either way
_SCALE, _SHEAR = 0.12, 0.1  # shares
_SHIFT = 2.0  # pixels

Progress = Callable[[int, int, float], None]  # epochs done, of how many, mean loss of the last


def train(
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    seed: int = 0,
    epochs: int = EPOCHS,
    progress: Progress | None = None,
) -> Classifier:
    """Classifier after `epochs` epochs over pictures (N, 28, 28), 0..255, with labels (N,), 0 to 9; in eval mode.

    The last epoch counts, at whose end the learning rate is nearly 0; no picture is looked at but these.

    Raises ValueError for pictures of another size, or fewer than one batch.
    """
    if images.shape[1:] != (SIZE, SIZE) or len(images) < BATCH or labels.max() >= CLASSES:
        raise ValueError(f"need at least {BATCH} pictures of 28 x 28 with labels 0 to 9; got {images.shape}")
    random = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = Classifier()
    classifier.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    pictures, targets = scale(images), torch.from_numpy(labels.astype(np.int64))
    _learn(classifier, pictures, targets, epochs, random, progress or (lambda done, total, loss: None))
    return classifier.eval().requires_grad_(False)


def _learn(
    classifier: Classifier,
    pictures: torch.Tensor,
    targets: torch.Tensor,
    epochs: int,
    random: torch.Generator,
    progress: Progress,
) -> None:
    """Train the classifier in place."""
    steps = len(pictures) // BATCH
    optimizer = torch.optim.AdamW(classifier.parameters(), _RATE, weight_decay=_DECAY)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=max(epochs * steps, 2))
    native = _computes_bfloat16()
    for epoch in range(1, epochs + 1):
        total = 0.0
        for some in _batches(len(pictures), random):
            varied = vary(pictures[some], random)
            with torch.autocast("cpu", torch.bfloat16, enabled=native):
                logits = classifier(varied)
            loss = F.cross_entropy(logits.float(), targets[some])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            rates.step()
            total += loss.item()
        progress(epoch, epochs, total / steps)


def _batches(count: int, random: torch.Generator) -> Iterator[torch.Tensor]:
    """One epoch of whole batches in a new order."""
    order = torch.randperm(count, generator=random)
    return iter(order[: count // BATCH * BATCH].view(-1, BATCH))


def vary(pictures: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """The pictures (N, 1, H, W), -1..1, each turned, scaled, sheared and shifted at random; black where nothing is."""

    def draw(most: float) -> torch.Tensor:
        return (torch.rand(len(pictures), generator=random) * 2 - 1) * most

    angle, size = torch.deg2rad(draw(_TURN)), 1 + draw(_SCALE)
    cosine, sine, shear = torch.cos(angle) * size, torch.sin(angle) * size, draw(_SHEAR)
    shift = 2 * _SHIFT / pictures.shape[-1]  # the grid runs from -1 to 1
    across = torch.stack([cosine, shear - sine, draw(shift)], 1)
    down = torch.stack([sine, cosine, draw(shift)], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), list(pictures.shape), align_corners=False)
    ink = F.grid_sample(pictures + 1, grid, padding_mode="zeros", align_corners=False)
    return (ink - 1).contiguous(memory_format=torch.channels_last)


def _computes_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 in hardware; where it does not, torch is slower with it."""
    has = torch.cpu.get_capabilities()
    return bool(has.get("avx512_bf16") or has.get("amx_bf16") or has.get("bf16"))
