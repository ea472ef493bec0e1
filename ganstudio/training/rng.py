"""All random numbers of a step: latent vectors, labels of fakes, augmentation, instance noise."""

import torch

from ganstudio import config as cfg
from ganstudio.images import grid_labels
from ganstudio.training import seeds


class Noise:
    """Draws for the whole batch of all processes and hands out this process's rows, so that a run draws the same
    whatever the number of processes.

    Parameters
    ----------
    seed
        Of the run.
    device
        Where numbers are drawn.
    batch_size
        Of all processes together.
    """

    def __init__(self, seed: int, device: torch.device, batch_size: int, rank: int = 0, world: int = 1) -> None:
        n = batch_size // world
        self.rng = seeds.generator(seed, "noise", device)
        self._seed, self._device, self._batch_size = seed, device, batch_size
        self._mine = slice(rank * n, (rank + 1) * n)

    def load(self, state: torch.Tensor, step: int) -> None:
        """Goes on from the `rng`'s state at `step`; where there is none, or one of another kind of device, with a
        stream that begins there."""
        if state.shape == self.rng.get_state().shape:
            self.rng.set_state(state)
        else:
            self.rng.manual_seed(seeds.number(self._seed, f"noise from step {step}"))

    def normal(self, *shape: int) -> torch.Tensor:
        """Standard normal numbers (n, *shape), a row a picture."""
        whole = torch.randn((self._batch_size, *shape), generator=self.rng, device=self._device)
        return whole[self._mine]

    def uniform(self, shape: tuple[int, ...]) -> torch.Tensor:
        """Numbers from 0 to 1 of `shape`, whose first dimension is n, a row a picture."""
        whole = torch.rand((self._batch_size, *shape[1:]), generator=self.rng, device=self._device)
        return whole[self._mine]


def of_the_grid(config: cfg.RunConfig, device: torch.device) -> tuple[torch.Tensor, torch.Tensor | None]:
    """z (grid^2, z_size) of the sample grid, the same all through the run, and its classes (grid^2,) if there are."""
    grid, network = config.output.grid, config.network
    z = torch.randn(grid**2, network.z_size, generator=seeds.generator(config.seed, "fixed")).to(device)
    if not network.conditional:
        return z, None
    return z, torch.from_numpy(grid_labels(grid, network.classes)).to(device)
