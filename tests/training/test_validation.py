import dataclasses

import pytest

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError
from ganstudio.training import validation
from support import training


def unlabelled() -> Dataset:
    known = training.dataset()
    return dataclasses.replace(known, info=dataclasses.replace(known.info, labels=()))


def test_classes_come_from_the_data() -> None:
    config = validation.fit(training.config(network__conditional=True), training.dataset(), 1)
    assert config.network.classes == 10
    assert validation.fit(training.config(), training.dataset(), 1).network.classes == 0


@pytest.mark.parametrize(
    ("config", "dataset", "processes", "words"),
    [
        (training.config(network__conditional=True), unlabelled(), 1, "no labels.*network.conditional must be false"),
        (
            training.config(network__conditional=True, network__classes=3),
            training.dataset(),
            1,
            "10 classes.*use 0 for all",
        ),
        (
            training.config(optimizer__batch_size=10),
            training.dataset(),
            4,
            "10 cannot be shared among 4 processes; try 8",
        ),
        (training.config(network__packing=3), training.dataset(), 1, "8 cannot be shared among packs of 3; try 9"),
        (training.config(network__packing=2), training.dataset(), 8, "8 processes and packs of 2; try 16"),
        (training.config(data__size=32), training.dataset(), 1, "28x28x1.*are set to 32x32x1"),
    ],
)
def test_what_does_not_go_together_is_said(config: cfg.RunConfig, dataset: Dataset, processes: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        validation.fit(config, dataset, processes)
