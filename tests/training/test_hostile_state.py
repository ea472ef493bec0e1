"""A state that this program did not write, as a checkpoint with a valid checksum may hold it, is refused in words.

What is taken in spite of that trains: moments of a wrong shape once made the fused Adam write behind their end.
"""

import copy
import functools
import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio.errors import RunError
from ganstudio.training.state import Diverged, State
from ganstudio.training.trainer import Trainer
from support import training
from support.hostile import damaged_json, damaged_tensors


@functools.cache
def template() -> tuple[cfg.RunConfig, State]:
    """The configuration and the state of a trainer after two rounds, as the file of a run holds it."""
    trainer = training.trainer(network__name="mlp", engine__precision="float32")
    for _ in range(2):
        trainer.round()
    state = trainer.state()
    return trainer.config, State(state.tensors, state.meta | {"config": cfg.to_dict(trainer.config)})


def trainer_from(tensors: dict[str, torch.Tensor] | None = None, **meta: Any) -> Trainer:
    config, state = template()
    changed = State(state.tensors if tensors is None else tensors, state.meta | meta)
    return Trainer(config, training.dataset(), changed)


def changed(name: str, tensor: torch.Tensor | None) -> dict[str, torch.Tensor]:
    """The tensors of a state with another one under that name; None: with none."""
    tensors = dict(template()[1].tensors)
    del tensors[name]
    return tensors | ({} if tensor is None else {name: tensor})


@pytest.mark.parametrize("wrong", [torch.zeros(0), torch.zeros(1), torch.zeros(2, 2), torch.zeros(())])
@pytest.mark.parametrize("name", ["exp_avg", "exp_avg_sq"])
@pytest.mark.parametrize("optimizer", ["opt_d", "opt_g"])
def test_moments_of_another_shape_are_refused(optimizer: str, name: str, wrong: torch.Tensor) -> None:
    with pytest.raises(RunError, match=rf"does not fit the networks .*{optimizer}: 0\.{name} has the shape"):
        trainer_from(changed(f"{optimizer}.0.{name}", wrong))


@pytest.mark.parametrize("name", ["exp_avg", "exp_avg_sq", "step"])
def test_a_missing_moment_is_refused_by_name(name: str) -> None:
    with pytest.raises(RunError, match=rf"opt_g: 1\.{name} is missing"):
        trainer_from(changed(f"opt_g.1.{name}", None))


@pytest.mark.parametrize("wrong", [torch.zeros(9), torch.tensor(-1.0), torch.tensor(1e30), torch.tensor(2)])
def test_a_number_of_steps_that_is_none_is_refused(wrong: torch.Tensor) -> None:
    with pytest.raises(RunError, match=r"opt_g: 0\.step "):
        trainer_from(changed("opt_g.0.step", wrong))


@pytest.mark.parametrize("name", ["opt_g.99.exp_avg", "opt_g.x.exp_avg", "opt_g.0", "opt_g.0.momentum", "G.foreign"])
def test_tensors_that_belong_to_nothing_are_refused(name: str) -> None:
    with pytest.raises(RunError, match="they have no "):
        trainer_from(template()[1].tensors | {name: torch.zeros(3)})


@pytest.mark.parametrize("dtype", [torch.float64, torch.int64, torch.complex64, torch.bool])
@pytest.mark.parametrize("owner", ["G", "G_ema", "D", "opt_d"])
def test_numbers_of_another_type_are_refused(owner: str, dtype: torch.dtype) -> None:
    found = next(name for name in template()[1].tensors if name.startswith(f"{owner}."))
    with pytest.raises(RunError, match=f"is of {dtype} in place of torch.float32"):
        trainer_from(changed(found, template()[1].tensors[found].to(dtype)))


@pytest.mark.parametrize(
    "wrong", [None, torch.zeros(100, dtype=torch.uint8), torch.zeros(5056), torch.zeros(5056, dtype=torch.uint8)]
)
@pytest.mark.parametrize("name", ["rng.noise", "rng.order"])
def test_random_states_of_another_size_type_or_content_are_refused(name: str, wrong: torch.Tensor | None) -> None:
    with pytest.raises(RunError, match="The checkpoint cannot be used: its random state"):
        trainer_from(changed(name, wrong))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("step", -50),
        ("step", 10**17),
        ("step", "5"),
        ("step", True),
        ("images", math.inf),
        ("images", -1),
        ("seconds", 1e308),
        ("seconds", math.nan),
        ("seconds", -1.0),
        ("position", -7),
        ("position", 10**12),
        ("batches_done", None),
        ("d_updates", 0.5),
        ("schedule", None),
        ("schedule", {"whose": "d"}),
        ("schedule", {"whose": "both", "left": 1}),
        ("schedule", {"whose": "d", "left": -1}),
        ("scales", [0.0]),
        ("scales", [math.inf, 1.0]),
        ("scales", "x"),
    ],
)
def test_figures_that_no_run_has_are_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(RunError, match="position|batches of an epoch" if name == "position" else name):
        trainer_from(**{name: value})


def test_a_state_that_is_refused_changes_nothing() -> None:
    trainer = training.trainer(network__name="mlp", engine__precision="float32")
    before = copy.deepcopy(trainer.state().tensors)
    with pytest.raises(RunError):
        trainer.load_state(State(changed("opt_g.0.exp_avg", torch.zeros(1)), template()[1].meta))
    assert all(torch.equal(tensor, before[name]) for name, tensor in trainer.state().tensors.items())


@pytest.mark.fuzz
@given(st.data())
def test_a_state_with_any_damage_is_refused_or_trains(data: st.DataObject) -> None:
    config, state = template()
    tensors = data.draw(st.one_of(st.just(state.tensors), damaged_tensors(state.tensors)))
    meta = data.draw(st.one_of(st.just(state.meta), damaged_json(state.meta)))
    if not isinstance(meta, dict):
        meta = state.meta
    try:
        trainer = Trainer(config, training.dataset(), State(tensors, meta))
        for _ in range(2):
            trainer.round()
        trainer.state()
    except (RunError, Diverged):
        pass
