"""Adam without PyTorch's compiler is Adam."""

import inspect
import sys

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio.adam import Adam
from ganstudio.config import EngineConfig
from ganstudio.evaluation import classifier_training
from ganstudio.evaluation.classifier_training import make_adamw
from ganstudio.training.device.engine import Engine


def _net() -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 1))


def _train(optimizer: torch.optim.Optimizer, net: nn.Module, steps: int) -> None:
    rng = torch.Generator().manual_seed(steps)
    for _ in range(steps):
        optimizer.zero_grad()
        net(torch.randn(4, 5, generator=rng)).square().mean().backward()
        optimizer.step()


@pytest.mark.parametrize("fused", [True, False])
def test_every_bit_is_that_of_pytorchs_own(fused: bool) -> None:
    found = []
    for kind in (torch.optim.Adam, Adam):
        net = _net()
        first = kind(net.parameters(), lr=0.01, betas=(0.5, 0.9), fused=fused)
        _train(first, net, 3)
        second = kind(net.parameters(), lr=0.5, fused=fused)
        second.load_state_dict(first.state_dict())
        _train(second, net, 2)
        found.append((list(net.parameters()), second.state_dict()))
        assert all(not value.requires_grad for state in second.state.values() for value in state.values())
    (theirs, their_state), (ours, our_state) = found
    assert all(torch.equal(one, other) for one, other in zip(theirs, ours, strict=True))
    assert our_state["param_groups"] == their_state["param_groups"]
    for number, state in their_state["state"].items():
        assert our_state["state"][number].keys() == state.keys()
        assert all(torch.equal(our_state["state"][number][name], value) for name, value in state.items())


def test_the_digit_classifier_learns_with_pytorchs_adamw_bit_for_bit() -> None:
    found = []
    for own in (True, False):
        net = _net()
        optimizer = make_adamw(net.parameters())
        if not own:
            group = optimizer.param_groups[0]
            optimizer = torch.optim.AdamW(net.parameters(), group["lr"], weight_decay=group["weight_decay"])
            assert group["weight_decay"] == 0.05
        _train(optimizer, net, 5)
        found.append(list(net.parameters()))
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


def test_no_training_imports_the_compiler(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)  # an import of it is an error
    for name in ("zero_grad", "add_param_group", "state_dict", "load_state_dict"):
        theirs = inspect.unwrap(getattr(torch.optim.Adam, name))
        monkeypatch.delattr(theirs, "__dynamo_disable", raising=False)  # what they keep of an earlier import
    digits = np.zeros((128, 28, 28), np.uint8)
    classifier_training.train(digits, np.zeros(128, np.uint8), epochs=1)
    net, engine = _net(), Engine(EngineConfig(device="cpu", precision="float32", graphs=False))
    optimizer = engine.make_adam(net.parameters(), 0.01, (0.5, 0.9))
    optimizer.zero_grad()
    engine.backward(net(torch.ones(4, 5)).mean(), optimizer)
    engine.step(optimizer, max_norm=1.0)
    optimizer.load_state_dict(optimizer.state_dict())
