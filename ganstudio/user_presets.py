"""The user's own presets: TOML files in the folder of settings."""

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import tomli_w

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.errors import ConfigError, reason
from ganstudio.presets import Preset
from ganstudio.system import atomic, file_names, paths, reading
from ganstudio.system.existence import exists

MAX_TITLE_LENGTH = 60  # characters


def slug(title: str) -> str:
    """Return the name of a preset by its title, for `--preset` and its file: "My digits" -> "my-digits"."""
    plain = re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", title).casefold()).strip("-_")
    return plain if len(os.fsencode(plain)) <= file_names.MAX_BYTES else file_names.fit(plain)


def problem(title: str) -> str:
    """Return what is wrong with a title for a preset of the user, as a sentence; "" if nothing is."""
    name = slug(title)
    if not name:
        return "A preset's name must have at least one letter or digit."
    if len(title.strip()) > MAX_TITLE_LENGTH:
        return f"A preset's name can have at most {MAX_TITLE_LENGTH} characters; this one has {len(title.strip())}."
    if file_names.is_reserved(name):
        return f"No file can be called {name}; choose another name."
    if presets.is_built_in(name) or any(title.strip() == each.title for each in presets.every() if not each.own):
        return f"A preset that comes with GAN Studio is called {title.strip()}; choose another name."
    return ""


def is_taken(title: str) -> bool:
    """Return whether there is a file, readable or not, where a preset with this title would be stored."""
    return exists(_path(slug(title)))


def save(config: cfg.RunConfig, title: str, help: str = "", overwrite: bool = False) -> Preset:
    """Store settings as a preset.

    The number of classes is left to the data set, as in the presets that come with the program.

    Parameters
    ----------
    config
        The settings.
    title, help
        What the preset is called, and a line about it.
    overwrite
        Whether it may replace a preset of that title.

    Raises
    ------
    ConfigError
        The title cannot be used, or is taken; or the file cannot be written.
    """
    _check(title, overwrite)
    values = cfg.to_dict(replace(config, network=replace(config.network, classes=0)))
    del values["preset"]
    return _write(slug(title), {"title": title.strip(), "help": help, **values})


def rename(name: str, title: str) -> Preset:
    """Give a preset another title, and its file the name that goes with it.

    Raises
    ------
    ConfigError
        The title cannot be used or is taken, or a file cannot be written.
    """
    old = presets.load(name)
    _check(title, overwrite=slug(title) == name)
    renamed = save(old.config, title, old.help, overwrite=True)
    if renamed.name != name:
        remove(name)
    return renamed


def remove(name: str) -> bytes:
    """Delete a preset and return the content of its file, for `put_back`.

    Raises
    ------
    ConfigError
        The file cannot be deleted.
    """
    path = _path(name)
    try:
        content = reading.read_bytes(path, reading.MAX_TEXT_BYTES)
        atomic.remove(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"The preset {name} cannot be deleted: {reason(error)}.") from None
    presets.reread()
    return content


def put_back(name: str, content: bytes) -> None:
    """Restore a preset that `remove` deleted.

    Raises
    ------
    ConfigError
        The file cannot be written.
    """
    _write_bytes(_path(name), content)


def import_preset(file: Path, overwrite: bool = False) -> Preset:
    """Store the preset in a file, or the settings of a run.toml, as a preset of the user.

    Raises
    ------
    ConfigError
        The file cannot be read, or the preset not be stored.
    """
    preset = presets.from_file(file)
    return save(preset.config, _title_here(preset, file), preset.help, overwrite)


def read_title(file: Path) -> str:
    """Return what the preset in a file will be called here: its title, or the name of its file or run.

    Raises
    ------
    ConfigError
        The file cannot be read.
    """
    return _title_here(presets.from_file(file), file)


def export_preset(name: str, file: Path) -> None:
    """Write any preset to a file for others.

    Raises
    ------
    ConfigError
        There is no such preset, or the file cannot be written.
    """
    preset = presets.load(name)
    values = cfg.to_dict(preset.config)
    del values["preset"]
    _write_bytes(file, tomli_w.dumps({"title": preset.title, "help": preset.help, **values}).encode())


def _title_here(preset: Preset, file: Path) -> str:
    title = preset.title if preset.title != "run" else file.resolve().parent.name
    return f"{title} (copy)" if presets.is_built_in(slug(title)) or problem(title) else title


def _check(title: str, overwrite: bool) -> None:
    if why := problem(title):
        raise ConfigError(why)
    if is_taken(title) and not overwrite:
        raise ConfigError(f"You already have a preset called {title.strip()}.")


def _path(name: str) -> Path:
    return paths.presets_home() / f"{name}.toml"


def _write(name: str, values: dict[str, object]) -> Preset:
    _write_bytes(_path(name), tomli_w.dumps(values).encode())
    return presets.from_file(_path(name))


def _write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that it appears whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, [content], durable=False)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {reason(error)}.") from None
    presets.reread()
