"""What a folded group of settings holds, in a line: values, and of what can be off only what is on."""

from collections.abc import Callable, Iterable
from typing import Any

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.gui.model.viewing import DOT
from ganstudio.settings import Declared

NOTHING_ON = "none"

# Settings that are said only where they are on, and how; {} is the value.
_WHEN_ON = {
    "data.channels": "colour",
    "network.conditional": "classes",
    "network.modes": "modes {}",
    "network.spectral_norm": "spectral norm",
    "network.packing": "packs of {}",
    "objective.label_smoothing": "smoothing {}",
    "penalty.r1": "R1 {}",
    "penalty.r2": "R2 {}",
    "penalty.gradient": "gradient {}",
    "penalty.dragan": "DRAGAN {}",
    "penalty.every": "every {}",
    "penalty.clip": "clip {}",
    "stabilise.colour": "colour",
    "stabilise.translation": "translation",
    "stabilise.cutout": "cutout",
    "stabilise.noise": "noise {}",
    "stabilise.clip_gradient": "gradient to {}",
    "schedule.reuse_fakes": "reuse fakes",
    "optimizer.decay": "{}",
    "optimizer.accumulate": "{} batches each",
    "ema.show_raw": "raw G",
    "engine.threads": "threads {}",
    "engine.processes": "processes {}",
    "steps": "steps {}",
    "seconds": "{}",
}
_ALWAYS = {"epochs": "epochs {}", "seed": "seed {}"}  # where the bare value would not be understood
_NEVER = {
    "network.classes",
    "network.batch_norm",
    "stabilise.noise_images",
    "ema.half_life",
    "ema.warm_up",
    "engine.graphs",
    "engine.data_limit",
}


def summary(settings: Iterable[Declared], config: RunConfig) -> tuple[str, str]:
    """The settings of a group in short, and in full with their names."""
    said, named = [], []
    for each in settings:
        value = cfg.read(config, each.path)
        named.append(f"{each.setting.label}: {value_words(each, value)}")
        if each.path not in _NEVER and (each.path not in _WHEN_ON or value != _off(each)):
            said.append((_WHEN_ON | _ALWAYS).get(each.path, "{}").format(value_words(each, value)))
    return f" {DOT} ".join(said) or NOTHING_ON, "\n".join(named)


def _off(declared: Declared) -> Any:
    """Value that leaves a setting of `_WHEN_ON` out."""
    if declared.type is bool:
        return False
    return declared.setting.choices[0] if declared.setting.choices else declared.setting.low


_SHORT: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "yes" if value else "no",
    int: lambda value: f"{value:,}",
    float: lambda value: f"{value:g}",
}


def value_words(declared: Declared, value: Any) -> str:
    """A value as it is read to a person: "yes", "1,024", "0.0002", "60 s"."""
    unit = declared.setting.unit
    return _SHORT.get(declared.type, str)(value) + (f" {unit}" if 0 < len(unit) < 3 else "")
