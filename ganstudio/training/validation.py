"""What settings must be together, and with the data: checked before anything is made."""

import dataclasses

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError


def fit(config: cfg.RunConfig, dataset: Dataset, processes: int) -> cfg.RunConfig:
    """`config` with the number of classes filled in from the data.

    Raises
    ------
    ConfigError
        Settings that do not go together, or not with these pictures; says what to change.
    """
    _check_pictures(config, dataset)
    check_batch(config, processes)
    return _with_classes(config, dataset) if config.network.conditional else config


def _check_pictures(config: cfg.RunConfig, dataset: Dataset) -> None:
    channels = dataset.images.shape[3] if dataset.images.ndim == 4 else 1
    found, asked = (*dataset.images.shape[1:3], channels), (config.data.size, config.data.size, config.data.channels)
    if found != asked:
        raise ConfigError(f"The pictures are {_by(found)}, but data.size and data.channels are set to {_by(asked)}.")


def _by(shape: tuple[int, ...]) -> str:
    return "x".join(str(each) for each in shape)


def check_batch(config: cfg.RunConfig, processes: int) -> None:
    """Raises ConfigError where a batch cannot be shared among so many processes, in packs."""
    batch, packing = config.optimizer.batch_size, config.network.packing
    if batch % (processes * packing):
        parts = [f"{processes} processes"] if processes > 1 else []
        parts += [f"packs of {packing}"] if packing > 1 else []
        multiple = processes * packing
        near = max(multiple, round(batch / multiple) * multiple)
        raise ConfigError(f"optimizer.batch_size {batch} cannot be shared among {' and '.join(parts)}; try {near}.")


def _with_classes(config: cfg.RunConfig, dataset: Dataset) -> cfg.RunConfig:
    there = len(dataset.info.labels)
    if not there:
        raise ConfigError(f"{dataset.info.title} has no labels, so network.conditional must be false.")
    classes = config.network.classes or there
    if classes < there:
        raise ConfigError(f"{dataset.info.title} has {there} classes, but network.classes is {classes}; 0 takes all.")
    return dataclasses.replace(config, network=dataclasses.replace(config.network, classes=classes))
