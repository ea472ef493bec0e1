"""G_ema by hand: a generator of one weight that has run away from its average."""

import pytest
import torch
from torch import nn

from ganstudio.config import EmaConfig
from ganstudio.training.ema import EMA, frozen_copy


def far_from_its_average() -> tuple[nn.Module, EMA]:
    """A generator whose weights are 1, and its average, whose are 0."""
    G = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    for parameter in G.parameters():
        nn.init.zeros_(parameter)
    average = EMA(G)
    for parameter in G.parameters():
        nn.init.ones_(parameter)
    return G, average


@pytest.mark.parametrize(
    ("images", "settings", "half_life"),
    [
        (1000, EmaConfig(half_life=64, warm_up=0.0), 64),
        (0, EmaConfig(half_life=64, warm_up=0.0), 64),  # full at once
        (1000, EmaConfig(half_life=64, warm_up=0.05), 50),  # a twentieth of what was seen
        (1000, EmaConfig(half_life=64, warm_up=1.0), 64),  # never longer than the half-life
    ],
)
def test_half_of_a_difference_is_left_after_the_half_life(images: int, settings: EmaConfig, half_life: float) -> None:
    _, average = far_from_its_average()
    average.update(16, images, settings)
    for parameter in average.module.parameters():
        torch.testing.assert_close(parameter, torch.full_like(parameter, 1 - 0.5 ** (16 / half_life)))


def test_before_the_first_picture_the_average_is_g_itself() -> None:
    _, average = far_from_its_average()
    average.update(16, 0, EmaConfig(half_life=64, warm_up=0.05))
    assert all((parameter == 1).all() for parameter in average.module.parameters())


def test_an_update_moves_only_the_average_and_copies_the_buffers() -> None:
    G, average = far_from_its_average()
    G[1].running_mean.fill_(3.0)
    average.update(16, 1000, EmaConfig(half_life=64))
    assert all((parameter == 1).all() for parameter in G.parameters())
    assert average.module[1].running_mean.tolist() == [3.0]


def test_a_frozen_copy_does_not_train_and_does_not_follow() -> None:
    G = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    copy = frozen_copy(G)
    before = [parameter.clone() for parameter in copy.parameters()]
    for parameter in G.parameters():
        nn.init.constant_(parameter, 7.0)
    assert all(torch.equal(old, new) for old, new in zip(before, copy.parameters(), strict=True))
    assert not any(parameter.requires_grad for parameter in copy.parameters())
    assert not any(module.training for module in copy.modules())
    assert all(module.training for module in G.modules())
    assert all(parameter.requires_grad for parameter in G.parameters())
