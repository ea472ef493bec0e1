"""Which settings a branch may change: those that its parent's checkpoint still fits."""

import dataclasses

from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.settings import Setting

DATASET = "data.name"  # dotted name


def explain_kept(path: str) -> str:
    """Return why a branch keeps its parent's value of the setting of that dotted name; "" if it may change it."""
    setting = SETTINGS[path]
    if setting.on_branch:
        return ""
    return f"{setting.why_fixed} A branch continues from what its parent learned, so it keeps this as well."


def setting_for_branch(path: str, config: RunConfig) -> Setting:
    """Return the setting as a branch of a run with `config` may choose it: only data sets that fit its networks."""
    setting = SETTINGS[path]
    if path != DATASET:
        return setting
    fitting = [name for name in catalog.list_names() if _fits(name, config)]
    return dataclasses.replace(setting, choices=dict.fromkeys([config.data.name, *fitting], ""))


def _fits(name: str, config: RunConfig) -> bool:
    """Return whether a run's networks can learn from a data set: channels, size, and classes of a conditional GAN."""
    info = catalog.find(name)
    classes_fit = not config.network.conditional or len(info.labels) == config.network.classes
    if info.points or config.makes_points:
        return info.points == config.makes_points and classes_fit
    fits = info.channels == config.data.channels and info.height <= config.data.height
    return fits and info.width <= config.data.width and classes_fit
