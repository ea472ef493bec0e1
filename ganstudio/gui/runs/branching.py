"""What a branch may change of the run it begins from: whatever its parent's checkpoint still fits."""

import dataclasses

from ganstudio.config import SETTINGS, RunConfig, may_branch
from ganstudio.data import catalog
from ganstudio.settings import Declared


def why_not(path: str) -> str:
    """Why a branch keeps the setting of that dotted name; "" if it may change it."""
    if may_branch(path):
        return ""
    return (
        f"{SETTINGS[path].setting.why_fixed} A branch continues from what its parent learned, so it keeps this as well."
    )


def declared_for(path: str, config: RunConfig) -> Declared:
    """The setting as a branch of a run with `config` may choose it: data only from sets that fit its networks."""
    declared = SETTINGS[path]
    if path != "data.name":
        return declared
    fitting = [name for name in catalog.DATASETS if _fits(name, config)]
    names = tuple(dict.fromkeys([config.data.name, *fitting]))
    return dataclasses.replace(declared, setting=dataclasses.replace(declared.setting, choices=names))


def _fits(name: str, config: RunConfig) -> bool:
    """Whether the networks can learn from a data set: its colours, and its classes if they are told those."""
    info = catalog.DATASETS[name]
    classes_fit = not config.network.conditional or len(info.labels) == config.network.classes
    return info.channels == config.data.channels and info.size <= config.data.size and classes_fit
