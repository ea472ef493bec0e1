"""Endless shuffled batches on the training device; the place in the shuffle is part of the run's state."""

from dataclasses import dataclass

import numpy as np
import torch

from ganstudio.data.catalog import Dataset
from ganstudio.data.order import Order
from ganstudio.data.prefetch import Bytes, Prefetch, gather
from ganstudio.images import to_float


@dataclass(frozen=True)
class Batch:
    """Real pictures (n, C, H, W), float32, -1..1, in channels_last, and their classes (n,), int64, if asked for."""

    images: torch.Tensor
    labels: torch.Tensor | None = None


class Batches:
    """Every picture once an epoch, in an order drawn anew for each; see `Order`.

    Pictures stay uint8 until a batch of them becomes floats. They lie on the device ("resident") unless they need more
    than `limit`; then they stay where they are, in memory or in a file, and the next batches are read ahead. Which of
    the two it is makes no difference to what is handed out.

    Parameters
    ----------
    batch_size
        Of all processes together. Process `rank` of `world` is handed its n = batch_size / world rows of each batch, so
        that all processes together see the same batches, whatever their number.
    seed
        Of the order.
    limit
        GB of pictures that may be kept on the device.
    labels
        Whether classes are handed out with the pictures.
    """

    def __init__(
        self,
        dataset: Dataset,
        batch_size: int,
        device: torch.device,
        seed: int,
        *,
        rank: int = 0,
        world: int = 1,
        limit: float = 4.0,
        labels: bool = False,
    ) -> None:
        n = batch_size // world
        self._images = _with_channels(dataset.images)  # (N, H, W, C), where they were
        self._batch_size, self._mine, self._device = batch_size, slice(rank * n, (rank + 1) * n), device
        self._labels = torch.from_numpy(dataset.labels.astype(np.int64)).to(device) if labels else None
        self._index = torch.zeros(n, dtype=torch.int64, device=device)
        self.resident = self._images.nbytes <= limit * 1e9

        order = Order(len(self._images), batch_size, device if self.resident else torch.device("cpu"), seed)
        self.per_epoch = order.per_epoch
        self._order = order
        self._prefetch: Prefetch | None = None
        if self.resident:
            self._all = torch.from_numpy(_shareable(self._images)).to(device)
        else:
            self._prefetch = Prefetch(self._images, order, self._mine, n, device)
            self._here = torch.empty((n, *self._images.shape[1:]), dtype=torch.uint8, device=device)

    @property
    def pictures(self) -> Bytes:
        """All pictures, uint8 (N, H, W) or (N, H, W, 3), where they were: in memory or in a file."""
        return self._images[..., 0] if self._images.shape[-1] == 1 else self._images

    # ---- the shuffled stream -----------------------------------------------------------------------------------

    def next(self) -> Batch:
        """This process's part of the next batch."""
        self.advance()
        return self.current()

    def advance(self) -> None:
        """The host's part of `next`: moves on by one batch of the stream, into buffers that stay where they are."""
        if self._prefetch is None:
            self._index.copy_(self._order.next()[self._mine])
        else:
            self._prefetch.next_to(self._here, self._index)

    def current(self) -> Batch:
        """The device's part of `next`: the batch in the buffers; can be captured in a CUDA graph."""
        images = self._all.index_select(0, self._index) if self.resident else self._here
        return self._batch(images, self._index)

    def state(self) -> tuple[torch.Tensor, int]:
        """Shuffling generator as it was before the present order was drawn, and the batches taken of that order."""
        return self._order.state() if self._prefetch is None else self._prefetch.state()

    def load(self, rng: torch.Tensor, position: int) -> None:
        """Goes on from what `state()` gave, here or with any other number of processes."""
        (self._prefetch or self._order).load((rng, position))

    def close(self) -> None:
        """Ends the thread that reads ahead, if there is one; the stream can still go on."""
        if self._prefetch is not None:
            self._prefetch.close()

    # ---- draws apart from the stream ---------------------------------------------------------------------------

    def draw(self, rng: torch.Generator) -> Batch:
        """This process's part of a batch of random pictures, with replacement; `rng` is on the device.

        Can be captured in a CUDA graph if the pictures are resident; else it waits for the device.
        """
        index = self._draw_index(rng)
        if self.resident:
            return self._batch(self._all.index_select(0, index), index)
        images = np.empty((len(index), *self._images.shape[1:]), np.uint8)
        gather(self._images, index.cpu().numpy(), images)
        return self._batch(torch.from_numpy(images).to(self._device), index)

    def draw_labels(self, rng: torch.Generator, count: int | None = None) -> torch.Tensor:
        """Classes (n,), int64, of random pictures: as frequent as in the data; or `count` of them, for all processes.

        Raises ValueError without labels.
        """
        if self._labels is None:
            raise ValueError("these batches were made without labels")
        if count is None:
            return self._labels.index_select(0, self._draw_index(rng))
        drawn = torch.randint(len(self._labels), (count,), generator=rng, device=self._device)
        return self._labels.index_select(0, drawn)

    def _draw_index(self, rng: torch.Generator) -> torch.Tensor:
        count = len(self._images)
        return torch.randint(count, (self._batch_size,), generator=rng, device=self._device)[self._mine]

    def _batch(self, images: torch.Tensor, index: torch.Tensor) -> Batch:
        """From pictures (n, H, W, C), uint8, and their indices (n,), both on the device."""
        labels = None if self._labels is None else self._labels.index_select(0, index)
        return Batch(to_float(images.permute(0, 3, 1, 2)), labels)


def _with_channels(images: Bytes) -> Bytes:
    """Pictures as (N, H, W, C), not copied."""
    return images[..., None] if images.ndim == 3 else images


def _shareable(images: Bytes) -> Bytes:
    """The same pictures, copied only if torch cannot share their memory."""
    return images if images.flags.writeable and images.flags.c_contiguous else np.array(images)
