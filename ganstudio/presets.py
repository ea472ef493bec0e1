"""Named starting points: resources/presets/*.toml and a person's own -> RunConfig."""

import difflib
import functools
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import paths
from ganstudio.errors import ConfigError

DEFAULT = "mnist-conditional"
OWN = "your presets"
GROUPS = ("start here", "classics", "modern", "large", OWN)
_ABOUT = ("title", "help", "group", "order", "cost", "run")  # of a file, beside the settings


@dataclass(frozen=True)
class Preset:
    """A named configuration with a line for people."""

    name: str
    title: str
    help: str
    config: cfg.RunConfig
    group: str = OWN
    cost: float = 0.0  # ms of one processor core (AVX2, float32) for a picture; 0: not measured

    @property
    def own(self) -> bool:
        """Whether a person saved it, and may rename and delete it."""
        return self.group == OWN


def names() -> list[str]:
    """Names of all presets: group by group, the default first, a person's own last."""
    return list(_built_in()) + [each.name for each in own()[0]]


def every() -> list[Preset]:
    """All presets, as `names` orders them."""
    return list(_built_in().values()) + own()[0]


def load(name: str) -> Preset:
    """Preset by its name; raises ConfigError with the names there are, or with what is wrong with its file."""
    if name in _built_in():
        return _built_in()[name]
    path = paths.presets_home() / f"{name}.toml"
    if name and path.parent == paths.presets_home() and path.is_file():
        return from_file(path)
    near = difflib.get_close_matches(name, names(), n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(f"There is no preset named {name!r}.{hint} Presets: {', '.join(names())}.")


def is_built_in(name: str) -> bool:
    """Whether a preset of that name comes with the program."""
    return name in _built_in()


def changed_settings(config: cfg.RunConfig) -> list[str]:
    """Return the dotted names of the settings that differ from the preset they came from.

    How a step is computed does not count, nor that the number of classes was filled in from the data.
    """
    if config.preset not in names():
        return []
    preset = load(config.preset).config
    paths = [path for path, _, _ in cfg.differences(preset, config) if not path.startswith("engine.")]
    return paths if preset.network.classes else [path for path in paths if path != "network.classes"]


def is_changed(config: cfg.RunConfig) -> bool:
    """Return whether settings differ from the preset they came from; see `changed_settings`."""
    return bool(changed_settings(config))


def own() -> tuple[list[Preset], list[str]]:
    """A person's own presets by title, and a sentence on each file that is of no use."""
    found, problems = [], []
    for path in sorted(paths.presets_home().glob("*.toml")):
        try:
            if not is_built_in(path.stem):  # which goes first
                found.append(from_file(path))
        except ConfigError as error:
            problems.append(str(error))
    return sorted(found, key=lambda each: each.title.casefold()), problems


def from_file(path: Path) -> Preset:
    """Preset in a file: what it says of itself, and its settings. Raises ConfigError."""
    values = _parse(path)
    about = {key: values.get(key) for key in _ABOUT}
    config = replace(_settings(path, values, None), preset=path.stem)
    cost, group = about["cost"], str(about["group"] or OWN)
    return Preset(
        path.stem,
        str(about["title"] or path.stem),
        str(about["help"] or ""),
        config,
        group if path.parent == _folder() else OWN,
        float(cost) if isinstance(cost, int | float) else 0.0,
    )


def read(path: Path, base: cfg.RunConfig | None = None) -> cfg.RunConfig:
    """Configuration of a file like a preset's, or of a run.toml, over `base`. Raises ConfigError."""
    return _settings(path, _parse(path), base)


def _folder() -> Path:
    return paths.resources() / "presets"


@functools.cache
def _built_in() -> dict[str, Preset]:
    """Those that come with the program, as they are shown."""
    orders = {path: float(_parse(path).get("order", 0)) for path in _folder().glob("*.toml")}
    made = [from_file(path) for path in sorted(orders, key=lambda path: (orders[path], path.stem))]
    made.sort(key=lambda each: (each.name != DEFAULT, GROUPS.index(each.group)))
    return {each.name: each for each in made}


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None


def _settings(path: Path, values: dict[str, Any], base: cfg.RunConfig | None) -> cfg.RunConfig:
    try:
        return cfg.from_dict({key: value for key, value in values.items() if key not in _ABOUT}, base)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
