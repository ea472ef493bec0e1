"""The order in which pictures are shown: endless, drawn anew for each epoch, and known again from little state."""

import torch

State = tuple[torch.Tensor, int]  # the shuffling generator before the present epoch was drawn; batches taken of it


class Order:
    """Indices of pictures, a batch at a time: each once an epoch, what is left over after the last full batch waits.

    Fewer pictures than a batch are repeated until they fill one. Orders are drawn on the CPU, the same for all devices,
    and kept on `device`.
    """

    def __init__(self, count: int, batch_size: int, device: torch.device, seed: int) -> None:
        self.per_epoch = max(1, count // batch_size)
        self._count, self._batch_size, self._device = count, batch_size, device
        self._rng = torch.Generator().manual_seed(seed)
        self._shuffle()

    def _shuffle(self) -> None:
        self._rng_at_shuffle = self._rng.get_state()  # with it and the position, the rest of the epoch is known
        needed = self.per_epoch * self._batch_size
        orders = [torch.randperm(self._count, generator=self._rng) for _ in range(-(-needed // self._count))]
        self._indices = torch.cat(orders)[:needed].to(self._device)
        self._position = 0

    def next(self) -> torch.Tensor:
        """Indices (batch_size,), int64, of the next batch."""
        if self._position == self.per_epoch:
            self._shuffle()
        start = self._position * self._batch_size
        self._position += 1
        return self._indices[start : start + self._batch_size]

    def state(self) -> State:
        """All that the rest of the order follows from."""
        return self._rng_at_shuffle, self._position

    def load(self, state: State) -> None:
        """Goes on from what `state()` gave."""
        rng, position = state
        self._rng.set_state(rng)
        self._shuffle()
        self._position = position
