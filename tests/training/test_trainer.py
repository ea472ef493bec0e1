import itertools
import math

import numpy as np
import pytest
import torch

from ganstudio import sizes
from ganstudio.config import EmaConfig
from ganstudio.errors import ConfigError, RunError
from ganstudio.events import ByHand, Event, Finished, ManualUpdate, Marked, Samples, Started, Stepped, Tick
from ganstudio.objectives import objective
from ganstudio.training.clock import Clock
from ganstudio.training.state import Diverged, State
from ganstudio.training.trainer import Trainer
from support import training


def weights(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: each.detach().clone() for name, each in module.state_dict().items()}


def same(left: dict[str, torch.Tensor], right: dict[str, torch.Tensor]) -> bool:
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


def parameters_changed(before: dict[str, torch.Tensor], module: torch.nn.Module) -> bool:
    return any(not torch.equal(before[name], each) for name, each in module.named_parameters())


def of(events: list[Event], kind: type) -> list:
    return [event for event in events if isinstance(event, kind)]


def test_a_run_says_what_it_does_from_start_to_end() -> None:
    trainer = training.trainer(epochs=2, output__report_epochs=1)
    events = list(trainer.train())
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert events[0].total_steps == 10  # 40 pictures, batches of 8, two epochs
    assert [event.step for event in of(events, Stepped)] == list(range(1, 11))
    assert [(event.step, event.kept) for event in of(events, Samples) if event.kept] == [
        (0, True),
        (5, True),
        (10, True),
    ]
    last = of(events, Tick)[-1]
    assert last.step == 10
    assert last.images == 80
    assert last.epoch == 2.0
    assert last.value == pytest.approx(-last.d_loss, rel=1e-4)
    assert 0 <= last.d_acc_real <= 1
    assert last.d_acc == pytest.approx((last.d_acc_real + last.d_acc_fake) / 2)
    assert last.memory > 10_000_000


@pytest.mark.parametrize("network", ["dcgan", "mlp"])
@pytest.mark.parametrize("loss", ["non-saturating", "minimax"])
@pytest.mark.parametrize(("size", "channels"), [(28, 1), (32, 3)])
def test_every_objective_trains_every_network(network: str, loss: str, size: int, channels: int) -> None:
    trainer = training.trainer(
        network__name=network, objective__loss=loss, data__size=size, data__channels=channels, epochs=1
    )
    before = weights(trainer.G), weights(trainer.D)
    last = of(list(trainer.train()), Tick)[-1]
    assert math.isfinite(last.d_loss)
    assert math.isfinite(last.g_loss)
    assert parameters_changed(before[0], trainer.G)
    assert parameters_changed(before[1], trainer.D)


def test_d_learns_with_g_held_and_g_with_d_held() -> None:
    trainer = training.trainer()
    g, d = weights(trainer.G), weights(trainer.D)
    trainer.update_d()
    assert not parameters_changed(g, trainer.G)
    assert parameters_changed(d, trainer.D)
    d = weights(trainer.D)
    trainer.update_g()
    assert parameters_changed(g, trainer.G)
    assert not parameters_changed(d, trainer.D)


def test_d_gets_better_at_a_task_it_can_solve() -> None:
    """With G held, D tells blobs from the untrained G's pictures."""
    trainer = training.trainer(optimizer__d_lr=1e-3)
    for _ in range(60):
        trainer.update_d()
    trainer.game.stats.read()
    trainer.update_d()
    assert trainer.game.stats.read().d_acc > 0.95


def test_reused_fakes_save_a_pass_through_g_and_still_train_it() -> None:
    passes = []
    trainer = training.trainer(schedule__reuse_fakes=True)
    trainer.G.register_forward_hook(lambda *_: passes.append(1))
    before = weights(trainer.G)
    trainer.round()
    assert len(passes) == 1
    assert parameters_changed(before, trainer.G)
    trainer.change("schedule.reuse_fakes", False)
    trainer.round()
    assert len(passes) == 3


def test_epochs_in_turn() -> None:
    trainer = training.trainer(schedule__mode="epochs", epochs=2)
    ticks = of(list(trainer.train()), Tick)
    assert trainer.step == 10
    assert trainer.images == 40  # only D's epoch saw real pictures
    assert ticks[-1].epoch == 2.0


def test_steps_limit_and_k_to_n_updates() -> None:
    trainer = training.trainer(steps=3, schedule__d_steps=2, schedule__g_steps=3)
    list(trainer.train())
    assert trainer.step == 3
    assert trainer.images == 3 * 2 * 8
    assert trainer.opt_g.state[next(iter(trainer.G.parameters()))]["step"] == 9


def test_same_seed_same_run_other_seed_other_run() -> None:
    runs = [training.trainer(seed=seed, epochs=1) for seed in (1, 1, 2)]
    for run in runs:
        list(run.train())
    assert same(weights(runs[0].G), weights(runs[1].G))
    assert not same(weights(runs[0].G), weights(runs[2].G))


@pytest.mark.parametrize(
    "changes", [{}, {"schedule__mode": "epochs"}, {"network__name": "mlp", "schedule__g_steps": 2}]
)
def test_goes_on_bit_for_bit_from_the_middle_of_an_epoch(changes: dict) -> None:
    whole = training.trainer(epochs=4, **changes)
    list(whole.train())
    first = training.trainer(epochs=4, **changes)
    for _ in range(7):  # in the middle of the second epoch
        first.round()
    second = training.trainer(epochs=4, **changes)
    second.load_state(first.state())
    list(second.train())
    mine, other = whole.state(), second.state()
    assert same(mine.tensors, other.tensors)
    assert {**mine.meta, "seconds": 0} == {**other.meta, "seconds": 0}


def test_a_state_is_a_copy_that_training_does_not_touch() -> None:
    trainer = training.trainer()
    trainer.round()
    state = trainer.state()
    before = {name: each.clone() for name, each in state.tensors.items()}
    trainer.round()
    assert same(before, state.tensors)


def test_a_state_of_other_networks_is_refused_in_words() -> None:
    state = training.trainer(network__width=8).state()
    with pytest.raises(RunError, match="does not fit"):
        training.trainer().load_state(state)


def test_live_changes_take_effect_and_are_marked() -> None:
    trainer = training.trainer()
    mark = trainer.change("optimizer.g_lr", 0.5)
    assert isinstance(mark, Marked)
    assert (mark.path, mark.old, mark.new) == ("optimizer.g_lr", 2e-4, 0.5)
    before = weights(trainer.G)
    trainer.round()
    assert trainer.opt_g.param_groups[0]["lr"] == 0.5
    moved = max((before[name] - each).abs().max().item() for name, each in trainer.G.named_parameters())
    assert moved > 0.1  # Adam's first step is about the rate


def test_fixed_settings_are_refused_with_the_reason() -> None:
    with pytest.raises(ConfigError, match="shapes"):
        training.trainer().change("network.width", 8)


def test_a_change_of_rate_survives_a_resume() -> None:
    trainer = training.trainer()
    trainer.change("optimizer.d_lr", 0.01)
    trainer.round()
    again = Trainer(trainer.config, training.dataset(), trainer.state())
    again.round()
    assert again.opt_d.param_groups[0]["lr"] == 0.01


@pytest.mark.parametrize(("what", "images", "steps"), [("d", 8, 0), ("g", 0, 0), ("round", 8, 1)])
def test_steps_by_hand(what: str, images: int, steps: int) -> None:
    trainer = training.trainer()
    d, g = weights(trainer.D), weights(trainer.G)
    mark, tick, samples = trainer.manual_update(ManualUpdate(what))
    assert isinstance(mark, Marked)
    assert isinstance(tick, Tick)
    assert isinstance(samples, Samples)
    assert (mark.what, mark.text) == (what, f"one {'round' if steps else f'update of {what.upper()}'} by hand")
    assert (tick.images, trainer.step) == (images, steps)
    assert parameters_changed(d, trainer.D) == (what != "g")
    assert parameters_changed(g, trainer.G) == (what != "d")


def test_the_first_grids_of_a_run_come_early() -> None:
    trainer = training.trainer(epochs=1000, output__sample_seconds=2.0)
    shown: list[float] = []

    def lap() -> float:
        trainer.clock.seconds += 0.125
        return 0.125

    trainer.clock.lap = lap  # type: ignore[method-assign]
    for event in trainer.train():
        if isinstance(event, Samples):
            shown.append(trainer.clock.seconds)
        if trainer.clock.seconds > 6:
            break
    assert shown == [0.0, 0.5, 1.5, 3.5, 5.5]


def test_a_step_by_hand_says_what_it_changed_and_leaves_no_other_trace() -> None:
    trainer, silent = (training.trainer(optimizer__d_lr=0.01, stabilise__noise=0.1) for _ in range(2))
    told = [next(mark for mark in trainer.manual_update(ManualUpdate.D) if isinstance(mark, ByHand)) for _ in range(3)]
    assert [mark.count for mark in told] == [1, 2, 3]
    assert told[2].text == "3 updates of D by hand"
    assert told[1].before == told[0].after != told[1].after
    assert told[2].began == told[0].before
    assert told[2].after.d_loss < told[0].before.d_loss  # of the very same pictures
    assert told[2].after.value == pytest.approx(-told[2].after.d_loss, rel=1e-4)
    assert (told[2].images, told[2].epoch) == (24, pytest.approx(0.6))
    for _ in range(3):
        silent.game.update_d_alone(silent.config, 0.0)
    assert same(trainer.state().tensors, silent.state().tensors)


def test_the_old_name_of_a_manual_update_still_works_and_says_the_new_one() -> None:
    trainer = training.trainer()
    with pytest.warns(DeprecationWarning, match="manual_update"):
        events = list(trainer.by_hand("g"))
    assert [type(event) for event in events] == [ByHand, Tick, Samples]


def test_another_update_or_a_change_begins_another_series() -> None:
    trainer = training.trainer()

    def counts(what: str) -> int:
        return next(mark.count for mark in trainer.manual_update(ManualUpdate(what)) if isinstance(mark, ByHand))

    assert [counts(what) for what in ("g", "g", "d", "g", "g")] == [1, 2, 1, 1, 2]
    trainer.change("optimizer.d_lr", 0.5)
    assert counts("g") == 1
    next(event for event in trainer.train() if isinstance(event, Stepped))
    assert counts("g") == 1


def test_what_is_held_by_hand_leaves_no_hole_in_its_curve() -> None:
    trainer = training.trainer()
    for what in ("d", "g"):
        tick = next(event for event in trainer.manual_update(ManualUpdate(what)) if isinstance(event, Tick))
        assert None not in (tick.d_loss, tick.g_loss, tick.d_real, tick.d_fake)


def test_nan_stops_within_ten_steps_and_is_never_saved() -> None:
    trainer = training.trainer(epochs=20, output__tick_seconds=60.0, output__sample_seconds=3600.0)
    events = trainer.train()
    list(itertools.islice(events, 10))
    with torch.no_grad():
        next(trainer.D.parameters()).fill_(float("nan"))
    begun = trainer.step
    with pytest.raises(Diverged, match="rates"):
        list(events)
    assert trainer.step - begun <= 10
    trainer.round()
    with pytest.raises(Diverged):
        trainer.state()


def test_pictures_come_from_the_average_unless_raw_g_is_asked_for() -> None:
    trainer = training.trainer(ema__half_life=10_000_000)
    for _ in range(5):
        trainer.round()
    averaged = trainer.samples().pictures
    state = trainer.generator_state()
    trainer.change("ema.show_raw", True)
    raw = trainer.samples().pictures
    assert not np.array_equal(averaged, raw)
    assert any(not torch.equal(state[name], each) for name, each in trainer.generator_state().items())


def test_a_grid_of_large_pictures_is_made_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = training.trainer(output__grid=3)
    counts: list[int] = []
    G = trainer.game.models.shown_generator(False)
    G.register_forward_pre_hook(lambda module, given: counts.append(len(given[0])))
    whole = trainer.samples().pictures
    monkeypatch.setattr(sizes, "_PIXELS_AT_ONCE", 5 * 28 * 28)
    parts = trainer.samples().pictures
    assert counts == [9, 4, 4, 1]
    assert np.abs(parts.astype(int) - whole).max() <= 1  # sums may be rounded in another order


def test_the_average_follows_the_papers_half_life() -> None:
    trainer = training.trainer()
    with torch.no_grad():
        for mine, theirs in zip(trainer.G_ema.module.parameters(), trainer.G.parameters(), strict=True):
            mine.zero_()
            theirs.fill_(1.0)
    trainer.G_ema.update(100, 10**9, EmaConfig(half_life=100))
    for mine in trainer.G_ema.module.parameters():
        torch.testing.assert_close(mine, torch.full_like(mine, 0.5))


def test_the_average_has_the_batch_norm_statistics_of_g() -> None:
    trainer = training.trainer(network__name="dcgan", ema__half_life=10_000_000)
    first = {name: buffer.clone() for name, buffer in trainer.G_ema.module.named_buffers()}
    assert first
    for _ in range(3):
        trainer.round()
    of_g = dict(trainer.G.named_buffers())
    for name, buffer in trainer.G_ema.module.named_buffers():
        assert torch.equal(buffer, of_g[name])
        assert not torch.equal(buffer, first[name])


def test_pictures_per_second_are_those_that_d_has_seen_since_the_last_tick() -> None:
    """A round takes half a second and shows D 2 batches of 8, so a tick comes each second, of 4 batches."""
    trainer = training.trainer(schedule__d_steps=2, steps=6, output__tick_seconds=1.0, output__report_epochs=1000)
    trainer.round()
    trainer = Trainer(trainer.config, training.dataset(), trainer.state())  # what was seen before counts in no tick
    trainer.clock = Clock(now=itertools.count(100.0, 0.5).__next__)
    ticks = of(list(trainer.train()), Tick)
    assert [(tick.step, tick.seconds, tick.images_per_second) for tick in ticks] == [
        (3, 1.0, pytest.approx(32.0)),
        (5, 2.0, pytest.approx(32.0)),
        (6, 2.5, pytest.approx(32.0)),
    ]
    assert ticks[-1].images == 6 * 2 * 8


@pytest.mark.parametrize("name", ["D", "G"])
def test_live_betas_reach_adam(name: str) -> None:
    trainer = training.trainer(engine__precision="float32")
    network, optimizer = (trainer.D, trainer.opt_d) if name == "D" else (trainer.G, trainer.opt_g)
    trainer.round()
    before = {p: {key: each.clone() for key, each in optimizer.state[p].items()} for p in network.parameters()}
    trainer.change("optimizer.beta1", 0.25)
    trainer.change("optimizer.beta2", 0.75)
    trainer.update_d() if name == "D" else trainer.update_g()
    for parameter, moments in before.items():
        gradient = parameter.grad
        first = 0.25 * moments["exp_avg"] + 0.75 * gradient
        second = 0.75 * moments["exp_avg_sq"] + 0.25 * gradient.square()
        torch.testing.assert_close(optimizer.state[parameter]["exp_avg"], first, rtol=1e-4, atol=1e-7)
        torch.testing.assert_close(optimizer.state[parameter]["exp_avg_sq"], second, rtol=1e-4, atol=1e-9)


def test_consumers_are_not_left_in_no_grad_mode() -> None:
    for event in training.trainer(epochs=1).train():
        assert torch.is_grad_enabled(), event


def test_snapshot_weights_are_small_and_on_the_cpu() -> None:
    for each in training.trainer().generator_state().values():
        assert each.device.type == "cpu"
        assert each.dtype in (torch.float16, torch.int64)


def test_a_device_that_is_not_here_is_named() -> None:
    with pytest.raises(ConfigError, match="cpu"):
        training.trainer(engine__device="cuda:77")
    with pytest.raises(ConfigError, match="toaster"):
        training.trainer(engine__device="toaster")


def test_fewer_pictures_than_a_batch_still_train() -> None:
    config = training.config(optimizer__batch_size=16, epochs=3)
    trainer = Trainer(config, training.dataset(count=1))
    list(trainer.train())
    assert trainer.step == 3
    assert isinstance(trainer.state(), State)


def test_a_snapshot_holds_d_where_it_has_an_opinion_of_a_picture() -> None:
    trainer = training.trainer()
    tensors, about = trainer.snapshot_state()
    assert about == {"d_centre": 0.0}
    D = {name.removeprefix("D/"): each for name, each in tensors.items() if name.startswith("D/")}
    assert D.keys() == trainer.D.state_dict().keys()
    assert {name: each for name, each in tensors.items() if not name.startswith("D/")}.keys() == (
        trainer.generator_state().keys()
    )
    packed = training.trainer(network__packing=2)
    assert packed.snapshot_state()[0].keys() == packed.generator_state().keys()


def test_a_snapshot_of_d_whose_logits_have_no_middle_yet_is_without_it() -> None:
    trainer = training.trainer(objective__loss="relativistic", network__name="mlp")
    assert trainer.snapshot_state()[1] == {}
    trainer.update_d()
    trainer._tick(None)
    centre = trainer.snapshot_state()[1]["d_centre"]
    assert centre == trainer.game.stats.centre(objective(trainer.config.objective.loss)) != 0.0
