"""Every setting of a run, declared once.

A field carries its type, default, label, unit, limits, choices, help and whether it may change while a run is going.
The command line's flags, the set-up panel, validation and the documentation are all made from this declaration.
"""

import dataclasses
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganstudio.config.game import EmaConfig as EmaConfig
from ganstudio.config.game import ObjectiveConfig as ObjectiveConfig
from ganstudio.config.game import OptimizerConfig as OptimizerConfig
from ganstudio.config.game import PenaltyConfig as PenaltyConfig
from ganstudio.config.game import ScheduleConfig as ScheduleConfig
from ganstudio.config.game import StabiliseConfig as StabiliseConfig
from ganstudio.config.machine import EngineConfig as EngineConfig
from ganstudio.config.machine import MeasureConfig as MeasureConfig
from ganstudio.config.machine import OutputConfig as OutputConfig
from ganstudio.config.model import IMAGE_SIZES as IMAGE_SIZES
from ganstudio.config.model import DataConfig as DataConfig
from ganstudio.config.model import NetworkConfig as NetworkConfig
from ganstudio.errors import ConfigError
from ganstudio.settings import Declared, check, declared, setting


@dataclass(frozen=True)
class RunConfig:
    """Everything that decides a run. `preset` only says where the values came from."""

    preset: str = ""
    data: DataConfig = DataConfig()
    network: NetworkConfig = NetworkConfig()
    objective: ObjectiveConfig = ObjectiveConfig()
    penalty: PenaltyConfig = PenaltyConfig()
    stabilise: StabiliseConfig = StabiliseConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    ema: EmaConfig = EmaConfig()
    engine: EngineConfig = EngineConfig()
    output: OutputConfig = OutputConfig()
    measure: MeasureConfig = MeasureConfig()
    epochs: int = setting(
        100,
        "epochs",
        "Passes over the data until the run is done. 0: no limit in epochs; with steps and time also at 0, the run "
        "trains until it is stopped, and falling learning rates stay constant.",
        unit="epochs",
        low=0,
        high=1_000_000,
        live=True,
    )
    steps: int = setting(
        0,
        "steps",
        "Rounds until the run is done, regardless of the epochs. 0: the epochs or the time decide.",
        low=0,
        high=1_000_000_000,
        live=True,
    )
    seconds: float = setting(
        0.0,
        "time",
        "Training time until the run is done, regardless of the epochs; pauses do not count. 0: the epochs or the "
        "steps decide. Falling learning rates then follow the time, so such a run cannot be repeated to the bit.",
        unit="s",
        low=0.0,
        high=10_000_000.0,
        live=True,
    )
    seed: int = setting(
        0,
        "seed",
        "Starting value of all random numbers: the same seed gives the same run.",
        low=0,
        high=2**31 - 1,
        why_fixed="The seed is used when a run starts.",
    )


SETTINGS: dict[str, Declared] = {each.path: each for each in declared(RunConfig)}
_PARTS = frozenset(each.group for each in SETTINGS.values() if each.group)


def find(path: str) -> Declared:
    """Setting by its dotted name; hyphens count as underscores. Raises ConfigError with the nearest name."""
    name = path.replace("-", "_")
    if name in SETTINGS:
        return SETTINGS[name]
    near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(f"There is no setting named {path}.{hint}")


def may_branch(path: str) -> bool:
    """Whether a branch of a run may have another value of the setting of that dotted name than its parent.

    Not where the weights, or the grids so far, were made for the parent's.
    """
    known = find(path)
    return known.group != "network" and known.path not in ("data.size", "data.channels", "output.grid")


def read(config: RunConfig, path: str) -> Any:
    """Value of the setting with that dotted name."""
    value: Any = config
    for name in find(path).path.split("."):
        value = getattr(value, name)
    return value


def change(config: RunConfig, path: str, value: Any) -> RunConfig:
    """Copy of `config` with one setting changed; text is read as the setting's type. Raises ConfigError."""
    known = find(path)
    value = check(known, value)
    if not known.group:
        return dataclasses.replace(config, **{known.name: value})
    part = dataclasses.replace(getattr(config, known.group), **{known.name: value})
    return dataclasses.replace(config, **{known.group: part})


def to_dict(config: RunConfig) -> dict[str, Any]:
    """Plain nested dictionary, as written to run.toml and preset files."""
    return dataclasses.asdict(config)


def from_dict(values: Mapping[str, Any], base: RunConfig | None = None) -> RunConfig:
    """Configuration from a nested dictionary over `base`; unknown names and bad values raise ConfigError."""
    config = base or RunConfig()
    for name, value in values.items():
        if name == "preset":
            config = dataclasses.replace(config, preset=str(value))
        elif isinstance(value, Mapping):
            for inner, one in value.items():
                config = change(config, f"{name}.{inner}", one)
        else:
            config = change(config, name, value)
    return config


def validate(config: RunConfig) -> RunConfig:
    """The same configuration, every setting checked on its own; raises ConfigError on the first that is wrong."""
    for path, known in SETTINGS.items():
        check(known, read(config, path))
    return config


def differences(old: RunConfig, new: RunConfig) -> list[tuple[str, Any, Any]]:
    """Settings that differ, as (dotted name, old value, new value)."""
    alike = {part for part in _PARTS if getattr(old, part) == getattr(new, part)}  # most are, and are passed over fast
    pairs = ((path, read(old, path), read(new, path)) for path, known in SETTINGS.items() if known.group not in alike)
    return [(path, one, other) for path, one, other in pairs if one != other]
