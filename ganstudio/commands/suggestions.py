"""Suggestions for commands and flags that do not exist; switches in each of their spellings."""

import difflib
import re
from collections.abc import Collection, Iterable

from ganstudio import config as cfg

MAX_SUGGESTIONS = 3  # flags that are suggested at once
_TRUTH = ("true", "false")
_NO = "--no-"


def suggest(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean train?", or "" if no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""


def suggest_flags(unknown: str, flags: Collection[str]) -> str:
    """Return " Did you mean --optimizer.d-lr or --optimizer.g-lr?", or "" if no flag is near.

    Flags that contain the same words, or whose setting has them in its label, come before the nearest spelling.
    """
    wanted = _words(unknown)
    alike = [flag for flag in flags if wanted and wanted <= _words(flag)] or [
        setting.flag for setting in cfg.SETTINGS.values() if setting.flag in flags and wanted <= _words(setting.label)
    ]
    if not 0 < len(alike) <= MAX_SUGGESTIONS:
        alike = difflib.get_close_matches(unknown, flags, n=1)
    return f" Did you mean {' or '.join(alike)}?" if alike else ""


def _words(flag: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+", flag.lower()))


def spell_out_switches(words: list[str], switches: Collection[str]) -> list[str]:
    """Return the command line with each switch as --switch=true or --switch=false, so that it takes no other word.

    Parameters
    ----------
    words
        What was typed. A switch alone means true, --no-switch false; only "true" or "false" after it belong to it.
    switches
        Flags of settings that are true or false.
    """
    spelt_out: list[str] = []
    rest = list(words)
    while rest:
        word = _with_hyphens(rest.pop(0))
        if word == "--":
            return [*spelt_out, word, *rest]
        if word in switches:
            value = rest.pop(0) if rest and rest[0] in _TRUTH else "true"
            word = f"{word}={value}"
        elif word.startswith(_NO) and f"--{word.removeprefix(_NO)}" in switches:
            word = f"--{word.removeprefix(_NO)}=false"
        spelt_out.append(word)
    return spelt_out


def _with_hyphens(word: str) -> str:
    """Return --schedule.d-steps=2 for --schedule.d_steps=2, as Python writes the name."""
    name, equals, value = word.partition("=")
    return (name.replace("_", "-") if name.startswith("--") else name) + equals + value
