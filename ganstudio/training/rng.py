"""Random numbers of a run: independent streams from one seed, and the noise of a step."""

import hashlib

import torch

from ganstudio import config as cfg
from ganstudio.data.points import density_picture
from ganstudio.images import grid_labels
from ganstudio.networks.points import from_uniform

_MOST_NOISE = 0.99  # of the noise along a number of z that is normal: its ends are far away

# ---- streams ----------------------------------------------------------------------------------------------------


def derive_seed(seed: int, stream: str) -> int:
    """Return the 63-bit seed of the named stream, so that a new draw in one stream does not shift the others."""
    digest = hashlib.sha256(f"{stream}:{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def make_generator(seed: int, stream: str, device: torch.device | str = "cpu") -> torch.Generator:
    """Return a random generator of the named stream on `device`."""
    return torch.Generator(device).manual_seed(derive_seed(seed, stream))


# ---- noise of a step --------------------------------------------------------------------------------------------


class Noise:
    """All random numbers of a step: latent vectors, labels of fakes, augmentation, instance noise.

    Draws for the whole batch of all processes and returns this process's rows, so that a run draws the same numbers
    with any number of processes.

    Parameters
    ----------
    seed
        Seed of the run.
    device
        Where numbers are drawn.
    batch_size
        Of all processes together.
    rank, world_size
        This process's number, 0..world_size - 1, and how many there are.
    """

    def __init__(self, seed: int, device: torch.device, batch_size: int, rank: int = 0, world_size: int = 1) -> None:
        n = batch_size // world_size
        self.rng = make_generator(seed, "noise", device)
        self._seed = seed
        self._device = device
        self._batch_size = batch_size
        self._own_rows = slice(rank * n, (rank + 1) * n)

    def load(self, state: torch.Tensor, step: int) -> None:
        """Continue from the state that `rng` had at `step`.

        If there is none, or one of another kind of device, a new stream begins at that step.
        """
        if state.shape == self.rng.get_state().shape:
            self.rng.set_state(state)
        else:
            self.rng.manual_seed(derive_seed(self._seed, f"noise from step {step}"))

    def normal(self, *shape: int) -> torch.Tensor:
        """Return standard normal numbers (n, *shape), one row per picture of this process."""
        rows = torch.randn((self._batch_size, *shape), generator=self.rng, device=self._device)
        return rows[self._own_rows]

    def uniform(self, shape: tuple[int, ...]) -> torch.Tensor:
        """Return numbers from U[0, 1) of `shape`, whose first dimension is n, one row per picture of this process."""
        rows = torch.rand((self._batch_size, *shape[1:]), generator=self.rng, device=self._device)
        return rows[self._own_rows]


def grid_noise(config: cfg.RunConfig, device: torch.device) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return what the sample grid is made from, the same throughout the run; of points, what all of them are made from.

    Returns
    -------
    z
        Latent vectors (grid^2, z_size); of points (SHOWN, z_size).
    labels
        Classes (grid^2,) or (SHOWN,), int64, or None for a run without.
    """
    grid, network = config.output.grid, config.network
    count = density_picture.SHOWN if config.makes_points else grid**2
    z = torch.randn(count, network.z_size, generator=make_generator(config.seed, "fixed")).to(device)
    if not network.conditional:
        return z, None
    if config.makes_points:
        return z, torch.arange(count, device=device) % network.classes
    return z, torch.from_numpy(grid_labels(grid, network.classes)).to(device)


def even_noise(config: cfg.RunConfig, cells: int) -> torch.Tensor | None:
    """Return z at the corners of an even grid: between neighbours there is the same share of the noise.

    Returns
    -------
    torch.Tensor or None
        z of one number, (cells + 1, 1), or of two, ((cells + 1)^2, 2); None where it has more.
    """
    size = config.network.z_size
    if size > 2:
        return None
    most = 1.0 if config.network.noise == "uniform" else _MOST_NOISE
    line = from_uniform(torch.linspace(-most, most, cells + 1))
    return torch.cartesian_prod(*[line] * size).reshape(-1, size)
