"""What would make D call a picture more real: where G's loss pushes each of its values."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.errors import InputError
from ganstudio.images import Pictures, to_uint8
from ganstudio.latent.critic import Critic
from ganstudio.latent.inside import find_critic, take_judged
from ganstudio.latent.paths import Mix, Noise
from ganstudio.latent.sampler import Sampler

GREY_LEVEL = 2 / 255  # of pictures in -1..1

_NOT_FINITE = "The numbers of D are not finite at this step, so that there is no gradient. Look at an earlier step."
_NO_GRADIENT = "There is no gradient through this D: it does not compute its answer from the values of the picture."


@dataclass(frozen=True, eq=False)
class Push:
    """Where G's loss pushes a picture.

    Parameters
    ----------
    picture
        What D judges, (1, H, W) or (1, H, W, C).
    slope
        (C, H, W), float32: by how much G's loss falls if the value becomes one grey level larger; negative: it rises.
    chance
        D's opinion of the picture, 0..1.
    moved
        The picture after a step along `slope`, of the same shape.
    moved_chance
        D's opinion of it.
    label
        Class that the picture is judged as; -1: none, or shares of several.
    """

    picture: Pictures
    slope: npt.NDArray[np.float32]
    chance: float
    moved: Pictures
    moved_chance: float
    label: int = -1


def find_push(sampler: Sampler, z: Noise, mix: Mix | None, picture: Pictures | None, levels: float) -> Push:
    """Return where G's loss pushes what G makes of z, or a picture of the data.

    It is minus the gradient of G's loss, as if G had made the picture. A loss that compares fake pictures with real
    ones compares it with one of which D is undecided.

    Parameters
    ----------
    sampler, z, mix, picture
        As in `inside.look_into_discriminator`.
    levels
        Length of the step: root mean square of what the values change by, grey levels. Those that would leave 0..255
        stay at its ends.

    Raises
    ------
    InputError
        There is no D that judges single pictures, or no gradient through it.
    """
    critic = find_critic(sampler)
    shown, x, condition = take_judged(sampler, z, mix, picture)
    logits, gradient = _differentiate(critic, x, condition)
    length = float(gradient.square().mean().sqrt())
    with torch.no_grad():
        step = -gradient * (levels * GREY_LEVEL / length) if length else torch.zeros_like(x)
        moved = (x + step).clamp(-1, 1)
        after = critic.D(moved, condition)
    label = -1 if condition is None or condition.ndim != 1 else int(condition[0])
    slope = (-gradient[0] * GREY_LEVEL).float().contiguous().numpy()
    return Push(shown, slope, critic.chance(logits), to_uint8(moved), critic.chance(after), label)


def _differentiate(
    critic: Critic, x: torch.Tensor, condition: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return D's logits (1,) of a picture, and the gradient of G's loss, of the picture's shape."""
    leaf = x.detach().clone().requires_grad_()
    with torch.enable_grad():
        logits = critic.D(leaf, condition).float()
        undecided = torch.full_like(logits.detach(), critic.centre)
        loss = critic.objective.g_loss(logits, undecided)
        if not loss.requires_grad:
            raise InputError(_NO_GRADIENT)
        (gradient,) = torch.autograd.grad(loss, leaf, allow_unused=True)
    if gradient is None:
        raise InputError(_NO_GRADIENT)
    if not (torch.isfinite(gradient).all() and torch.isfinite(logits).all()):
        raise InputError(_NOT_FINITE)
    return logits.detach(), gradient
