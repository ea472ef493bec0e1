import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck

from ganstudio import config as cfg
from ganstudio import extensions
from ganstudio.errors import ConfigError
from ganstudio.objectives import OBJECTIVES, Objective, objective, value

REAL = torch.tensor([2.0, -1.0, 0.3], dtype=torch.float64)
FAKE = torch.tensor([-3.0, 0.5, 1.6], dtype=torch.float64)
X, G = REAL.numpy(), FAKE.numpy()
P_X, P_G = 1 / (1 + np.exp(-X)), 1 / (1 + np.exp(-G))  # D(x), D(G(z)) of the cross-entropy losses
P_PAIR = 1 / (1 + np.exp(-(X - G)))  # that the real one of a pair is more real than the fake

CROSS_ENTROPY = -np.log(P_X).mean() - np.log(1 - P_G).mean()
D_LOSSES = {
    "non-saturating": CROSS_ENTROPY,
    "minimax": CROSS_ENTROPY,
    "least-squares": 0.5 * ((X - 1) ** 2).mean() + 0.5 * (G**2).mean(),
    "wasserstein": G.mean() - X.mean(),
    "hinge": np.maximum(0, 1 - X).mean() + np.maximum(0, 1 + G).mean(),
    "relativistic": -np.log(P_PAIR).mean(),
}
G_LOSSES = {
    "non-saturating": -np.log(P_G).mean(),
    "minimax": np.log(1 - P_G).mean(),
    "least-squares": 0.5 * ((G - 1) ** 2).mean(),
    "wasserstein": -G.mean(),
    "hinge": -G.mean(),
    "relativistic": -np.log(1 - P_PAIR).mean(),
}
SMOOTH = 0.1
SMOOTHED = {
    "non-saturating": -(0.9 * np.log(P_X) + 0.1 * np.log(1 - P_X)).mean() - np.log(1 - P_G).mean(),
    "least-squares": 0.5 * ((X - 0.9) ** 2).mean() + 0.5 * (G**2).mean(),
}
SMOOTHED["minimax"] = SMOOTHED["non-saturating"]

each_name = pytest.mark.parametrize("name", list(OBJECTIVES))


def test_value_is_the_papers_formula_and_minus_log_4_at_equilibrium() -> None:
    assert value(REAL, FAKE).item() == pytest.approx(np.log(P_X).mean() + np.log(1 - P_G).mean())
    zero = torch.zeros(5, dtype=torch.float64)
    assert value(zero, zero).item() == pytest.approx(-math.log(4))


def test_cross_entropy_is_minus_the_value() -> None:
    for name in ("non-saturating", "minimax"):
        torch.testing.assert_close(OBJECTIVES[name].d_loss(REAL, FAKE, 0.0), -value(REAL, FAKE))


@each_name
def test_losses_are_the_papers_formulas(name: str) -> None:
    chosen = OBJECTIVES[name]
    d_loss, g_loss = chosen.d_loss(REAL, FAKE, 0.0), chosen.g_loss(FAKE, REAL)
    assert d_loss.shape == g_loss.shape == ()
    assert d_loss.item() == pytest.approx(D_LOSSES[name])
    assert g_loss.item() == pytest.approx(G_LOSSES[name])


@each_name
def test_label_smoothing_moves_only_the_label_of_real_pictures(name: str) -> None:
    smoothed = OBJECTIVES[name].d_loss(REAL, FAKE, SMOOTH).item()
    assert smoothed == pytest.approx(SMOOTHED.get(name, D_LOSSES[name]))


@each_name
def test_losses_fall_where_each_network_gets_its_way(name: str) -> None:
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    d_real, d_fake = torch.autograd.grad(OBJECTIVES[name].d_loss(real, fake, 0.0).sum(), (real, fake))
    (g_fake,) = torch.autograd.grad(OBJECTIVES[name].g_loss(fake, REAL), fake)
    assert d_real[1] < 0 < d_fake[2]  # a real picture taken for fake, a fake taken for real
    assert g_fake[0] < 0  # a fake that D found out


@each_name
def test_gradients_are_those_of_the_loss(name: str) -> None:
    chosen = OBJECTIVES[name]
    real, fake = REAL.clone().requires_grad_(), FAKE.clone().requires_grad_()
    assert gradcheck(lambda x, y: chosen.d_loss(x, y, SMOOTH), (real, fake))
    assert gradcheck(lambda y: chosen.g_loss(y, REAL), (fake,))


@each_name
def test_sure_logits_do_not_overflow(name: str) -> None:
    sure = torch.tensor([1000.0, -1000.0])
    assert torch.isfinite(OBJECTIVES[name].d_loss(sure, -sure, SMOOTH))
    assert torch.isfinite(OBJECTIVES[name].g_loss(sure, -sure))


def test_only_paired_losses_let_g_look_at_real_pictures() -> None:
    for chosen in OBJECTIVES.values():
        moved = chosen.g_loss(FAKE, REAL + 1.0).item() != chosen.g_loss(FAKE, REAL).item()
        assert moved == chosen.paired
    assert OBJECTIVES["relativistic"].paired


@each_name
def test_a_constant_on_all_logits_changes_nothing_where_only_differences_count(name: str) -> None:
    chosen = OBJECTIVES[name]
    same = torch.allclose(chosen.d_loss(REAL + 7.0, FAKE + 7.0, 0.0), chosen.d_loss(REAL, FAKE, 0.0))
    assert same == (chosen.threshold is None)
    if same:
        for moved, still in zip(chosen.opinion(REAL + 7.0, FAKE + 7.0), chosen.opinion(REAL, FAKE), strict=True):
            torch.testing.assert_close(moved, still)


def test_exchanging_the_parts_exchanges_the_relativistic_losses() -> None:
    paired = OBJECTIVES["relativistic"]
    torch.testing.assert_close(paired.g_loss(FAKE, REAL), paired.d_loss(FAKE, REAL, 0.0))


def test_non_saturating_has_the_stronger_gradient_while_d_wins() -> None:
    slopes = {}
    for name in ("non-saturating", "minimax"):
        logits = torch.full((4,), -6.0, requires_grad=True)
        (gradient,) = torch.autograd.grad(OBJECTIVES[name].g_loss(logits, logits.detach()), logits)
        slopes[name] = gradient.abs().sum().item()
    assert slopes["non-saturating"] > 100 * slopes["minimax"]


@each_name
def test_the_opinion_is_above_a_half_for_what_is_taken_for_real(name: str) -> None:
    chosen = OBJECTIVES[name]
    middle = (X.mean() + G.mean()) / 2 if chosen.threshold is None else chosen.threshold
    for shown, logits in zip(chosen.opinion(REAL, FAKE), (X, G), strict=True):
        assert shown.shape == (3,)
        assert ((shown >= 0) & (shown <= 1)).all()
        assert ((shown > 0.5).numpy() == (logits > middle)).all()
    undecided = torch.full((2,), float(chosen.threshold or 0.0))
    assert [each.tolist() for each in chosen.opinion(undecided, undecided)] == [[0.5, 0.5]] * 2


def test_opinions_are_on_the_scale_of_their_loss() -> None:
    logits = torch.tensor([-2.0, -1.0, 0.0, 0.25, 1.0, 3.0], dtype=torch.float64)
    shown = {name: OBJECTIVES[name].opinion(logits, FAKE)[0] for name in ("non-saturating", "least-squares", "hinge")}
    torch.testing.assert_close(shown["non-saturating"], torch.sigmoid(logits))
    assert shown["least-squares"].tolist() == [0.0, 0.0, 0.0, 0.25, 1.0, 1.0]
    assert shown["hinge"].tolist() == [0.0, 0.0, 0.5, 0.625, 1.0, 1.0]


def test_what_is_said_of_each_loss_is_so() -> None:
    for chosen in OBJECTIVES.values():
        softened = chosen.d_loss(REAL, FAKE, SMOOTH).item() != chosen.d_loss(REAL, FAKE, 0.0).item()
        assert softened == chosen.smoothed
        assert chosen.probability == ("is the probability" in chosen.explain)


def test_the_declared_choices_are_the_objectives() -> None:
    assert set(OBJECTIVES) <= set(cfg.find("objective.loss").choices)
    for name, chosen in OBJECTIVES.items():
        assert objective(name) is chosen


def _offer(monkeypatch: pytest.MonkeyPatch, thing: object) -> None:
    entry = SimpleNamespace(name="theirs", value="package:thing", dist=None, load=lambda: thing)
    monkeypatch.setattr(
        extensions, "entry_points_of", lambda group: {"theirs": entry} if group == extensions.OBJECTIVES else {}
    )


def test_a_loss_of_another_package_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = Objective(lambda real, fake, _: (fake - real).mean(), lambda fake, _: -fake.mean())
    _offer(monkeypatch, theirs)
    assert objective("theirs") is theirs
    assert objective("hinge") is OBJECTIVES["hinge"]


def test_what_is_no_objective_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    _offer(monkeypatch, object())
    with pytest.raises(ConfigError, match="loss theirs of another package is not"):
        objective("theirs")
    with pytest.raises(ConfigError, match="no loss named nothing"):
        objective("nothing")
