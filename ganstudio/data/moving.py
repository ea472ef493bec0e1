"""From one data set to another: the settings that go with the data, and as many pictures seen as before."""

from ganstudio import config as cfg
from ganstudio import length
from ganstudio.data import catalog

_PASSES = ("epochs", "output.report_epochs", "measure.every")
_TURNS = ("schedule.d_epochs", "schedule.g_epochs")
_ANY_SIZE = 32  # pixels: up to here networks are as small for one size as for another


def moved(config: cfg.RunConfig, name: str, keep_epochs: bool = False) -> cfg.RunConfig:
    """`config` with the data set of that name, in its own colours and at its own size, if that is as cheap.

    What is counted in epochs (the run's length, reports, measurements, turns) covers as many pictures as before, unless
    `keep_epochs`: 5 epochs of 60,000 become 167 of 1,797. At least 1, and 0 stays 0.

    Raises DataError if there is no such data set.
    """
    info = catalog.find(name)
    if name == config.data.name:
        return config
    moved = _resized(config, info)
    before = catalog.DATASETS.get(config.data.name)
    return moved if before is None or keep_epochs else _stretched(moved, before.count / info.count)


def in_words(before: cfg.RunConfig, after: cfg.RunConfig) -> str:
    """What became of the length; "" if the run has another one than epochs, or the same number of them."""
    old, new = (catalog.DATASETS.get(each.data.name) for each in (before, after))
    if old is None or new is None or before.epochs == after.epochs or after.steps or after.seconds:
        return ""
    epochs = length.describe_amount("epochs", after.epochs)
    return (
        f"{new.title} has {new.count:,} pictures and {old.title} {old.count:,}, so the run now takes {epochs} "
        f"instead of {before.epochs:,} to see about as many."
    )


def _resized(config: cfg.RunConfig, info: catalog.DatasetInfo) -> cfg.RunConfig:
    config = cfg.change(config, "data.name", info.name)
    config = cfg.change(config, "data.channels", info.channels)
    config = cfg.change(config, "network.classes", 0)  # as many as this one has
    config = cfg.change(config, "network.conditional", config.network.conditional and bool(info.labels))
    if config.data.size < info.size or config.data.size <= _ANY_SIZE:
        nearest = min(cfg.IMAGE_SIZES, key=lambda size: abs(size - info.size))
        config = cfg.change(config, "data.size", nearest)
    return config


def _stretched(config: cfg.RunConfig, factor: float) -> cfg.RunConfig:
    for path in (*_PASSES, *(_TURNS if config.schedule.mode == "epochs" else ())):
        passes, limit = cfg.read(config, path), cfg.find(path).high
        if passes:
            config = cfg.change(config, path, min(max(1, round(passes * factor)), int(limit or passes)))
    return config
