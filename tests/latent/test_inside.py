"""What the layers of a snapshot make, and what the networks answer if that is changed."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio.config import DataConfig, NetworkConfig, RunConfig
from ganstudio.errors import InputError
from ganstudio.images import to_uint8
from ganstudio.latent.channel_edit import Edit
from ganstudio.latent.inside import look_into_discriminator, look_into_generator, look_into_sums
from ganstudio.latent.paths import noise, one_hot
from ganstudio.latent.sampler import Sampler
from ganstudio.networks.inside.structure import Place
from support import models

CONFIG = RunConfig(data=DataConfig("digits", 28), network=NetworkConfig("dcgan", 12, 8, conditional=True, classes=3))
Z, MIX = noise(1, 12, 4), one_hot(2, 3)[None]
LABEL = torch.tensor([2])


@pytest.fixture
def sampler(tmp_path: Path) -> Sampler:
    models.write(tmp_path / "a", CONFIG)
    sampler = Sampler.from_snapshot(tmp_path / "a", CONFIG)
    for weight in sampler.G.parameters():
        weight.data.mul_(6)  # maps that differ
    return sampler


def test_the_strongest_maps_of_g_come_first_and_the_picture_is_that_of_z(sampler: Sampler) -> None:
    layers = sampler.G.layers
    with torch.no_grad():
        made = layers[:3](sampler.G.join(torch.from_numpy(Z), LABEL))[0].numpy()
    seen = look_into_generator(sampler, Place("layers.2"), Z, MIX, 5)
    strength = np.abs(made).mean((1, 2))
    assert seen.channels.tolist() == np.argsort(-strength, kind="stable")[:5].tolist()
    assert np.allclose(seen.maps, made[seen.channels])
    assert seen.largest == pytest.approx(made.max())
    assert seen.count == 16
    assert np.array_equal(seen.picture, sampler.sample(Z, mix=MIX))
    assert seen.changed is None
    again = look_into_generator(sampler, Place("layers.2"), noise(1, 12, 5), MIX, [7, 2, 99])
    assert again.channels.tolist() == [7, 2]  # in the order that was asked for, without one that is not there


def test_channels_switched_off_doubled_and_painted_change_the_picture(sampler: Sampler) -> None:
    strong, out = np.zeros((2, 7, 7), np.bool_)
    strong[2, 3], out[4, 4] = True, True
    edits = [
        Edit(1, 0.0),
        Edit(2, 2.0),
        Edit(3, 1.0, strong, out),
        Edit(4, 1.0, np.ones((2, 2), np.bool_)),
        Edit(77, 0),
    ]
    seen = look_into_generator(sampler, Place("layers.2"), Z, MIX, 3, edits)
    with torch.no_grad():
        made = sampler.G.layers[:3](sampler.G.join(torch.from_numpy(Z), LABEL))
        largest = made.max()
        made[0, 1] = 0
        made[0, 2] *= 2
        made[0, 3, 2, 3], made[0, 3, 4, 4] = largest, 0
        expected = to_uint8(sampler.G.layers[3:](made))
    assert np.array_equal(seen.changed, expected)
    assert not np.array_equal(seen.changed, seen.picture)


def test_d_says_what_it_thinks_of_the_picture_before_and_after(sampler: Sampler) -> None:
    critic, place = sampler.critic, Place("layers.1")
    picture = np.random.default_rng(0).integers(0, 256, (1, 28, 28), np.uint8)
    seen = look_into_discriminator(sampler, place, Z, MIX, picture, 8)
    assert seen.chance == pytest.approx(float(critic.opinion(picture, mix=MIX)[0]), abs=1e-6)
    assert np.array_equal(seen.picture, picture)
    assert seen.changed_chance is None
    every = [Edit(channel, 0.0) for channel in range(8)]
    blind = [look_into_discriminator(sampler, place, Z, MIX, each, 8, every) for each in (picture, picture // 2, None)]
    assert {each.changed_chance for each in blind} == {blind[0].changed_chance}  # nothing of the picture is left
    assert np.array_equal(blind[2].picture, sampler.sample(Z, mix=MIX))
    assert blind[2].chance != blind[0].chance


def test_numbers_without_places_are_maps_of_one_value_and_a_logit_is_one(sampler: Sampler) -> None:
    code = look_into_generator(sampler, Place("join"), Z, MIX, 30)
    assert code.maps.shape == (24, 1, 1)
    assert sorted(code.maps[:, 0, 0][code.channels < 12]) == sorted(Z[0])
    logit = look_into_discriminator(sampler, Place("layers.5"), Z, MIX, None, 30)
    assert logit.maps.shape == (1, 1, 1)


def test_points_are_shown_as_pictures(tmp_path: Path) -> None:
    config = replace(CONFIG, data=DataConfig("lab-ring-8", 64), network=NetworkConfig("points", 2))
    models.write(tmp_path / "a", config)
    sampler = Sampler.from_snapshot(tmp_path / "a", config)
    z = noise(1, 2, 0)
    seen = look_into_generator(sampler, Place("layers.1"), z, None, 4)
    assert np.array_equal(seen.picture, sampler.sample(z))
    assert 0 <= look_into_discriminator(sampler, Place("layers.1"), z, None, None, 4).chance <= 1


def test_without_d_or_such_a_layer_it_is_said(tmp_path: Path, sampler: Sampler) -> None:
    with pytest.raises(InputError, match="Choose another"):
        look_into_generator(sampler, Place("gone"), Z, MIX, 4)
    models.write(tmp_path / "b", CONFIG, d_centre=None)
    with pytest.raises(InputError, match="without a D"):
        look_into_discriminator(Sampler.from_snapshot(tmp_path / "b", CONFIG), Place("layers.1"), Z, MIX, None, 4)


@pytest.mark.parametrize(
    ("is_generator", "place"), [(True, "layers.3"), (True, "layers.6"), (False, "layers.0"), (False, "layers.2")]
)
def test_each_value_of_a_convolution_is_the_sum_of_products_that_is_shown(
    sampler: Sampler, is_generator: bool, place: str
) -> None:
    sums = look_into_sums(sampler, is_generator, Place(place), Z, MIX, None, 1)
    look = look_into_generator if is_generator else partial(look_into_discriminator, picture=None)
    made = look(sampler, Place(place), z=Z, mix=MIX, channels=[sums.output])
    assert sums.output == (0 if place == "layers.6" else 1)  # there is only one
    assert np.allclose(sums.whole, made.maps[0], atol=1e-5)
    assert sums.channel == sums.order[0]
    assert np.array_equal(sums.taken, sums.inputs[0])
    added = np.zeros_like(sums.part)
    for row, column in np.ndindex(*sums.part.shape):
        products = sums.values(row, column) * sums.kernel
        assert np.nansum(products) == pytest.approx(sums.part[row, column], abs=1e-5)
    for row, column in np.ndindex(*sums.taken.shape):  # the other way round: each value is carried to where it counts
        for (down, across), weight in zip(sums.targets(row, column).reshape(-1, 2), sums.kernel.ravel(), strict=True):
            if down >= 0:
                added[down, across] += weight * sums.taken[row, column]
    assert np.allclose(added, sums.part, atol=1e-5)
    other = look_into_sums(sampler, is_generator, Place(place), Z, MIX, None, 1, int(sums.order[-1]))
    assert other.channel == sums.order[-1]
    assert np.abs(other.part).mean() <= np.abs(sums.part).mean()


def test_sums_of_what_is_no_convolution_are_refused(sampler: Sampler) -> None:
    for place in ("layers.2", "gone"):
        with pytest.raises(InputError, match="no convolution"):
            look_into_sums(sampler, True, Place(place), Z, MIX, None, 0)
