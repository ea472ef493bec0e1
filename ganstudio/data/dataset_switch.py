"""Switch of a configuration to another data set: its settings for the data, and as many pictures seen as before."""

import dataclasses
import math

from ganstudio import config as cfg
from ganstudio import length, presets
from ganstudio.data import catalog
from ganstudio.sizes import ImageSize, image_size, nearest_sizes

_INTERVALS = ("output.report_epochs", "measure.every")
_EPOCHS = ("epochs", *_INTERVALS)
_TURNS = ("schedule.d_epochs", "schedule.g_epochs")
_MIN_STEPS = 10  # between two reports or measurements: a set smaller than a batch has an epoch in each step
_POINTS_PRESET = "lab-moons"  # for sets of points without one of their own
_MAX_FREE_SIZE = 32  # pixels: up to here the size makes little difference to the networks' cost


def switch_dataset(config: cfg.RunConfig, name: str, keep_epochs: bool = False) -> cfg.RunConfig:
    """Return the configuration for another data set, in its own colours, and at its own size if that costs no more.

    What is counted in epochs (the run's length, reports, measurements, turns) then covers as many pictures as before: 5
    epochs of 60,000 become 167 of 1,797. At least 1, and 0 stays 0. Reports and measurements are some
    steps apart.

    Networks and losses that make pictures are of no use for points, and the other way round: between the two, the
    settings become those of the data set's own preset.

    Parameters
    ----------
    config
        The configuration.
    name
        Name of the data set.
    keep_epochs
        Whether the numbers of epochs stay.

    Raises
    ------
    DataError
        There is no such data set.
    """
    info = catalog.find(name)
    if name == config.data.name:
        return config
    if info.points != config.makes_points:
        return _take_preset(config, info)
    switched = _set_data(config, info)
    before = catalog.look_up(config.data.name)
    if before is not None and not keep_epochs:
        switched = _scale_epochs(switched, before.count / info.count)
    return _space_out(switched, info.count)


def keep_imported(config: cfg.RunConfig, chosen: str) -> cfg.RunConfig:
    """Return the settings of a preset for own pictures, with the imported data set that was `chosen` before, if any."""
    info = catalog.look_up(chosen)
    return switch_dataset(config, chosen) if info is not None and info.imported else config


def describe_switch(before: cfg.RunConfig, after: cfg.RunConfig) -> str:
    """Return how the run's length in epochs has changed, for users; "" if it has not, or is not in epochs."""
    old, new = (catalog.look_up(config.data.name) for config in (before, after))
    if old is None or new is None or before.epochs == after.epochs or after.steps or after.seconds:
        return ""
    epochs = length.describe_amount("epochs", after.epochs)
    return (
        f"{new.title} has {new.count:,} pictures and {old.title} {old.count:,}, so the run now takes {epochs} "
        f"instead of {before.epochs:,} to see about as many."
    )


def _take_preset(config: cfg.RunConfig, info: catalog.DatasetInfo) -> cfg.RunConfig:
    """Return the settings of a preset for such data, with the data set, and the seed and the engine of before."""
    usual = presets.load(_preset_for(info)).config
    switched = dataclasses.replace(usual, seed=config.seed, engine=config.engine)
    return switch_dataset(switched, info.name) if usual.data.name != info.name else switched


def _preset_for(info: catalog.DatasetInfo) -> str:
    if not info.points:
        return presets.DEFAULT
    return info.name if presets.is_built_in(info.name) else _POINTS_PRESET


def _set_data(config: cfg.RunConfig, info: catalog.DatasetInfo) -> cfg.RunConfig:
    config = cfg.change(config, "data.size", _size_for(config, info))
    config = cfg.change(config, "data.name", info.name)
    if not info.points:  # any set of points can be shown in grey
        config = cfg.change(config, "data.channels", info.channels)
    config = cfg.change(config, "network.classes", 0)  # as many as the data set has
    return cfg.change(config, "network.conditional", config.network.conditional and bool(info.labels))


def _size_for(config: cfg.RunConfig, info: catalog.DatasetInfo) -> ImageSize:
    """Return the size to train on: the data set's own, or the nearest; a larger one of that shape stays as it is.

    The user's own pictures were given their size when they were imported, and no other set is trained on at theirs.
    """
    height, width = config.data.sides
    if info.points:
        return config.data.size
    if info.imported or info.height != info.width:
        return image_size(*nearest_sizes(info.height, info.width, 1)[0])
    was_chosen = config.data.name in catalog.DATASETS and height == width > _MAX_FREE_SIZE
    if was_chosen and height >= info.size:
        return config.data.size
    return min(cfg.IMAGE_SIZES, key=lambda size: abs(size - info.size))


def _scale_epochs(config: cfg.RunConfig, factor: float) -> cfg.RunConfig:
    for path in (*_EPOCHS, *(_TURNS if config.schedule.mode == "epochs" else ())):
        epochs, limit = cfg.read(config, path), cfg.find(path).high
        if epochs:
            config = cfg.change(config, path, min(max(1, round(epochs * factor)), int(limit or epochs)))
    return config


def _space_out(config: cfg.RunConfig, count: int) -> cfg.RunConfig:
    """See that reports and measurements of `count` pictures are `_MIN_STEPS` apart."""
    epochs = math.ceil(_MIN_STEPS / max(1, count // config.optimizer.batch_size))
    for path in _INTERVALS:
        if found := cfg.read(config, path):
            config = cfg.change(config, path, max(found, epochs))
    return config
