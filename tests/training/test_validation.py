import dataclasses

import numpy as np
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
        (
            training.config(data__size="24x16", data__channels=4),
            training.dataset(size="16x24", channels=4),
            1,
            "16x24x4.*are set to 24x16x4",
        ),
    ],
)
def test_what_does_not_go_together_is_said(config: cfg.RunConfig, dataset: Dataset, processes: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        validation.fit(config, dataset, processes)


def labelled(labels: np.ndarray) -> Dataset:
    """A data set of 40 pictures."""
    return dataclasses.replace(training.dataset(), labels=labels)


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (np.arange(40, dtype=np.uint8) % 26 + 1, "labels of the pictures reach 26, but .* has 10 classes, 0 to 9"),
        (np.arange(40, dtype=np.int64) % 10 - 1, "begin at -1"),
        (np.arange(40, dtype=np.float32) % 10, "float32"),
        (np.zeros(39, np.uint8), "an array of 39"),
        (np.zeros((40, 10), np.uint8), "an array of 40x10"),
    ],
)
def test_labels_that_are_no_classes_are_refused(labels: np.ndarray, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        validation.fit(training.config(network__conditional=True), labelled(labels), 1)
    validation.fit(training.config(), labelled(labels), 1)  # without classes, they are not used


def test_more_classes_than_the_data_set_has_make_room_for_labels() -> None:
    letters = labelled(np.arange(40, dtype=np.uint8) % 26 + 1)
    config = validation.fit(training.config(network__conditional=True, network__classes=27), letters, 1)
    assert config.network.classes == 27
    with pytest.raises(ConfigError, match=r"reach 26, but network.classes is 26"):
        validation.fit(training.config(network__conditional=True, network__classes=26), letters, 1)
