"""Settings of a run: reading, changing, checking and comparing them.

They are declared in `ganstudio.config.declarations`.
"""

import dataclasses
import difflib
import operator
from collections.abc import Mapping
from typing import Any

from ganstudio.config.declarations import IMAGE_SIZES as IMAGE_SIZES
from ganstudio.config.declarations import BeginConfig as BeginConfig
from ganstudio.config.declarations import DataConfig as DataConfig
from ganstudio.config.declarations import EmaConfig as EmaConfig
from ganstudio.config.declarations import EngineConfig as EngineConfig
from ganstudio.config.declarations import MeasureConfig as MeasureConfig
from ganstudio.config.declarations import NetworkConfig as NetworkConfig
from ganstudio.config.declarations import ObjectiveConfig as ObjectiveConfig
from ganstudio.config.declarations import OptimizerConfig as OptimizerConfig
from ganstudio.config.declarations import OutputConfig as OutputConfig
from ganstudio.config.declarations import PenaltyConfig as PenaltyConfig
from ganstudio.config.declarations import RunConfig as RunConfig
from ganstudio.config.declarations import ScheduleConfig as ScheduleConfig
from ganstudio.config.declarations import StabiliseConfig as StabiliseConfig
from ganstudio.errors import ConfigError
from ganstudio.settings import Setting, check, settings_of

SETTINGS: dict[str, Setting] = {setting.path: setting for setting in settings_of(RunConfig)}
_PARTS = frozenset(setting.group for setting in SETTINGS.values() if setting.group)
_READERS = {path: operator.attrgetter(path) for path in SETTINGS}


def find(path: str) -> Setting:
    """Return a setting by its dotted name, in which hyphens count as underscores.

    Raises
    ------
    ConfigError
        There is no such setting; the sentence offers the nearest name.
    """
    name = path.replace("-", "_")
    if name in SETTINGS:
        return SETTINGS[name]
    near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(f"There is no setting named {path}.{hint}")


def read(config: RunConfig, path: str) -> Any:
    """Return the value of the setting with that dotted name."""
    return _READERS[find(path).path](config)


def change(config: RunConfig, path: str, value: Any) -> RunConfig:
    """Return a copy of `config` with one setting changed; text is converted to the setting's type.

    Raises
    ------
    ConfigError
        There is no such setting, or the value is not allowed.
    """
    setting = find(path)
    return replace(config, setting, check(setting, value))


def replace(config: RunConfig, setting: Setting, value: Any) -> RunConfig:
    """Return a copy of `config` with a value that has been checked already."""
    if not setting.group:
        return dataclasses.replace(config, **{setting.name: value})
    part = dataclasses.replace(getattr(config, setting.group), **{setting.name: value})
    return dataclasses.replace(config, **{setting.group: part})


def check_live(path: str, value: Any) -> tuple[Setting, Any]:
    """Return the setting of that dotted name and the value, converted, for a change during a run.

    Raises
    ------
    ConfigError
        There is no such setting, it cannot change during a run, or the value is not allowed.
    """
    setting = find(path)
    if not setting.live:
        raise ConfigError(f"{setting.path} cannot change during a run. {setting.why_fixed}")
    return setting, check(setting, value)


def describe_change(path: str, old: Any, new: Any) -> str:
    """Return a change as text, as the history has it: "learning rate of D: 0.0002 \N{RIGHTWARDS ARROW} 0.001"."""
    return f"{find(path).label}: {old} \N{RIGHTWARDS ARROW} {new}"


def to_dict(config: RunConfig) -> dict[str, Any]:
    """Return the settings as a plain nested dictionary, as run.toml and the files of presets have them."""
    return dataclasses.asdict(config)


def from_dict(values: Mapping[str, Any], base: RunConfig | None = None) -> RunConfig:
    """Return the configuration `base` with the values of a nested dictionary.

    Parameters
    ----------
    values
        Any of the settings, nested as `to_dict` gives them.
    base
        Where the other settings come from. None: the defaults.

    Raises
    ------
    ConfigError
        A name is unknown, or a value is not allowed.
    """
    config = base or RunConfig()
    for name, value in values.items():
        if name == "preset":
            config = dataclasses.replace(config, preset=str(value))
        elif isinstance(value, Mapping):
            for inner_name, inner_value in value.items():
                config = change(config, f"{name}.{inner_name}", inner_value)
        else:
            config = change(config, name, value)
    return config


def validate(config: RunConfig) -> RunConfig:
    """Return the same configuration after checking every setting on its own.

    Raises
    ------
    ConfigError
        A value is not allowed; the first such setting is named.
    """
    for path, setting in SETTINGS.items():
        check(setting, read(config, path))
    return config


def differences(old: RunConfig, new: RunConfig) -> list[tuple[str, Any, Any]]:
    """Return the settings that differ, each as (dotted name, old value, new value)."""
    equal = {part for part in _PARTS if getattr(old, part) == getattr(new, part)}  # most are: this is fast
    pairs = ((path, read(old), read(new)) for path, read in _READERS.items() if SETTINGS[path].group not in equal)
    return [(path, one, other) for path, one, other in pairs if one != other]
