"""What a layer makes, and what becomes of the output if it made something else."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from ganstudio import networks
from ganstudio.latent.channel_edit import Edit
from ganstudio.latent.inside import look_into_generator
from ganstudio.networks import Shape
from ganstudio.networks.inside.activations import observe
from ganstudio.networks.inside.structure import Place


def test_a_layer_is_seen_as_it_was_before_the_next_one_worked_in_place_and_can_be_changed() -> None:
    rng = torch.Generator().manual_seed(0)
    G = networks.NETWORKS["dcgan"].generator(Shape(28, 1, 12, 8)).eval()
    networks.NETWORKS["dcgan"].initialise(G, rng)
    z, layers = torch.randn(1, 12, generator=rng), G.layers
    with torch.no_grad():
        normed = layers[:2](z)
        made, out = observe(G, (z, None), Place("layers.1"))
        assert made.min() < 0  # ReLU comes next
        assert torch.equal(made, normed)
        assert torch.equal(out, G(z))

        def double(maps: torch.Tensor) -> torch.Tensor:
            maps[:, 3] *= 2
            return maps

        made, out = observe(G, (z, None), Place("layers.1"), double)
        assert torch.equal(made, normed)
        assert torch.equal(out, layers[2:](double(normed.clone())))
        assert not torch.equal(out, G(z))
    assert not any(module._forward_hooks for module in G.modules())


def test_one_call_of_a_module_that_is_called_twice_is_meant() -> None:
    bend = nn.Hardtanh()
    twice = nn.Sequential(bend, nn.Linear(2, 2), bend)
    x = torch.tensor([[-3.0, 0.5]])
    first, _ = observe(twice, (x,), Place("0", 0))
    second, out = observe(twice, (x,), Place("0", 1), lambda made: made + 5)
    assert first.tolist() == [[-1.0, 0.5]]
    assert torch.equal(second + 5, out)


@pytest.mark.parametrize("kind", [torch.bool, torch.int64, torch.bfloat16, torch.float64])
def test_a_layer_of_another_package_may_make_any_kind_of_numbers(kind: torch.dtype) -> None:
    class Turned(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return (x > 0).to(kind).permute(0, 1, 4, 3, 2)

    class Odd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.turn = Turned()

        def forward(self, z: torch.Tensor, condition: None) -> torch.Tensor:
            return self.turn(z.view(1, 2, 2, 2, 2)).float().flatten(2)[:, :, None]

    sampler = SimpleNamespace(G=Odd(), classes=0, shown=None)
    z = np.ones((1, 16), np.float32)
    seen = look_into_generator(sampler, Place("turn"), z, None, 2, [Edit(0, 0.0)])
    assert seen.maps.tolist() == np.ones((2, 1, 8)).tolist()
    assert (seen.picture == 255).all()
    assert [int(each.max()) for each in (seen.changed[..., 0], seen.changed[..., 1])] == [128, 255]


@pytest.mark.parametrize("place", [Place("gone"), Place("0", 7)])
def test_what_is_not_called_cannot_be_seen(place: Place) -> None:
    network = nn.Sequential(nn.Identity())
    with pytest.raises(LookupError):
        observe(network, (torch.zeros(1),), place)
    assert not network[0]._forward_hooks
