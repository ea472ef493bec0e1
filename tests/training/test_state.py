"""What checkpoints and snapshots hold of networks and optimisers: small networks with weights chosen by hand."""

import copy

import pytest
import torch
from torch import nn

from ganstudio.errors import RunError
from ganstudio.training.state import (
    D_PREFIX,
    State,
    discriminator_weights,
    half_precision_weights,
    pack,
    unpack,
)

Parts = dict[str, nn.Module]
Optimizers = dict[str, torch.optim.Optimizer]


def trained(seed: int) -> tuple[Parts, Optimizers]:
    """Networks in the memory format of training, and an optimiser that has done a step."""
    torch.manual_seed(seed)
    parts: Parts = {
        name: nn.Sequential(nn.Conv2d(2, 3, 2), nn.BatchNorm2d(3)).to(memory_format=torch.channels_last)
        for name in ("G", "G_ema")
    }
    optimizer = torch.optim.Adam(parts["G"].parameters(), lr=0.1)
    parts["G"](torch.randn(4, 2, 3, 3)).square().sum().backward()
    optimizer.step()
    return parts, {"opt_g": optimizer}


def moments(optimizers: Optimizers) -> list[torch.Tensor]:
    return [moment for state in optimizers["opt_g"].state.values() for moment in state.values()]


def test_what_was_packed_is_in_other_networks_after_unpacking() -> None:
    parts, optimizers = trained(0)
    noise = torch.arange(5, dtype=torch.uint8)
    state = pack(parts, optimizers, {"noise": noise}, {"step": 3})
    others, other_optimizers = trained(1)
    rngs = unpack(state, others, other_optimizers)
    for name, part in parts.items():
        for key, tensor in part.state_dict().items():
            assert torch.equal(others[name].state_dict()[key], tensor), (name, key)
    for moment, other in zip(moments(optimizers), moments(other_optimizers), strict=True):
        assert torch.equal(moment, other)
    assert rngs.keys() == {"noise"}
    assert torch.equal(rngs["noise"], noise)
    assert state.meta == {"step": 3}


def test_tensors_have_the_names_of_checkpoints() -> None:
    parts, optimizers = trained(0)
    names = pack(parts, optimizers, {"noise": torch.zeros(1)}, {}).tensors.keys()
    assert {"G.0.weight", "G_ema.1.running_mean", "opt_g.0.exp_avg", "opt_g.3.exp_avg_sq", "rng.noise"} <= names


def test_a_state_is_a_plain_copy() -> None:
    parts, optimizers = trained(0)
    rngs = {"noise": torch.zeros(1)}
    state = pack(parts, optimizers, rngs, {})
    before = copy.deepcopy(state.tensors)
    for tensor in (*(each for part in parts.values() for each in part.state_dict().values()), *moments(optimizers)):
        tensor.fill_(9)
    rngs["noise"].fill_(9)
    for name, tensor in state.tensors.items():
        assert torch.equal(tensor, before[name]), name
        assert tensor.is_contiguous()
        assert tensor.device.type == "cpu"
        assert not tensor.requires_grad


def test_a_state_is_copied_to_the_cpu() -> None:
    weights = nn.Linear(1, 1, device="meta")
    with pytest.raises(NotImplementedError):  # "meta" has no values to copy
        pack({"G": weights}, {}, {}, {})


def test_unpacked_moments_have_the_memory_format_of_their_weights_and_do_not_train() -> None:
    parts, optimizers = trained(0)
    state = pack(parts, optimizers, {}, {})
    unpack(state, parts, optimizers)
    weight = parts["G"][0].weight
    found = optimizers["opt_g"].state[weight]
    assert found["exp_avg"].stride() == found["exp_avg_sq"].stride() == weight.stride()
    assert weight.stride() != torch.empty(weight.shape).stride()
    assert not found["exp_avg"].requires_grad
    assert found["step"].tolist() == 1.0


def test_an_optimiser_of_a_state_before_its_first_step_starts_afresh() -> None:
    parts, optimizers = trained(0)
    unpack(pack(parts, {}, {}, {}), parts, optimizers)
    assert not optimizers["opt_g"].state


def test_learning_rates_are_not_part_of_a_state() -> None:
    parts, optimizers = trained(0)
    state = pack(parts, optimizers, {}, {})
    optimizers["opt_g"].param_groups[0]["lr"] = 0.25
    unpack(state, parts, optimizers)
    assert optimizers["opt_g"].param_groups[0]["lr"] == 0.25


def test_a_state_of_other_networks_is_refused_with_the_name_of_the_part() -> None:
    parts, optimizers = trained(0)
    state = pack(parts, optimizers, {}, {})
    del state.tensors["G_ema.0.bias"]
    with pytest.raises(RunError, match=r"(?s)G_ema: .*0\.bias"):
        unpack(state, parts, optimizers)


def test_unpacking_leaves_the_state_as_it_is() -> None:
    parts, optimizers = trained(0)
    state = pack(parts, optimizers, {}, {})
    before = State(copy.deepcopy(state.tensors), {})
    unpack(state, parts, optimizers)
    parts["G"](torch.randn(4, 2, 3, 3)).square().sum().backward()
    optimizers["opt_g"].step()
    assert all(torch.equal(tensor, before.tensors[name]) for name, tensor in state.tensors.items())


# ---- snapshots --------------------------------------------------------------------------------------------------


def test_a_snapshot_is_half_as_large_and_counts_exactly() -> None:
    module = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1))
    nn.init.constant_(module[0].weight, 0.1)
    module[1].num_batches_tracked.fill_(100_001)
    weights = half_precision_weights(module)
    assert weights.keys() == module.state_dict().keys()
    assert weights["0.weight"].dtype == torch.float16
    assert weights["0.weight"].item() == pytest.approx(0.1, rel=1e-3)
    assert weights["1.num_batches_tracked"].item() == 100_001


def test_a_snapshot_does_not_follow_the_training() -> None:
    module = nn.BatchNorm1d(1).half()
    weights = half_precision_weights(module)
    for tensor in module.state_dict().values():
        tensor.fill_(9)
    assert weights["weight"].tolist() == [1.0]
    assert weights["num_batches_tracked"].item() == 0


def test_a_snapshot_of_d_is_named_as_ds() -> None:
    D = nn.Linear(2, 1)
    tensors, meta = discriminator_weights(D, 0.25)
    assert D_PREFIX == "D/"
    assert tensors.keys() == {"D/weight", "D/bias"}
    torch.testing.assert_close(tensors["D/weight"].float(), D.weight.detach(), rtol=1e-3, atol=1e-3)
    assert meta == {"d_centre": 0.25}


def test_a_d_without_a_centre_or_too_large_for_float16_is_left_out() -> None:
    D = nn.Linear(2, 1)
    assert discriminator_weights(D, None) == ({}, {})
    with torch.no_grad():
        D.weight[0, 1] = 1e6
    assert discriminator_weights(D, 0.0) == ({}, {})
