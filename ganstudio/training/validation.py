"""Validation of settings with each other and with the data, before anything is built."""

import dataclasses

import numpy as np

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.data.dataset import DatasetInfo
from ganstudio.errors import ConfigError

POINT_PICTURE_CHANNELS = (1, 3)
_OF_PICTURES = ("stabilise.colour", "stabilise.translation", "stabilise.cutout", "stabilise.mirror")


def fit(config: cfg.RunConfig, dataset: Dataset, processes: int) -> cfg.RunConfig:
    """Return `config` with the number of classes filled in from the data; points are shown as a single picture.

    Raises
    ------
    ConfigError
        Settings do not fit each other or the pictures; says what to change.
    """
    check_kind(config, dataset.info)
    if config.makes_points:
        config = _fit_points(config, dataset.info.title)
    else:
        _check_pictures(config, dataset)
    check_batch(config, processes)
    return _with_classes(config, dataset) if config.network.conditional else config


def check_kind(config: cfg.RunConfig, info: DatasetInfo) -> None:
    """Refuse networks for points on a set of pictures, and the other way round. Raises ConfigError."""
    name = config.network.name
    if config.makes_points and not info.points:
        raise ConfigError(
            f"The networks {name} make points, but {info.title} is a set of pictures. Choose other networks, or a data "
            "set of the 2-D lab."
        )
    if info.points and not config.makes_points:
        raise ConfigError(
            f"{info.title} is a set of points, but the networks {name} make pictures. Choose the networks points, or a "
            "data set of pictures.",
            at_prompt="The flag is --network.name points",
        )


def _fit_points(config: cfg.RunConfig, title: str) -> cfg.RunConfig:
    for path in _OF_PICTURES:
        if cfg.read(config, path):
            raise ConfigError(f"{path} changes pictures, but {title} is a set of points: it must be false.")
    if config.data.channels not in POINT_PICTURE_CHANNELS:
        raise ConfigError(f"Points are shown in grey or colour, data.channels 1 or 3; got {config.data.channels}.")
    return cfg.change(config, "output.grid", 1)


def _check_pictures(config: cfg.RunConfig, dataset: Dataset) -> None:
    channels = dataset.images.shape[3] if dataset.images.ndim == 4 else 1
    actual = (*dataset.images.shape[1:3], channels)
    configured = (*config.data.sides, config.data.channels)
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
    count, title = len(dataset.info.labels), dataset.info.title
    if not count:
        raise ConfigError(f"{title} has no labels, so network.conditional must be false.")
    classes = config.network.classes or count
    if classes < count:
        raise ConfigError(f"{title} has {count} classes, but network.classes is {classes}; use 0 for all.")
    _check_labels(dataset, classes, is_chosen=classes != count)
    return dataclasses.replace(config, network=dataclasses.replace(config.network, classes=classes))


def _check_labels(dataset: Dataset, classes: int, is_chosen: bool) -> None:
    """Check that each picture is of one of the classes 0 to `classes` - 1: networks have a vector for each, no more."""
    title, labels = dataset.info.title, np.asarray(dataset.labels)
    if labels.shape != dataset.images.shape[:1] or labels.dtype.kind not in "iub":
        raise ConfigError(
            f"To train by classes, each of the {len(dataset.images):,} pictures of {title} needs a whole number, but "
            f"the labels are {labels.dtype} in an array of {_times(labels.shape) or '0'}."
        )
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0:
        raise ConfigError(f"The labels of {title} begin at {lowest}; they must be from 0 up.")
    if highest >= classes:
        has = f"network.classes is {classes}" if is_chosen else f"{title} has {classes} classes"
        raise ConfigError(
            f"The labels of the pictures reach {highest}, but {has}, 0 to {classes - 1}. Are these the files of "
            f"another data set? A new run can train on them with network.classes {highest + 1}, or network.conditional "
            "false.",
            at_prompt=f"The flags are --network.classes {highest + 1} and --network.conditional false.",
        )
