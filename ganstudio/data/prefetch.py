"""Reads pictures that are too many for the training device, some batches before they are wanted."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.data.order import Order, State

Bytes = npt.NDArray[np.uint8]

AHEAD = 2  # batches read before they are wanted
_SLOTS = AHEAD + 2  # of host memory: those being read, the one being copied, and one so that reading needs no wait


@dataclass(frozen=True)
class Rows:
    """Pictures on their way to the device: `indices` (n,), int64, and `images` (n, H, W, C), uint8, on the host."""

    indices: torch.Tensor
    images: torch.Tensor
    slot: int
    state: State  # of the order, once these are taken
    reading: Future[None]


class Prefetch:
    """Batches of an order, read from `images` (N, H, W, C), uint8, in memory or in a file, by one thread.

    Of each batch only the rows `mine` are read. The thread makes no call of the device, which may be capturing a graph
    meanwhile. It starts with the first batch and ends with `close`, or with this object.
    """

    def __init__(self, images: Bytes, order: Order, mine: slice, count: int, device: torch.device) -> None:
        self._images, self._order, self._mine = images, order, mine
        self._state = order.state()
        self._cuda = device.type == "cuda"
        shape = (count, *images.shape[1:])
        self._slots = [torch.empty(shape, dtype=torch.uint8, pin_memory=self._cuda) for _ in range(_SLOTS)]
        self._copied: list[torch.cuda.Event | None] = [None] * _SLOTS
        self._reader: ThreadPoolExecutor | None = None
        self._pending: deque[Rows] = deque()
        self._slot = 0  # the next to be filled

    def next_to(self, images: torch.Tensor, indices: torch.Tensor) -> None:
        """Puts the next batch into buffers on the device: pictures (n, H, W, C), uint8, and their indices (n,)."""
        while len(self._pending) <= AHEAD:
            self._read_ahead()
        rows = self._pending.popleft()
        rows.reading.result()
        self._state = rows.state
        images.copy_(rows.images, non_blocking=self._cuda)
        indices.copy_(rows.indices, non_blocking=self._cuda)
        if self._cuda:
            self._copied[rows.slot] = event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record(torch.cuda.current_stream(images.device))

    def _read_ahead(self) -> None:
        if self._reader is None:
            self._reader = ThreadPoolExecutor(1, thread_name_prefix="pictures")
        slot, self._slot = self._slot, (self._slot + 1) % _SLOTS
        if (copied := self._copied[slot]) is not None:
            copied.synchronize()  # the copy two batches ago; long over unless the device lags behind
        indices = self._order.next()[self._mine]
        reading = self._reader.submit(gather, self._images, indices.numpy(), self._slots[slot].numpy())
        self._pending.append(Rows(indices, self._slots[slot], slot, self._order.state(), reading))

    def state(self) -> State:
        """The order's state after the last batch that was taken, whatever has been read ahead."""
        return self._state

    def load(self, state: State) -> None:
        """Goes on from what `state()` gave; what was read ahead is dropped."""
        self.close()
        self._state = state
        self._order.load(state)

    def close(self) -> None:
        """Ends the thread; a later batch starts it again."""
        if self._reader is not None:
            self._reader.shutdown(cancel_futures=True)
            self._reader = None
            self._pending.clear()
            self._order.load(self._state)


def gather(images: Bytes, indices: npt.NDArray[np.int64], out: Bytes) -> None:
    """Copies the pictures with those indices into `out` (n, H, W, C)."""
    np.take(images, indices, axis=0, out=out, mode="clip")  # "raise" would copy twice; indices are never out of range
