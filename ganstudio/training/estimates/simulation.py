"""Updates, a sample grid and a measurement of a run, with tensors that take no memory."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks, sizes
from ganstudio.data.points.density_picture import SHOWN
from ganstudio.errors import Cancelled
from ganstudio.evaluation import features, random_features
from ganstudio.evaluation.points import meter
from ganstudio.images import to_float
from ganstudio.system import signals
from ganstudio.training.device.engine import Engine
from ganstudio.training.estimates.counting import Counter, simulate
from ganstudio.training.estimates.rehearsal import Rehearsal, on_cpu
from ganstudio.training.updates import has_gradient_penalty

_BYTES = 4  # of a weight
MAX_ACCUMULATED = 2  # batches of an update that are simulated: further ones are like the second


@dataclass(frozen=True)
class Work:
    """What an update computes.

    Parameters
    ----------
    flops
        Floating point operations of matrix products and convolutions.
    moved
        Bytes that are read and written.
    calls
        Number of operations.
    """

    flops: float
    moved: float
    calls: float

    def __add__(self, other: "Work") -> "Work":
        return Work(self.flops + other.flops, self.moved + other.moved, self.calls + other.calls)

    def __mul__(self, factor: float) -> "Work":
        return Work(self.flops * factor, self.moved * factor, self.calls * factor)


@dataclass(frozen=True)
class Simulated:
    """What a process of a run needs.

    Parameters
    ----------
    g_weights, d_weights
        Numbers in G and in D.
    kept
        Bytes between two updates: weights, their average, gradients and moments.
    training, grid, measuring
        Bytes at the peak of the updates, of a sample grid and of the networks of a measurement, what is kept included.
    d_update, penalised_d_update, g_update
        Work of an update of D, of one with gradient penalties, and of one of G.
    """

    g_weights: int
    d_weights: int
    kept: int
    training: int
    grid: int
    measuring: int
    d_update: Work
    penalised_d_update: Work
    g_update: Work

    @property
    def state(self) -> int:
        """Bytes of a checkpoint: what is kept but the gradients."""
        return self.kept - _BYTES * (self.g_weights + self.d_weights)

    def round(self, config: cfg.RunConfig) -> Work:
        """Return the work of a round, on average: of one in `steps` mode, of an update of either in turn otherwise."""
        every, schedule = config.penalty.every, config.schedule
        penalised = 1 / every if has_gradient_penalty(config.penalty) else 0.0
        d_update = self.d_update * (1 - penalised) + self.penalised_d_update * penalised
        if schedule.mode == "steps":
            return d_update * schedule.d_steps + self.g_update * schedule.g_steps
        epochs = schedule.d_epochs + schedule.g_epochs
        return d_update * (schedule.d_epochs / epochs) + self.g_update * (schedule.g_epochs / epochs)


def run(config: cfg.RunConfig, is_cancelled: Callable[[], bool] = lambda: False) -> Simulated:
    """Simulate a process of a run.

    Parameters
    ----------
    config
        Settings of the run, nothing in it left open but the device, whose kind makes no difference, with the number of
        classes where it trains by classes.
    is_cancelled
        Asked before each operation, so that it can wait; the answer counts after each update, grid or measurement. It
        must not raise.

    Raises
    ------
    Cancelled
        `is_cancelled` returned true.
    ConfigError
        The settings do not fit the network, or there is no such network.
    """
    judge = random_features.RandomFeatures(config.data.size, config.data.channels)
    with torch.random.fork_rng(devices=[]), simulate(is_cancelled) as counter:
        with signals.deferred():
            simulation = _Simulation(config, judge, counter, is_cancelled)
        return simulation.run()


class _Simulation:
    """One simulation.

    Parameters
    ----------
    config
        Settings of the run.
    judge
        Network whose features a measurement compares.
    counter
        Counts what is done.
    is_cancelled
        Asked after each piece of work.
    """

    def __init__(
        self, config: cfg.RunConfig, judge: nn.Module, counter: Counter, is_cancelled: Callable[[], bool]
    ) -> None:
        self._config = on_cpu(config, max_accumulated=MAX_ACCUMULATED)
        self._accumulated = config.optimizer.accumulate / self._config.optimizer.accumulate
        self._judge, self._counter, self._is_cancelled = judge, counter, is_cancelled
        self._rehearsal = Rehearsal(self._config, _Engine(self._config.engine))
        self._peak = 0  # bytes, of all updates

    def run(self) -> Simulated:
        parts = self._rehearsal
        average = sum(each.numel() * each.element_size() for each in (*parts.G.parameters(), *parts.G.buffers()))
        d_update, g_update = self._count(parts.update_d), self._count(parts.update_g)
        penalised = d_update
        # Once more: the moments of the optimisers are there now.
        if has_gradient_penalty(self._config.penalty):
            penalised = self._count(lambda: parts.update_d(penalised=True))
        else:
            self._count(parts.update_d)
        self._count(parts.update_g)
        training, kept = self._peak, self._counter.live
        return Simulated(
            g_weights=parts.weights[0],
            d_weights=parts.weights[1],
            kept=kept + average,
            training=training + average,
            grid=average + self._find_peak(self._make_grid),
            measuring=average + self._find_peak(self._measure),
            d_update=d_update,
            penalised_d_update=penalised,
            g_update=g_update,
        )

    def _make_grid(self) -> None:
        """Make what a sample grid shows."""
        self._generate(SHOWN if self._config.makes_points else self._config.output.grid**2)

    def _generate(self, count: int) -> None:
        """Make pictures, or points, as a sample grid and a measurement do: as many as they make at once."""
        if not self._config.makes_points:
            count = sizes.pictures_at_once(count, *self._config.data.sides)
        network = self._config.network
        z = torch.empty(count, network.z_size)
        labels = torch.zeros(count, dtype=torch.int64) if network.conditional else None
        with torch.no_grad():
            self._rehearsal.G(z, labels)

    def _measure(self) -> None:
        """Make and judge as many pictures as a measurement does at once; points are judged without a network."""
        data = self._config.data
        count = min(self._config.measure.count, features.at_once(*data.sides))
        if not self._config.measure.every:
            return
        if self._config.makes_points:
            self._generate(meter.COUNT)
            return
        self._generate(count)
        with torch.no_grad():
            pictures = torch.zeros((count, data.channels, *data.sides), dtype=torch.uint8)
            self._judge(to_float(pictures))

    def _count(self, update: Callable[[], None]) -> Work:
        """Return what an update computes, with all its batches."""
        counter = self._counter
        self._peak = max(self._peak, self._find_peak(update))
        return Work(counter.flops, counter.moved, counter.calls) * self._accumulated

    def _find_peak(self, work: Callable[[], None]) -> int:
        self._counter.restart()
        with signals.deferred():  # as `Counter` says, nothing may be raised within
            work()
        if self._is_cancelled():
            raise Cancelled
        return self._counter.peak


class _Engine(Engine):
    """Engine whose modules stay where they are: their tensors have no memory that could be moved."""

    def place(self, module: nn.Module) -> nn.Module:
        """Return `module` in channels_last."""
        networks.use_winograd(module, self._winograd)
        for part in module.modules():
            for name, weight in list(part.named_parameters(recurse=False)):
                if weight.ndim == 4:
                    placed = weight.detach().contiguous(memory_format=torch.channels_last)
                    setattr(part, name, nn.Parameter(placed, weight.requires_grad))
        return module
