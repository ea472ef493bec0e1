"""Memory that a run takes, by what takes it."""

import dataclasses
from dataclasses import dataclass

from ganstudio import config as cfg
from ganstudio.data.dataset import DatasetInfo
from ganstudio.data.prefetch import BATCHES_AHEAD
from ganstudio.training.estimates.simulation import Simulated

# Measured with PyTorch 2.13 on Linux; `tests/benchmarks/estimates.py` compares the sums with runs.
LIBRARIES = 240_000_000  # bytes of Python and PyTorch before a run
FIRST_STEPS = 50_000_000  # more of them, and threads, kernels and tables, once a run trains
CUDA_CONTEXT = 500_000_000  # on the device
SCRATCH = 1.1  # tensors take that many times what they need: holes between them, and scratch of kernels
SCRATCH_FLOAT32 = 1.6  # of updates in float32 on the CPU, whose convolutions rearrange what they take
SAVED_COPIES = 3  # of the state while a checkpoint is made: on the host, as a file's tensors, and as bytes

_POINT_BYTES = 2 * 4
_SLOTS = BATCHES_AHEAD + 2  # batches on the host where pictures are not kept on the device


@dataclass(frozen=True)
class Memory:
    """Bytes that a run takes at its peak, all its processes together.

    Parameters
    ----------
    libraries
        Python and PyTorch.
    pictures
        The data set.
    networks
        Weights, their average, gradients and moments.
    training
        What updates need beyond that, features and gradients of a batch above all.
    saving
        What checkpoints need.
    measuring
        What measuring and grids need beyond all of these.
    on_device
        Bytes on the GPU; 0 where the CPU trains. They are not part of the others.
    """

    libraries: int
    pictures: int
    networks: int
    training: int
    saving: int
    measuring: int
    on_device: int = 0

    @property
    def total(self) -> int:
        """All of it in the computer's memory."""
        return self.libraries + self.added

    @property
    def added(self) -> int:
        """What comes on top of a program that runs already."""
        return self.pictures + self.networks + self.training + self.saving + self.measuring


def add_up(config: cfg.RunConfig, info: DatasetInfo, simulated: Simulated) -> Memory:
    """Return the memory of a run.

    Parameters
    ----------
    config
        Its settings; device and precision are resolved.
    info
        Its data set.
    simulated
        What a process of it needs for networks and updates.
    """
    processes, is_on_cpu = config.engine.processes, config.engine.device == "cpu"
    resident = is_resident(config, info)
    pictures = picture_bytes(config, info) if resident else _SLOTS * _batch_bytes(config)
    measured = _measured_bytes(config, info)
    is_wasteful = is_on_cpu and config.engine.precision == "float32"
    updates = (SCRATCH_FLOAT32 if is_wasteful else SCRATCH) * (simulated.training - simulated.kept)
    asides = [SCRATCH * (peak - simulated.kept) for peak in (simulated.grid, simulated.measuring)]
    beyond = max(0.0, max(asides) - updates)
    host = Memory(
        libraries=processes * LIBRARIES,
        pictures=processes * pictures,
        networks=processes * simulated.kept,
        training=processes * int(updates + FIRST_STEPS),
        saving=SAVED_COPIES * simulated.state,
        measuring=int(beyond + measured),
    )
    if is_on_cpu:
        return host
    on_device = CUDA_CONTEXT + pictures + simulated.kept + max(updates, *asides)
    return dataclasses.replace(host, networks=0, training=FIRST_STEPS, measuring=measured, on_device=int(on_device))


def picture_bytes(config: cfg.RunConfig, info: DatasetInfo) -> int:
    """Return the bytes of all pictures at the size and with the channels of the run, or of all points."""
    return count_data(config, info) * _bytes_of_one(config)


def count_data(config: cfg.RunConfig, info: DatasetInfo) -> int:
    """Return the number of pictures in an epoch, or of points, of which a run has as many as it wants."""
    return (config.data.points or info.count) if config.makes_points else info.count


def _bytes_of_one(config: cfg.RunConfig) -> int:
    """Return the bytes of a picture, or of a point."""
    if config.makes_points:
        return _POINT_BYTES
    height, width = config.data.sides
    return height * width * config.data.channels


def is_resident(config: cfg.RunConfig, info: DatasetInfo) -> bool:
    """Return whether the pictures are kept in memory, and not read from a file batch by batch."""
    return picture_bytes(config, info) <= config.engine.data_limit * 1e9


def _batch_bytes(config: cfg.RunConfig) -> int:
    return config.optimizer.batch_size * _bytes_of_one(config)


def _measured_bytes(config: cfg.RunConfig, info: DatasetInfo) -> int:
    """Return the bytes of the pictures that are measured: made in parts, joined, and a part as numbers."""
    if not config.measure.every:
        return 0
    return 2 * min(config.measure.count, count_data(config, info)) * _bytes_of_one(config)
