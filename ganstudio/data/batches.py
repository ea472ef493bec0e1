"""Endless shuffled batches on the training device; the position in the shuffled order is part of the run's state."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.data.batch_sampler import ShuffledBatchSampler
from ganstudio.data.catalog import Dataset
from ganstudio.data.points import sets as point_sets
from ganstudio.data.points.distributions import Labels
from ganstudio.data.points.edits import Edit
from ganstudio.data.prefetch import Bytes, Prefetcher, gather
from ganstudio.errors import DataError
from ganstudio.images import to_float


@dataclass(frozen=True)
class Batch:
    """A batch of real pictures, or of points.

    Parameters
    ----------
    images
        (n, C, H, W), float32, -1..1, in channels_last; of points (n, 2, 1, 1).
    labels
        Classes (n,), int64; None if they are not needed.
    """

    images: torch.Tensor
    labels: torch.Tensor | None = None


class Batches:
    """Batches of every picture once an epoch, in an order drawn anew for each; see `ShuffledBatchSampler`.

    Pictures stay uint8 until a batch of them becomes floats. They are kept on the device ("resident") unless they need
    more than `limit`; then they stay where they are, in memory or in a file, and the next batches are read ahead. Which
    of the two it is makes no difference to the batches.

    Parameters
    ----------
    dataset
        The pictures.
    batch_size
        Number of pictures in a batch, of all processes together.
    device
        Where batches are needed.
    seed
        Of the order.
    rank, world
        Number of this process, and of processes. Each gets its n = batch_size / world rows of each batch, so that all
        together see the same batches for any number of processes.
    limit
        GB of pictures that may be kept on the device.
    labels
        Whether batches have labels.
    held_out
        Pictures, chosen by the seed, that come in no batch but those of `draw_held_out`; they are kept on the device.
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
        held_out: int = 0,
    ) -> None:
        n = batch_size // world
        self.points = dataset.points  # what points are drawn from; None: these are pictures
        self._images = _with_channels(dataset.images)  # (N, H, W, C), where they were
        self._batch_size = batch_size
        self._rows = slice(rank * n, (rank + 1) * n)  # of this process
        self._device = device
        self._labels = torch.from_numpy(dataset.labels.astype(np.int64)).to(device) if labels else None
        self._index = torch.zeros(n, dtype=torch.int64, device=device)
        self.resident = self.points is not None or self._images.nbytes <= limit * 1e9

        self._set_aside(held_out, seed)
        sampler_device = device if self.resident else torch.device("cpu")
        self._sampler = ShuffledBatchSampler(
            len(self._images) - held_out, batch_size, sampler_device, seed, self._chosen
        )
        self.per_epoch = self._sampler.batches_per_epoch
        self._prefetcher: Prefetcher | None = None
        if self.resident:
            self._resident_images = torch.from_numpy(_shareable(self._images)).to(device)
            if self.points is not None and self.points.fresh:
                self._draw_again(self._sampler.number)
                self._sampler.on_shuffle = self._draw_again
            if self.points is not None and self.points.edits:
                self.change_points(self.points.edits)
        else:
            self._prefetcher = Prefetcher(self._images, self._sampler, self._rows, n, device)
            self._buffer = torch.empty((n, *self._images.shape[1:]), dtype=torch.uint8, device=device)

    def _set_aside(self, count: int, seed: int) -> None:
        """Choose pictures that come in no other batch."""
        self._chosen: torch.Tensor | None = None  # those that do, on the CPU; None: all
        self._chosen_here: torch.Tensor | None = None  # the same, on the device
        if not count:
            return
        order = torch.randperm(len(self._images), generator=torch.Generator().manual_seed(seed))
        held_out, self._chosen = order[:count].sort().values, order[count:].sort().values
        self._chosen_here = self._chosen.to(self._device)
        self._held_out_index = held_out.to(self._device)
        self._held_out_images = torch.from_numpy(self._images[held_out.numpy()]).to(self._device)

    def _draw_again(self, number: int) -> None:
        """Put other points in place of the present ones, for an epoch with that random number."""
        assert self.points is not None
        self._put(*point_sets.draw(self.points, number))

    def _put(self, images: npt.NDArray[np.float32], labels: Labels) -> None:
        """Put as many other points in place of the present ones."""
        self._resident_images.copy_(torch.from_numpy(images))
        if self._labels is not None:
            self._labels.copy_(torch.from_numpy(labels))

    def change_points(self, edits: tuple[Edit, ...]) -> None:
        """Change the points by hand, from the next batch on; an epoch keeps its number of batches.

        Points that stay the same for all epochs are other tensors afterwards: recorded updates must be forgotten.

        Raises
        ------
        DataError
            No points would be left; they stay as they are.
        """
        assert self.points is not None, "these are pictures"
        changed = self.points.edited(edits)
        points, labels = point_sets.draw(changed, self._sampler.number if changed.fresh else 0)
        if not len(points):
            raise DataError(
                "No points are left: too much of the set was erased. Take changes back, or begin with more points."
            )
        self.points = changed
        if changed.fresh:
            self._put(points, labels)
            return
        images: npt.NDArray[Any] = points
        self._images = images
        self._resident_images = torch.from_numpy(images).to(self._device)
        if self._labels is not None:
            self._labels = torch.from_numpy(labels.astype(np.int64)).to(self._device)
        self._sampler.change_count(len(images))

    @property
    def pictures(self) -> Bytes:
        """All pictures, (N, H, W) or (N, H, W, C), uint8, where they were: in memory or in a file."""
        return self._images[..., 0] if self._images.shape[-1] == 1 else self._images

    # ---- the shuffled stream -----------------------------------------------------------------------------------

    def next(self) -> Batch:
        """Return this process's part of the next batch."""
        self.advance()
        return self.current()

    def advance(self) -> None:
        """Do the host's part of `next`: move on by one batch, into buffers that stay where they are."""
        if self._prefetcher is None:
            self._index.copy_(self._sampler.next()[self._rows])
        else:
            self._prefetcher.copy_next(self._buffer, self._index)

    def current(self) -> Batch:
        """Do the device's part of `next`: return the batch in the buffers; can be captured in a CUDA graph."""
        images = self._resident_images.index_select(0, self._index) if self.resident else self._buffer
        return self._batch(images, self._index)

    def state(self) -> tuple[torch.Tensor, int]:
        """Return the shuffling generator's state before this epoch was drawn, and the batches taken of the epoch."""
        return self._sampler.state() if self._prefetcher is None else self._prefetcher.state()

    def load_state(self, rng: torch.Tensor, position: int) -> None:
        """Continue from what `state` returned, for any number of processes."""
        (self._prefetcher or self._sampler).load_state((rng, position))

    def close(self) -> None:
        """End the thread that reads ahead, if there is one; a later batch starts it again."""
        if self._prefetcher is not None:
            self._prefetcher.close()

    # ---- independent draws --------------------------------------------------------------------------------------

    def draw(self, rng: torch.Generator) -> Batch:
        """Return this process's part of a batch of random pictures, with replacement.

        Can be captured in a CUDA graph if the pictures are resident; else it waits for the device.

        Parameters
        ----------
        rng
            Generator on the device.
        """
        index = self._draw_index(rng)
        if self.resident:
            return self._batch(self._resident_images.index_select(0, index), index)
        images = np.empty((len(index), *self._images.shape[1:]), np.uint8)
        gather(self._images, index.cpu().numpy(), images)
        return self._batch(torch.from_numpy(images).to(self._device), index)

    def draw_held_out(self, rng: torch.Generator) -> Batch:
        """Return this process's part of a batch of random pictures of those held out, with replacement.

        Can be captured in a CUDA graph.

        Parameters
        ----------
        rng
            Generator on the device.
        """
        count = len(self._held_out_index)
        drawn = torch.randint(count, (self._batch_size,), generator=rng, device=self._device)[self._rows]
        return self._batch(self._held_out_images.index_select(0, drawn), self._held_out_index.index_select(0, drawn))

    def draw_labels(self, rng: torch.Generator, count: int | None = None) -> torch.Tensor:
        """Return classes of random pictures, as frequent as in the data.

        Parameters
        ----------
        rng
            Generator on the device.
        count
            Number of classes; None: those of this process's part of a batch.

        Returns
        -------
        torch.Tensor
            (n,) or (count,), int64.

        Raises
        ------
        ValueError
            The batches have no labels.
        """
        if self._labels is None:
            raise ValueError("these batches were made without labels")
        if count is None:
            return self._labels.index_select(0, self._draw_index(rng))
        return self._labels.index_select(0, self._draw(count, rng))

    def _draw_index(self, rng: torch.Generator) -> torch.Tensor:
        return self._draw(self._batch_size, rng)[self._rows]

    def _draw(self, count: int, rng: torch.Generator) -> torch.Tensor:
        """Return indices (count,) of random pictures that are not held out."""
        if self._chosen_here is None:
            return torch.randint(len(self._images), (count,), generator=rng, device=self._device)
        drawn = torch.randint(len(self._chosen_here), (count,), generator=rng, device=self._device)
        return self._chosen_here.index_select(0, drawn)

    def _batch(self, images: torch.Tensor, index: torch.Tensor) -> Batch:
        """Make a batch of pictures (n, H, W, C), uint8, and their indices (n,), both on the device."""
        labels = None if self._labels is None else self._labels.index_select(0, index)
        x = images.permute(0, 3, 1, 2)
        return Batch(to_float(x) if x.dtype == torch.uint8 else x, labels)


def _with_channels(images: Bytes) -> Bytes:
    """Return pictures as (N, H, W, C), not copied."""
    return images[..., None] if images.ndim == 3 else images


def _shareable(images: Bytes) -> Bytes:
    """Return the same pictures, copied only if torch cannot share their memory."""
    return images if images.flags.writeable and images.flags.c_contiguous else np.array(images)
