"""Endless shuffled batches on the training device; the place in the shuffle is part of the run's state."""

import torch

from ganstudio.data.catalog import Dataset
from ganstudio.images import to_float


class Batches:
    """Every picture once an epoch, in an order drawn anew for each; what is left over after the last full batch waits
    for another epoch. Fewer pictures than a batch are repeated until they fill one.

    Pictures are kept on `device` as uint8 and become floats in -1..1 a batch at a time.
    """

    def __init__(self, dataset: Dataset, batch_size: int, device: torch.device, seed: int) -> None:
        images = torch.from_numpy(dataset.images)
        images = images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2)  # (N, C, H, W)
        self.images = images.contiguous().to(device)
        self.batch_size = batch_size
        self.per_epoch = max(1, len(images) // batch_size)
        self._rng = torch.Generator().manual_seed(seed)
        self._shuffle()

    def _shuffle(self) -> None:
        self._rng_at_shuffle = self._rng.get_state()  # with it and the position, the rest of the epoch is known
        count, needed = len(self.images), self.per_epoch * self.batch_size
        orders = [torch.randperm(count, generator=self._rng) for _ in range(-(-needed // count))]
        self._order = torch.cat(orders)[:needed].to(self.images.device)
        self._position = 0  # batches handed out of this order

    def next(self) -> torch.Tensor:
        """A batch (batch_size, C, H, W), float32, -1..1."""
        if self._position == self.per_epoch:
            self._shuffle()
        start = self._position * self.batch_size
        self._position += 1
        return to_float(self.images[self._order[start : start + self.batch_size]])

    def state(self) -> tuple[torch.Tensor, int]:
        """Shuffling generator as it was before the present order was drawn, and the place in that order."""
        return self._rng_at_shuffle, self._position

    def load(self, rng: torch.Tensor, position: int) -> None:
        """Goes on from what `state()` gave."""
        self._rng.set_state(rng)
        self._shuffle()
        self._position = position
