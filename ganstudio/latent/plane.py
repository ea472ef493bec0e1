"""The plane of a run of points: D's opinion, arrows, and what G makes of a grid of noise."""

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.config import RunConfig
from ganstudio.data.points.distributions import LIMIT
from ganstudio.latent.critic import Critic
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Area
from ganstudio.training import rng

Points = npt.NDArray[np.float32]  # (N, 2)
Labels = npt.NDArray[np.int64]

MANIFOLD_CELLS = 20  # along each number of z
MAX_UNITS = 32  # hidden units of a layer that are shown
UNIT_CELLS = 20  # along each side of the small map of a unit
WHOLE = Area(-LIMIT, -LIMIT, LIMIT, LIMIT)
_MIN_ANSWER = 1e-12  # of a unit: one that never answers stays at 0
_MIN_DENSITY = 1e-3  # of real points and fakes: where both are rarer, nothing is known


def fixed_noise(config: RunConfig, count: int) -> tuple[Points, Labels | None]:
    """Return the first of the noise that shows how a run gets on, (count, z_size), and its classes."""
    z, labels = rng.grid_noise(config, torch.device("cpu"))
    return z[:count].numpy(), None if labels is None else labels[:count].numpy()


def opinion_map(critic: Critic, area: Area, rows: int, columns: int) -> Floats:
    """Return D's opinion at the centres of the cells of an area, (rows, columns), 0..1.

    Of a D that knows classes, the mean over all of them.
    """
    return opinion_at(critic, area.centres(rows, columns)).reshape(rows, columns)


def opinion_at(critic: Critic, points: Points) -> Floats:
    """Return D's opinion of points (N, 2), (N,), 0..1: of a D that knows classes, the mean over all of them."""
    if not critic.classes:
        return critic.opinion_at(points)
    by_class = [critic.opinion_at(points, np.full(len(points), label)) for label in range(critic.classes)]
    mean: Floats = np.mean(by_class, axis=0)
    return mean


class BestD:
    """The best D there is against a G: p / (p + q) (I. Goodfellow et al., "Generative adversarial nets", 2014).

    Both densities are estimated in the same way, so that a perfect G gives one half everywhere: with a normal
    distribution around each point, as wide as a cell is long. That of the real points is kept for the next G.

    Parameters
    ----------
    real
        Real points, (N, 2).
    """

    def __init__(self, real: Points) -> None:
        self._real = real
        self._known: tuple[tuple[Area, int, int], Floats] | None = None

    def map(self, fake: Points, area: Area, rows: int, columns: int) -> Floats:
        """Return its opinion at the centres of the cells of an area, (rows, columns).

        nan where there is neither a real point nor a fake, (M, 2).
        """
        cells = area, rows, columns
        if self._known is None or self._known[0] != cells:
            self._known = cells, _density(self._real, *cells)
        p, q = self._known[1], _density(fake, *cells)
        total = p + q
        return np.divide(p, total, out=np.full_like(total, np.nan), where=total > _MIN_DENSITY)


def _density(points: Points, area: Area, rows: int, columns: int) -> Floats:
    """Return the density of points at the centres of cells, (rows, columns): a normal distribution around each.

    As the axes are the plane's, it is a product; torch, in float32, is many times faster at it than NumPy.
    """
    x, y = area.columns(columns), area.rows(rows)
    width = max((area.right - area.left) / columns, (area.top - area.bottom) / rows)
    finite = points[np.isfinite(points).all(1)]
    if not len(finite):
        return np.zeros((rows, columns))
    across, up = (
        torch.exp(_exponents(torch.from_numpy(places.astype(np.float32)), part, width))
        for places, part in zip((x, y), torch.from_numpy(np.ascontiguousarray(finite.T, np.float32)), strict=True)
    )
    density: Floats = (up @ across.T).numpy().astype(np.float64) / (2 * np.pi * width**2 * len(finite))
    return density


def _exponents(places: torch.Tensor, points: torch.Tensor, width: float) -> torch.Tensor:
    """Return those of the normal distributions around points (M,) at places (N,), (N, M).

    None is below -40: products of numbers that float32 hardly holds take ten times as long.
    """
    return torch.square((places[:, None] - points) / width).mul_(-0.5).clamp_min_(-40.0)


def hidden_layers(critic: Critic) -> list[torch.nn.Module]:
    """Return the activations of D's hidden layers, in order."""
    return [module for module in critic.D.modules() if isinstance(module, _ACTIVATIONS)]


_ACTIVATIONS = (torch.nn.ReLU, torch.nn.LeakyReLU, torch.nn.Tanh, torch.nn.SiLU, torch.nn.GELU, torch.nn.ELU)


@torch.no_grad()
def unit_maps(critic: Critic, layer: int, area: Area, rows: int, columns: int) -> Floats:
    """Return what the units of a hidden layer of D answer at the centres of the cells of an area, (K, rows, columns).

    Each is divided by its largest value, so that it is in -1..1: what counts is where a unit answers.
    """
    answers: list[torch.Tensor] = []
    hook = hidden_layers(critic)[layer].register_forward_hook(lambda _, __, output: answers.append(output))
    try:
        x = torch.from_numpy(area.centres(rows, columns))[:, :, None, None]
        critic.D(x, torch.zeros(len(x), dtype=torch.int64) if critic.classes else None)
    finally:
        hook.remove()
    units = answers[0].flatten(1).T
    scaled = units / units.abs().amax(1, keepdim=True).clamp_min(_MIN_ANSWER)
    maps: Floats = scaled.reshape(-1, rows, columns).double().numpy()
    return maps


def slopes(critic: Critic, points: Points, labels: Labels | None) -> Floats:
    """Return the gradient of D's opinion at points (N, 2), (N, 2)."""
    x = _leaf(points)
    chances = critic.objective.chance(critic.D(x, _condition(labels)) - critic.centre)
    return _gradient(chances.sum(), x)


def pushes(critic: Critic, fakes: Points, reals: Points, labels: Labels | None) -> Floats:
    """Return where G's loss pushes each fake, (N, 2): minus the gradient of its part of the loss.

    Parameters
    ----------
    critic
        D, and the loss.
    fakes, reals
        (N, 2) each: a loss that compares takes them in pairs.
    labels
        Classes of the fakes, (N,).
    """
    x, condition = _leaf(fakes), _condition(labels)
    real_logits = torch.zeros(len(fakes))  # where the loss does not compare, they do not count
    if critic.objective.paired:
        with torch.no_grad():
            real_logits = critic.D(torch.from_numpy(reals)[:, :, None, None], condition)
    loss = critic.objective.g_loss(critic.D(x, condition), real_logits)
    return -len(fakes) * _gradient(loss, x)


def _leaf(points: Points) -> torch.Tensor:
    return torch.from_numpy(points)[:, :, None, None].clone().requires_grad_()


def _condition(labels: Labels | None) -> torch.Tensor | None:
    return None if labels is None else torch.from_numpy(labels)


def _gradient(value: torch.Tensor, x: torch.Tensor) -> Floats:
    (gradient,) = torch.autograd.grad(value, x)
    return gradient.flatten(1).double().numpy()


def even_noise(config: RunConfig) -> tuple[Points, Labels | None]:
    """Return an even grid of noise, (K^2, 2), or a row of it, (K, 1), and classes: always the first, if there are any.

    Between neighbours there is the same share of the noise. Of noise that has more than two numbers, none: (0, z_size).
    """
    z = rng.even_noise(config, MANIFOLD_CELLS)
    if z is None:
        z = torch.zeros(0, config.network.z_size)
    return z.numpy(), np.zeros(len(z), np.int64) if config.network.conditional else None


def manifold(points: Points, config: RunConfig) -> Floats | None:
    """Return the points that G makes of the even noise as a grid, (K, K, 2), or a row, (K, 2); None: there are none."""
    if not len(points):
        return None
    return points.astype(np.float64).reshape(*[MANIFOLD_CELLS + 1] * config.network.z_size, 2)
