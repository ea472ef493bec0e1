"""Break it, mend it: runs that go wrong on purpose, from resources/coach/gallery.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import RunConfig
from ganstudio.system.paths import resources

_TEXTS = ("title", "happens", "why", "finding", "preset")


@dataclass(frozen=True)
class Provocation:
    """Settings with which a run goes wrong, and what is seen then.

    Parameters
    ----------
    name
        Short name, the same for ever.
    title
        The fault in a few words.
    happens
        What will be seen, in sentences.
    why
        Why it happens, in sentences.
    finding
        Id of what the coach finds.
    seconds
        Processor time after which it was found, the longer of two seeds, rounded up.
    preset
        Name of the preset whose settings it changes.
    config
        All settings.
    """

    name: str
    title: str
    happens: str
    why: str
    finding: str
    seconds: int
    preset: str
    config: RunConfig


@cache
def provocations() -> tuple[Provocation, ...]:
    """Return all of them, the quickest first.

    Raises
    ------
    ConfigError
        The file names a setting or a value that there is not.
    """
    tables = tomllib.loads((resources() / "coach" / "gallery.toml").read_text(encoding="utf-8"))
    found = []
    for name, table in tables.items():
        config = presets.load(table["preset"]).config
        for path, value in table["settings"].items():
            config = cfg.change(config, path, value)
        title, happens, why, finding, preset = (str(table[key]) for key in _TEXTS)
        found.append(Provocation(name, title, happens, why, finding, int(table["seconds"]), preset, config))
    return tuple(found)
