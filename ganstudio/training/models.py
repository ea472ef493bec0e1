"""Networks that are trained: G, D, the moving average of G, and an optimiser for each of the two."""

from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.networks.layers import use_inward_gradient
from ganstudio.training.device.engine import Engine
from ganstudio.training.distributed.world import World
from ganstudio.training.ema import EMA, frozen_copy
from ganstudio.training.rng import make_generator
from ganstudio.training.schedule import lr_factor


@dataclass(frozen=True)
class Models:
    """Networks and their optimisers, on the device.

    Parameters
    ----------
    G
        z (N, z_size), labels (N,) or None -> pictures (N, C, H, W), -1..1.
    D
        Pictures, labels -> logits (N,).
    G_ema
        Moving average of G.
    opt_d, opt_g
        Optimisers of D and G.
    """

    G: nn.Module
    D: nn.Module
    G_ema: EMA
    opt_d: torch.optim.Optimizer
    opt_g: torch.optim.Optimizer

    @property
    def modules(self) -> dict[str, nn.Module]:
        """All networks, by their names in a checkpoint."""
        return {"G": self.G, "D": self.D, "G_ema": self.G_ema.module}

    @property
    def optimizers(self) -> dict[str, torch.optim.Optimizer]:
        """Both optimisers, by their names in a checkpoint."""
        return {"opt_d": self.opt_d, "opt_g": self.opt_g}

    def is_finite(self) -> bool:
        """Return whether no weight of G or D is NaN or infinite. Waits for the device."""
        weights = [*self.G.parameters(), *self.D.parameters()]
        return bool(torch.stack([weight.detach().isfinite().all() for weight in weights]).all())

    def shown_generator(self, show_raw: bool) -> nn.Module:
        """Return the generator that pictures are made with: G_ema, or a copy of G if `show_raw`."""
        return frozen_copy(self.G) if show_raw else self.G_ema.module

    def set_learning_rates(self, settings: cfg.OptimizerConfig, progress: float, engine: Engine) -> None:
        """Set learning rates and betas of the next update, `progress` (0..1) through the run."""
        factor, betas = lr_factor(settings.decay, progress), (settings.beta1, settings.beta2)
        engine.set_learning_rate(self.opt_d, settings.d_lr * factor, betas)
        engine.set_learning_rate(self.opt_g, settings.g_lr * factor, betas)


def build(config: cfg.RunConfig, engine: Engine, world: World) -> Models:
    """Return networks with freshly drawn weights, and their optimisers.

    Raises
    ------
    ConfigError
        There are no networks of that name.
    """
    rng = make_generator(config.seed, "weights")
    G = engine.place(world.wrap_module(networks.generator(config, rng)))
    use_inward_gradient(G, config.stabilise.inward_gradient)
    D = engine.place(world.wrap_module(networks.discriminator(config, rng)))
    settings = config.optimizer
    opt_d = engine.make_optimizer(D.parameters(), settings, settings.d_lr)
    opt_g = engine.make_optimizer(G.parameters(), settings, settings.g_lr)
    return Models(G, D, EMA(G), opt_d, opt_g)
