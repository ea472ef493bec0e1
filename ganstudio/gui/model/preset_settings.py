"""What a preset makes of the settings, and what was changed since: one for own pictures keeps those that are chosen."""

from ganstudio import presets
from ganstudio.config import RunConfig
from ganstudio.data import dataset_switch
from ganstudio.presets import Preset


def settings_of(preset: Preset, chosen: str) -> RunConfig:
    """Return the settings of a preset where the data set of that name is chosen."""
    return dataset_switch.keep_imported(preset.config, chosen) if preset.for_own_pictures else preset.config


def changed_settings(config: RunConfig) -> list[str]:
    """Return the dotted names of the settings that differ from what their preset makes of them."""
    if config.preset not in presets.names():
        return []
    return presets.changed_settings(config, settings_of(presets.load(config.preset), config.data.name))


def is_changed(config: RunConfig) -> bool:
    """Return whether settings differ from what their preset makes of them."""
    return bool(changed_settings(config))
