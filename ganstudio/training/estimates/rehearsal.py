"""Networks and updates of a run with batches that are made up, to find out what they take."""

import dataclasses

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batch, Batches
from ganstudio.images import to_float
from ganstudio.networks import spectral
from ganstudio.training.adaptive import Adaptation
from ganstudio.training.device.engine import Engine
from ganstudio.training.distributed.world import World
from ganstudio.training.ema import EMA
from ganstudio.training.models import Models
from ganstudio.training.rng import Noise
from ganstudio.training.stats import Stats
from ganstudio.training.updates import Updates


class Rehearsal:
    """What updates a run's networks, on the CPU.

    Parameters
    ----------
    config
        Settings of the run, for the CPU and one process; nothing is left open.
    engine
        How passes are executed.

    Attributes
    ----------
    G
        The generator. Its average is left out: it takes as much memory as G, and no time that counts.
    """

    def __init__(self, config: cfg.RunConfig, engine: Engine) -> None:
        self._config = config
        rng, device = torch.Generator().manual_seed(0), torch.device("cpu")
        self.G = engine.place(networks.generator(config, rng))
        D = engine.place(networks.discriminator(_without_spectral_norm(config), rng))
        if config.network.spectral_norm:
            spectral.parametrise(D)
        opt_d, opt_g = (engine.make_optimizer(each.parameters(), config.optimizer, 1e-4) for each in (D, self.G))
        self.weights = tuple(sum(each.numel() for each in module.parameters()) for module in (self.G, D))
        self._updates = Updates(
            Models(self.G, D, EMA(nn.Identity()), opt_d, opt_g),
            _MadeUpBatches(config),
            Noise(0, device, config.optimizer.batch_size),
            engine,
            Stats(device, together=False),
            Adaptation(1, 0, device, World()),
            lambda optimizer: None,
        )

    def update_d(self, penalised: bool = False) -> None:
        """Update D once; `penalised`: with gradient penalties."""
        self._updates.update_d(self._config, penalised)

    def update_g(self) -> None:
        """Update G once."""
        self._updates.update_g(self._config)


class _MadeUpBatches(Batches):
    """Batches of pictures, or points, that are all alike."""

    def __init__(self, config: cfg.RunConfig) -> None:  # in place of the data set's
        self._count = config.optimizer.batch_size
        self._points = config.makes_points
        self._shape = (1, 1, 2) if self._points else (*config.data.sides, config.data.channels)
        self._has_labels = config.network.conditional

    def advance(self) -> None:
        """Do nothing: the next batch is like this one."""

    def current(self) -> Batch:
        """Return a batch."""
        kind = torch.float32 if self._points else torch.uint8
        images = torch.zeros((self._count, *self._shape), dtype=kind).permute(0, 3, 1, 2)
        shown = images if self._points else to_float(images)
        return Batch(shown, self.draw_labels(torch.default_generator) if self._has_labels else None)

    def draw(self, rng: torch.Generator) -> Batch:
        """Return a batch."""
        return self.current()

    def draw_labels(self, rng: torch.Generator, count: int | None = None) -> torch.Tensor:
        """Return labels."""
        return torch.zeros(count or self._count, dtype=torch.int64)


def _without_spectral_norm(config: cfg.RunConfig) -> cfg.RunConfig:
    """Return settings of a D as the run has it before it gets spectral norm, which asks for values of weights."""
    network = config.network
    batch_norm = network.batch_norm and not network.spectral_norm
    return dataclasses.replace(config, network=dataclasses.replace(network, batch_norm=batch_norm, spectral_norm=False))


def on_cpu(config: cfg.RunConfig, batch_size: int = 0, max_accumulated: int = 1) -> cfg.RunConfig:
    """Return settings with which one process on the CPU does what a process of the run does on its device.

    Parameters
    ----------
    config
        Settings of the run.
    batch_size
        Pictures in a batch; 0: as many as a process of the run has.
    max_accumulated
        Batches of an update at most.
    """
    engine, optimizer = config.engine, config.optimizer
    optimizer = dataclasses.replace(
        optimizer,
        batch_size=batch_size or optimizer.batch_size // engine.processes,
        accumulate=min(optimizer.accumulate, max_accumulated),
    )
    precision = "bfloat16" if engine.precision == "float16" else engine.precision  # of the same size
    engine = dataclasses.replace(engine, device="cpu", precision=precision, graphs=False, processes=1)
    return dataclasses.replace(config, engine=engine, optimizer=optimizer)
