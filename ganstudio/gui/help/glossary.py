"""Texts of the help, read from resources/help: the terms of the glossary, and a page for each panel."""

import html
import re
import tomllib
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ganstudio.config import SETTINGS
from ganstudio.system.paths import resources

PAGES = "What am I looking at?"  # heading of the pages
_LINK = re.compile(r"\[([a-z0-9-]+)(?:\|([^\]]+))?\]")


@dataclass(frozen=True)
class Entry:
    """Term and its meaning, or a panel and what it shows.

    Parameters
    ----------
    name : str
        Name that links use.
    title : str
        The term, or the panel.
    text : str
        Rich text; its links lead to other entries by name.
    formula : str
        In the notation of `ganstudio.gui.help.formula`; "" for none.
    where : tuple of str
        Names of widgets, actions and findings, and dotted names of settings, that it explains.
    keywords : str
        Other words to find it by.
    group : str
        Heading of the list that it stands below.
    """

    name: str
    title: str
    text: str
    formula: str = ""
    where: tuple[str, ...] = ()
    keywords: str = ""
    group: str = ""

    def mentions(self, query: str) -> bool:
        """Return whether each word of a query begins a word of its text."""
        words = re.findall(r"\w+", html.unescape(re.sub("<[^>]*>", " ", self.text)).casefold())
        return all(any(each.startswith(word) for each in words) for word in query.casefold().split())

    def is_called(self, words: Sequence[str]) -> bool:
        """Return whether each of these words begins a word of the title."""
        title = re.findall(r"[\w()]+", self.title.casefold())
        return all(any(each.startswith(word) for each in title) for word in words)

    def matches(self, query: str) -> bool:
        """Return whether each word of a query begins a word of the title or a keyword."""
        known = f"{self.title} {self.keywords}".casefold().split()
        return all(any(term.startswith(word) for term in known) for word in query.casefold().split())


@cache
def terms() -> dict[str, Entry]:
    """Return the terms by name, in the order in which they build on each other."""
    return _read("glossary.toml", "")


@cache
def pages() -> dict[str, Entry]:
    """Return the pages of all panels by name."""
    return _read("pages.toml", PAGES)


@cache
def entries() -> dict[str, Entry]:
    """Return all pages, then all terms, by name."""
    return pages() | terms()


def find(query: str) -> list[str]:
    """Return the names of what a query means, the best first: by title, by keywords, or else by text."""
    known = entries().values()
    found = [entry for entry in known if entry.matches(query)] or [entry for entry in known if entry.mentions(query)]
    words = query.casefold().split()
    return [entry.name for entry in sorted(found, key=lambda entry: not entry.is_called(words))]


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    names = ("glossary.toml", "pages.toml")
    return {name: tomllib.loads((resources() / "help" / name).read_text(encoding="utf-8")) for name in names}


def _read(file: str, group: str) -> dict[str, Entry]:
    known = {name for tables in _tables().values() for name in tables}
    found = {}
    for name, values in _tables()[file].items():
        group = str(values.get("group", group))
        found[name] = Entry(
            name,
            str(values["title"]),
            _link_entries(str(values["text"]), known),
            str(values.get("formula", "")),
            tuple(values.get("where", ())),
            str(values.get("keywords", "")),
            group,
        )
    return found


@cache
def _by_place() -> dict[str, Entry]:
    return {place: entry for entry in entries().values() for place in entry.where}


def entry_of(place: str) -> Entry | None:
    """Return what explains a widget (by its objectName) or a setting (by its dotted name); else None.

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
