"""`ganstudio train --dry-run`: what a run takes on this computer, without training it."""

import contextlib
import sys
from typing import TextIO

from ganstudio import config as cfg
from ganstudio import process
from ganstudio.commands import DONE, FAILED
from ganstudio.commands.startup_progress import Stages, print_line
from ganstudio.data import catalog
from ganstudio.data.dataset import DatasetInfo
from ganstudio.errors import StudioError
from ganstudio.stages import ESTIMATING, StageCallback
from ganstudio.training.estimates import describe
from ganstudio.training.estimates.estimate import Estimate, estimate
from ganstudio.training.estimates.memory import count_data
from ganstudio.training.estimates.options import list_options


def dry_run(config: cfg.RunConfig) -> int:
    """Print what a run takes, and return the exit code: that of a failure where there is not enough memory.

    Raises
    ------
    InputError
        The settings cannot be used, or there is no such data set.
    """
    info = catalog.find(config.data.name)
    with Stages(print_line) as stages:
        stages(ESTIMATING)
        process.keep_freed_memory()  # what is measured is then as fast as training
        found = estimate(config, info)
    print("\n".join(_describe(found, info)))
    if found.fits:
        return DONE
    print(describe.shortage(found))
    _print_options(found, info)
    return FAILED


def print_options(config: cfg.RunConfig, tell: StageCallback) -> None:
    """Print to standard error with what settings a run that found too little memory needs less, and how much."""
    tell(ESTIMATING)
    with contextlib.suppress(StudioError, MemoryError):  # the error itself is reported in any case
        info = catalog.find(config.data.name)
        found = estimate(config, info, measures=False)
        print(f"It needs about {describe.memory(found)}.", file=sys.stderr)
        _print_options(found, info, sys.stderr)


def _print_options(found: Estimate, info: DatasetInfo, file: TextIO | None = None) -> None:
    options = list_options(found, info)
    if options:
        print("With one of these it needs less:", file=file)
    for option, lesser in options:
        print(f"  {option.flags}\n    {describe.option(option, lesser)}", file=file)


def _describe(found: Estimate, info: DatasetInfo) -> list[str]:
    config, simulated, need = found.config, found.simulated, found.memory
    engine = config.engine
    weights = (simulated.g_weights, simulated.d_weights)
    free = f"{describe.gigabytes(found.free)} are free"
    if need.on_device:
        free = f"{describe.gigabytes(found.free_on_device)} and {free}"
    lines = {
        "Data": f"{info.title}: {_describe_data(config, info)}",
        "Networks": f"{_describe_networks(config)}: G has {weights[0]:,} weights, D has {weights[1]:,}",
        "Device": f"{engine.device}, {engine.precision}",
        "Memory": f"{describe.memory(found)}; {free}",
        "": describe.memory_parts(need),
        "Time": describe.time(found) or "not known for this computer",
        "First recognisable pictures": describe.recognisable(found),
    }
    return [f"{name}: {text}" if name else f"  {text}" for name, text in lines.items() if text]


def _describe_data(config: cfg.RunConfig, info: DatasetInfo) -> str:
    if config.makes_points:
        return f"{count_data(config, info):,} points"
    height, width = config.data.sides
    colours = {1: "grey", 3: "colour", 4: "colour and transparency"}[config.data.channels]
    return f"{info.count:,} pictures, used as {height}x{width}, {colours}"


def _describe_networks(config: cfg.RunConfig) -> str:
    network = config.network
    if not config.makes_points:
        return f"{network.name}, width {network.width}"
    sizes = (("G", network.g_layers, network.g_width), ("D", network.d_layers, network.d_width))
    return f"{network.name}, {', '.join(f'{layers} x {width} neurons in {whose}' for whose, layers, width in sizes)}"
