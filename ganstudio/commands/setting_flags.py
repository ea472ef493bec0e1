"""Flags of settings, made from their declarations; the configuration of a new run from what was typed."""

import argparse
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import length, presets
from ganstudio.commands.parser import Parser
from ganstudio.settings import Setting, describe_accepted

_SHORT = {  # other flags of settings
    "engine.device": "--device",
    "engine.processes": "--processes",
    "begin.source": "--begin-from",
    "begin.freeze_d": "--freeze-d",
}


def add_preset_flag(parser: Parser) -> None:
    """Add the flag --preset, and the list of presets below the help."""
    width = max(map(len, presets.names())) + 2
    parser.epilog = (
        "Any setting can be given by its dotted name. Where neither the command line nor the preset sets it,\nthe "
        "default in brackets applies. A switch (true|false) alone means true; --no-GROUP.SETTING means "
        "false.\n\npresets:\n" + "\n".join(f"  {name:{width}}{presets.load(name).title}" for name in presets.names())
    )
    parser.add_flag("--preset", metavar="NAME", help=f"starting point [{presets.DEFAULT}]")


def add_setting_flags(parser: Parser, settings: Iterable[Setting]) -> None:
    """Add a flag for each of these settings; the text typed is then in `arguments.settings`, by dotted name."""
    groups = {"": parser.add_argument_group("the run")}
    length_group = groups[""].add_mutually_exclusive_group()
    for setting in settings:
        if setting.group not in groups:
            groups[setting.group] = parser.add_argument_group(f"{setting.group}: {_describe_part(setting.group)}")
        names = [setting.flag, *([_SHORT[setting.path]] if setting.path in _SHORT else [])]
        parser.add_flag(
            *names,
            container=length_group if setting.path in ("epochs", "steps") else groups[setting.group],
            action=_StoreSetting,
            path=setting.path,
            metavar=_metavar(setting),
            help=_help(setting),
        )
    parser.set_defaults(settings={})


def list_switches() -> set[str]:
    """Return the flags of settings that are true or false."""
    return {setting.flag for setting in cfg.SETTINGS.values() if setting.type is bool}


def _describe_part(group: str) -> str:
    return (type(getattr(cfg.RunConfig(), group)).__doc__ or "").splitlines()[0].removesuffix(".")


def _metavar(setting: Setting) -> str:
    if setting.notation is not None:
        return setting.notation.placeholder
    if setting.choices:
        return "|".join(map(str, setting.choices))
    return {bool: "true|false", int: "N", float: "X", str: "NAME"}[setting.type]


def _help(setting: Setting) -> str:
    """Return the setting's help, its limits, and its default in brackets."""
    accepted = describe_accepted(setting)
    has_limits = setting.notation is not None or (setting.type in (int, float) and not setting.choices)
    limits = f" {accepted[0].upper()}{accepted[1:]}." if has_limits else ""
    default = str(setting.default).lower() if setting.type is bool else setting.default
    default = f"{default:.10g}" if setting.type is float else default
    return f"{setting.full_help}{limits} [{default}]".replace("%", "%%")


class _StoreSetting(argparse.Action):
    """Stores a setting's text under its dotted name; of a flag given twice, the last counts."""

    def __init__(self, option_strings: Sequence[str], dest: str, path: str, **options: Any) -> None:
        self.path = path
        super().__init__(option_strings, "settings", default=argparse.SUPPRESS, **options)

    def __call__(
        self, parser: argparse.ArgumentParser, space: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        space.settings = {**space.settings, self.path: values}


# ---- the configuration of a new run ---------------------------------------------------------------------------------


def configure(
    typed: dict[str, str], preset: str | None, file: Path | None = None, keep_epochs: bool = True
) -> cfg.RunConfig:
    """Return the configuration of a new run.

    Parameters
    ----------
    typed
        Text of the settings typed, by dotted name. They take precedence over the file, and that over the preset.
    preset
        Name of the preset. None: the default one, or without a file's settings none at all.
    file
        A file with settings.
    keep_epochs
        Keep the number of epochs if another data set was typed, instead of the number of pictures seen.

    Raises
    ------
    ConfigError
        The preset, the file or a setting cannot be used.
    """
    from ganstudio.data import dataset_switch

    config = _read_base(preset, file)
    if "data.name" in typed:
        config = dataset_switch.switch_dataset(config, typed["data.name"], keep_epochs)
    if names_length(typed):  # it replaces the length of the preset
        for name in ("steps", "seconds"):
            config = cfg.change(config, name, 0)
    for path, text in typed.items():
        config = cfg.change(config, path, text)
    return config


def names_length(typed: dict[str, str]) -> bool:
    """Return whether the length of the run was typed."""
    return not set(length.SETTINGS).isdisjoint(typed)


def describe_new_length(config: cfg.RunConfig, typed: dict[str, str], preset: str | None, file: Path | None) -> str:
    """Return how another data set changed the length of the run, for users; "" if it did not."""
    from ganstudio.data import dataset_switch

    return (
        dataset_switch.describe_switch(_read_base(preset, file), config)
        if is_first_process() and not names_length(typed)
        else ""
    )


def is_first_process() -> bool:
    """Return whether this process is the first of those that train a run together, or trains it alone."""
    return os.environ.get("RANK", "0") == "0"


def _read_base(preset: str | None, file: Path | None) -> cfg.RunConfig:
    name = preset or (None if file else presets.DEFAULT)
    config = presets.load(name).config if name else cfg.RunConfig()
    return presets.read(file, config) if file else config
