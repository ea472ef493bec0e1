"""Every loss with every pair of networks: 200 steps on real pictures end with finite losses and weights."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from ganstudio import process
from ganstudio.config.declarations import BUILT_IN_NETWORKS
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.events import Finished, Tick
from ganstudio.objectives import OBJECTIVES
from ganstudio.training.trainer import Trainer
from support import training

PICTURE_NETWORKS = [name for name, kind in BUILT_IN_NETWORKS.items() if not kind.points]  # points: test_points.py

STEPS = 200


def _some(dataset: Dataset, count: int = 512) -> Dataset:
    return dataclasses.replace(dataset, images=dataset.images[:count], labels=dataset.labels[:count])


@pytest.fixture(scope="module")
def grey() -> Dataset:
    """Some of the real MNIST, 28x28."""
    return _some(catalog.load("mnist", size=28, channels=1))


@pytest.fixture(scope="module")
def coloured() -> Dataset:
    return _coloured(32)


@pytest.fixture(scope="module")
def large() -> Dataset:
    return _coloured(64)


def _coloured(size: int) -> Dataset:
    """Real digits, each in a colour of its own on another."""
    digits = _some(catalog.load("digits", size=size, channels=1))
    rng = np.random.default_rng(0)
    ink, paper = rng.integers(0, 256, (2, len(digits.images), 1, 1, 3))
    share = digits.images[..., None] / 255
    return dataclasses.replace(digits, images=(share * ink + (1 - share) * paper).astype(np.uint8))


def play(dataset: Dataset, **changes: object) -> tuple[Trainer, list[Tick]]:
    size, channels = dataset.images.shape[1], 1 if dataset.images.ndim == 3 else 3
    config = training.config(
        data__size=size,
        data__channels=channels,
        steps=STEPS,
        output__tick_seconds=60.0,
        output__sample_seconds=600.0,
        **changes,
    )
    trainer = Trainer(config, dataset, configure=process.configure)
    events = list(trainer.train())
    assert isinstance(events[-1], Finished)
    return trainer, [event for event in events if isinstance(event, Tick)]


def assert_sound(trainer: Trainer, tick: Tick) -> None:
    assert tick.step == STEPS
    for number in (tick.d_loss, tick.g_loss, tick.d_acc, tick.d_real, tick.d_fake):
        assert number is not None
        assert math.isfinite(number)
    assert 0 <= tick.d_real <= 1
    assert 0 <= tick.d_fake <= 1
    for part in (trainer.G, trainer.D, trainer.G_ema.module):
        assert all(torch.isfinite(each).all() for each in part.parameters())


@pytest.mark.parametrize("network", PICTURE_NETWORKS)
@pytest.mark.parametrize("loss", OBJECTIVES)
def test_every_loss_trains_every_pair(loss: str, network: str, grey: Dataset) -> None:
    trainer, ticks = play(grey, network__name=network, objective__loss=loss, penalty__r1=0.1, penalty__every=8)
    assert_sound(trainer, ticks[-1])


@pytest.mark.parametrize("network", PICTURE_NETWORKS)
@pytest.mark.parametrize("pictures", ["coloured", "large"])
def test_every_pair_trains_on_other_pictures(pictures: str, network: str, request: pytest.FixtureRequest) -> None:
    """Large ones are of 64x64: the networks have a layer more. What a loss does, does not depend on the pictures."""
    dataset = request.getfixturevalue(pictures)
    trainer, ticks = play(dataset, network__name=network, penalty__r1=0.1, penalty__every=8)
    assert_sound(trainer, ticks[-1])


RECIPES: dict[str, dict[str, object]] = {
    "WGAN with clipped weights": {"objective__loss": "wasserstein", "penalty__clip": 0.05, "schedule__d_steps": 2},
    "WGAN-GP": {"objective__loss": "wasserstein", "penalty__gradient": 10.0, "network__spectral_norm": False},
    "DRAGAN": {"penalty__dragan": 10.0},
    "hinge with spectral norm": {"objective__loss": "hinge", "network__spectral_norm": True},
    "R3GAN": {
        "network__name": "resnet",
        "objective__loss": "relativistic",
        "penalty__r1": 1.0,
        "penalty__r2": 1.0,
        "optimizer__decay": "cosine",
    },
    "PacGAN": {"network__packing": 2},
    "conditional": {"network__conditional": True, "network__name": "resnet", "penalty__r1": 1.0, "penalty__every": 4},
    "conditional, packed, spectral": {
        "network__conditional": True,
        "network__packing": 2,
        "network__spectral_norm": True,
    },
    "augmented": {"stabilise__colour": True, "stabilise__translation": True, "stabilise__cutout": True},
    "noise, smoothing, clipping": {
        "stabilise__noise": 0.2,
        "objective__label_smoothing": 0.1,
        "stabilise__clip_gradient": 1.0,
    },
    "accumulated": {"optimizer__accumulate": 2, "penalty__r1": 1.0},
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_trains(recipe: str, grey: Dataset) -> None:
    trainer, ticks = play(grey, **RECIPES[recipe])
    assert_sound(trainer, ticks[-1])
