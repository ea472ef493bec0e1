"""Who plays: G, D, the average of G, and an optimiser for each."""

from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.training import rng
from ganstudio.training.device.engine import Engine
from ganstudio.training.distributed.world import World
from ganstudio.training.ema import Average
from ganstudio.training.schedule import lr_factor


@dataclass(frozen=True)
class Players:
    """The networks and their optimisers, placed on the device."""

    G: nn.Module  # z (N, z_size), labels (N,) or None -> pictures (N, C, H, W), -1..1
    D: nn.Module  # pictures, labels -> logits (N,)
    G_ema: Average
    opt_d: torch.optim.Adam
    opt_g: torch.optim.Adam

    @property
    def modules(self) -> dict[str, nn.Module]:
        """All weights, by the names they have in a checkpoint."""
        return {"G": self.G, "D": self.D, "G_ema": self.G_ema.module}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """Both optimisers, by the names they have in a checkpoint."""
        return {"opt_d": self.opt_d, "opt_g": self.opt_g}

    def finite(self) -> bool:
        """Whether no weight is NaN or infinite. Waits for the device."""
        weights = [*self.G.parameters(), *self.D.parameters()]
        return bool(torch.stack([each.detach().isfinite().all() for each in weights]).all())


def make(config: cfg.RunConfig, engine: Engine, world: World) -> Players:
    """Networks with freshly drawn weights. Raises ConfigError where there are no such networks."""
    weights = rng.make_generator(config.seed, "weights")
    G = engine.place(world.wrap_module(networks.generator(config, weights)))
    D = engine.place(world.wrap_module(networks.discriminator(config, weights)))
    settings = config.optimizer
    betas = (settings.beta1, settings.beta2)
    opt_d = engine.adam(D.parameters(), settings.d_lr, betas)
    opt_g = engine.adam(G.parameters(), settings.g_lr, betas)
    return Players(G, D, Average(G), opt_d, opt_g)


def set_rates(players: Players, settings: cfg.OptimizerConfig, progress: float, engine: Engine) -> None:
    """Learning rates of the next update, `progress` (0..1) through the run."""
    factor, betas = lr_factor(settings.decay, progress), (settings.beta1, settings.beta2)
    engine.set_rates(players.opt_d, settings.d_lr * factor, betas)
    engine.set_rates(players.opt_g, settings.g_lr * factor, betas)
