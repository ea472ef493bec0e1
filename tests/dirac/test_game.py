"""The smallest GAN follows the gradients of the losses of training; known cases have their closed form."""

import math

import numpy as np
import pytest
import torch

from ganstudio.dirac.game import MAX_DISTANCE, advance, forces, velocity
from ganstudio.dirac.settings import GameSettings, Penalty, Steps
from ganstudio.objectives import OBJECTIVES, Objective

POINTS = np.array([[1.0, 1.0], [-0.7, 1.9], [0.4, -2.5], [-1.8, -0.3], [2.0, -1.5], [0.0, 0.6]])
THETA, PSI = POINTS.T
LOGIT = THETA * PSI


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


CLOSED = {  # -dL_G/dtheta and -dL_D/dpsi; Mescheder et al. 2018, with f(t) = -log(1 + exp(-t)), t, and so on
    "minimax": (PSI * sigmoid(LOGIT), -THETA * sigmoid(LOGIT)),
    "non-saturating": (PSI * sigmoid(-LOGIT), -THETA * sigmoid(LOGIT)),
    "least-squares": (PSI * (0.5 - LOGIT), -THETA * (0.5 + LOGIT)),
    "wasserstein": (PSI, -THETA),
    "hinge": (PSI, -THETA * (LOGIT > -1)),
    "relativistic": (PSI * sigmoid(-LOGIT), -THETA * sigmoid(LOGIT)),
}


@pytest.mark.parametrize("loss", OBJECTIVES)
def test_arrows_of_each_loss_are_the_closed_form(loss: str) -> None:
    np.testing.assert_allclose(forces(GameSettings(loss), POINTS), np.stack(CLOSED[loss], 1), atol=1e-12)


@pytest.mark.parametrize("penalty", Penalty)
def test_a_penalty_pulls_at_the_slope_only(penalty: Penalty) -> None:
    towards_flat, towards_one = -2.5 * PSI, -2 * 2.5 * (np.abs(PSI) - 1) * np.sign(PSI)
    pull = {Penalty.R1: towards_flat, Penalty.R2: towards_flat}
    pull |= {Penalty.GRADIENT: towards_one, Penalty.DRAGAN: towards_one}
    added = forces(GameSettings("minimax", penalty, 2.5), POINTS) - forces(GameSettings("minimax"), POINTS)
    np.testing.assert_allclose(added[:, 0], 0, atol=1e-12)
    np.testing.assert_allclose(added[:, 1], pull.get(penalty, 0 * PSI), atol=1e-12)


def test_noise_is_what_it_does_on_average() -> None:
    found = forces(GameSettings("least-squares", noise=0.8), POINTS)
    expected = PSI * (0.5 - LOGIT), -(THETA / 2 + PSI * THETA**2 + 2 * PSI * 0.8**2)
    np.testing.assert_allclose(found, np.stack(expected, 1), atol=1e-12)


def test_a_loss_of_another_package_is_seen_point_by_point(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may look at its numbers and compare a batch with itself: no point may feel the others."""

    def d_loss(real: torch.Tensor, fake: torch.Tensor, _: float) -> torch.Tensor:
        return (fake - fake.mean().detach()).sum() + fake.sum() * (2.0 if fake.mean() > 0 else 1.0)

    theirs = Objective(d_loss, lambda fake, _: fake.new_zeros(()), threshold=None)
    monkeypatch.setitem(OBJECTIVES, "theirs", theirs)
    found = forces(GameSettings("theirs"), POINTS)
    np.testing.assert_allclose(found[:, 1], -THETA * np.where(LOGIT > 0, 3, 2))
    assert not found[:, 0].any()  # its loss of G is a constant


def test_speeds_are_the_rates_and_the_steps_of_d() -> None:
    game = GameSettings("wasserstein", d_lr=0.2, g_lr=0.3, d_steps=4)
    np.testing.assert_allclose(velocity(game, POINTS), np.stack([0.3 * PSI, -0.8 * THETA], 1))


def test_g_sees_the_new_d_only_where_steps_alternate() -> None:
    game = {steps: GameSettings("wasserstein", d_lr=0.1, g_lr=0.5, d_steps=2, steps=steps) for steps in Steps}
    [alternating] = advance(game[Steps.ALTERNATING], (1.0, 3.0), 1)
    assert alternating == pytest.approx([1 + 0.5 * (3 - 0.2), 3 - 0.2])
    [together] = advance(game[Steps.SIMULTANEOUS], (1.0, 3.0), 1)
    assert together == pytest.approx([1 + 0.5 * 3, 3 - 0.2])


@pytest.mark.parametrize("loss", ["minimax", "wasserstein"])
def test_without_a_penalty_small_steps_keep_the_distance(loss: str) -> None:
    path = advance(GameSettings(loss, steps=Steps.CONTINUOUS), (1.0, 1.0), 40)
    np.testing.assert_allclose(np.hypot(*path.T), math.sqrt(2), rtol=1e-4)
    assert path[:, 1].min() < -1  # and it moves


def test_steps_of_a_finite_length_lead_outwards_by_what_euler_adds() -> None:
    path = advance(GameSettings("wasserstein", steps=Steps.SIMULTANEOUS), (1.0, 1.0), 40)
    np.testing.assert_allclose(np.hypot(*path.T), math.sqrt(2) * 1.01 ** (np.arange(1, 41) / 2))


def test_with_r1_it_spirals_in_along_the_exact_path() -> None:
    path = advance(GameSettings("wasserstein", Penalty.R1, 1.0, steps=Steps.CONTINUOUS), (1.0, 1.0), 30)
    matrix = torch.tensor([[0.0, 0.1], [-0.1, -0.1]], dtype=torch.float64)
    exact = [(torch.matrix_exp(matrix * time) @ torch.ones(2, dtype=torch.float64)).numpy() for time in range(1, 31)]
    np.testing.assert_allclose(path, exact, atol=1e-4)
    assert np.hypot(*path[-1]) < 0.5


@pytest.mark.parametrize("steps", Steps)
def test_clipping_keeps_the_slope_within_its_limits(steps: Steps) -> None:
    game = GameSettings("wasserstein", Penalty.CLIP, 0.5, d_lr=0.4, g_lr=0.4, steps=steps)
    path = advance(game, (1.0, 3.0), 12)
    assert np.abs(path[:, 1]).max() == 0.5
    assert np.ptp(path[:, 0]) > 1


def test_a_path_ends_where_it_is_too_far_away() -> None:
    path = advance(GameSettings("wasserstein", d_lr=2.0, g_lr=2.0, steps=Steps.SIMULTANEOUS), (1.0, 1.0), 40)
    assert 10 < len(path) < 40
    assert 1e5 < np.abs(path[-1]).max() < MAX_DISTANCE
