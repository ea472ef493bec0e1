"""Validation of settings with each other and with the data, before anything is built."""

import dataclasses

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError


def fit(config: cfg.RunConfig, dataset: Dataset, processes: int) -> cfg.RunConfig:
    """Return `config` with the number of classes filled in from the data.

    Raises
    ------
    ConfigError
        Settings do not fit each other or the pictures; says what to change.
    """
    _check_pictures(config, dataset)
    check_batch(config, processes)
    return _with_classes(config, dataset) if config.network.conditional else config


def _check_pictures(config: cfg.RunConfig, dataset: Dataset) -> None:
    channels = dataset.images.shape[3] if dataset.images.ndim == 4 else 1
    actual = (*dataset.images.shape[1:3], channels)
    configured = (config.data.size, config.data.size, config.data.channels)
    if actual != configured:
        raise ConfigError(
            f"The pictures are {_times(actual)}, but data.size and data.channels are set to {_times(configured)}."
        )


def _times(shape: tuple[int, ...]) -> str:
    return "x".join(str(length) for length in shape)


def check_batch(config: cfg.RunConfig, processes: int) -> None:
    """Check that a batch can be divided among the processes, in packs.

    Raises
    ------
    ConfigError
        It cannot; names the nearest size that can.
    """
    batch, packing = config.optimizer.batch_size, config.network.packing
    if batch % (processes * packing):
        parts = [f"{processes} processes"] if processes > 1 else []
        parts += [f"packs of {packing}"] if packing > 1 else []
        multiple = processes * packing
        nearest = max(multiple, round(batch / multiple) * multiple)
        raise ConfigError(f"optimizer.batch_size {batch} cannot be shared among {' and '.join(parts)}; try {nearest}.")


def _with_classes(config: cfg.RunConfig, dataset: Dataset) -> cfg.RunConfig:
    count = len(dataset.info.labels)
    if not count:
        raise ConfigError(f"{dataset.info.title} has no labels, so network.conditional must be false.")
    classes = config.network.classes or count
    if classes < count:
        raise ConfigError(f"{dataset.info.title} has {count} classes, but network.classes is {classes}; use 0 for all.")
    return dataclasses.replace(config, network=dataclasses.replace(config.network, classes=classes))
