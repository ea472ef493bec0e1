"""The Dirac-GAN of Mescheder et al. 2018, section 2: what pushes its fake and its D, by the losses of training.

All real pictures are one number, 0. G makes one number, theta. D is a slope, psi: D(x) = c + psi x, where c is the
logit at which the loss calls D undecided, 0 for most. The equilibrium is theta = psi = 0: the fake lies on the real
point, and D is flat. Losses and penalties are those of `ganstudio.objectives` and `ganstudio.training.penalties`,
through autograd, so that losses of other packages are seen as they train.
"""

from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.dirac.settings import GameSettings, Penalty, Steps
from ganstudio.objectives import objective
from ganstudio.training import penalties

Floats = npt.NDArray[np.float64]

MAX_DISTANCE = 1e6  # from the equilibrium, where a path ends
_NOISE_VALUES = 15  # that stand for all instance noise
_MAX_ERROR = 1e-5  # of a step in continuous time, as a fraction of the distance where that is above 1
_MIN_STEP = 1 / 256  # in continuous time


def forces(game: GameSettings, points: Floats) -> Floats:
    """Return what gradient descent follows at each point: minus the gradients of the losses.

    Parameters
    ----------
    game
        The settings. Learning rates and turns do not count here.
    points
        theta and psi, (N, 2).

    Returns
    -------
    ndarray
        -dL_G/dtheta and -dL_D/dpsi, with its penalty, (N, 2).

    Raises
    ------
    ConfigError
        There is no such loss, or it cannot be used.
    """
    return np.stack([push_of_g(game, *points.T), push_of_d(game, *points.T)], 1)


def push_of_d(game: GameSettings, theta: Floats, psi: Floats) -> Floats:
    """Return -dL_D/dpsi with the penalty, (N,), at theta and psi, (N,)."""
    fake = torch.tensor(theta, dtype=torch.float64)
    slope = torch.tensor(psi, dtype=torch.float64, requires_grad=True)
    real_logits, fake_logits = _judge(game, fake, slope)
    d_loss = objective(game.loss).d_loss
    losses = [d_loss(*logits, 0.0) for logits in zip(real_logits, fake_logits, strict=True)]
    return _descent(torch.stack(losses).sum() + _penalty(game, fake, slope), slope)


def push_of_g(game: GameSettings, theta: Floats, psi: Floats) -> Floats:
    """Return -dL_G/dtheta, (N,), at theta and psi, (N,)."""
    fake = torch.tensor(theta, dtype=torch.float64, requires_grad=True)
    slope = torch.tensor(psi, dtype=torch.float64)
    real_logits, fake_logits = _judge(game, fake, slope)
    g_loss = objective(game.loss).g_loss
    losses = [g_loss(*logits) for logits in zip(fake_logits, real_logits, strict=True)]
    return _descent(torch.stack(losses).sum(), fake)


def velocity(game: GameSettings, points: Floats) -> Floats:
    """Return how fast the points move, (N, 2): the forces times the learning rates, D's times its steps."""
    return forces(game, points) * (game.g_lr, game.d_lr * game.d_steps)


def advance(game: GameSettings, start: tuple[float, float], count: int) -> Floats:
    """Return the next `count` points of the path from a point, (count, 2).

    They are fewer where the path leaves `MAX_DISTANCE`.
    """
    move = {Steps.ALTERNATING: _alternate, Steps.SIMULTANEOUS: _step_together, Steps.CONTINUOUS: _flow}[game.steps]
    point = np.array(start, np.float64)
    path = np.empty((count, 2))
    for index in range(count):
        point = move(game, point)
        if not (np.abs(point) < MAX_DISTANCE).all():
            return path[:index]
        path[index] = point
    return path


# ---- losses -----------------------------------------------------------------------------------------------------


def _judge(game: GameSettings, fake: torch.Tensor, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return D's logits of the real point and of the fake, (N, K) each, with K values of the noise.

    A loss takes a row at a time: it may compare the logits of a batch with each other.
    """
    centre = objective(game.loss).threshold or 0.0
    real_noise, fake_noise = _noise(game.noise)
    return centre + slope[:, None] * real_noise, centre + slope[:, None] * (fake[:, None] + fake_noise)


def _descent(loss: torch.Tensor, x: torch.Tensor) -> Floats:
    """Return minus the gradient; 0 where the loss does not depend on x."""
    if not loss.requires_grad:
        return np.zeros(len(x))
    (gradient,) = torch.autograd.grad(loss, x, materialize_grads=True)
    descent: Floats = -gradient.numpy()
    return descent


def _penalty(game: GameSettings, theta: torch.Tensor, psi: torch.Tensor) -> torch.Tensor:
    """Return the sum of the weighted penalties of all points (0-d)."""
    fake = theta.clone()[:, None, None, None].requires_grad_()  # pictures of one pixel
    real = torch.zeros_like(fake).requires_grad_()
    middle = torch.full_like(fake, 0.5)
    if game.penalty is Penalty.R1:
        mean = penalties.zero_centred(_logits(psi, real), real)
    elif game.penalty is Penalty.R2:
        mean = penalties.zero_centred(_logits(psi, fake), fake)
    elif game.penalty is Penalty.GRADIENT:
        points = penalties.interpolate(real, fake, middle)
        mean = penalties.one_centred(_logits(psi, points), points)
    elif game.penalty is Penalty.DRAGAN:
        points = penalties.perturb(real, middle)
        mean = penalties.one_centred(_logits(psi, points), points)
    else:
        return psi.new_zeros(())
    return game.weight * len(psi) * mean


def _logits(psi: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Return D(x), (N,), without its constant, of pictures (N, 1, 1, 1)."""
    return psi * x.flatten()


@cache
def _noise(scale: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return noise for real and for fake that together stands for all there is: every pair of some values of each.

    The values are as likely as each other and have the variance of the noise, so that means over them are expectations.
    """
    if scale == 0:
        return (torch.zeros(1, dtype=torch.float64),) * 2
    normal = NormalDist()
    values = torch.tensor(
        [normal.inv_cdf((index + 0.5) / _NOISE_VALUES) for index in range(_NOISE_VALUES)], dtype=torch.float64
    )
    values *= scale / values.square().mean().sqrt()
    pairs = torch.cartesian_prod(values, values)
    return pairs[:, 0], pairs[:, 1]


# ---- steps ------------------------------------------------------------------------------------------------------


def _alternate(game: GameSettings, point: Floats) -> Floats:
    theta, psi = point[:1], _train_d(game, point)
    return np.concatenate([theta + game.g_lr * push_of_g(game, theta, psi), psi])


def _step_together(game: GameSettings, point: Floats) -> Floats:
    theta, psi = point[:1], point[1:]
    return np.concatenate([theta + game.g_lr * push_of_g(game, theta, psi), _train_d(game, point)])


def _train_d(game: GameSettings, point: Floats) -> Floats:
    """Return D's slope, (1,), after its updates."""
    theta, psi = point[:1], point[1:]
    for _ in range(game.d_steps):
        psi = _clip(game, psi + game.d_lr * push_of_d(game, theta, psi))
    return psi


def _flow(game: GameSettings, point: Floats) -> Floats:
    """Return the point one unit of time later, by steps of the length that the error allows.

    Bogacki and Shampine 1989: third order, with an estimate of the error from a second order.
    """
    time, step = 0.0, 1.0
    first = _velocity_at(game, point)
    while time < 1.0:
        step = min(step, 1.0 - time)
        second = _velocity_at(game, point + step / 2 * first)
        third = _velocity_at(game, point + 3 / 4 * step * second)
        moved = point + step / 9 * (2 * first + 3 * second + 4 * third)
        fourth = _velocity_at(game, moved)
        error = step * float(np.abs(-5 / 72 * first + second / 12 + third / 9 - fourth / 8).max())
        allowed = _MAX_ERROR * max(1.0, float(np.abs(point).max()))
        if not error > allowed or step <= _MIN_STEP:
            time += step
            clipped = _clip(game, moved[1:])
            first = fourth if clipped == moved[1:] else _velocity_at(game, np.array([moved[0], clipped[0]]))
            point = np.concatenate([moved[:1], clipped])
        change = 0.9 * (allowed / error) ** (1 / 3) if error > 0 else 5.0
        step = max(_MIN_STEP, step * min(5.0, max(0.2, change)))
    return point


def _velocity_at(game: GameSettings, point: Floats) -> Floats:
    """Return the velocity of one point, (2,); at the limit that clipping sets, D moves only inwards."""
    moving: Floats = velocity(game, point[None])[0]
    if game.max_slope is not None and abs(point[1]) >= game.max_slope and moving[1] * point[1] > 0:
        moving[1] = 0.0
    return moving


def _clip(game: GameSettings, psi: Floats) -> Floats:
    return psi if game.max_slope is None else np.clip(psi, -game.max_slope, game.max_slope)
