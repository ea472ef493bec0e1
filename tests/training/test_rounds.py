"""Rounds of a game: what is drawn, counted, averaged and saved, in one process and in several."""

import dataclasses

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset, find
from ganstudio.objectives import objective
from ganstudio.training.distributed.world import World
from ganstudio.training.ema import EMA
from ganstudio.training.game import Game
from ganstudio.training.rng import Noise, derive_seed
from ganstudio.training.trainer import Trainer
from support import training

CPU = torch.device("cpu")


class Part(World):
    """One of several processes, which notes whose gradients are averaged."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size
        self.averaged: list[torch.optim.Optimizer] = []

    def average_gradients(self, optimizer: torch.optim.Optimizer) -> None:
        self.averaged.append(optimizer)

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        return torch.full_like(values, torch.nan) if self.size > 1 else values


def settings(**changes: object) -> cfg.RunConfig:
    return training.config(**{"network__name": "mlp", "engine__precision": "float32", **changes})


def classes() -> Dataset:
    """Pictures of ten classes."""
    images = training.dataset().images
    return Dataset(find("digits"), images, np.arange(len(images), dtype=np.uint8) % 10)


def game(config: cfg.RunConfig, world: World | None = None) -> Game:
    return Game(config, classes(), world or World())


# ---- several processes ------------------------------------------------------------------------------------------


def test_processes_share_batches_and_noise_of_one() -> None:
    config = settings()
    alone, *parts = game(config), game(config, Part(0, 2)), game(config, Part(1, 2))
    for _ in range(2):
        for name, whole, *shares in (
            ("pictures", *(each.batches.next().images for each in (alone, *parts))),
            ("noise", *(each.noise.normal(3) for each in (alone, *parts))),
        ):
            assert [len(share) for share in shares] == [4, 4], name
            assert torch.equal(torch.cat(shares), whole), name


def test_gradients_are_averaged_once_an_update_and_losses_are_those_of_all() -> None:
    config, world = settings(), Part(0, 2)
    part = game(config, world)
    part.play_round(config, 0.0)
    assert world.averaged == [part.models.opt_d, part.models.opt_g]
    assert part.stats.diverged()  # in the other process
    assert not part.stats.diverged(alone=True)


# ---- what a run begins with -------------------------------------------------------------------------------------


def test_order_and_noise_are_streams_of_their_own_of_the_runs_seed() -> None:
    run = game(settings(seed=5))
    order = Batches(classes(), 8, CPU, derive_seed(5, "batches"))
    assert torch.equal(run.batches.next().images, order.next().images)
    assert torch.equal(run.noise.normal(3), Noise(5, CPU, 8).normal(3))


@pytest.mark.parametrize(("limit", "resident"), [(1.0, True), (0.0, False)])
def test_more_pictures_than_the_limit_stay_where_they_are(limit: float, resident: bool) -> None:
    assert game(settings(engine__data_limit=limit)).batches.resident is resident


# ---- rounds -----------------------------------------------------------------------------------------------------


def test_a_round_in_turn_and_an_update_of_d_alone_count_one_batch() -> None:
    config = settings(schedule__mode="epochs")
    run = game(config)
    run.play_round(config, 0.0)
    run.update_d_alone(config, 0.0)
    assert run.progress.batches == 2
    assert (run.progress.step, run.progress.d_updates, run.progress.images) == (1, 2, 16)


def test_fakes_of_an_update_of_d_alone_are_not_kept_for_g() -> None:
    """G's next update draws fakes of its own, as many as it does without the update of D."""
    config = settings(schedule__reuse_fakes=True)
    run = game(config)
    passes: list[int] = []
    run.models.G.register_forward_hook(lambda module, inputs, output: passes.append(len(output)))
    run.update_d_alone(config, 0.0)
    run.update_g(config, 0.0)
    assert passes == [8, 8]
    run.play_round(config, 0.0)
    assert passes == [8, 8, 8]


def test_learning_rates_of_both_follow_the_progress() -> None:
    config = settings(optimizer__decay="linear", optimizer__d_lr=4e-3, optimizer__g_lr=2e-3)
    run = game(config)
    run.update_d(config, 0.25)
    assert [run.models.opt_d.param_groups[0]["lr"], run.models.opt_g.param_groups[0]["lr"]] == [3e-3, 1.5e-3]
    run.update_g(config, 0.5)
    assert [run.models.opt_d.param_groups[0]["lr"], run.models.opt_g.param_groups[0]["lr"]] == [2e-3, 1e-3]


def test_the_average_moves_by_the_batch_and_the_pictures_seen() -> None:
    config = settings(ema__half_life=20, ema__warm_up=0.5)
    run = game(config)
    by_hand = EMA(run.models.G)
    for name, parameter in by_hand.module.named_parameters():
        assert torch.equal(parameter, run.models.G_ema.module.get_parameter(name))
    run.play_round(config, 0.0)
    for parameter, weight in zip(by_hand.module.parameters(), run.models.G.parameters(), strict=True):
        parameter.lerp_(weight, 1 - 0.5 ** (8 / 4))  # a batch of 8; half of the 8 pictures seen
    for parameter, expected in zip(run.models.G_ema.module.parameters(), by_hand.module.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected)


# ---- state ------------------------------------------------------------------------------------------------------


def test_a_snapshot_is_of_the_average_or_of_g_itself() -> None:
    config = settings(ema__half_life=10_000_000, ema__warm_up=0.0)
    run = game(config)
    run.play_round(config, 0.0)
    raw = dataclasses.replace(config, ema=dataclasses.replace(config.ema, show_raw=True))
    for shown, module in ((config, run.models.G_ema.module), (raw, run.models.G)):
        tensors, _ = run.snapshot(shown)
        for name, weight in module.state_dict().items():
            assert torch.equal(tensors[name], weight.half()), name


def test_a_snapshot_says_where_d_is_undecided() -> None:
    config = settings(objective__loss="least-squares")
    assert game(config).snapshot(config)[1] == {"d_centre": objective("least-squares").threshold}


def test_a_state_names_what_old_checkpoints_name() -> None:
    config = settings(schedule__mode="epochs")
    run = game(config)
    run.play_round(config, 0.0)
    state = run.state(config, 12.5)
    assert state.meta == {
        "step": 1,
        "images": 8,
        "d_updates": 1,
        "batches_done": 1,
        "position": 1,
        "schedule": {"whose": "d", "left": 4},
        "scales": [],
        "seconds": 12.5,
    }
    assert {"rng.noise", "rng.order"} <= state.tensors.keys()


def test_instance_noise_is_as_strong_after_a_resume() -> None:
    run = Trainer(settings(stabilise__noise=0.4, stabilise__noise_images=80), classes())
    for _ in range(5):
        run.round()
    resumed = Trainer(run.config, classes(), run.state())
    assert float(resumed.game.updates.noise_scale) == pytest.approx(0.2)  # 40 of 80 pictures


def test_noise_of_another_kind_of_device_begins_a_stream_at_the_step_of_the_resume() -> None:
    config = settings()
    run, expected = game(config), Noise(config.seed, CPU, 8)
    for _ in range(3):
        run.play_round(config, 0.0)
    state = run.state(config, 0.0)
    state.tensors["rng.noise"] = torch.zeros(16, dtype=torch.uint8)
    run.load_state(state, config)
    expected.load(state.tensors["rng.noise"], 3)
    assert torch.equal(run.noise.normal(3), expected.normal(3))


# ---- float16 ----------------------------------------------------------------------------------------------------


def test_scales_of_float16_losses_do_not_reach_the_optimisers() -> None:
    low, full = settings(engine__precision="float16"), settings()
    run, plain = game(low), game(full)
    run.play_round(low, 0.0)
    plain.play_round(full, 0.0)
    for name in ("opt_d", "opt_g"):
        mine, theirs = (
            torch.cat([state["exp_avg"].flatten() for state in each.models.optimizers[name].state.values()])
            for each in (run, plain)
        )
        assert float((mine - theirs).norm() / theirs.norm()) < 0.1, name


def test_scales_of_float16_losses_are_saved_and_restored() -> None:
    config = settings(engine__precision="float16")
    run = game(config)
    run.play_round(config, 0.0)
    state = run.state(config, 0.0)
    assert state.meta["scales"] == [65536.0, 65536.0]
    state.meta["scales"] = [256.0, 1024.0]
    run.load_state(state, config)
    assert run.engine.loss_scales() == [256.0, 1024.0]


def test_a_state_without_scales_of_losses_is_one_of_the_first() -> None:
    state = game(settings()).state(settings(), 0.0)
    del state.meta["scales"]
    config = settings(engine__precision="float16")
    run = game(config)
    run.load_state(state, config)
    assert run.engine.loss_scales() == [65536.0, 65536.0]
