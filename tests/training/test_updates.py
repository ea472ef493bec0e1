"""What penalties, stabilisers and schedules do to an update, seen from outside."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from ganstudio import networks
from ganstudio.data.batches import Batch
from ganstudio.data.catalog import Dataset, find
from ganstudio.events import Finished, Tick
from ganstudio.objectives import objective
from ganstudio.training.augment import Policy, augment
from ganstudio.training.penalties import interpolate, one_centred, perturb, zero_centred
from ganstudio.training.stats import Stats
from ganstudio.training.trainer import Trainer
from support import training


def weights(module: torch.nn.Module) -> torch.Tensor:
    return torch.cat([each.detach().flatten() for each in module.parameters()])


def moved(run: Trainer, of: str = "D") -> torch.Tensor:
    """How far an update of D or G moves its weights."""
    part = getattr(run, of)
    before = weights(part).clone()
    run.update_d() if of == "D" else run.update_g()
    return weights(part) - before


PLAIN = {"network__name": "mlp", "engine__precision": "float32"}


def gradients(run: Trainer, of: str = "D") -> torch.Tensor:
    """What an update of D or G stepped along."""
    moved(run, of)
    return torch.cat([parameter.grad.flatten() for parameter in getattr(run, of).parameters()])


@pytest.mark.parametrize("penalty", ["r1", "r2", "gradient", "dragan"])
def test_a_penalty_changes_ds_update_and_not_gs(penalty: str) -> None:
    plain, penalised = training.trainer(**PLAIN), training.trainer(**PLAIN, **{f"penalty__{penalty}": 10.0})
    assert torch.equal(gradients(plain, "G"), gradients(penalised, "G"))  # both have the same D still
    assert not torch.allclose(gradients(plain), gradients(penalised))


@pytest.mark.parametrize("penalty", ["r1", "r2", "gradient", "dragan"])
def test_a_lazy_penalty_weighs_as_much_as_the_updates_that_it_stands_for(penalty: str) -> None:
    changes = {**PLAIN, f"penalty__{penalty}": 10.0}
    without, each, third = (
        gradients(training.trainer(**more))
        for more in (PLAIN, {**changes, "penalty__every": 1}, {**changes, "penalty__every": 3})
    )
    assert float((each - without).norm()) > 0
    torch.testing.assert_close(third - without, 3 * (each - without), rtol=1e-3, atol=1e-6)


def test_r1_makes_d_flat_at_real_pictures() -> None:
    def slope(**changes: object) -> float:
        run = training.trainer(**PLAIN, optimizer__d_lr=1e-3, **changes)
        for _ in range(80):
            run.update_d()
        x = run.batches.next().images.requires_grad_(True)
        (gradient,) = torch.autograd.grad(run.D(x).sum(), x)
        return float(gradient.flatten(1).norm(dim=1).mean())

    assert slope(penalty__r1=100.0) < slope() / 3


def test_a_lazy_penalty_comes_at_each_nth_update_only() -> None:
    lazy, plain = training.trainer(**PLAIN, penalty__r1=10.0, penalty__every=3), training.trainer(**PLAIN)
    for number in range(7):
        plain.D.load_state_dict(lazy.D.state_dict())
        plain.opt_d.load_state_dict(copy.deepcopy(lazy.opt_d.state_dict()))
        same = torch.equal(moved(lazy), moved(plain))
        assert same == (number % 3 != 0)


def test_lazy_penalties_go_on_in_step_after_a_resume() -> None:
    changes = {**PLAIN, "penalty__r1": 10.0, "penalty__every": 3}
    whole, first, second = training.trainer(**changes), training.trainer(**changes), training.trainer(**changes)
    for _ in range(8):
        whole.round()
    for _ in range(4):
        first.round()
    second.load_state(first.state())
    for _ in range(4):
        second.round()
    assert torch.equal(weights(whole.D), weights(second.D))


def test_clipped_weights_stay_within() -> None:
    run = training.trainer(**PLAIN, penalty__clip=0.01)
    run.update_d()
    assert float(weights(run.D).abs().max()) <= 0.01


def test_accumulated_batches_are_one_large_batch() -> None:
    """Two batches of 4 accumulated move D as one batch of 8 of the same pictures and the same noise."""
    images = np.repeat(training.dataset(count=1).images, 64, axis=0)  # all alike, so that the order does not matter
    dataset = Dataset(find("digits"), images, np.zeros(64, np.uint8))
    large = Trainer(training.config(**PLAIN, optimizer__batch_size=8), dataset)
    parts = Trainer(training.config(**PLAIN, optimizer__batch_size=4, optimizer__accumulate=2), dataset)
    z = torch.randn(8, 8, generator=torch.Generator().manual_seed(1))
    large.game.noise.normal = lambda *_: z
    drawn = iter([z[:4], z[4:]])
    parts.game.noise.normal = lambda *_: next(drawn)
    torch.testing.assert_close(moved(large), moved(parts), rtol=1e-3, atol=1e-6)
    assert parts.images == large.images == 8


def test_accumulation_moves_the_run_along_by_all_its_batches() -> None:
    run = training.trainer(epochs=2, optimizer__accumulate=2)  # 5 batches an epoch
    list(run.train())
    assert run.step == 5
    assert run.images == 80


@pytest.mark.parametrize(("decay", "halfway"), [("constant", 1.0), ("linear", 0.5), ("cosine", 0.5)])
def test_rates_follow_the_run(decay: str, halfway: float) -> None:
    run = training.trainer(steps=10, optimizer__decay=decay, optimizer__g_lr=1e-3)
    for _ in range(6):
        run.round()
    assert run.opt_g.param_groups[0]["lr"] == pytest.approx(1e-3 * halfway)


def test_instance_noise_fades_with_the_pictures_seen() -> None:
    run = training.trainer(stabilise__noise=0.4, stabilise__noise_images=80)
    seen = []
    for _ in range(12):
        run.round()
        seen.append(float(run.game.updates.noise_scale))
    assert seen[0] == pytest.approx(0.4)
    assert seen[5] == pytest.approx(0.2)  # after 40 of the 80
    assert seen[-1] == 0


def test_a_long_gradient_is_shortened() -> None:
    run = training.trainer(**PLAIN, stabilise__clip_gradient=1e-3)
    run.update_d()
    length = torch.cat([each.grad.flatten() for each in run.D.parameters()]).norm()
    assert float(length) == pytest.approx(1e-3, rel=1e-3)


def test_a_run_can_be_as_long_as_a_time() -> None:
    run = training.trainer(seconds=0.3, epochs=1, optimizer__decay="linear")
    events = list(run.train())
    assert isinstance(events[-1], Finished)
    assert run.step > 5  # more than its epoch
    assert 0.3 <= [event for event in events if isinstance(event, Tick)][-1].seconds < 3
    assert run.opt_g.param_groups[0]["lr"] < 2e-4


def test_label_smoothing_leaves_fakes_alone() -> None:
    run = training.trainer(**PLAIN, objective__label_smoothing=0.2, optimizer__d_lr=3e-3)
    for _ in range(150):
        run.update_d()
    run.game.stats.read()
    run.update_d()
    means = run.game.stats.read()
    assert means.d_real == pytest.approx(0.8, abs=0.1)  # not called real for sure
    assert means.d_fake < 0.1


@pytest.mark.parametrize("network", ["mlp", "resnet"])
def test_without_batch_norm_d_sees_real_and_fake_in_one_pass(network: str) -> None:
    run = training.trainer(network__name=network)
    sizes = []
    run.D.register_forward_hook(lambda module, inputs, output: sizes.append(len(output)))
    run.update_d()
    assert sizes == [16]


def test_with_batch_norm_they_are_apart() -> None:
    run = training.trainer(network__name="dcgan")
    sizes = []
    run.D.register_forward_hook(lambda module, inputs, output: sizes.append(len(output)))
    run.update_d()
    assert sizes == [8, 8]


def test_a_conditional_grid_shows_a_class_in_each_column() -> None:
    run = training.trainer(network__conditional=True, network__name="mlp", output__grid=10)
    labels = []
    run.G_ema.module.register_forward_pre_hook(lambda module, inputs: labels.append(inputs[1]))
    run.samples()
    assert labels[0].reshape(10, 10)[3].tolist() == list(range(10))
    run.round()
    assert run.samples().pictures.shape[0] == 100
    assert run.config.network.classes == 10


# ---- the algorithm, written out ---------------------------------------------------------------------------------

VARIED = {
    "plain": {},
    "smoothed": {"objective__loss": "least-squares", "objective__label_smoothing": 0.3},
    "relativistic": {"objective__loss": "relativistic"},
    "conditional": {"network__conditional": True},
    "packs": {"network__packing": 2, "network__conditional": True},
    "instance noise": {"stabilise__noise": 0.4},
    "colour": {"stabilise__colour": True},
    "translation": {"stabilise__translation": True},
    "cutout": {"stabilise__cutout": True},
    "accumulated": {"optimizer__accumulate": 2, "objective__loss": "wasserstein"},
    "batch norm": {"network__name": "dcgan", "network__conditional": True},
    "everything": {
        "network__packing": 2,
        "objective__loss": "relativistic",
        "stabilise__noise": 0.4,
        "stabilise__cutout": True,
        "optimizer__accumulate": 2,
    },
}


class ByHand:
    """Loss, logits and gradients of one update in plain torch, from the networks and random numbers of a trainer."""

    def __init__(self, run: Trainer) -> None:
        self.run, self.config, self.noise = run, run.config, run.game.noise
        self.loss = objective(run.config.objective.loss)
        self.stats = Stats(torch.device("cpu"))

    def sample(self) -> Batch:
        labels = self.run.batches.draw_labels(self.noise.rng) if self.config.network.conditional else None
        return Batch(self.run.G(self.noise.normal(self.config.network.z_size), labels), labels)

    def seen(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor | None]:
        """What D sees of a batch: augmented, noisy, in packs."""
        x, kinds, packing = batch.images, self.config.stabilise, self.config.network.packing
        x = augment(x, Policy(kinds.colour, kinds.translation, kinds.cutout), self.noise.uniform)
        if kinds.noise:
            x = x + kinds.noise * self.noise.normal(*x.shape[1:])  # nothing was seen yet: in full
        return networks.pack(x, batch.labels, packing)

    def judge(self, batch: Batch) -> torch.Tensor:
        return self.run.D(*self.seen(batch))

    def judge_both(self, real: Batch, fake: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        if self.config.network.name == "dcgan":  # batch norm: real and fake apart
            return self.judge(real), self.judge(fake)
        (x, x_labels), (y, y_labels) = self.seen(real), self.seen(fake)
        labels = None if x_labels is None else torch.cat((x_labels, y_labels))
        return self.run.D(torch.cat((x, y)), labels).tensor_split(2)

    def update_d(self) -> list[torch.Tensor]:
        parts = self.config.optimizer.accumulate
        total = torch.zeros(())
        for _ in range(parts):
            real = self.run.batches.next()
            with torch.no_grad():
                fake = self.sample()
            real.images.requires_grad_(True)
            fake.images.requires_grad_(True)
            logits = self.judge_both(real, fake)
            loss = self.loss.d_loss(*logits, self.config.objective.label_smoothing)
            self.stats.add_d(loss.detach(), *logits, self.loss)
            total = total + (loss + self.penalty(real, fake, *logits)) / parts
        return list(torch.autograd.grad(total, list(self.run.D.parameters()), allow_unused=True))

    def penalty(self, real: Batch, fake: Batch, real_logits: torch.Tensor, fake_logits: torch.Tensor) -> torch.Tensor:
        weights, n, total = self.config.penalty, len(real.images), torch.zeros(())
        if weights.r1:
            total = total + weights.r1 * zero_centred(real_logits, real.images)
        if weights.r2:
            total = total + weights.r2 * zero_centred(fake_logits, fake.images)
        if weights.gradient:
            points = interpolate(real.images, fake.images, self.noise.uniform((n, 1, 1, 1)))
            total = total + weights.gradient * one_centred(self.judge(Batch(points, real.labels)), points)
        if weights.dragan:
            points = perturb(real.images, self.noise.uniform(real.images.shape))
            total = total + weights.dragan * one_centred(self.judge(Batch(points, real.labels)), points)
        return total * weights.every

    def update_g(self) -> list[torch.Tensor]:
        parts = self.config.optimizer.accumulate
        total = torch.zeros(())
        for _ in range(parts):
            logits = self.judge(self.sample())
            real_logits = self.judge(self.run.batches.draw(self.noise.rng)).detach() if self.loss.paired else logits
            loss = self.loss.g_loss(logits, real_logits)
            self.stats.add_g(loss.detach(), logits, self.loss)
            total = total + loss / parts
        return list(torch.autograd.grad(total, list(self.run.G.parameters())))


def two_alike(**changes: object) -> tuple[Trainer, ByHand]:
    """A trainer and the same one by hand, with pictures of ten classes."""
    images = training.dataset().images
    dataset = Dataset(find("digits"), images, np.arange(len(images), dtype=np.uint8) % 10)
    config = training.config(**{**PLAIN, **changes})
    return Trainer(config, dataset), ByHand(Trainer(config, dataset))


def assert_updated(run: Trainer, part: torch.nn.Module, gradients: list[torch.Tensor], by_hand: ByHand) -> None:
    for (name, parameter), gradient in zip(part.named_parameters(), gradients, strict=True):
        torch.testing.assert_close(
            parameter.grad, gradient, rtol=1e-3, atol=1e-6, msg=lambda text, at=name: f"{at}: {text}"
        )
    assert dataclasses.astuple(run.game.stats.read()) == pytest.approx(dataclasses.astuple(by_hand.stats.read()))


@pytest.mark.parametrize("kind", VARIED)
def test_an_update_of_d_is_that_of_the_algorithm(kind: str) -> None:
    run, by_hand = two_alike(**VARIED[kind])
    run.update_d()
    assert_updated(run, run.D, by_hand.update_d(), by_hand)


@pytest.mark.parametrize("kind", VARIED)
def test_an_update_of_g_is_that_of_the_algorithm(kind: str) -> None:
    run, by_hand = two_alike(**VARIED[kind])
    run.game.updates.set_noise_scale(run.config.stabilise, 0)
    run.update_g()
    assert_updated(run, run.G, by_hand.update_g(), by_hand)
    assert all(parameter.grad is None for parameter in run.D.parameters())  # held: not even asked for


@pytest.mark.parametrize("kind", ["plain", "packs", "instance noise", "batch norm"])
def test_penalties_are_those_of_the_algorithm(kind: str) -> None:
    weights = {"penalty__r1": 2.0, "penalty__r2": 3.0, "penalty__gradient": 5.0, "penalty__dragan": 7.0}
    run, by_hand = two_alike(**VARIED[kind], **weights, penalty__every=3)
    run.update_d()
    assert_updated(run, run.D, by_hand.update_d(), by_hand)
