from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.errors import RunError
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.runs import checkpoint

SMALL = cfg.RunConfig(network=cfg.NetworkConfig("dcgan", 8, 4))


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    G = networks.generator(SMALL, torch.Generator().manual_seed(0))
    half = {name: each.half() if each.is_floating_point() else each for name, each in G.state_dict().items()}
    path = tmp_path / "5.safetensors"
    checkpoint.save_snapshot(path, half, {"step": 5})
    return path


def test_pictures_of_a_snapshot(snapshot: Path) -> None:
    pictures = Sampler.from_snapshot(snapshot, SMALL).sample(noise(70, 8, seed=1))
    assert pictures.shape == (70, 28, 28)
    assert pictures.dtype == np.uint8
    assert not np.array_equal(pictures[0], pictures[1])


def test_a_picture_does_not_depend_on_its_companions(snapshot: Path) -> None:
    sampler = Sampler.from_snapshot(snapshot, SMALL)
    z = noise(65, 8, seed=1)
    alone = sampler.sample(z[64:]).astype(int)
    assert np.abs(alone - sampler.sample(z)[64:]).max() <= 1  # sums may be rounded in another order


def test_large_pictures_are_generated_a_few_at_a_time() -> None:
    class Large(torch.nn.Module):
        def forward(self, z: torch.Tensor, labels: None) -> torch.Tensor:
            counts.append(len(z))
            return z.view(-1, 1, 2, 4)

    counts: list[int] = []
    z = noise(9, 8, seed=1)
    pictures = Sampler(Large(), 8, sides=(256, 256)).sample(z)
    assert counts == [4, 4, 1]
    assert np.array_equal(pictures, Sampler(Large(), 8).sample(z))


def test_noise_is_standard_normal_and_the_same_for_a_seed() -> None:
    z = noise(1000, 8, seed=3)
    assert np.array_equal(z, noise(1000, 8, seed=3))
    assert not np.array_equal(z, noise(1000, 8, seed=4))
    assert abs(z.mean()) < 0.05
    assert abs(z.std() - 1) < 0.05


def test_a_snapshot_of_other_networks_is_refused_in_words(snapshot: Path) -> None:
    other = cfg.change(SMALL, "network.width", 8)
    with pytest.raises(RunError, match="does not fit"):
        Sampler.from_snapshot(snapshot, other)


def test_z_of_another_size_is_refused(snapshot: Path) -> None:
    with pytest.raises(ValueError, match="8"):
        Sampler.from_snapshot(snapshot, SMALL).sample(noise(1, 9, seed=0))


# ---- classes --------------------------------------------------------------------------------------------------------


class Painter(torch.nn.Module):
    """Paints each picture in the grey of its label."""

    def forward(self, z: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return (labels / 127.5 - 1).view(-1, 1, 1, 1).expand(len(z), 1, 4, 4)


def test_each_picture_is_of_the_class_that_was_asked_for() -> None:
    labels = np.arange(70) * 7 % 10  # more than one batch
    pictures = Sampler(Painter(), 8, classes=10).sample(noise(70, 8, seed=1), labels)
    assert np.array_equal(pictures, np.broadcast_to(labels[:, None, None], (70, 4, 4)))


def test_classes_come_in_turn_where_none_is_asked_for() -> None:
    pictures = Sampler(Painter(), 8, classes=3).sample(noise(70, 8, seed=1))
    assert np.array_equal(pictures[:, 0, 0], np.arange(70) % 3)


@pytest.mark.parametrize("labels", [[0, 3], [-1, 0], [0], [[0], [1]], [0.0, 1.0]])
def test_labels_that_are_not_there_are_refused(labels: list[object]) -> None:
    with pytest.raises(ValueError, match="0 to 2"):
        Sampler(Painter(), 8, classes=3).sample(noise(2, 8, seed=1), np.array(labels))


def test_a_conditional_snapshot_draws_classes_and_others_take_no_labels(tmp_path: Path, snapshot: Path) -> None:
    told = cfg.change(cfg.change(SMALL, "network.conditional", True), "network.classes", 10)
    path = tmp_path / "6.safetensors"
    checkpoint.save_snapshot(path, networks.generator(told, torch.Generator().manual_seed(0)).state_dict(), {"step": 6})
    sampler = Sampler.from_snapshot(path, told)
    z = np.repeat(noise(1, 8, seed=1), 2, axis=0)
    first, second = sampler.sample(z, np.array([3, 7]))
    assert sampler.classes == 10
    assert not np.array_equal(first, second)
    plain = Sampler.from_snapshot(snapshot, SMALL)
    assert plain.classes == 0
    with pytest.raises(ValueError, match="not class-conditional"):
        plain.sample(z, np.array([3, 7]))
