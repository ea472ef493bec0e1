"""Passes that are measured at the start of a run."""

import pytest
import torch

from ganstudio import networks
from ganstudio.training.device.passes import make_pass
from support import training


@pytest.mark.parametrize("packing", [1, 2])
def test_a_pass_has_as_many_pictures_as_asked_for(monkeypatch: pytest.MonkeyPatch, packing: int) -> None:
    made: list[int] = []
    build = networks.generator

    def watched(*arguments: object) -> torch.nn.Module:
        G = build(*arguments)  # type: ignore[arg-type]
        G.register_forward_pre_hook(lambda _, inputs: made.append(len(inputs[0])))
        return G

    monkeypatch.setattr(networks, "generator", watched)
    make_pass(training.config(network__packing=packing, network__width=4), pictures=5)("float32")
    assert made == [5 * packing]
