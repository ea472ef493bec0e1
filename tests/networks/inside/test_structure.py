"""The structure of a network as its own modules show it."""

import itertools
from dataclasses import replace

import pytest
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import ConfigError
from ganstudio.networks import Pair
from ganstudio.networks.inside.blueprint import draw
from ganstudio.networks.inside.structure import MAX_IN_BLOCK, Network, trace
from ganstudio.networks.inside.words import TIMES


def settings(name: str, **network: object) -> cfg.RunConfig:
    return cfg.RunConfig(data=cfg.DataConfig("digits", 28), network=replace(cfg.NetworkConfig(name, 12, 8), **network))


def words(network: Network) -> list[str]:
    return [stage.words.title.replace(TIMES, "x") for stage in network.stages]


def test_dcgan_in_words_shapes_parameters_and_multiplications() -> None:
    G, D = draw(settings("dcgan")).G, draw(settings("dcgan")).D
    up = "4x4 transposed convolution, stride 2"
    assert words(G) == ["project and reshape", up, f"{up}, to pixels"]
    assert [[layer.words.title for layer in stage.layers[1:]] for stage in G.stages] == [
        ["batch norm", "ReLU"],
        ["batch norm", "ReLU"],
        ["tanh"],
    ]
    assert [stage.outputs for stage in G.stages] == [(16, 7, 7), (8, 14, 14), (1, 28, 28)]
    assert [stage.parameters for stage in G.stages] == [12 * 16 * 49 + 2 * 16, 16 * 8 * 16 + 2 * 8, 8 * 16]
    # Each value of the smaller map is multiplied by 16 weights for each larger map.
    assert [stage.products for stage in G.stages] == [12 * 16 * 49, 49 * 16 * 8 * 16, 14 * 14 * 8 * 16]
    assert (G.inputs, G.outputs) == ((12,), (1, 28, 28))
    assert words(D) == ["4x4 convolution, stride 2, of pixels", "4x4 convolution, stride 2", "weighted sum to a logit"]
    assert [stage.products for stage in D.stages] == [14 * 14 * 8 * 16, 49 * 16 * 8 * 16, 49 * 16]
    assert (D.inputs, D.outputs) == ((1, 28, 28), ())


def test_a_block_is_a_stage_with_the_layers_in_it_and_its_sum() -> None:
    blocks = [stage for stage in draw(settings("resnet")).G.stages if stage.words.title == "block: x + f(x)"]
    inside = [f"3{TIMES}3 convolution", "LeakyReLU 0.2", f"3{TIMES}3 convolution", "block: x + f(x)"]
    assert [layer.words.title for layer in blocks[0].layers] == inside
    assert [layer.words.title for layer in blocks[1].layers] == [*inside, "LeakyReLU 0.2"]
    assert blocks[0].parameters == 2 * 16 * 16 * 9 + 16  # not counted twice
    assert blocks[0].products == 2 * 49 * 16 * 16 * 9


@pytest.mark.parametrize("name", sorted(networks.NETWORKS))
@pytest.mark.parametrize("more", [{}, {"conditional": True, "classes": 3, "modes": 2, "packing": 2}])
def test_all_weights_are_accounted_for_and_each_layer_takes_what_the_one_before_made(name: str, more: dict) -> None:
    config = settings(name, **more, spectral_norm=bool(more) and name == "dcgan")
    if name == "points":
        config = replace(config, data=cfg.DataConfig("lab-ring-8"))
    blueprint, rng = draw(config), torch.Generator().manual_seed(0)
    built = networks.generator(config, rng), networks.discriminator(config, rng)
    for network, module in zip((blueprint.G, blueprint.D), built, strict=True):
        assert network.parameters == sum(each.numel() for each in module.parameters())
        assert sum(layer.parameters for layer in network.layers) == network.parameters
        assert sum(layer.products for layer in network.layers) <= network.products
        inner = [layer for layer in network.layers if layer.place.module.startswith("layers.")]
        in_a_row = [layer for layer in inner if layer.place.module.count(".") == 1]
        assert len(in_a_row) > 3
        for before, after in itertools.pairwise(in_a_row):
            assert after.inputs == before.outputs
    assert blueprint.D.inputs[0] == (2 if name == "points" else 1) * config.network.packing
    titles = words(blueprint.G) + words(blueprint.D)
    assert ("class, joined to z" in titles, "fit to the class" in titles) == (bool(more),) * 2


class Odd(nn.Module):
    """Of another package: one module called twice, work outside of modules, and a look at values."""

    def __init__(self, shape: networks.Shape, made: tuple[int, ...]) -> None:
        super().__init__()
        self.first, self.bend = nn.LazyLinear(6), nn.ReLU()
        self.part = nn.ModuleDict({"deep": Swish(2), "wide": Swish(MAX_IN_BLOCK)})
        self.made = made
        self.free = nn.Parameter(torch.ones(6, made[0] * made[1] * made[2] if made else 1))

    def forward(self, x: torch.Tensor, labels: torch.Tensor | None = None) -> torch.Tensor:
        x = self.bend(self.bend(self.first(x.flatten(1))))
        x = self.part["wide"](self.part["deep"](x))
        if float(x.sum()) > 1e9:  # impossible without values
            raise ValueError
        return (x @ self.free).view(-1, *self.made)


class Swish(nn.Module):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.parts = nn.ModuleList(nn.Linear(6, 6) for _ in range(count))
        self.last = nn.Hardswish()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for part in self.parts:
            x = part(x)
        return self.last(x)


def odd_pair() -> Pair:
    return Pair(
        lambda shape: Odd(shape, (shape.channels, shape.size, shape.size)),
        lambda shape: Odd(shape, ()),
        lambda module, rng: None,
    )


def test_a_network_of_another_package_is_shown_by_the_names_of_its_classes(monkeypatch) -> None:
    monkeypatch.setitem(networks.NETWORKS, "odd", odd_pair())
    before = torch.get_rng_state()
    G = draw(settings("odd")).G
    assert torch.equal(torch.get_rng_state(), before)  # a run that trains at the same time draws from it
    assert [len(stage.layers) for stage in G.stages] == [3, 4, *[1] * 7, 2]  # the large part layer by layer
    assert G.stages[1].words.title == "Swish"
    assert G.stages[1].layers[2].words.title == "Hardswish"
    calls = [layer.place.call for layer in G.stages[0].layers]
    assert calls == [0, 0, 1]  # the ReLU's two calls are told apart
    assert G.products - sum(layer.products for layer in G.layers) == 6 * 28 * 28  # done outside of modules


def test_what_cannot_be_built_or_called_is_refused_with_the_reason(monkeypatch) -> None:
    pair = odd_pair()
    broken = Pair(pair.generator, lambda shape: nn.Linear(3, 1), pair.initialise)
    monkeypatch.setitem(networks.NETWORKS, "broken", broken)
    with pytest.raises(ConfigError, match=r"broken cannot be shown: .*network\.name"):
        draw(settings("broken"))
    with pytest.raises(ConfigError, match="other"):
        draw(settings("other"))


def test_a_network_that_was_traced_is_left_as_it_was() -> None:
    G = networks.generator(settings("resnet"), torch.Generator().manual_seed(0)).eval()
    first, second = trace(G, torch.zeros(1, 12)), trace(G, torch.zeros(1, 12))
    assert first == second
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in G.modules())
