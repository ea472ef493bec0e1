import math

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.training.objectives import OBJECTIVES, value

REAL = torch.tensor([2.0, -1.0, 0.3], dtype=torch.float64)
FAKE = torch.tensor([-3.0, 0.5, 1.5], dtype=torch.float64)


def test_value_is_the_papers_formula_and_minus_log_4_at_equilibrium() -> None:
    by_hand = torch.log(torch.sigmoid(REAL)).mean() + torch.log(1 - torch.sigmoid(FAKE)).mean()
    torch.testing.assert_close(value(REAL, FAKE), by_hand)
    zero = torch.zeros(5, dtype=torch.float64)
    assert value(zero, zero).item() == pytest.approx(-math.log(4))


def test_d_loss_is_minus_the_value() -> None:
    for objective in OBJECTIVES.values():
        torch.testing.assert_close(objective.d_loss(REAL, FAKE), -value(REAL, FAKE))


def test_g_losses_are_the_papers_formulas() -> None:
    D = torch.sigmoid(FAKE)
    torch.testing.assert_close(OBJECTIVES["minimax"].g_loss(FAKE), torch.log(1 - D).mean())
    torch.testing.assert_close(OBJECTIVES["non-saturating"].g_loss(FAKE), -torch.log(D).mean())


@pytest.mark.parametrize("name", sorted(OBJECTIVES))
def test_sure_logits_do_not_overflow(name: str) -> None:
    sure = torch.tensor([1000.0, -1000.0])
    assert torch.isfinite(OBJECTIVES[name].d_loss(sure, sure))
    assert torch.isfinite(OBJECTIVES[name].g_loss(sure))


def test_non_saturating_has_the_stronger_gradient_while_d_wins() -> None:
    logits = torch.full((4,), -6.0, requires_grad=True)
    slopes = {}
    for name, objective in OBJECTIVES.items():
        (gradient,) = torch.autograd.grad(objective.g_loss(logits), logits)
        slopes[name] = gradient.abs().sum().item()
    assert slopes["non-saturating"] > 100 * slopes["minimax"]


def test_the_declared_choices_are_the_objectives() -> None:
    assert set(cfg.find("objective.loss").setting.choices) == set(OBJECTIVES)
