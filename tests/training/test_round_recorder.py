"""Record of a round: it holds what the updates took, found and changed, and the run goes on as if there were none."""

import copy
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.data.points.distributions import LIMIT
from ganstudio.events import ManualUpdate
from ganstudio.objectives import objective
from ganstudio.round_record import MANIFOLD_CELLS, MAP_CELLS, Update
from ganstudio.training.trainer import Trainer
from support import training
from support.rounds import points, record


def pictures(**changes: Any) -> Trainer:
    return training.trainer(**{"engine__precision": "float32", **changes})


def x(shown: np.ndarray | None) -> torch.Tensor:
    assert shown is not None
    return torch.from_numpy(shown)[:, :, None, None]


@pytest.mark.parametrize(
    ("make", "changes"),
    [
        (points, {"schedule__d_steps": 3, "penalty__r1": 0.1, "penalty__every": 2, "objective__loss": "wasserstein"}),
        (points, {"network__conditional": True, "network__packing": 2, "penalty__gradient": 1.0}),
        (points, {"objective__loss": "relativistic", "stabilise__noise": 0.1, "network__noise": "uniform"}),
        (points, {"schedule__reuse_fakes": True, "schedule__d_steps": 2, "stabilise__clip_gradient": 0.1}),
        (points, {"schedule__mode": "epochs"}),
        (points, {"optimizer__accumulate": 2, "optimizer__name": "sgd"}),
        (pictures, {"network__name": "dcgan", "network__spectral_norm": True, "stabilise__translation": True}),
        (pictures, {"network__name": "dcgan", "engine__precision": "bfloat16", "stabilise__mirror": True}),
    ],
    ids=["steps", "packs", "relativistic", "reused", "epochs", "accumulated", "spectral-norm", "batch-norm"],
)
def test_a_round_that_is_recorded_trains_as_one_that_is_not(make: Any, changes: dict[str, Any]) -> None:
    watched, plain = make(**changes), make(**changes)
    for trainer in (watched, plain):
        list(trainer.manual_update(ManualUpdate.ROUND, recorded=trainer is watched))
        trainer.round()
    one, other = watched.state(), plain.state()
    assert [name for name, tensor in one.tensors.items() if not torch.equal(tensor, other.tensors[name])] == []
    assert {**one.meta, "seconds": 0} == {**other.meta, "seconds": 0}


def test_a_round_is_recorded_among_rounds_that_are_replayed() -> None:
    watched, plain = points(schedule__d_steps=2), points(schedule__d_steps=2)
    for trainer in (watched, plain):
        for _ in range(40):
            trainer.round()
        assert trainer.game.engine.replay._records
        list(trainer.manual_update(ManualUpdate.ROUND, recorded=trainer is watched))
        for _ in range(3):
            trainer.round()
    for one, other in zip(watched.state().tensors.values(), plain.state().tensors.values(), strict=True):
        assert torch.equal(one, other)


def test_a_record_holds_every_update_with_what_it_took_and_found() -> None:
    trainer = points(schedule__d_steps=3, schedule__g_steps=2, penalty__r1=0.5)
    D, G = copy.deepcopy(trainer.D), copy.deepcopy(trainer.G)
    taken = record(trainer)
    assert [(each.is_of_d, each.number, each.count) for each in taken.updates] == [
        (True, 1, 3),
        (True, 2, 3),
        (True, 3, 3),
        (False, 1, 2),
        (False, 2, 2),
    ]
    assert (taken.d_parameters, taken.g_parameters) == (105, 114)
    first = taken.updates[0]
    torch.testing.assert_close(G(torch.from_numpy(first.noise)), x(first.fakes))
    assert_judged(D, first)
    loss = objective("non-saturating")
    assert first.real is not None
    scores = torch.from_numpy(first.real.scores), torch.from_numpy(first.fake.scores)
    assert first.loss == pytest.approx(float(loss.d_loss(*scores, 0.0)))
    assert first.penalty == pytest.approx(0.25 * float(slopes(D, x(first.reals)).square().sum(1).mean()), rel=1e-4)
    assert (first.real.pushes > 0).all()
    assert (first.fake.pushes < 0).all()
    np.testing.assert_allclose(first.fake.pushes, -first.fake.opinions, rtol=1e-5)  # of softplus
    assert first.means.real_before == pytest.approx(first.real.mean_opinion)
    assert taken.updates[1].means.fake_before == pytest.approx(taken.updates[1].fake.mean_opinion)
    assert first.means.real_after != first.means.real_before
    assert first.fakes_after is first.fake_pushes is first.manifold is None


def test_a_record_holds_what_each_update_changed() -> None:
    trainer = points(optimizer__beta1=0.0)
    D, G = copy.deepcopy(trainer.D), copy.deepcopy(trainer.G)
    taken = record(trainer)
    of_d, of_g = taken.updates
    weights = [torch.cat([w.detach().flatten() for w in net.parameters()]) for net in (D, trainer.D, G, trainer.G)]
    assert of_d.moved == pytest.approx(float((weights[1] - weights[0]).norm() / weights[0].norm()), rel=1e-4)
    assert of_g.moved == pytest.approx(float((weights[3] - weights[2]).norm() / weights[2].norm()), rel=1e-4)
    for opinion_map, network in ((taken.opinion_map, D), (of_d.opinion_map, trainer.D)):
        assert opinion_map is not None
        corner = torch.tensor([[-LIMIT, LIMIT]]) * (1 - 1 / MAP_CELLS)  # row 0 is at the top
        opinion = network(corner[:, :, None, None]).sigmoid().detach()
        assert opinion_map[0, 0] == pytest.approx(float(opinion), abs=1e-5)
    assert_judged(trainer.D, of_g)  # D has moved before G's update
    assert_pushed(trainer.D, of_g)
    torch.testing.assert_close(trainer.G(torch.from_numpy(of_g.noise)), x(of_g.fakes_after))
    assert of_g.means.fake_after == pytest.approx(float(trainer.D(x(of_g.fakes_after)).detach().sigmoid().mean()))
    assert (of_g.means.real_before, of_g.reals, of_g.real, of_g.opinion_map) == (None,) * 4
    assert of_g.manifold is not None
    assert taken.manifold is not None
    assert of_g.manifold.shape == (MANIFOLD_CELLS + 1, MANIFOLD_CELLS + 1, 2)
    middle = trainer.G(torch.zeros(1, 2)).detach().flatten().numpy()
    np.testing.assert_allclose(of_g.manifold[MANIFOLD_CELLS // 2, MANIFOLD_CELLS // 2], middle, atol=1e-5)
    assert not np.allclose(of_g.manifold, taken.manifold, atol=1e-4)


def test_the_norm_of_the_gradient_is_that_of_the_loss() -> None:
    trainer = points()
    D = copy.deepcopy(trainer.D)
    first = record(trainer).updates[0]
    loss = objective("non-saturating").d_loss(D(x(first.reals)), D(x(first.fakes)), 0.0)
    gradients = torch.autograd.grad(loss, list(D.parameters()))
    norm = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    assert first.gradient == pytest.approx(float(norm), rel=1e-4)


def test_where_d_has_no_middle_its_opinions_are_counted_from_that_of_its_scores() -> None:
    taken = record(points(objective__loss="wasserstein"))
    of_d, of_g = taken.updates
    assert of_d.real is not None
    middle = (of_d.real.mean_score + of_d.fake.mean_score) / 2
    np.testing.assert_allclose(of_d.fake.opinions, 1 / (1 + np.exp(middle - of_d.fake.scores)), rtol=1e-5)
    np.testing.assert_allclose(of_d.real.pushes, 1.0)
    np.testing.assert_allclose(of_g.fake.pushes, 1.0)


def test_packs_are_judged_together_and_a_single_point_is_not() -> None:
    taken = record(points(network__packing=2, network__noise="uniform", network__z_size=1))
    of_d, of_g = taken.updates
    assert (len(of_d.fake.scores), len(of_d.fakes)) == (10, 20)
    assert taken.opinion_map is of_d.opinion_map is None
    assert of_g.manifold is not None
    assert of_g.manifold.shape == (MANIFOLD_CELLS + 1, 2)
    assert 0.73 < np.abs(of_d.noise).max() < 1


def test_the_map_of_a_d_that_knows_classes_is_the_mean_over_them() -> None:
    trainer = points(network__conditional=True)
    D = copy.deepcopy(trainer.D)
    taken = record(trainer)
    corner = (torch.tensor([[-LIMIT, LIMIT]]) * (1 - 1 / MAP_CELLS))[:, :, None, None]
    classes = range(taken.config.network.classes)
    assert len(classes) == 8
    opinions = [float(D(corner, torch.tensor([label])).sigmoid().detach()) for label in classes]
    assert taken.opinion_map is not None
    assert taken.opinion_map[0, 0] == pytest.approx(np.mean(opinions), abs=1e-5)
    assert np.ptp(opinions) > 1e-3


def test_fakes_that_g_learns_from_anew_are_those_that_d_has_seen() -> None:
    of_d, of_g = record(points(schedule__reuse_fakes=True)).updates
    assert (of_d.reused, of_g.reused) == (False, True)
    np.testing.assert_array_equal(of_d.fakes, of_g.fakes)
    np.testing.assert_array_equal(of_d.noise, of_g.noise)


def test_gradients_of_several_batches_make_one_update() -> None:
    trainer = points(optimizer__accumulate=2)
    of_d, of_g = record(trainer).updates
    assert (len(of_d.fake.scores), len(of_d.fakes), len(of_g.fakes)) == (40, 40, 40)
    torch.testing.assert_close(trainer.G(torch.from_numpy(of_g.noise)), x(of_g.fakes_after))
    assert_pushed(trainer.D, of_g)


def test_a_round_of_epochs_in_turn_holds_one_update() -> None:
    trainer = points(schedule__mode="epochs")
    kinds = [[update.is_of_d for update in record(trainer).updates] for _ in range(4)]
    assert kinds == [[True], [True], [True], [False]]


def test_of_a_run_of_pictures_a_few_are_kept() -> None:
    trainer = pictures(network__name="dcgan", optimizer__batch_size=20)
    G = copy.deepcopy(trainer.G)
    taken = record(trainer)
    of_d, of_g = taken.updates
    assert of_d.reals is not None
    assert of_d.reals.shape == of_d.fakes.shape == (16, 28, 28)
    assert of_d.fakes.dtype == np.uint8
    assert len(of_d.fake.scores) == 20
    assert of_g.fake_pushes is not None
    assert of_g.fake_pushes.shape == (16, 28, 28)
    assert np.abs(of_g.fake_pushes).max() > 0
    assert taken.opinion_map is taken.manifold is None
    assert of_d.noise.shape == (16, 8)
    assert not torch.equal(next(G.parameters()), next(trainer.G.parameters()))


def assert_judged(D: torch.nn.Module, update: Update) -> None:
    scores = D(x(update.fakes)).detach()
    np.testing.assert_allclose(update.fake.scores, scores, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(update.fake.opinions, scores.sigmoid(), rtol=1e-4)
    assert update.fake.taken_for_real == int((scores > 0).sum())


def assert_pushed(D: torch.nn.Module, update: Update) -> None:
    """Assert that fakes are pushed to where the loss falls."""
    assert update.fake_pushes is not None
    fakes = x(update.fakes).clone().requires_grad_()
    (gradient,) = torch.autograd.grad(-D(fakes).sigmoid().log().sum(), fakes)
    np.testing.assert_allclose(update.fake_pushes, -gradient.flatten(1), rtol=1e-3, atol=1e-5)


def slopes(D: torch.nn.Module, at: torch.Tensor) -> torch.Tensor:
    at = at.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(D(at).sum(), at)
    return gradient.flatten(1)
