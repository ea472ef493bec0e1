"""Updates that are replayed as tapes of tensor operations train to the bit as those that are done as they are."""

import dataclasses
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import ManualUpdate
from ganstudio.training import stats
from ganstudio.training.device import tape
from ganstudio.training.device.tape import Tape, TapeReplay, is_tape_used
from ganstudio.training.state import Diverged, State
from ganstudio.training.trainer import Trainer
from support import rounds
from support.training import dataset

POINTS = {
    **rounds.POINTS,
    "network.g_width": 6,
    "network.d_width": 6,
    "data.points": 40,
    "optimizer.batch_size": 12,
    "optimizer.d_lr": 3e-3,
    "optimizer.decay": "linear",
    "steps": 60,
}
PICTURES = {
    "data.size": 16,
    "network.width": 4,
    "network.z_size": 8,
    "optimizer.batch_size": 4,
    "engine.device": "cpu",
    "engine.threads": 1,
    "engine.precision": "float32",
    "output.grid": 2,
    "steps": 60,
}
WARM_UP = 2  # instead of what is usual
ROUND = ("D, G", False)
PENALISED = ("D, G", True)


@pytest.fixture(autouse=True)
def recorded_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape, "WARM_UP", WARM_UP)
    monkeypatch.setattr(stats, "MIN_KEPT", 4)


def trainer(changes: dict[str, Any], records: bool = True, state: State | None = None) -> Trainer:
    base = PICTURES if "network.width" in changes or changes.get("network.name") == "resnet" else POINTS
    config = cfg.RunConfig()
    for path, value in {**base, **changes, "engine.graphs": records}.items():
        config = cfg.change(config, path, value)
    data = catalog.load_for(config) if config.makes_points else dataset(12, size=16)
    return Trainer(config, data, state)


def pair(changes: dict[str, Any] | None = None) -> tuple[Trainer, Trainer]:
    """One that replays, and one that does not."""
    return trainer(changes or {}), trainer(changes or {}, records=False)


def play(rounds: int, *trainers: Trainer) -> None:
    for each in trainers:
        for _ in range(rounds):
            each.round()


def assert_same(replayed: Trainer, plain: Trainer) -> None:
    """Weights, moments, random states and figures are equal to the bit."""
    one, other = replayed.state(), plain.state()
    assert one.tensors.keys() == other.tensors.keys()
    different = [name for name, value in one.tensors.items() if not torch.equal(value, other.tensors[name])]
    assert different == []
    assert one.meta == other.meta
    assert replayed.game.stats.read() == plain.game.stats.read()
    assert not plain.game.engine.replay.recorded


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({}, {ROUND}),
        ({"objective.loss": "minimax", "objective.label_smoothing": 0.1, "network.noise": "uniform"}, {ROUND}),
        ({"objective.loss": "least-squares", "optimizer.name": "sgd", "data.fresh": True}, {ROUND}),
        ({"objective.loss": "wasserstein", "penalty.clip": 0.05, "schedule.d_steps": 2}, {("D", False), "G"}),
        ({"objective.loss": "hinge", "network.spectral_norm": True, "schedule.reuse_fakes": True}, {ROUND}),
        ({"penalty.gradient": 1.0, "penalty.dragan": 0.5, "network.packing": 2}, {PENALISED}),
        (
            {"objective.loss": "relativistic", "penalty.r1": 0.1, "penalty.r2": 0.2, "penalty.every": 3},
            {ROUND, PENALISED},
        ),
        ({"network.conditional": True, "network.modes": 3, "stabilise.noise": 0.1}, {ROUND}),
        ({"stabilise.clip_gradient": 0.1, "engine.precision": "bfloat16", "ema.half_life": 50}, {ROUND}),
        ({"schedule.mode": "epochs", "network.g_layers": 0, "network.d_layers": 0}, {("D", False), "G"}),
        ({"optimizer.accumulate": 2}, set()),
        ({"network.width": 4, "stabilise.mirror": True, "stabilise.colour": True}, {ROUND}),  # with batch norm
        ({"network.name": "resnet", "stabilise.translation": True, "stabilise.probability": 0.5}, {ROUND}),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_replayed_rounds_train_to_the_bit_as_plain_ones(changes: dict[str, Any], keys: set[object]) -> None:
    replayed, plain = pair(changes)
    play(11 if replayed.config.makes_points else WARM_UP + 3, replayed, plain)
    assert replayed.game.engine.replay.recorded == keys
    assert replayed.game.engine.replay.why_not == ""
    assert_same(replayed, plain)


@pytest.mark.parametrize(
    ("path", "value", "again"),
    [
        ("optimizer.g_lr", 0.05, False),
        ("ema.half_life", 20, False),
        ("optimizer.beta1", 0.9, True),
        ("objective.loss", "hinge", True),
        ("objective.label_smoothing", 0.2, True),
        ("penalty.r1", 2.0, True),
        ("stabilise.noise", 0.3, True),
    ],
)
def test_a_live_change_counts_from_the_next_round_on(path: str, value: object, again: bool) -> None:
    replayed, plain = pair()
    play(WARM_UP + 2, replayed, plain)
    before = replayed.game.engine.replay.recorded
    for each in (replayed, plain):
        each.change(path, value)
    assert before == {ROUND}
    assert (replayed.game.engine.replay.recorded != before) == again
    play(WARM_UP + 2, replayed, plain)
    assert replayed.game.engine.replay.recorded
    assert_same(replayed, plain)


def test_updates_are_recorded_again_when_the_reason_not_to_is_gone() -> None:
    replayed, plain = pair()
    for accumulated, keys in ((1, {ROUND}), (2, set()), (1, {ROUND})):
        for each in (replayed, plain):
            each.change("optimizer.accumulate", accumulated)
        play(WARM_UP + 2, replayed, plain)
        assert replayed.game.engine.replay.recorded == keys
    assert_same(replayed, plain)


def test_a_run_that_replays_resumes_to_the_bit_and_so_does_one_that_goes_back_in_place() -> None:
    changes = {"objective.loss": "relativistic", "penalty.r1": 0.1, "penalty.every": 2}
    replayed, plain = pair(changes)
    play(2 * WARM_UP + 4, replayed, plain)
    state = replayed.state()
    resumed = trainer(changes, state=state)
    play(2 * WARM_UP + 4, replayed, plain, resumed)
    assert_same(replayed, plain)
    end = replayed.state().tensors
    replayed.load_state(state)
    play(2 * WARM_UP + 4, replayed)
    for each in (resumed, replayed):
        assert all(torch.equal(value, end[name]) for name, value in each.state().tensors.items())


def test_manual_updates_between_replayed_rounds_change_what_they_say() -> None:
    replayed, plain = pair()
    for update in (None, ManualUpdate.D, ManualUpdate.G, ManualUpdate.G, ManualUpdate.ROUND, ManualUpdate.D):
        play(WARM_UP, replayed, plain)
        if update:
            marks = [next(iter(each.manual_update(update))) for each in (replayed, plain)]
            assert marks[0] == marks[1]
    assert_same(replayed, plain)


def test_weights_that_were_moved_and_hooks_are_noticed() -> None:
    """As users of the library may do it: what a tape has recorded would train weights that nobody uses any more."""
    replayed, plain = pair()
    play(WARM_UP + 2, replayed, plain)
    for each in (replayed, plain):
        for weight in each.D.parameters():
            weight.data = weight.data * 0.5
    play(WARM_UP + 2, replayed, plain)
    assert_same(replayed, plain)
    seen: list[int] = []
    handle = replayed.D.register_forward_hook(lambda *_: seen.append(1))
    play(2, replayed, plain)
    assert len(seen) == 4  # D judges once in its own update and once in G's
    handle.remove()
    play(1, replayed, plain)
    assert len(seen) == 4
    assert_same(replayed, plain)


def test_a_loss_that_is_not_finite_is_noticed_in_a_replayed_round() -> None:
    replayed, _ = pair()
    play(WARM_UP + 2, replayed)
    assert not replayed.game.stats.diverged()
    with torch.no_grad():
        next(replayed.D.parameters()).fill_(torch.inf)
    play(1, replayed)
    assert replayed.game.engine.replay.recorded
    assert replayed.game.stats.diverged()
    with pytest.raises(Diverged):
        replayed.state()


def test_networks_and_losses_of_other_packages_are_not_recorded() -> None:
    config = trainer({}).config
    assert is_tape_used(config)
    for part, changes in (
        ("network", {"name": "theirs"}),
        ("objective", {"loss": "theirs"}),
        ("engine", {"precision": "float16"}),
        ("engine", {"device": "cuda"}),
        ("engine", {"graphs": False}),
    ):
        other = dataclasses.replace(getattr(config, part), **changes)
        assert not is_tape_used(dataclasses.replace(config, **{part: other})), changes


# ---- single operations ----------------------------------------------------------------------------------------------


def _normalised(x: torch.Tensor) -> torch.Tensor:
    mean, var = torch.zeros(3), torch.ones(3)
    y = torch.nn.functional.batch_norm(x, mean, var, training=True)
    return torch.cat((y, mean[None], var[None]))


def _filled_and_changed(x: torch.Tensor) -> torch.Tensor:
    total = torch.zeros_like(x)
    ones = torch.ones(3)
    total += x * ones
    ones.mul_(2)
    return total * ones + torch.full((3,), 0.5)


def _through_views(x: torch.Tensor) -> torch.Tensor:
    y = x * 2
    rows = y.t()
    y[1] = 7.0
    rows[0] += x[:, 0]
    return rows.contiguous()[:, ::2]


def _with_several_results(x: torch.Tensor) -> torch.Tensor:
    values, places = x.topk(2, dim=0)
    var, mean = torch.var_mean(x, 0)
    return torch.cat((values + places, torch.stack((var, mean)), x[:, :0].sum(1, keepdim=True).expand(-1, 3)))


def _gradient(x: torch.Tensor) -> torch.Tensor:
    w = x.clone().requires_grad_()
    (first,) = torch.autograd.grad((w.tanh() ** 2).sum(), w, create_graph=True)
    first.square().mean().backward()
    assert w.grad is not None
    return w.grad


@pytest.mark.parametrize(
    "work",
    [_normalised, _filled_and_changed, _through_views, _with_several_results, _gradient],
    ids=lambda f: f.__name__,
)
def test_a_tape_does_the_same_to_other_numbers(work: Callable[[torch.Tensor], torch.Tensor]) -> None:
    x, results = torch.randn(4, 3), []
    recorded = Tape()
    with recorded:
        results.append(work(x))
    replay = recorded.finish()
    assert replay is not None
    for _ in range(2):
        x.normal_()
        replay()
        assert torch.equal(results[0], work(x))


def test_a_tape_draws_further_numbers_from_the_same_generator() -> None:
    rng, recorded = torch.Generator().manual_seed(3), Tape()
    with recorded:
        result = torch.rand(4, 3, generator=rng) + torch.randint(9, (3,), generator=rng)
    replay = recorded.finish()
    assert replay is not None
    expected = torch.Generator().manual_seed(3)
    for number in range(3):
        drawn = torch.rand(4, 3, generator=expected) + torch.randint(9, (3,), generator=expected)
        assert torch.equal(result, drawn), number
        replay()


class _Copies(TorchDispatchMode):
    """Counts the bytes that operations copy."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self.bytes += result.nbytes if func is torch.ops.aten.clone.default else 0
        return result


def test_a_data_set_is_not_copied_while_its_batch_is_recorded() -> None:
    """One may fill the memory: with three copies of it the program would be ended."""
    pictures = torch.arange(256, dtype=torch.uint8).repeat(4096).reshape(-1, 64)
    rows = torch.tensor([3, 70, 9])
    copies, recorded = _Copies(), Tape()
    with copies, recorded:
        batch = pictures.index_select(0, rows).float() / 255
    replay = recorded.finish()
    assert replay is not None
    assert 0 < copies.bytes < 10_000
    rows.copy_(torch.tensor([5, 0, 255]))
    replay()
    assert torch.equal(batch, pictures.index_select(0, rows).float() / 255)


def test_large_values_are_compared_without_copies_of_them_in_python() -> None:
    """While Python copies them it holds its lock, and the window stands still."""
    values = torch.ones(2**19)
    tracemalloc.start()
    try:
        with Tape() as recorded:
            values.exp()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert recorded.finish() is not None
    assert most < values.nbytes / 2


def test_what_is_the_same_each_time_is_not_made_again() -> None:
    x, recorded = torch.ones(3), Tape()
    with recorded:
        y = x * (torch.ones_like(x) / 2 + torch.zeros(3)) + torch.empty(3).fill_(1.0)
    replay = recorded.finish()
    assert replay is not None
    with Tape() as again:
        replay()
    assert len(again._steps) == 3  # the product, the filling, the sum
    assert y.tolist() == [1.5] * 3


@pytest.mark.parametrize(
    "work",
    [
        lambda x: x.mul_(float(x.sum()) + 1),
        lambda x: x.add_(x[x > 0].sum()),
        lambda x: x.set_(torch.zeros(2)),
        lambda x: x.to_sparse(),
    ],
    ids=["number", "shape", "moved", "sparse"],
)
def test_what_cannot_be_repeated_is_done_each_time_and_nobody_is_told(
    work: Callable[[torch.Tensor], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    replay, done, begun = TapeReplay(), [], []
    monkeypatch.setattr(tape, "Tape", lambda: begun.append(Tape()) or begun[-1])
    for _ in range(WARM_UP + 3):
        replay.run("a", lambda: done.append(work(torch.ones(3))))
    assert len(done) == WARM_UP + 3
    assert len(begun) == 1  # it is not tried again and again
    assert (replay.recorded, replay.why_not) == (frozenset(), "")


def test_trouble_while_recording_leaves_the_work_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no variant of an operation was foreseen")

    monkeypatch.setattr(tape, "_call_into", fail)
    replay, x = TapeReplay(), torch.zeros(2)
    for number in range(WARM_UP + 3):
        replay.run("a", lambda: x.add_(torch.ones(2) * 2))
        assert x.tolist() == [2.0 * (number + 1)] * 2
    assert replay.recorded == frozenset()


def test_large_updates_are_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    replay, x = TapeReplay(), torch.ones(100)
    monkeypatch.setattr(tape, "MAX_TAPE_BYTES", 800)
    for number in range(WARM_UP + 2):
        replay.run("large", lambda: x.copy_(x + 1 + 1 + 1))
        assert x[0] == 3 * number + 4
        replay.run("small", lambda: x + 1 + 1)
    assert replay.recorded == {"small"}


def test_recording_does_not_import_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)  # an import of it is an error
    assert not hasattr(Tape.__torch_dispatch__, "__wrapped__")  # by what imports it
    x, recorded = torch.ones(3), Tape()
    with recorded:
        y = torch.nn.functional.softplus(x) + 1
    assert recorded.finish() is not None
    assert y.shape == (3,)
