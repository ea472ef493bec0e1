"""Named starting points: resources/presets/*.toml -> RunConfig."""

import difflib
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.errors import ConfigError
from ganstudio.paths import resources

DEFAULT = "mnist-quick"


@dataclass(frozen=True)
class Preset:
    """A named configuration with a line for people."""

    name: str
    title: str
    help: str
    config: cfg.RunConfig


def names() -> list[str]:
    """Names of all presets, the default first."""
    found = sorted(path.stem for path in (resources() / "presets").glob("*.toml"))
    return sorted(found, key=lambda name: name != DEFAULT)


def load(name: str) -> Preset:
    """Preset by its name; raises ConfigError with the names there are."""
    path = resources() / "presets" / f"{name}.toml"
    if not name or "/" in name or not path.is_file():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise ConfigError(f"There is no preset named {name!r}.{hint} Presets: {', '.join(names())}.")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    title, text = str(values.pop("title", name)), str(values.pop("help", ""))
    return Preset(name, title, text, replace(cfg.from_dict(values), preset=name))


def read(path: Path, base: cfg.RunConfig | None = None) -> cfg.RunConfig:
    """Configuration of a file like a preset's, or of a run.toml, over `base`. Raises ConfigError."""
    try:
        values = tomllib.loads(path.expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from None
    for about in ("title", "help", "run"):
        values.pop(about, None)
    try:
        return cfg.from_dict(values, base)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
