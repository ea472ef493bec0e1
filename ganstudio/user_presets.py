"""A person's own presets: TOML files in the folder of settings, saved, renamed, deleted, brought in and taken out."""

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import tomli_w

from ganstudio import config as cfg
from ganstudio import paths, presets
from ganstudio.errors import ConfigError
from ganstudio.presets import Preset

LONGEST = 60  # letters of a title
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}  # Windows


def slug(title: str) -> str:
    """Name of a preset by its title, as `--preset` takes it and its file is called: "My digits" -> "my-digits"."""
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", title).casefold()).strip("-_")


def problem(title: str, but: str = "") -> str:
    """What is wrong with a title for an own preset, in a sentence; "" if nothing. `but` names the one that bears it."""
    name = slug(title)
    if not name:
        return "A preset's name must have at least one letter or digit."
    if len(title.strip()) > LONGEST:
        return f"A preset's name can have at most {LONGEST} characters; this one has {len(title.strip())}."
    if name in _RESERVED:
        return f"No file can be called {name}; choose another name."
    if presets.is_built_in(name) or any(title.strip() == each.title for each in presets.every() if not each.own):
        return f"A preset that comes with GAN Studio is called {title.strip()}; choose another name."
    return ""


def taken(title: str) -> bool:
    """Whether an own preset, whole or broken, lies where one with this title would."""
    return _place(slug(title)).exists()


def save(config: cfg.RunConfig, title: str, help: str = "", overwrite: bool = False) -> Preset:
    """Keep settings under a name. Raises ConfigError where the name is of no use, or taken and not to be overwritten.

    The number of classes is left to the data set, as in the presets that come with the program.
    """
    _check(title, overwrite)
    values = cfg.to_dict(replace(config, network=replace(config.network, classes=0)))
    del values["preset"]
    return _write(slug(title), {"title": title.strip(), "help": help, **values})


def rename(name: str, title: str) -> Preset:
    """Give an own preset another title, and its file the name that goes with it. Raises ConfigError."""
    old = presets.load(name)
    _check(title, overwrite=slug(title) == name)
    made = save(old.config, title, old.help, overwrite=True)
    if made.name != name:
        remove(name)
    return made


def remove(name: str) -> bytes:
    """Delete an own preset; what its file held, for `put_back`. Raises ConfigError."""
    place = _place(name)
    try:
        held = place.read_bytes()
        place.unlink()
    except OSError as error:
        raise ConfigError(f"The preset {name} cannot be deleted: {error.strerror or error}.") from None
    return held


def put_back(name: str, held: bytes) -> None:
    """What `remove` deleted is there again. Raises ConfigError."""
    _put(_place(name), held)


def bring_in(file: Path, overwrite: bool = False) -> Preset:
    """A preset out of a file that somebody gave, or out of a run.toml. Raises ConfigError."""
    config, title = title_in(file)
    return save(config.config, title, config.help, overwrite)


def title_in(file: Path) -> tuple[Preset, str]:
    """The preset in a file, and what it will be called here: its title, or its file's or its run's name."""
    found = presets.from_file(file)
    title = found.title if found.title != "run" else file.resolve().parent.name
    return found, f"{title} (copy)" if presets.is_built_in(slug(title)) or problem(title) else title


def take_out(name: str, file: Path) -> None:
    """Write a preset, one's own or one that comes with the program, as a file for others. Raises ConfigError."""
    preset = presets.load(name)
    values = cfg.to_dict(preset.config)
    del values["preset"]
    _put(file, tomli_w.dumps({"title": preset.title, "help": preset.help, **values}).encode())


def _check(title: str, overwrite: bool) -> None:
    if why := problem(title):
        raise ConfigError(why)
    if taken(title) and not overwrite:
        raise ConfigError(f"There is a preset called {title.strip()} already.")


def _place(name: str) -> Path:
    return paths.presets_home() / f"{name}.toml"


def _write(name: str, values: dict[str, object]) -> Preset:
    _put(_place(name), tomli_w.dumps(values).encode())
    return presets.from_file(_place(name))


def _put(path: Path, held: bytes) -> None:
    """The file appears whole or not at all. Raises ConfigError."""
    temp = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temp.write_bytes(held)
        temp.replace(path)
    except OSError as error:
        temp.unlink(missing_ok=True)
        raise ConfigError(f"{path} cannot be written: {error.strerror or error}.") from None
