"""What holds for every pair: conditional or not, packed or not, with spectral norm or without."""

import dataclasses
import itertools
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import extensions, networks
from ganstudio.config.declarations import BUILT_IN_NETWORKS
from ganstudio.errors import ConfigError
from ganstudio.networks import pack, resnet
from ganstudio.networks.conditioning import DiscriminatorBase, LabelEmbedding, Projection

NAMES = sorted(name for name, pair in networks.NETWORKS.items() if not pair.points)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def config(name: str, size: int = 28, channels: int = 1, **network: object) -> cfg.RunConfig:
    known = cfg.NetworkConfig(name, z_size=6, width=4)
    data = cfg.DataConfig(size=size, channels=channels)
    return cfg.RunConfig(data=data, network=dataclasses.replace(known, **network))  # type: ignore[arg-type]


def conditional(name: str, classes: int = 5, **network: object) -> cfg.RunConfig:
    return config(name, conditional=True, classes=classes, **network)


# ---- shapes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [28, 32, 64, 128])  # others: test_shapes.py
@pytest.mark.parametrize(("channels", "told", "m"), list(itertools.product([1, 3], [False, True], [1, 2])))
def test_every_shape(name: str, size: int, channels: int, told: bool, m: int) -> None:
    settings = config(name, size, channels, conditional=told, classes=5 if told else 0, packing=m)
    G, D = networks.generator(settings, rng()), networks.discriminator(settings, rng())
    labels = torch.tensor([4, 0, 2, 2]) if told else None
    x = G(torch.randn(4, 6, generator=rng()), labels)
    assert x.shape == (4, channels, size, size)
    logits = D(*pack(x, labels, m))
    assert logits.shape == (4 // m,)
    assert logits.dtype == torch.float32
    logits.sum().backward()  # type: ignore[no-untyped-call]
    assert all(weight.grad is not None for weight in (*G.parameters(), *D.parameters()))


@pytest.mark.parametrize("name", NAMES)
def test_weights_follow_the_generator_given_and_leave_torchs_own_alone(name: str) -> None:
    settings = conditional(name, spectral_norm=True)
    before = torch.random.get_rng_state()
    one, same, other = (networks.discriminator(settings, rng(seed)).state_dict() for seed in (1, 1, 2))
    G_one, G_same = (networks.generator(settings, rng(1)).state_dict() for _ in range(2))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert all(torch.equal(G_one[key], G_same[key]) for key in G_one)
    assert all(not torch.equal(one[key], other[key]) for key in one if one[key].ndim > 1 and one[key].any())


@pytest.mark.parametrize("name", NAMES)
def test_weights_go_through_a_state_dict(name: str) -> None:
    settings = conditional(name, spectral_norm=True, packing=2)
    one, other = networks.discriminator(settings, rng(1)), networks.discriminator(settings, rng(2))
    x, labels = torch.randn(4, 2, 28, 28, generator=rng()), torch.tensor([[0, 1]] * 4)
    other.load_state_dict(one.state_dict())
    assert torch.equal(one.eval()(x, labels), other.eval()(x, labels))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("spectral_norm", [False, True])
def test_penalties_can_differentiate_twice(name: str, spectral_norm: bool) -> None:
    """The gradient of |dD/dx|^2 with respect to the weights, against a difference quotient along itself."""
    D = networks.discriminator(conditional(name, spectral_norm=spectral_norm), rng()).double().eval()
    shake(D)
    x, labels = torch.randn(2, 1, 28, 28, dtype=torch.float64, generator=rng()), torch.tensor([1, 3])
    weights = [weight for weight in D.parameters() if weight.ndim > 1]

    def penalty() -> torch.Tensor:
        at = x.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(D(at, labels).sum(), at, create_graph=True)
        return gradient.square().sum()

    found = torch.autograd.grad(penalty(), weights)
    length = torch.stack([each.square().sum() for each in found]).sum().sqrt()
    step = 1e-6
    with torch.no_grad():
        for weight, each in zip(weights, found, strict=True):
            weight += step * each / length
    ahead = penalty()
    with torch.no_grad():
        for weight, each in zip(weights, found, strict=True):
            weight -= 2 * step * each / length
    slope = (ahead - penalty()) / (2 * step)
    torch.testing.assert_close(slope.detach(), length, rtol=1e-3, atol=1e-12)


def shake(D: nn.Module) -> None:
    """Away from the zeros of fix-up, where some gradients vanish."""
    draw = rng(9)
    with torch.no_grad():
        for weight in D.parameters():
            weight += 0.05 * torch.randn(weight.shape, dtype=weight.dtype, generator=draw)


# ---- classes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_label_matters_to_both_and_must_be_told(name: str) -> None:
    G, D = networks.generator(conditional(name), rng()), networks.discriminator(conditional(name), rng())
    z = torch.randn(1, 6, generator=rng()).expand(4, 6)
    labels = torch.tensor([1, 1, 3, 3])
    x = G.eval()(z, labels)
    assert torch.equal(x[0], x[1])
    assert not torch.allclose(x[0], x[2])
    with torch.no_grad():
        logits = D.eval()(x[:1].expand(4, -1, -1, -1), labels)
    assert logits[0] == logits[1]
    assert logits[0] != logits[2]
    for network, argument in ((G, z), (D, x)):
        with pytest.raises(ValueError, match="labels"):
            network(argument)


def test_projection_is_the_inner_product_with_the_labels_vector() -> None:
    layer = Projection(3, 4)
    features = torch.randn(2, 4, generator=rng())
    v = layer.vectors.weight
    assert torch.allclose(layer(features, torch.tensor([2, 0])), (features * torch.stack([v[2], v[0]])).sum(1))
    packed = layer(features, torch.tensor([[2, 1], [0, 0]]))
    assert torch.allclose(packed, (features * torch.stack([v[2] + v[1], 2 * v[0]])).sum(1))


@pytest.mark.parametrize("name", NAMES)
def test_conditional_logits_are_the_unconditional_ones_plus_the_projection(name: str) -> None:
    D = networks.discriminator(conditional(name), rng()).eval()
    assert isinstance(D, DiscriminatorBase)
    seen: list[torch.Tensor] = []
    last = D.layers[-1]
    handle = last.register_forward_hook(lambda _, inputs, output: seen.extend([inputs[0], output]))
    x, labels = torch.randn(3, 1, 28, 28, generator=rng()), torch.tensor([0, 4, 2])
    with torch.no_grad():
        logits = D(x, labels)
        handle.remove()
        assert D.projection is not None
        vectors = D.projection.vectors.weight[labels]
    features, alone = seen
    torch.testing.assert_close(logits, alone.reshape(3) + (vectors * features.flatten(1)).sum(1))


def test_the_labels_code_weighs_as_much_as_z() -> None:
    layer = LabelEmbedding(3, 50)
    joined = layer(torch.randn(2, 50, generator=rng()), torch.tensor([0, 2]))
    assert joined.shape == (2, 100)
    torch.testing.assert_close(joined[:, 50:].square().mean(1), torch.ones(2))


def test_an_unconditional_pair_does_not_look_at_labels() -> None:
    G = networks.generator(config("dcgan"), rng()).eval()
    z = torch.randn(2, 6, generator=rng())
    assert torch.equal(G(z), G(z, torch.tensor([0, 1])))


def test_unknown_number_of_classes_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"network\.classes"):
        networks.generator(conditional("dcgan", classes=0), rng())


# ---- packing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_pack_joins_pictures_that_follow_each_other(memory_format: torch.memory_format) -> None:
    x = torch.randn(6, 3, 4, 5, generator=rng()).to(memory_format=memory_format)
    packed, labels = pack(x, torch.arange(6), 2)
    assert packed.shape == (3, 6, 4, 5)
    assert torch.equal(packed[1], torch.cat([x[2], x[3]]))
    assert labels is not None
    assert labels.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert pack(x, None, 2)[1] is None
    assert pack(x, None, 1)[0] is x


# ---- spectral norm -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_spectral_norm_keeps_the_largest_singular_value_at_1(name: str) -> None:
    D = networks.discriminator(conditional(name, spectral_norm=True), rng())
    assert not any(isinstance(part, nn.BatchNorm2d) for part in D.modules())
    x = torch.randn(2, 1, 28, 28, generator=rng())
    for _ in range(30):
        D(x, torch.tensor([0, 1]))
    D.eval()
    weights = [part.weight for part in D.modules() if nn.utils.parametrize.is_parametrized(part, "weight")]
    assert len(weights) == sum(weight.ndim > 1 for weight in D.parameters())
    for weight in weights:
        largest = torch.linalg.matrix_norm(weight.detach().flatten(1), 2)
        assert largest == pytest.approx(1, abs=0.05)


# ---- the residual pair ---------------------------------------------------------------------------------------------


def test_residual_blocks_start_as_the_identity() -> None:
    D = networks.discriminator(config("resnet", 64, 3), rng())
    blocks = [part for part in D.modules() if isinstance(part, resnet.Block)]
    assert len(blocks) == 4  # one a resolution: 32, 16, 8, 4
    for block in blocks:
        x = torch.randn(2, block.first.in_channels, 6, 6, generator=rng())
        assert torch.equal(block(x), x)


def test_fix_up_scales_the_other_convolutions_by_the_number_of_branches() -> None:
    """L^(-1 / (2m - 2)) of He's deviation, with m = 2 convolutions in a branch."""
    pair = networks.NETWORKS["resnet"]
    G = pair.generator(networks.Shape(128, 3, 8, 16))
    pair.initialise(G, rng())
    block, *others = [part for part in G.modules() if isinstance(part, resnet.Block)]
    he = (2 / (1 + 0.2**2) / (9 * block.first.in_channels)) ** 0.5
    assert float(block.first.weight.detach().std()) == pytest.approx(he * (1 + len(others)) ** -0.5, rel=0.02)


def test_features_double_with_depth_up_to_a_limit() -> None:
    small, large = (resnet.features(networks.Shape(size, 1, 8, 16)) for size in (28, 128))
    assert large[:2] == [16, 32]
    assert max(large) == resnet.MAX_WIDTHS * 16
    assert len(large) == len(small) + 3  # 28 is 7 x 2^2, 128 is 4 x 2^5
    assert small == large[: len(small)]


# ---- pairs of other packages ---------------------------------------------------------------------------------------


def test_a_pair_of_another_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = "from ganstudio import networks\nPAIR = networks.NETWORKS['mlp']\nOTHER = 5\n"
    (tmp_path / "lent_pair.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    lent = {name: EntryPoint(name, f"lent_pair:{name}", extensions.NETWORKS) for name in ("PAIR", "OTHER", "GONE")}
    monkeypatch.setattr(extensions, "entry_points_of", lambda group: lent)
    assert networks.generator(config("PAIR"), rng())(torch.randn(2, 6)).shape == (2, 1, 28, 28)
    with pytest.raises(ConfigError, match=r"OTHER .*Pair"):
        networks.generator(config("OTHER"), rng())
    with pytest.raises(ConfigError, match="GONE"):
        networks.generator(config("GONE"), rng())
    with pytest.raises(ConfigError, match=r"dcgan, mlp, resnet"):
        networks.generator(config("nobody"), rng())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_declared_about_batch_norm_is_true(name: str) -> None:
    D = networks.discriminator(config(name), rng())
    has_batch_norm = any(isinstance(part, nn.BatchNorm2d) for part in D.modules())
    assert networks.NETWORKS[name].has_batch_norm == has_batch_norm
    assert BUILT_IN_NETWORKS[name].has_batch_norm == has_batch_norm
