"""Networks of a run that is being trained in this process, as a copy that is filled anew at each look."""

import torch

from ganstudio import networks
from ganstudio.config import RunConfig
from ganstudio.latent.critic import Critic
from ganstudio.latent.sampler import Sampler
from ganstudio.training.look import Look, spread, tensors_of


class LiveNetworks:
    """Copies of the generator that is shown and of D. For runs of points, whose networks are small.

    Parameters
    ----------
    config
        Settings of the run.

    Attributes
    ----------
    sampler
        The generator.
    step
        Rounds that they have been trained for; -1 before the first look.
    """

    def __init__(self, config: RunConfig) -> None:
        network = config.network
        self._classes = network.classes if network.conditional else 0
        self.sampler = Sampler(
            networks.generator(config), network.z_size, self._classes, config.data, config.data.sides
        )
        D = networks.discriminator(config, torch.Generator().manual_seed(0))
        self._critic = Critic(D, config.objective.loss, 0.0, self._classes)
        self._tensors = tensors_of(self.sampler.G), tensors_of(D)
        self._look: Look | None = None

    @property
    def step(self) -> int:
        """Rounds that they have been trained for; -1 before the first look."""
        return -1 if self._look is None else self._look.step

    @property
    def critic(self) -> Critic | None:
        """D; None where it has no opinion of single points, or is not known to be undecided anywhere yet."""
        return None if self._look is None or self._look.centre is None else self._critic

    def take(self, look: Look) -> bool:
        """Take newer weights; return whether they are others than before."""
        before, self._look = self._look, look
        if look.is_like(before):
            return False
        spread(look.G, self._tensors[0])
        spread(look.D, self._tensors[1])
        if look.centre is not None:
            self._critic.centre = look.centre
        return True
