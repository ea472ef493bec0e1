"""Settings with which a run needs less memory, and what else they change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.config import SETTINGS
from ganstudio.data.dataset import DatasetInfo
from ganstudio.errors import ConfigError
from ganstudio.training.device.hardware import native_bfloat16
from ganstudio.training.estimates import memory
from ganstudio.training.estimates.estimate import Estimate, estimate

MIN_WIDTH = 8
MIN_SAVED_SHARE = 0.05  # of the memory: what saves less is not offered
FEWEST_MEASURED = 100  # pictures


@dataclass(frozen=True)
class Option:
    """A way to need less memory.

    Parameters
    ----------
    changes
        Settings to change, by dotted name.
    label
        What is done.
    effect
        What else that changes.
    """

    changes: dict[str, object]
    label: str
    effect: str

    def apply(self, config: cfg.RunConfig) -> cfg.RunConfig:
        """Return settings with the changes."""
        for path, value in self.changes.items():
            config = cfg.change(config, path, value)
        return config

    @property
    def flags(self) -> str:
        """The changes as they are typed."""
        return " ".join(f"{SETTINGS[path].flag} {value}" for path, value in self.changes.items())


def list_options(
    known: Estimate, info: DatasetInfo, is_cancelled: Callable[[], bool] = lambda: False
) -> list[tuple[Option, Estimate]]:
    """Return ways to need less memory than was estimated, each with its own estimate, without times.

    What helps most without changing what is learned comes first. `is_cancelled` is that of `estimate`.

    Raises
    ------
    Cancelled
        `is_cancelled` returned true.
    """
    listed = []
    for option in _candidates(known.config, info, known):
        try:
            lesser = estimate(option.apply(known.config), info, measures=False, is_cancelled=is_cancelled)
        except ConfigError:
            continue
        if _saves(known, lesser):
            listed.append((option, lesser))
    return listed


def _saves(known: Estimate, lesser: Estimate) -> bool:
    """Return whether an option helps where memory is short: on the GPU, or in the computer."""
    before, after = known.memory, lesser.memory
    if before.on_device:
        return after.on_device <= (1 - MIN_SAVED_SHARE) * before.on_device
    return after.added <= (1 - MIN_SAVED_SHARE) * before.added


def _candidates(config: cfg.RunConfig, info: DatasetInfo, known: Estimate) -> Iterator[Option]:
    yield from _half_batch(config)
    yield from _low_precision(config)
    yield from _pictures_in_file(config, info)
    if config.measure.every and config.measure.count > FEWEST_MEASURED and known.memory.measuring:
        yield Option(
            {"measure.count": FEWEST_MEASURED},
            f"{FEWEST_MEASURED} measured pictures",
            "the measured distances vary more",
        )
    width = config.network.width // 2
    if width >= MIN_WIDTH:
        yield Option({"network.width": width}, f"width {width}", "coarser pictures, in less time")


def _half_batch(config: cfg.RunConfig) -> Iterator[Option]:
    batch, accumulate = config.optimizer.batch_size, config.optimizer.accumulate
    share = config.engine.processes * config.network.packing
    is_divisible = batch % (2 * share) == 0 and batch // 2 >= 2 * share
    if not is_divisible or 2 * accumulate > (SETTINGS["optimizer.accumulate"].high or 1):
        return
    effects = ["as many pictures in an update"]
    if _has_batch_norm(config):
        effects.append(f"but batch norm averages over {batch // 2}")
    if config.schedule.reuse_fakes and accumulate == 1:
        effects.append("and fakes are made anew for G, which takes longer")
    changes: dict[str, object] = {"optimizer.batch_size": batch // 2, "optimizer.accumulate": 2 * accumulate}
    yield Option(changes, f"batches of {batch // 2}, {2 * accumulate} for an update", ", ".join(effects))


def _has_batch_norm(config: cfg.RunConfig) -> bool:
    """Return whether G or D has batch norm: built-in pairs have it in G whatever D has."""
    return networks.find_pair(config.network.name).has_batch_norm


def _low_precision(config: cfg.RunConfig) -> Iterator[Option]:
    device = torch.device(config.engine.device)
    if config.engine.precision == "float32" and native_bfloat16(device):
        yield Option({"engine.precision": "bfloat16"}, "precision bfloat16", "coarser rounding, and mostly less time")


def _pictures_in_file(config: cfg.RunConfig, info: DatasetInfo) -> Iterator[Option]:
    """Offer to read pictures from a file; on the CPU, those that are converted, or were imported, are in one then."""
    is_converted = (info.height, info.width, info.channels) != (*config.data.sides, config.data.channels)
    if not memory.is_resident(config, info) or not (info.imported or is_converted or config.engine.device != "cpu"):
        return
    yield Option({"engine.data_limit": 0.0}, "pictures read from a file", "nothing else, with a fast disk")
