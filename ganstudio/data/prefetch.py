"""Reading ahead of pictures that are too many for the training device."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.data.batch_sampler import ShuffledBatchSampler, State

Bytes = npt.NDArray[np.uint8]

BATCHES_AHEAD = 2
_SLOTS = BATCHES_AHEAD + 2  # buffers in host memory: also the one being copied, and one so that reading need not wait


@dataclass(frozen=True)
class _PendingBatch:
    """A batch on its way to the device: indices (n,), int64, and pictures (n, H, W, C), uint8, on the host."""

    indices: torch.Tensor
    images: torch.Tensor
    slot: int
    state: State  # of the sampler, once this batch is taken
    reading: Future[None]


class Prefetcher:
    """Batches that one thread reads ahead.

    The thread makes no call of the device, which may be capturing a graph at the same time. It starts with the first
    batch and ends with `close`, or with this object.

    Parameters
    ----------
    images
        All pictures, (N, H, W, C), uint8, in memory or in a file.
    sampler
        The order of the pictures.
    rows
        Rows of each batch that this process reads.
    count
        Number of these rows.
    device
        Where batches are copied.
    """

    def __init__(
        self, images: Bytes, sampler: ShuffledBatchSampler, rows: slice, count: int, device: torch.device
    ) -> None:
        self._images = images
        self._sampler = sampler
        self._rows = rows
        self._state = sampler.state()
        self._cuda = device.type == "cuda"
        shape = (count, *images.shape[1:])
        self._slots = [torch.empty(shape, dtype=torch.uint8, pin_memory=self._cuda) for _ in range(_SLOTS)]
        self._copied: list[torch.cuda.Event | None] = [None] * _SLOTS
        self._reader: ThreadPoolExecutor | None = None
        self._pending: deque[_PendingBatch] = deque()
        self._slot = 0  # the next to be filled

    def copy_next(self, images: torch.Tensor, indices: torch.Tensor) -> None:
        """Copy the next batch into buffers on the device: pictures (n, H, W, C), uint8, and their indices (n,)."""
        while len(self._pending) <= BATCHES_AHEAD:
            self._read_ahead()
        batch = self._pending.popleft()
        batch.reading.result()
        self._state = batch.state
        images.copy_(batch.images, non_blocking=self._cuda)
        indices.copy_(batch.indices, non_blocking=self._cuda)
        if self._cuda:
            self._copied[batch.slot] = event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record(torch.cuda.current_stream(images.device))

    def _read_ahead(self) -> None:
        if self._reader is None:
            self._reader = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        slot, self._slot = self._slot, (self._slot + 1) % _SLOTS
        if (copied := self._copied[slot]) is not None:
            copied.synchronize()  # the copy two batches ago; long over unless the device lags behind
        indices = self._sampler.next()[self._rows]
        reading = self._reader.submit(gather, self._images, indices.numpy(), self._slots[slot].numpy())
        self._pending.append(_PendingBatch(indices, self._slots[slot], slot, self._sampler.state(), reading))

    def state(self) -> State:
        """Return the sampler's state after the last batch that was taken, no matter what has been read ahead."""
        return self._state

    def load_state(self, state: State) -> None:
        """Continue from what `state` returned; what was read ahead is dropped."""
        self.close()
        self._state = state
        self._sampler.load_state(state)

    def close(self) -> None:
        """End the thread; a later batch starts it again."""
        if self._reader is not None:
            self._reader.shutdown(cancel_futures=True)
            self._reader = None
            self._pending.clear()
            self._sampler.load_state(self._state)


def gather(images: Bytes, indices: npt.NDArray[np.int64], out: Bytes) -> None:
    """Copy the pictures with these indices into `out` (n, H, W, C)."""
    np.take(images, indices, axis=0, out=out, mode="clip")  # "raise" would copy twice; indices are never out of range
