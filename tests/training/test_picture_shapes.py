"""Training on pictures that are not square, and on pictures with an alpha channel."""

import dataclasses

import numpy as np
import pytest
import torch

from ganstudio import images
from ganstudio.data.batches import Batches
from ganstudio.events import Samples
from ganstudio.networks.layers import ToImage
from ganstudio.training.trainer import Trainer
from support import training

SMALL = {"steps": 2, "epochs": 0, "optimizer__batch_size": 4, "measure__every": 0}


@pytest.mark.parametrize("network", ["dcgan", "mlp", "resnet"])
@pytest.mark.parametrize(("size", "channels"), [("24x16", 1), ("48x64", 4), (16, 4)])
def test_every_network_trains_on_every_kind_of_pictures(network: str, size: int | str, channels: int) -> None:
    trainer = training.trainer(
        network__name=network,
        data__size=size,
        data__channels=channels,
        penalty__r1=1.0,
        stabilise__colour=True,
        stabilise__translation=True,
        **SMALL,
    )
    before = [each.detach().clone() for each in trainer.D.parameters()]
    grids = [event for event in trainer.train() if isinstance(event, Samples)]
    height, width = trainer.config.data.sides
    shape = (4, height, width) if channels == 1 else (4, height, width, channels)
    assert grids[-1].pictures.shape == shape
    assert any(not torch.equal(old, new) for old, new in zip(before, trainer.D.parameters(), strict=True))


@pytest.mark.parametrize("limit", [4.0, 0.0])
def test_batches_are_the_pictures_to_the_byte(limit: float) -> None:
    """Resident or read ahead: height, width, colours and alpha stay where they are."""
    dataset = training.dataset(count=6, size="8x16", channels=4)
    batches = Batches(dataset, 6, torch.device("cpu"), seed=1, limit=limit)
    try:
        batch = images.to_uint8(batches.next().images)
    finally:
        batches.close()
    assert batches.resident == bool(limit)
    assert sorted(map(np.ndarray.tobytes, batch)) == sorted(map(np.ndarray.tobytes, dataset.images))


def test_a_rectangular_run_resumes_to_the_bit() -> None:
    trainer = training.trainer(data__size="16x24", data__channels=4, **{**SMALL, "steps": 4})
    events = trainer.train()
    while trainer.step < 2:
        next(events)
    middle = trainer.state()
    list(events)
    again = Trainer(trainer.config, training.dataset(size="16x24", channels=4), middle)
    list(again.train())
    ends = [each.state().tensors for each in (trainer, again)]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_more_than_256_classes_are_told_apart() -> None:
    labels = np.arange(600, dtype=np.int32) % 300
    known = training.dataset(count=600, size=8)
    info = dataclasses.replace(known.info, labels=tuple(map(str, range(300))))
    dataset = dataclasses.replace(known, info=info, labels=labels)
    config = training.config(data__size=8, network__conditional=True, **SMALL)
    trainer = Trainer(config, dataset)
    list(trainer.train())
    assert trainer.config.network.classes == 300
    batches = Batches(dataset, 600, torch.device("cpu"), seed=1, labels=True)
    drawn = batches.next()
    assert drawn.labels is not None
    first = {picture.tobytes(): int(label) for picture, label in zip(dataset.images, labels, strict=True)}
    found = [first[picture.tobytes()] for picture in images.to_uint8(drawn.images)]
    assert found == drawn.labels.tolist()
    assert max(found) == 299


def test_g_that_makes_nothing_but_black_learns_again_with_the_inward_gradient() -> None:
    moved = {}
    for inward in (False, True):
        trainer = training.trainer(
            network__name="resnet", data__size=16, data__channels=4, stabilise__inward_gradient=inward, **SMALL
        )
        last = next(part for part in trainer.G.modules() if isinstance(part, ToImage))
        with torch.no_grad():  # every feature is positive, and every pixel far below -1
            last.weight.fill_(-100.0)
        last.register_forward_pre_hook(lambda _, inputs: (inputs[0].abs() + 1.0,))
        before = last.weight.detach().clone()
        trainer.round()
        moved[inward] = float((last.weight - before).detach().abs().max())
    assert moved[False] < 1e-6 < moved[True]
