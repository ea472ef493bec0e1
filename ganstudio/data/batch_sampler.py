"""Endless shuffled order of pictures, which can be restored from little state."""

import hashlib
import math
from collections.abc import Callable

import torch

State = tuple[torch.Tensor, int]  # the shuffling generator before the present epoch was drawn; batches taken of it


class ShuffledBatchSampler:
    """Indices of pictures, a batch at a time, in an order drawn anew for each epoch.

    Each picture comes once an epoch, except those left over after the last full batch. Fewer pictures than a batch are
    repeated until they fill one. Orders are drawn on the CPU, so that they are the same for all devices.

    Parameters
    ----------
    count
        Number of pictures.
    batch_size
        Number of indices in a batch.
    device
        Where the indices are kept.
    seed
        Of the orders.
    chosen
        Indices (count,) of the pictures to take, int64. None: 0 to `count` - 1.

    Attributes
    ----------
    on_shuffle : callable or None
        Called with the epoch's `number` when another one begins, or is returned to.
    """

    def __init__(
        self, count: int, batch_size: int, device: torch.device, seed: int, chosen: torch.Tensor | None = None
    ) -> None:
        self.batches_per_epoch = max(1, count // batch_size)
        self._count = count
        self._batch_size = batch_size
        self._device = device
        self._chosen = chosen
        self._rng = torch.Generator().manual_seed(seed)
        self.on_shuffle: Callable[[int], None] | None = None
        self._shuffle()

    def _shuffle(self) -> None:
        self._rng_at_shuffle = self._rng.get_state()  # with it and the position, the rest of the epoch is known
        needed = self.batches_per_epoch * self._batch_size
        repeats = math.ceil(needed / self._count)
        orders = [torch.randperm(self._count, generator=self._rng) for _ in range(repeats)]
        indices = torch.cat(orders)[:needed]
        self._indices = (indices if self._chosen is None else self._chosen[indices]).to(self._device)
        self._position = 0
        if self.on_shuffle is not None:
            self.on_shuffle(self.number)

    def change_count(self, count: int) -> None:
        """Take indices of another number of pictures from now on; an epoch has as many batches as before.

        Fewer pictures are repeated until they fill it. The rest of this epoch has another order, which follows from the
        same state.
        """
        self._count = count
        self.load_state(self.state())

    @property
    def number(self) -> int:
        """A random number of the present epoch, 0 to 2^64 - 1."""
        digest = hashlib.sha256(self._rng_at_shuffle.numpy().tobytes()).digest()
        return int.from_bytes(digest[:8], "big")

    def next(self) -> torch.Tensor:
        """Return the indices (batch_size,), int64, of the next batch."""
        if self._position == self.batches_per_epoch:
            self._shuffle()
        start = self._position * self._batch_size
        self._position += 1
        return self._indices[start : start + self._batch_size]

    def state(self) -> State:
        """Return what the rest of the order follows from."""
        return self._rng_at_shuffle, self._position

    def load_state(self, state: State) -> None:
        """Continue from what `state` returned."""
        rng, position = state
        self._rng.set_state(rng)
        self._shuffle()
        self._position = position
