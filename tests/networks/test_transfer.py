"""Weights of one network from those of another: the same function where it can be, and every tensor accounted for."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional as F
from torch.nn.utils import parametrize

from ganstudio.networks import NETWORKS
from ganstudio.networks.base import Shape
from ganstudio.networks.freezing import count_levels, find_frozen
from ganstudio.networks.layers import ToImage
from ganstudio.networks.spectral import apply_spectral_norm
from ganstudio.networks.transfer import (
    How,
    Network,
    Transfer,
    calibration,
    transfer_discriminator,
    transfer_generator,
)
from ganstudio.networks.transfer.adapting import embed, to_taps

SHAPE = Shape(16, 1, z_size=6, width=8, modes=3)
KINDS = ("dcgan", "mlp", "resnet")
CHANGES = {
    "larger": {"size": 32},
    "much larger": {"size": 64},
    "smaller": {"size": 8},
    "another base": {"size": 28},
    "wider": {"across": 24},
    "colour": {"channels": 3},
    "transparency": {"channels": 4},
    "classes": {"classes": 5},
    "no modes": {"modes": 0},
    "all at once": {"size": 24, "across": 32, "channels": 4, "classes": 3, "modes": 5},
}


def make(kind: str, shape: Shape, is_generator: bool = True, seed: int = 0, pictures: int = 1) -> Network:
    """Return a network with weights as after some training: nothing is 0 or at its beginning."""
    pair, rng = NETWORKS[kind], torch.Generator().manual_seed(seed)
    module = (pair.generator if is_generator else pair.discriminator)(
        replace(shape, channels=shape.channels * pictures)
    )
    pair.initialise(module, rng)
    weights = {}
    for name, weight in module.state_dict().items():
        noise = torch.randn(weight.shape, generator=rng)
        spread = 0.1 if weight.ndim < 2 else 1 / weight[0].numel() ** 0.5
        is_scale = name.endswith("running_var") or (weight.ndim == 1 and name.endswith("weight"))
        if weight.is_floating_point():
            weights[name] = (1 + 0.2 * noise).abs() if is_scale else spread * noise
        else:
            weights[name] = weight
    return Network(module, replace(shape, channels=shape.channels * pictures), weights, pictures)


def fresh(kind: str, shape: Shape, is_generator: bool = True) -> Network:
    """Return a network as drawn at the start of a run."""
    pair, rng = NETWORKS[kind], torch.Generator().manual_seed(7)
    module = (pair.generator if is_generator else pair.discriminator)(shape)
    pair.initialise(module, rng)
    for name, part in module.named_parameters():
        if not name.startswith("layers."):
            torch.nn.init.normal_(part, generator=rng)
    return Network(module, shape, {name: weight.clone() for name, weight in module.state_dict().items()})


@torch.no_grad()
def call(network: Network, weights: dict[str, torch.Tensor], *inputs: torch.Tensor | None) -> torch.Tensor:
    network.module.load_state_dict(weights)
    made: torch.Tensor = network.module.eval()(*inputs)
    return made


def draw(count: int = 4, seed: int = 3) -> torch.Tensor:
    return torch.randn(count, SHAPE.z_size, generator=torch.Generator().manual_seed(seed))


def begin(kind: str, old: Network, shape: Shape, matches: tuple[int | None, ...] = ()) -> tuple[Network, Transfer]:
    """Transfer a generator to a shape, as `training.beginning` does."""
    new = fresh(kind, shape)
    made = transfer_generator(old, new, matches or tuple(range(shape.classes)))
    new.module.load_state_dict(made.weights)
    new.module.eval()
    calibration.settle_norms(
        new.module, made.identities, draw(64), None if not shape.classes else torch.zeros(64).long()
    )
    return new, replace(made, weights={name: weight.clone() for name, weight in new.module.state_dict().items()})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_generator", [True, False], ids=["G", "D"])
def test_networks_of_one_shape_are_copied_to_the_bit(kind: str, is_generator: bool) -> None:
    shape = replace(SHAPE, classes=3)
    old, new = make(kind, shape, is_generator), fresh(kind, shape, is_generator)
    made = (transfer_generator if is_generator else transfer_discriminator)(old, new, (0, 1, 2))
    assert {row.how for row in made.rows} == {(How.COPIED,)}
    assert all(torch.equal(weight, old.weights[name]) for name, weight in made.weights.items())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("is_generator", [True, False], ids=["G", "D"])
def test_every_tensor_of_both_networks_is_accounted_for(kind: str, change: str, is_generator: bool) -> None:
    shape = replace(SHAPE, **CHANGES[change])
    old, new = make(kind, SHAPE, is_generator), fresh(kind, shape, is_generator)
    made = (transfer_generator if is_generator else transfer_discriminator)(old, new, (None,) * shape.classes)
    kept = [row for row in made.rows if row.after is not None]
    assert [row.name for row in kept] == list(new.weights)
    assert all(row.after == tuple(new.weights[row.name].shape) for row in kept)
    anew = [row.name for row in kept if row.how == (How.ANEW,)]
    assert all(torch.equal(made.weights[name], new.weights[name]) for name in anew)
    copied = [row.name for row in kept if How.COPIED in row.how and made.weights[row.name].is_floating_point()]
    assert not any(torch.equal(made.weights[name], new.weights[name]) for name in copied)
    assert {row.name for row in made.rows if row.after is None} <= old.weights.keys()
    assert all(weight.isfinite().all() for weight in made.weights.values())
    new.module.load_state_dict(made.weights)  # names, shapes and types are right


# ---- the same function ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_classes_and_modes_that_are_new_change_no_picture_and_no_judgement(kind: str) -> None:
    plain, shape = replace(SHAPE, modes=0), replace(SHAPE, modes=4, classes=3)
    old, z, labels = make(kind, plain), draw(), torch.tensor([0, 1, 2, 1])
    new, made = begin(kind, old, shape, (None, None, None))
    torch.testing.assert_close(call(new, made.weights, z, labels), call(old, dict(old.weights), z))
    D, judge = make(kind, plain, is_generator=False), fresh(kind, shape, is_generator=False)
    weights = transfer_discriminator(D, judge, (None, None, None)).weights
    pictures = torch.rand(4, 1, 16, 16) * 2 - 1
    torch.testing.assert_close(call(judge, weights, pictures, labels), call(D, dict(D.weights), pictures))


@pytest.mark.parametrize("kind", KINDS)
def test_grey_becomes_equal_colours_and_d_judges_them_as_grey(kind: str) -> None:
    old, z = make(kind, SHAPE), draw()
    new, made = begin(kind, old, replace(SHAPE, channels=3))
    grey = call(old, dict(old.weights), z)
    torch.testing.assert_close(call(new, made.weights, z), grey.expand(-1, 3, -1, -1))
    D, judge = make(kind, SHAPE, is_generator=False), fresh(kind, replace(SHAPE, channels=3), is_generator=False)
    weights = transfer_discriminator(D, judge).weights
    torch.testing.assert_close(call(judge, weights, grey.expand(-1, 3, -1, -1)), call(D, dict(D.weights), grey))
    back = fresh(kind, SHAPE, is_generator=False)
    coloured = replace(judge, weights=weights)
    torch.testing.assert_close(
        call(back, transfer_discriminator(coloured, back).weights, grey), call(D, dict(D.weights), grey)
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_that_get_transparency_begin_opaque_in_the_same_colours(kind: str) -> None:
    colour, shape = replace(SHAPE, channels=3), replace(SHAPE, channels=4)
    old, z = make(kind, colour), draw()
    new, made = begin(kind, old, shape)
    assert made.needs_opaque
    calibration.make_opaque(new.module, draw(256, seed=4), None)
    pictures = call(new, new.module.state_dict(), z)
    torch.testing.assert_close(pictures[:, :3], call(old, dict(old.weights), z))
    assert (pictures[:, 3] > 0.9).float().mean() > 0.9
    D, judge = make(kind, colour, is_generator=False), fresh(kind, shape, is_generator=False)
    weights = transfer_discriminator(D, judge).weights
    torch.testing.assert_close(call(judge, weights, pictures), call(D, dict(D.weights), pictures[:, :3]))


@pytest.mark.parametrize("factor", [2, 4])
def test_a_dcgan_for_larger_pictures_makes_the_old_ones_with_each_pixel_repeated(factor: int) -> None:
    old, z = make("dcgan", SHAPE), draw()
    new, made = begin("dcgan", old, replace(SHAPE, size=16 * factor))
    small = call(old, dict(old.weights), z)
    expected = small.repeat_interleave(factor, 2).repeat_interleave(factor, 3)
    torch.testing.assert_close(call(new, made.weights, z), expected, atol=1e-4, rtol=1e-4)


def test_batch_norms_of_new_levels_pass_features_on_in_training_too() -> None:
    old = make("dcgan", SHAPE)
    old.module.load_state_dict(old.weights)
    calibration.measure_statistics(old.module, draw(256), None)
    new, made = begin("dcgan", replace(old, weights=old.module.state_dict()), replace(SHAPE, size=32))
    shown = call(new, made.weights, draw(256))
    with torch.no_grad():
        trained = new.module.train()(draw(256))
    assert (shown - trained).abs().mean() < 0.05 * shown.std()


@pytest.mark.parametrize(("before", "after"), [(16, 32), (16, 64), (64, 128)])
def test_a_resnet_for_larger_pictures_makes_the_old_features_twice_as_large(before: int, after: int) -> None:
    old, z = make("resnet", replace(SHAPE, size=before)), draw(2)
    new, made = begin("resnet", old, replace(SHAPE, size=after))
    found = [features_at_picture(network, weights, z) for network, weights in ((old, old.weights), (new, made.weights))]
    expected = F.interpolate(found[0], scale_factor=after / before)
    torch.testing.assert_close(found[1][:, : found[0].shape[1]], expected, atol=1e-3, rtol=1e-3)


def test_a_resnet_for_larger_pictures_draws_plain_areas_plainly() -> None:
    old = make("resnet", SHAPE)
    _, made = begin("resnet", old, replace(SHAPE, size=32))
    before, taps = to_taps(old.weights["layers.6.weight"], 1), to_taps(made.weights["layers.9.weight"], 1)
    for row in (0, 1):
        for column in (0, 1):  # the four pixels that each feature gives its colour to
            torch.testing.assert_close(taps[row::2, column::2].sum((0, 1)), before.sum((0, 1)) / 4)


def test_a_resnet_for_smaller_pictures_leaves_out_the_smallest_maps() -> None:
    shape = replace(SHAPE, size=64)
    old, z = make("resnet", shape), draw(2)
    weights = {name: weight * 0 if "last" in name else weight for name, weight in old.weights.items()}  # no branches
    new, made = begin("resnet", replace(old, weights=weights), replace(SHAPE, size=16))
    large, small = features_at_picture(old, weights, z), features_at_picture(new, made.weights, z)
    torch.testing.assert_close(small, large[:, :, ::4, ::4], atol=1e-4, rtol=1e-4)


def features_at_picture(network: Network, weights: dict[str, torch.Tensor], z: torch.Tensor) -> torch.Tensor:
    (layer,) = (part for part in network.module.modules() if isinstance(part, ToImage))
    found: list[torch.Tensor] = []
    hook = layer.register_forward_pre_hook(lambda _, inputs: found.append(inputs[0]))
    call(network, dict(weights), z)
    hook.remove()
    return found[0]


@pytest.mark.parametrize("kind", ["dcgan", "resnet"])
def test_the_smallest_map_is_resized_to_another_shape(kind: str) -> None:
    old = make(kind, SHAPE)
    weights = {name: weight.clone() for name, weight in old.weights.items()}
    weights["layers.0.weight"] = weights["layers.0.weight"][:16].repeat(16, 1)  # the same everywhere on the map
    new, made = begin(kind, replace(old, weights=weights), replace(SHAPE, across=24))
    first = made.weights["layers.0.weight"]
    torch.testing.assert_close(first, weights["layers.0.weight"][:16].repeat(24, 1))
    z = draw()
    left = call(new, made.weights, z)[:, :, :, :2]  # far from the other edge, which is elsewhere
    torch.testing.assert_close(left, call(old, weights, z)[:, :, :, :2], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", ["dcgan", "resnet"])
def test_what_d_sums_over_a_map_of_another_shape_stays_as_large(kind: str) -> None:
    shape = replace(SHAPE, classes=2)
    old, new = make(kind, shape, is_generator=False), fresh(kind, replace(shape, across=24), is_generator=False)
    made = transfer_discriminator(old, new, (0, 1)).weights
    head = [name for name in made if name.startswith("layers.")][-1]
    sums = [weights[head].reshape(-1, 16).sum(0) for weights in (old.weights, made)]  # by feature
    torch.testing.assert_close(sums[1], sums[0], atol=0.2, rtol=0.1)  # interpolation is no exact mean
    vectors = [weights["projection.vectors.weight"].reshape(2, 16, -1).sum(2) for weights in (old.weights, made)]
    torch.testing.assert_close(vectors[1], vectors[0], atol=0.2, rtol=0.1)


def test_batch_norms_of_a_smaller_dcgan_have_the_statistics_of_what_they_get() -> None:
    old = make("dcgan", replace(SHAPE, size=32))
    assert transfer_generator(old, fresh("dcgan", SHAPE)).needs_statistics
    assert not transfer_generator(old, fresh("dcgan", replace(SHAPE, size=64))).needs_statistics
    G = fresh("dcgan", SHAPE).module
    calibration.measure_statistics(G, draw(256), None)
    with torch.no_grad():
        torch.testing.assert_close(G.eval()(draw(256)), G.train()(draw(256)), atol=1e-2, rtol=1e-2)


def test_an_mlp_resizes_pictures() -> None:
    old, z = make("mlp", SHAPE), draw()
    new, made = begin("mlp", old, replace(SHAPE, size=24, across=32))
    logits = torch.atanh(call(old, dict(old.weights), z).double().clamp(-1 + 1e-12, 1 - 1e-12)).float()
    expected = F.interpolate(logits, (24, 32), mode="bilinear", antialias=True).tanh()
    torch.testing.assert_close(call(new, made.weights, z), expected, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_classes_of_the_same_name_keep_their_pictures_and_others_differ_from_all(kind: str) -> None:
    old, z = make(kind, replace(SHAPE, classes=2)), draw()
    new, made = begin(kind, old, replace(SHAPE, classes=3), (None, 1, 0))
    for label, match in ((1, 1), (2, 0)):
        torch.testing.assert_close(
            call(new, made.weights, z, torch.full((4,), label)),
            call(old, dict(old.weights), z, torch.full((4,), match)),
        )
    codes = made.weights["join.codes.weight"]
    assert min((codes[0] - codes[1]).norm(), (codes[0] - codes[2]).norm()) > 0.05


def test_of_networks_that_make_no_pictures_what_has_the_same_shape_is_copied() -> None:
    old = Network(torch.nn.Bilinear(2, 2, 3), SHAPE, torch.nn.Bilinear(2, 2, 3).state_dict())
    new = Network(torch.nn.Bilinear(2, 4, 3), SHAPE, torch.nn.Bilinear(2, 4, 3).state_dict())
    made = transfer_generator(old, new)
    assert [(row.name, row.how) for row in made.rows] == [
        ("weight", (How.ANEW,)),
        ("bias", (How.COPIED,)),
        ("weight", (How.UNUSED,)),
    ]
    assert torch.equal(made.weights["bias"], old.weights["bias"])


# ---- it goes on learning --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["dcgan", "resnet"])
def test_every_weight_of_a_larger_network_learns(kind: str) -> None:
    old = make(kind, replace(SHAPE, modes=0))
    new, made = begin(kind, old, replace(SHAPE, modes=0, size=32, classes=2), (None, None))
    new.module.load_state_dict(made.weights)
    z, labels, target = draw(8), torch.arange(8) % 2, torch.rand(8, 1, 32, 32)
    for _ in range(4):
        new.module.zero_grad()
        F.mse_loss(new.module.train()(z, labels), target).backward()
        for weight in new.module.parameters():
            weight.data -= 0.1 * (0 if weight.grad is None else weight.grad)
    still = [name for name, weight in new.module.named_parameters() if torch.equal(weight, made.weights[name])]
    assert still == []


@pytest.mark.parametrize("outputs", [0, 1])
def test_no_old_output_listens_to_a_new_input(outputs: int) -> None:
    old, fresh_weights = torch.full((2, 2), 5.0), torch.arange(1.0, 10).reshape(3, 3)
    made = embed(old, fresh_weights, outputs)
    expected = torch.tensor([[5.0, 5, 0], [5, 5, 0], [7, 8, 9]])  # rows are outputs
    assert torch.equal(made if outputs == 0 else made.T, expected if outputs == 0 else embed(old, fresh_weights.T, 0))
    assert torch.equal(embed(fresh_weights, old, outputs), fresh_weights[:2, :2])


def test_other_packs_of_pictures_begin_the_first_layer_of_d_anew() -> None:
    shape = replace(SHAPE, channels=2)
    old, new = make("dcgan", SHAPE, is_generator=False), replace(fresh("dcgan", shape, is_generator=False), pictures=2)
    made = transfer_discriminator(old, new)
    assert [row.how for row in made.rows if row.name == "layers.0.weight"] == [(How.ANEW,), (How.UNUSED,)]


@pytest.mark.parametrize(("kind", "levels"), [("dcgan", 2), ("resnet", 2), ("mlp", 2)])
def test_levels_of_d_are_counted_from_the_picture(kind: str, levels: int) -> None:
    D = fresh(kind, SHAPE, is_generator=False).module
    assert count_levels(D) == levels
    first, both = (find_frozen(D, count) for count in (1, 2))
    names = {module: int(name.split(".")[1]) for name, module in D.named_modules() if name.startswith("layers.")}
    layers = [number for number, layer in enumerate(D.layers) if list(layer.parameters())]  # type: ignore[arg-type]
    assert [names[layer] for layer in both] == layers[:-1]  # never the last one
    assert 0 < len(first) < len(both)
    assert [names[layer] for layer in first] == layers[: len(first)]


# ---- spectral norm --------------------------------------------------------------------------------------------------


def normalised(kind: str, shape: Shape, seed: int) -> Network:
    """Return a freshly drawn D with spectral norm."""
    D = fresh(kind, shape, is_generator=False).module
    apply_spectral_norm(D, torch.Generator().manual_seed(seed))
    return Network(D, shape, {name: weight.clone() for name, weight in D.state_dict().items()})


@pytest.mark.parametrize("kind", KINDS)
def test_a_d_with_spectral_norm_judges_as_before(kind: str) -> None:
    shape = replace(SHAPE, classes=2)
    old, new = normalised(kind, shape, 1), normalised(kind, shape, 2)
    made = transfer_discriminator(old, new, (0, 1))
    assert {row.how for row in made.rows} == {(How.COPIED,)}
    assert all(torch.equal(weight, old.weights[name]) for name, weight in made.weights.items())


@pytest.mark.parametrize("kind", KINDS)
def test_spectral_norm_of_weights_that_were_changed_is_one(kind: str) -> None:
    old, new = normalised(kind, SHAPE, 1), normalised(kind, replace(SHAPE, size=32, channels=3, classes=2), 2)
    new.module.load_state_dict(transfer_discriminator(old, new, (None, None)).weights)
    layers = [part for part in new.module.eval().modules() if parametrize.is_parametrized(part)]
    norms = [torch.linalg.matrix_norm(part.weight.flatten(1), 2) for part in layers]
    torch.testing.assert_close(torch.stack(norms), torch.ones(len(norms)), atol=0.1, rtol=0)
