"""Probability of augmentation: what moves it, how far, and that it goes on after a resume as if nothing had been."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.errors import RunError
from ganstudio.events import Tick
from ganstudio.objectives import objective
from ganstudio.training import adaptive
from ganstudio.training.adaptive import Adaptation, count_held_out
from ganstudio.training.device.cuda_graphs import Replay
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer
from support import training

CPU = torch.device("cpu")
ADAPTIVE = {"stabilise__translation": True, "stabilise__probability_rule": "adaptive", "engine__precision": "float32"}
RELATIVISTIC = ADAPTIVE | {"objective__loss": "relativistic"}


def settings(**changes: object) -> cfg.RunConfig:
    return training.config(**ADAPTIVE | {"stabilise__probability_images": 1000} | changes)


def adaptation(count: int = 20_000, held_out: int = 0, world: World | None = None) -> Adaptation:
    return Adaptation(count, held_out, CPU, world or World())


def trainer(count: int = 400, state: State | None = None, **changes: object) -> Trainer:
    return Trainer(training.config(**RELATIVISTIC | changes), training.dataset(count), state)


def logits(*values: float) -> torch.Tensor:
    return torch.tensor(values)


def update(it: Adaptation, config: cfg.RunConfig, real: torch.Tensor, fake: torch.Tensor, done: int) -> float:
    """p after an update of D, the `done`-th, with these logits."""
    it.add(real, fake, config, objective(config.objective.loss))
    it.adapt(config, done)
    return float(it.p)


# ---- the sign -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("loss", "zero"), [("non-saturating", 0.0), ("hinge", 0.0), ("least-squares", 0.5)])
def test_p_rises_while_d_is_right_about_more_than_four_of_five_real_pictures(loss: str, zero: float) -> None:
    config, rising, falling = settings(objective__loss=loss), adaptation(), adaptation(500)
    right, wrong = zero + 0.1, zero - 0.1
    for done in range(1, 9):  # mean signs of 0.67 and 0.5
        up = update(rising, config, logits(*[right] * 5, wrong), logits(0.0), done)
        down = update(falling, config, logits(*[right] * 3, wrong), logits(0.0), done)
    assert up == pytest.approx(8 * 8 / 1000)  # eight updates of eight pictures, of 1000 for a whole 1
    assert down == pytest.approx(0.6 - 8 * 8 / 1000)


def test_the_sign_is_a_mean_over_four_updates() -> None:
    config, it = settings(), adaptation(500)
    for done, real in enumerate((1.0, 1.0, 1.0, -1.0), 1):  # 0.5 over all, though most are above the target
        assert float(it.p) == pytest.approx(0.6)
        update(it, config, logits(real), logits(0.0), done)
    assert float(it.p) == pytest.approx(0.6 - 4 * 8 / 1000)


def test_p_moves_by_all_batches_of_an_update() -> None:
    it, config = adaptation(500), settings(optimizer__accumulate=3)
    for done in range(1, 5):
        update(it, config, logits(-1.0), logits(0.0), done)
    assert float(it.p) == pytest.approx(0.6 - 4 * 3 * 8 / 1000)


def test_p_stays_within_its_limits() -> None:
    it, config = adaptation(), settings(stabilise__probability_images=1000, optimizer__batch_size=512)
    for done in range(1, 17):
        update(it, config, logits(1.0), logits(-1.0), done)
    assert float(it.p) == pytest.approx(adaptive.MAX_PROBABILITY)
    config = cfg.change(config, "stabilise.probability", 0.4)
    for done in range(17, 21):
        update(it, config, logits(1.0), logits(-1.0), done)
    assert float(it.p) == pytest.approx(0.4)
    for done in range(21, 41):
        update(it, config, logits(-1.0), logits(-1.0), done)
    assert float(it.p) == 0.0


# ---- held-out pictures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [0.0, 100.0, -100.0])
@pytest.mark.parametrize(
    ("held_out", "fake", "direction"),
    [(0.0, -3.0, -1), (-2.5, -3.0, 1), (-3.5, -3.0, 1), (1.5, -3.0, -1), (1.0, 2.0, -1)],
)
def test_p_rises_while_held_out_pictures_look_more_like_fakes_than_like_training_pictures(
    held_out: float, fake: float, direction: int, shift: float
) -> None:
    """Training pictures have a logit of 1; adding the same to all logits changes nothing."""
    it, config = adaptation(5_000, 250), settings(objective__loss="relativistic")
    it.add_held_out(logits(held_out + shift))
    p = update(it, config, logits(1.0 + shift), logits(fake + shift), 1)
    assert p == pytest.approx(0.3 + direction * 16 * 8 / 1000)


def test_it_is_measured_once_in_sixteen_updates() -> None:
    config, it = settings(objective__loss="relativistic"), adaptation(5_000, 250)
    assert [done for done in range(50) if it.needs_held_out(config, done)] == [0, 16, 32, 48]
    moved = []
    for done in range(1, 35):
        before = float(it.p)
        update(it, config, logits(1.0), logits(0.0), done)
        moved += [done] if float(it.p) != before else []
    assert moved == [1, 17, 33]


@pytest.mark.parametrize(
    ("loss", "count", "expected"),
    [
        ("relativistic", 319, 0),
        ("relativistic", 320, 16),
        ("wasserstein", 1000, 50),
        ("relativistic", 10**6, 512),
        ("hinge", 1000, 0),
    ],
)
def test_how_many_pictures_are_held_out(loss: str, count: int, expected: int) -> None:
    assert count_held_out(settings(objective__loss=loss), count) == expected
    for changes in ({"stabilise__probability_rule": "rising"}, {"stabilise__translation": False}):
        assert count_held_out(settings(objective__loss=loss, **changes), count) == 0


@pytest.mark.parametrize("limit", [4.0, 0.0])
def test_d_and_g_learn_from_no_picture_that_is_held_out(limit: float) -> None:
    data = training.dataset(400)
    data = replace(data, images=np.arange(400, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2))
    data.images[256:] = 255 - (data.images[256:] % 2)  # the first 254 are told apart by their grey
    run = Trainer(training.config(**RELATIVISTIC, engine__data_limit=limit), data)
    batches = run.batches

    def greys(images: torch.Tensor) -> set[int]:
        return set(((images[:, 0, 0, 0] + 1) * 127.5).round().int().tolist()) - {254, 255}

    held_out = set().union(*(greys(batches.draw_held_out(run.game.noise.rng).images) for _ in range(30)))
    learned = set().union(*(greys(batches.next().images) for _ in range(batches.per_epoch)))
    drawn = set().union(*(greys(batches.draw(run.game.noise.rng).images) for _ in range(200)))
    batches.close()
    assert batches.per_epoch == 380 // 8
    assert 5 <= len(held_out) <= 20
    assert not held_out & (learned | drawn)
    assert len(learned) + len(held_out) >= 250  # all but those left over after the last batch


def test_held_out_pictures_have_their_own_labels() -> None:
    data = training.dataset(400)
    data.labels[:] = np.arange(400) % 10
    data.images[:] = data.labels[:, None, None] * 10
    run = Trainer(training.config(**RELATIVISTIC, network__conditional=True), data)
    batch = run.batches.draw_held_out(run.game.noise.rng)
    assert batch.labels is not None
    assert torch.equal(((batch.images[:, 0, 0, 0] + 1) * 12.75).round().long(), batch.labels)


# ---- rising and fixed -----------------------------------------------------------------------------------------------


def test_a_rising_p_follows_half_a_cosine() -> None:
    it, config = adaptation(), settings(stabilise__probability_rule="rising", stabilise__probability=0.6)
    values = []
    for images in (0, 250, 500, 1000, 5000):
        it.prepare(config, images)
        values.append(float(it.p))
    assert values == pytest.approx([0.0, 0.6 * (1 - np.sqrt(0.5)) / 2, 0.3, 0.6, 0.6])


def test_where_too_few_can_be_held_out_an_adaptive_p_rises_to_its_limit() -> None:
    run = trainer(count=40, stabilise__probability_images=1000)
    for _ in range(3):
        run.round()
    assert run.game.adaptation.held_out == 0
    run.game.adaptation.prepare(run.config, 1000)
    assert float(run.game.adaptation.p) == pytest.approx(adaptive.MAX_PROBABILITY)


# ---- in a run -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "rounds"),
    [({"objective__loss": "non-saturating"}, 7), ({}, 7), ({}, 1), ({"schedule__d_steps": 3}, 7)],
)
def test_a_run_resumes_to_the_bit(changes: dict[str, Any], rounds: int) -> None:
    """After one round D has been measured, and p has not moved yet."""
    whole, run = trainer(**changes), trainer(**changes)
    for _ in range(rounds + 5):
        whole.round()
    for _ in range(rounds):
        run.round()
    saved = run.state()
    resumed = trainer(state=State(saved.tensors, json.loads(json.dumps(saved.meta))), **changes)
    for _ in range(5):
        resumed.round()
    assert whole.state().meta["augmentation"] == resumed.state().meta["augmentation"]
    mine, theirs = whole.state().tensors, resumed.state().tensors
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize("changes", [{"objective__loss": "non-saturating"}, {}, {"stabilise__mirror": True}])
def test_recorded_updates_see_p_change(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from training.device.test_cuda_graphs import Tape

    monkeypatch.setattr(adaptive, "HELD_OUT_INTERVAL", 2)
    made = RELATIVISTIC | changes | {"stabilise__probability_images": 1000}
    config, data = training.config(**made), training.dataset(400)
    recorded, plain = Trainer(config, data, replay=Replay(Tape())), Trainer(config, data)
    for _ in range(14):
        recorded.round()
        plain.round()
    assert float(recorded.game.adaptation.p) == float(plain.game.adaptation.p) != 0.6
    one, other = recorded.state().tensors, plain.state().tensors
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_ticks_have_p_where_it_decides_something() -> None:
    def newest(**changes: object) -> Tick:
        run = Trainer(training.config(**{"steps": 1} | changes), training.dataset(400))
        return next(event for event in run.train() if isinstance(event, Tick))

    assert newest(**RELATIVISTIC).augment_p == pytest.approx(0.6, abs=0.1)
    assert newest(stabilise__colour=True, stabilise__probability=0.25).augment_p == 0.25
    assert newest(stabilise__colour=True).augment_p is None
    assert newest(stabilise__probability_rule="rising").augment_p is None


def test_it_is_told_how_many_pictures_are_held_out() -> None:
    assert trainer().started().held_out == 20
    assert trainer(objective__loss="hinge").started().held_out == 0


def test_a_risen_p_is_there_before_the_first_update_after_a_resume() -> None:
    rising = {"stabilise__probability_rule": "rising", "stabilise__probability_images": 1000}
    run = trainer(**rising)
    for _ in range(3):
        run.round()
    risen = adaptive.risen(run.images, 1000)
    assert float(trainer(state=run.state(), **rising).game.adaptation.p) == pytest.approx(risen)


@pytest.mark.parametrize(("fill", "has_grey"), [("grey", True), ("edge", False)])
def test_what_comes_in_at_the_edges_is_as_set(fill: str, has_grey: bool) -> None:
    data = training.dataset(40)
    data.images[:] = 255
    made = {"translation": True, "cutout": True, "fill": fill}
    run = Trainer(training.config(**{f"stabilise__{name}": value for name, value in made.items()}), data)
    seen: list[torch.Tensor] = []
    run.D.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    run.game.updates.update_d(run.config, False)
    reals = torch.cat([picture for picture in torch.cat(seen) if (picture == 1).sum() > 100])
    assert len(reals) == 8
    assert bool((reals == 0).any()) == has_grey


@pytest.mark.parametrize("pass_of_d", ["random real pictures", "held-out pictures"])
def test_all_real_pictures_that_d_compares_are_mirrored(pass_of_d: str) -> None:
    data = training.dataset(400)
    data.images[:] = np.linspace(0, 255, 28, dtype=np.uint8)  # bright on the right
    run = Trainer(training.config(**RELATIVISTIC, stabilise__mirror=True, stabilise__probability=0.0), data)
    seen: list[torch.Tensor] = []
    run.D.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    for _ in range(5):
        if pass_of_d == "held-out pictures":
            run.game.updates.judge_held_out(run.config)
        else:
            run.game.updates._judge_random_real(run.config)
    rows = torch.cat(seen)[:, 0, 14]
    assert 8 < int((rows[:, 4] > rows[:, -5]).sum()) < 32  # of 40


def test_mirrored_pictures_reach_d_and_others_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only real pictures are mirrored: G is to learn both."""
    data = training.dataset(40)
    data.images[:] = np.linspace(0, 255, 28, dtype=np.uint8)  # bright on the right
    run = Trainer(training.config(stabilise__mirror=True, engine__precision="float32"), data)
    seen: list[torch.Tensor] = []
    run.D.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].detach().clone()))
    for _ in range(6):
        run.round()
    ramp = torch.from_numpy(data.images[0]) / 127.5 - 1
    kinds = [
        (torch.allclose(picture[0], ramp, atol=1e-6), torch.allclose(picture[0], ramp.flip(1), atol=1e-6))
        for batch in seen
        for picture in batch
    ]
    assert sum(plain for plain, _ in kinds) + sum(mirrored for _, mirrored in kinds) == 6 * 8
    assert 10 < sum(mirrored for _, mirrored in kinds) < 38


# ---- checkpoints that do not fit ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ({"p": 1.5}, "augmentation"),
        ({"p": None}, "augmentation"),
        ({"held_out": -1}, "augmentation"),
        ({"held_out": 400}, "never learns from 400 of its pictures, and there are 400"),
        ({"signs": [1e40, 1.0]}, "augmentation"),
        ({"logits": [1.0, 1.0]}, "augmentation"),
    ],
)
def test_figures_that_no_run_has_are_refused(damage: dict[str, object], message: str) -> None:
    state = trainer().state()
    meta = state.meta | {"augmentation": state.meta["augmentation"] | damage}
    with pytest.raises(RunError, match=message):
        trainer(state=State(state.tensors, meta))


def test_a_run_goes_back_only_to_a_state_with_as_many_pictures_held_out() -> None:
    run, other = trainer(), trainer(stabilise__probability_rule="rising")
    with pytest.raises(RunError, match="made with 0 pictures that D never learns from, and there are 20 now"):
        run.load_state(other.state())


def test_a_branch_without_the_rule_keeps_the_pictures_back_and_one_with_it_takes_none() -> None:
    """D has learned from all pictures of a run that held none back."""
    assert trainer(state=trainer().state(), stabilise__probability_rule="fixed").game.adaptation.held_out == 20
    assert trainer(state=trainer(stabilise__probability_rule="fixed").state()).game.adaptation.held_out == 0


class Part(World):
    """One of two processes; what the other has is given."""

    size = 2

    def __init__(self, other: list[float]) -> None:
        super().__init__()
        self.other = torch.tensor(other)

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        return (values + self.other) / 2


def test_processes_take_the_mean_over_all() -> None:
    config = settings()
    it = adaptation(500, world=Part([-4.0, 4.0]))
    for done in range(1, 5):
        update(it, config, logits(1.0), logits(0.0), done)  # alone it would rise
    assert float(it.p) == pytest.approx(0.6 - 4 * 8 / 1000)
