"""Presets: named configurations to start from, those of resources/presets and the user's own."""

import difflib
import functools
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio.errors import ConfigError, reason
from ganstudio.system import paths, reading
from ganstudio.system.existence import is_file
from ganstudio.system.homes import expand
from ganstudio.text import one_line

DEFAULT = "mnist-conditional"
OWN = "your presets"
OWN_PICTURES = "own pictures"
POINTS = "2-D lab"
GROUPS = ("start here", OWN_PICTURES, "classics", "modern", "large", POINTS, OWN)
_HANDED_OVER = (Path("/dev/fd"), Path("/proc/self/fd"))  # folders of what this process was started with
_ABOUT = ("title", "help", "group", "order", "cost", "run")  # keys of a file that are no settings


@dataclass(frozen=True)
class Preset:
    """A named configuration.

    Parameters
    ----------
    name
        Name that `--preset` takes.
    title, help
        What the list shows: its title, and a line below.
    config
        The settings.
    group
        Heading of the list that it stands below.
    cost
        Milliseconds of one processor core (AVX2, float32) for a picture; 0: not measured.
    """

    name: str
    title: str
    help: str
    config: cfg.RunConfig
    group: str = OWN
    cost: float = 0.0

    @property
    def for_own_pictures(self) -> bool:
        """Whether it is meant for imported pictures; its own data set only stands in for them."""
        return self.group == OWN_PICTURES

    @property
    def own(self) -> bool:
        """Whether the user saved it, and may rename and delete it."""
        return self.group == OWN


_held: tuple[list[Preset], list[str]] | None = None  # what `own` returns, while `hold` keeps it


def names() -> list[str]:
    """Return the names of all presets: group by group, the default first, the user's own last."""
    return list(_built_in()) + [preset.name for preset in own()[0]]


def every() -> list[Preset]:
    """Return all presets, in the order of `names`."""
    return list(_built_in().values()) + own()[0]


def load(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    ConfigError
        There is none of that name, or its file cannot be used.
    """
    if name in _built_in():
        return _built_in()[name]
    if _held is not None and (held := next((preset for preset in _held[0] if preset.name == name), None)):
        return held
    path = paths.presets_home() / f"{name}.toml"
    if name and path.parent == paths.presets_home() and is_file(path):
        return from_file(path)
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(f"There is no preset named {name!r}.{hint} Presets: {', '.join(names())}.")


def is_built_in(name: str) -> bool:
    """Return whether a preset of that name comes with the program."""
    return name in _built_in()


def changed_settings(config: cfg.RunConfig, original: cfg.RunConfig | None = None) -> list[str]:
    """Return the dotted names of the settings that differ from the preset they came from.

    How a step is computed does not count, nor that the number of classes was filled in from the data.

    Parameters
    ----------
    config
        The settings.
    original
        What the preset makes of them; None: the settings of its file.
    """
    if config.preset not in names():
        return []
    preset = original or load(config.preset).config
    paths = [path for path, _, _ in cfg.differences(preset, config) if not path.startswith("engine.")]
    return paths if preset.network.classes else [path for path in paths if path != "network.classes"]


def hold() -> None:
    """Read the user's own presets now, and keep them in memory: a window asks for them at each edit."""
    global _held
    _held = _read_own()


def reread() -> None:
    """Read the user's own presets again, if they are kept in memory; the program has written one, or another may."""
    if _held is not None:
        hold()


def release() -> None:
    """Read the user's own presets whenever they are asked for."""
    global _held
    _held = None


def own() -> tuple[list[Preset], list[str]]:
    """Return the user's own presets by title, and a sentence for each file that cannot be used."""
    return _read_own() if _held is None else _held


def _read_own() -> tuple[list[Preset], list[str]]:
    usable, problems = [], []
    for path in sorted(paths.presets_home().glob("*.toml")):
        try:
            if not is_built_in(path.stem):  # that one comes first
                usable.append(from_file(path))
        except ConfigError as error:
            problems.append(str(error))
    return sorted(usable, key=lambda preset: preset.title.casefold()), problems


def from_file(path: Path) -> Preset:
    """Return the preset in a file.

    Raises
    ------
    ConfigError
        The file cannot be read, or has a wrong setting.
    """
    values = _parse(path)
    about = {key: values.get(key) for key in _ABOUT}
    config = replace(_settings(path, values, None), preset=path.stem)
    cost, group = about["cost"], str(about["group"] or OWN)
    return Preset(
        path.stem,
        one_line(str(about["title"] or path.stem)),
        one_line(str(about["help"] or "")),
        config,
        group if path.parent == _folder() else OWN,
        float(cost) if isinstance(cost, int | float) else 0.0,
    )


def read(path: Path, base: cfg.RunConfig | None = None) -> cfg.RunConfig:
    """Return the settings in a file, a preset's or a run.toml, over those of `base`.

    Raises
    ------
    ConfigError
        The file cannot be read, or has a wrong setting.
    """
    return _settings(path, _parse(path), base)


def _folder() -> Path:
    return paths.resources() / "presets"


@functools.cache
def _built_in() -> dict[str, Preset]:
    """Return the presets that come with the program, in the order of the list."""
    orders = {path: float(_parse(path).get("order", 0)) for path in _folder().glob("*.toml")}
    built_in = [from_file(path) for path in sorted(orders, key=lambda path: (orders[path], path.stem))]
    built_in.sort(key=lambda preset: (preset.name != DEFAULT, GROUPS.index(preset.group)))
    return {preset.name: preset for preset in built_in}


def _parse(path: Path) -> dict[str, Any]:
    try:
        path = expand(path)
        if path.parent in _HANDED_OVER:  # a shell's <(command), whose end comes
            return reading.parse_toml(path.read_bytes())
        return reading.read_toml(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {reason(error)}.") from None


def _settings(path: Path, values: dict[str, Any], base: cfg.RunConfig | None) -> cfg.RunConfig:
    try:
        return cfg.from_dict({key: value for key, value in values.items() if key not in _ABOUT}, base)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
