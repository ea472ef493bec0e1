"""Glossary of the terms in the window, read from resources/help/glossary.toml."""

import re
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from ganstudio.config import SETTINGS
from ganstudio.system.paths import resources

_LINK = re.compile(r"\[([a-z0-9-]+)(?:\|([^\]]+))?\]")


@dataclass(frozen=True)
class Entry:
    """Term and its meaning.

    Parameters
    ----------
    name : str
        Name that links use.
    title : str
        The term.
    text : str
        Rich text; its links lead to other entries by name.
    formula : str
        Rich text.
    where : tuple of str
        Names of widgets and dotted names of settings that it explains.
    keywords : str
        Other words to find it by.
    """

    name: str
    title: str
    text: str
    formula: str = ""
    where: tuple[str, ...] = ()
    keywords: str = ""

    def matches(self, query: str) -> bool:
        """Return whether each word of a query begins a word of the title or a keyword."""
        known = f"{self.title} {self.keywords}".casefold().split()
        return all(any(term.startswith(word) for term in known) for word in query.casefold().split())


@cache
def entries() -> dict[str, Entry]:
    """Return all entries by name, in the order in which they build on each other."""
    tables = tomllib.loads((resources() / "help" / "glossary.toml").read_text(encoding="utf-8"))
    return {
        name: Entry(
            name,
            str(values["title"]),
            _link_entries(str(values["text"]), tables),
            str(values.get("formula", "")),
            tuple(values.get("where", ())),
            str(values.get("keywords", "")),
        )
        for name, values in tables.items()
    }


@cache
def _by_place() -> dict[str, Entry]:
    return {place: entry for entry in entries().values() for place in entry.where}


def entry_of(place: str) -> Entry | None:
    """Return the entry that explains a widget (by its objectName) or a setting (by its dotted name); else None.

    A setting that no entry names is explained by the term of its declaration.
    """
    if place in SETTINGS and place not in _by_place():
        return entries().get(SETTINGS[place].term)
    return _by_place().get(place)


def first_steps() -> str:
    """Return the page for users who are new to the program, rich text."""
    return (resources() / "help" / "first-steps.html").read_text(encoding="utf-8")


def _link_entries(text: str, known: Container[str]) -> str:
    """Return the text with [name] and [name|shown text] as links; KeyError where there is no such entry."""

    def link(match: re.Match[str]) -> str:
        if match[1] not in known:
            raise KeyError(f"the glossary has no entry {match[1]!r}")
        return f'<a href="{match[1]}">{match[2] or match[1].replace("-", " ")}</a>'

    return "".join(f"<p>{_LINK.sub(link, paragraph)}</p>" for paragraph in text.split("\n"))
