"""What a person may have meant: the nearest commands and flags, and switches written in any of their forms."""

import argparse
import difflib
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.errors import InputError

_TRUTH = ("true", "false")
_MOST = 3  # flags that are named at once
_NO = "--no-"


def nearest(word: str, known: Iterable[str]) -> str:
    """ " Did you mean train?"; "" where nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def flags_like(unknown: str, options: Collection[str]) -> str:
    """ " Did you mean --optimizer.d-lr or --optimizer.g-lr?": flags of those words, else the nearest; "" for none."""
    asked = _words(unknown)
    alike = [flag for flag in options if asked and asked <= _words(flag)] or [
        known.flag for known in cfg.SETTINGS.values() if known.flag in options and asked <= _words(known.label)
    ]
    if not 0 < len(alike) <= _MOST:
        alike = difflib.get_close_matches(unknown, options, n=1)
    return f" Did you mean {' or '.join(alike)}?" if alike else ""


def _words(flag: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", flag.lower()))


def spelt_out(words: list[str], switches: Collection[str]) -> list[str]:
    """The same with each of `switches` as --switch=true or --switch=false, so that it takes no word that follows.

    Alone a switch is true, --no-switch is false; after it stands nothing of its own but the words true and false.
    """
    found: list[str] = []
    rest = list(words)
    while rest:
        word = _hyphens(rest.pop(0))
        if word == "--":
            return [*found, word, *rest]
        if word in switches:
            value = rest.pop(0) if rest and rest[0] in _TRUTH else "true"
            word = f"{word}={value}"
        elif word.startswith(_NO) and f"--{word.removeprefix(_NO)}" in switches:
            word = f"--{word.removeprefix(_NO)}=false"
        found.append(word)
    return found


def _hyphens(word: str) -> str:
    """--schedule.d_steps=2, as Python writes the name, for --schedule.d-steps=2."""
    name, equals, value = word.partition("=")
    return (name.replace("_", "-") if name.startswith("--") else name) + equals + value


def check_folder(data: str) -> None:
    """Raises InputError where --data, which takes a folder, was given the name of a data set."""
    from ganstudio.data import catalog

    name = data.lower()
    if name in catalog.DATASETS and not Path(data).exists():
        raise InputError(
            f"--data takes the folder of the data sets, and there is no folder {data} here. "
            f"To choose the data set {catalog.DATASETS[name].title}: --data.name {name}"
        )


def check_choice(action: argparse.Action, value: object) -> None:
    """Raises ArgumentError with the nearest of an argument's choices, and all of them."""
    choices = action.choices
    if choices is None or value in choices:
        return
    names = [str(choice) for choice in choices]
    told = (
        f"{action.option_strings[0]} cannot be {value}"
        if action.option_strings
        else f"there is no {action.dest} {value}"
    )
    raise argparse.ArgumentError(None, f"{told}.{nearest(str(value), names)} Choose one of: {', '.join(names)}")
