"""What would make D call a picture more real."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.config import DataConfig, NetworkConfig, ObjectiveConfig, RunConfig
from ganstudio.errors import InputError
from ganstudio.latent.paths import noise, one_hot
from ganstudio.latent.push import GREY_LEVEL, find_push
from ganstudio.latent.sampler import Sampler
from support import models

Z, MIX = noise(1, 12, 4), one_hot(2, 3)[None]


def made(tmp_path: Path, loss: str = "non-saturating", channels: int = 1, **network: object) -> Sampler:
    settings = RunConfig(
        data=DataConfig("digits", 28, channels),
        network=NetworkConfig("dcgan", 12, 8, **network),
        objective=ObjectiveConfig(loss),
    )
    models.write(tmp_path / loss, settings, d_centre=0.5)
    sampler = Sampler.from_snapshot(tmp_path / loss, settings)
    for weight in (*sampler.G.parameters(), *(sampler.critic.D.parameters() if sampler.critic else ())):
        weight.data.mul_(4)
    return sampler


@pytest.mark.parametrize("loss", ["minimax", "non-saturating", "relativistic", "wasserstein"])
def test_the_slope_is_by_how_much_the_loss_of_g_falls_per_grey_level(tmp_path: Path, loss: str) -> None:
    sampler = made(tmp_path, loss, conditional=True, classes=3)
    critic, push = sampler.critic, find_push(sampler, Z, MIX, None, 2)
    label = torch.tensor([2])
    x = sampler.G(torch.from_numpy(Z), label)

    def g_loss(x: torch.Tensor) -> float:
        return float(critic.objective.g_loss(critic.D(x, label), torch.tensor([0.5])))

    row, column = np.unravel_index(np.abs(push.slope[0]).argmax(), (28, 28))
    lighter = x.clone()
    lighter[0, 0, row, column] += GREY_LEVEL
    assert g_loss(x) - g_loss(lighter) == pytest.approx(push.slope[0, row, column], rel=0.2)
    assert push.label == 2
    assert np.array_equal(push.picture, sampler.sample(Z, mix=MIX))
    assert push.chance == pytest.approx(float(critic.opinion(push.picture, np.array([2]))[0]), abs=0.02)
    assert push.moved_chance > push.chance


def test_a_real_picture_in_colour_moves_by_as_many_grey_levels_as_were_asked_for(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(60, 200, (1, 28, 28, 3), np.uint8)
    push = find_push(made(tmp_path, channels=3), Z, None, picture, 4)
    assert push.slope.shape == (3, 28, 28)
    assert push.label == -1
    moves = push.moved.astype(float) - picture
    assert np.sqrt((moves**2).mean()) == pytest.approx(4, abs=0.1)
    assert np.corrcoef(moves[0].transpose(2, 0, 1).ravel(), push.slope.ravel())[0, 1] > 0.99


def test_there_is_no_gradient_of_a_d_of_packs_of_one_that_ran_away_and_of_one_that_looks_at_nothing(
    tmp_path: Path,
) -> None:
    settings = RunConfig(data=DataConfig("digits", 28), network=NetworkConfig("dcgan", 12, 8, packing=2))
    models.write(tmp_path / "a", settings, d_centre=None)
    with pytest.raises(InputError, match="2 pictures at a time"):
        find_push(Sampler.from_snapshot(tmp_path / "a", settings), Z, None, None, 4)
    sampler = made(tmp_path)
    next(sampler.critic.D.parameters()).data.fill_(float("nan"))
    with pytest.raises(InputError, match="not finite"):
        find_push(sampler, Z, None, None, 4)
    sampler.critic.D.forward = lambda x, labels: torch.zeros(len(x))
    with pytest.raises(InputError, match="no gradient"):
        find_push(sampler, Z, None, None, 4)


def test_where_the_gradient_is_zero_the_picture_stays(tmp_path: Path) -> None:
    sampler = made(tmp_path)
    sampler.critic.D.forward = lambda x, labels: x.flatten(1).sum(1) * 0
    push = find_push(sampler, Z, None, None, 4)
    assert not push.slope.any()
    assert np.array_equal(push.moved, push.picture)
