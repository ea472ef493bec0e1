"""Settings of a run for the computer on which it is resumed, which may not be the one that it was trained on."""

from collections.abc import Collection

import torch

from ganstudio import config as cfg
from ganstudio.errors import ConfigError
from ganstudio.runs.info import RunInfo
from ganstudio.system.cores import usable_cores
from ganstudio.training.device import hardware
from ganstudio.training.device.autotune import Threads
from ganstudio.training.state import State

_CPU = torch.device("cpu")


def is_here(config: cfg.RunConfig) -> bool:
    """Return whether this computer has the device that the run was trained on."""
    wanted = config.engine.device
    return wanted == "auto" or any(wanted in (other, other.split(":")[0]) for other in hardware.devices())


def fit(
    config: cfg.RunConfig, given: Collection[str], info: RunInfo, state: State | None
) -> tuple[cfg.RunConfig, list[str]]:
    """Return the settings with those of the engine left open again that do not fit this computer.

    Parameters
    ----------
    config
        Settings to resume with.
    given
        Dotted names of the settings that the user gives now: they stay as they are.
    info
        What run.toml says of the computer that trained the run at last.
    state
        The checkpoint to resume from.

    Returns
    -------
    config
        The settings.
    sentences
        For the user, on what changes.

    Raises
    ------
    ConfigError
        The run's device is not on this computer.
    """
    if "engine.device" not in given and not is_here(config):
        raise _missing_device(config, given)
    sentences: list[str] = []
    if "engine.precision" not in given and _is_precision_wrong(config, info, state):
        old = config.engine.precision
        config = cfg.change(config, "engine.precision", "auto")
        sentences.append(f"This computer has no {old} in hardware: the run goes on in another precision.")
    if "engine.convolution" not in given and _is_elsewhere(info, state):
        config = cfg.change(config, "engine.convolution", "auto")
    threads = config.engine.threads
    if threads and "engine.threads" not in given and (threads > usable_cores() or _is_elsewhere(info, state)):
        config = cfg.change(config, "engine.threads", 0)
    return config, sentences


def _missing_device(config: cfg.RunConfig, given: Collection[str]) -> ConfigError:
    here = hardware.devices()
    choice, flags = f"the device {here[0]}", f"--device {here[0]}"
    if here[0] == "cpu" and config.engine.precision == "float16" and "engine.precision" not in given:
        choice, flags = f"{choice} and the precision auto", f"{flags} --engine.precision auto"
    return ConfigError(
        f"This run was trained on {config.engine.device}, which this computer does not have. "
        f"To go on here, choose {choice} in the settings of the engine.",
        at_prompt=f"That is: {flags}",
    )


def _is_precision_wrong(config: cfg.RunConfig, info: RunInfo, state: State | None) -> bool:
    """Return whether the run's precision is not in this computer's hardware, but was in the one it comes from."""
    device = config.engine.device
    if not device.startswith("cpu") and (device != "auto" or hardware.devices()[0] != "cpu"):
        return False
    if config.engine.precision == "float16":
        return True
    is_slow = config.engine.precision == "bfloat16" and not hardware.native_bfloat16(_CPU)
    return is_slow and (info.device != "cpu" or _is_elsewhere(info, state))


def _is_elsewhere(info: RunInfo, state: State | None) -> bool:
    """Return whether another processor trained the run at last, as far as its files tell."""
    known = Threads.read(state)
    if known is not None and known.processor != hardware.describe_processor():
        return True
    return info.device == "cpu" and bool(info.hardware) and info.hardware != hardware.device_name(_CPU)
