"""Generators whose z chooses among modes."""

import dataclasses

import pytest
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import ConfigError
from ganstudio.networks import conditioning
from ganstudio.networks.conditioning import ModeEmbedding

NAMES = sorted(networks.NETWORKS)
SIZE, MODES = 32, 10


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def config(name: str, **network: object) -> cfg.RunConfig:
    known = cfg.NetworkConfig(name, z_size=6, width=4, modes=3)
    return cfg.RunConfig(network=dataclasses.replace(known, **network))  # type: ignore[arg-type]


@pytest.fixture
def joined() -> ModeEmbedding:
    module = ModeEmbedding(MODES, SIZE)
    conditioning.initialise(module, rng())
    return module


def codes(module: ModeEmbedding, z: torch.Tensor) -> torch.Tensor:
    return module(z)[:, SIZE:].detach()  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("told", [False, True])
def test_gradients_reach_all_that_the_choice_is_made_of(name: str, told: bool) -> None:
    G = networks.generator(config(name, conditional=told, classes=5 if told else 0), rng())
    G(torch.randn(4, 6, generator=rng(1)), torch.tensor([4, 0, 2, 2]) if told else None).square().sum().backward()
    for key, weight in G.named_parameters():
        assert weight.grad is not None, key
    (modes,) = (part for part in G.modules() if isinstance(part, ModeEmbedding))
    assert modes.choices.grad is not None
    assert modes.choices.grad.any()
    assert modes.codes.grad is not None
    assert modes.codes.grad.any()


def test_most_z_have_one_mode_and_every_mode_has_some(joined: ModeEmbedding) -> None:
    code = codes(joined, torch.randn(2000, SIZE, generator=rng(1))) / SIZE**0.5
    like = code @ torch.nn.functional.normalize(joined.codes.detach(), dim=1).T  # 1: the code of that mode alone
    nearest, which = like.max(1)
    assert float((nearest > 0.9).float().mean()) > 0.75
    assert torch.bincount(which, minlength=MODES).min() > 2000 / MODES / 4


def test_code_is_as_long_as_z_is_on_average_and_z_is_kept(joined: ModeEmbedding) -> None:
    z = torch.randn(50, SIZE, generator=rng(1))
    assert torch.equal(joined(z)[:, :SIZE], z)
    torch.testing.assert_close(codes(joined, z).norm(dim=1), torch.full((50,), SIZE**0.5))


def test_truncation_leaves_the_mode(joined: ModeEmbedding) -> None:
    z = torch.randn(50, SIZE, generator=rng(1))
    torch.testing.assert_close(codes(joined, 0.2 * z), codes(joined, z))
    assert codes(joined, torch.zeros(1, SIZE)).isfinite().all()


def test_bfloat16_chooses_as_float32_does(joined: ModeEmbedding) -> None:
    z = torch.randn(500, SIZE, generator=rng(1))
    exact = codes(joined, z)
    with torch.autocast("cpu", torch.bfloat16):
        rough = codes(joined, z)
    torch.testing.assert_close(rough.float(), exact, rtol=0.02, atol=0.05)


def test_without_modes_the_generator_is_what_it_was() -> None:
    G = networks.generator(config("resnet", modes=0), rng())
    assert not [key for key in G.state_dict() if "modes" in key]


def test_another_packages_pair_without_modes_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = networks.Pair(lambda shape: torch.nn.Linear(shape.z_size, 4), lambda _: torch.nn.Identity(), lambda *_: None)
    monkeypatch.setitem(networks.NETWORKS, "linear", bare)
    with pytest.raises(ConfigError, match=r"network\.modes must be 0 with linear"):
        networks.generator(config("linear"), rng())
    networks.generator(config("linear", modes=0), rng())
