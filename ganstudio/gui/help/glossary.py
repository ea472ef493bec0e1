"""The glossary: what the words of the window mean, read from resources/help/glossary.toml."""

import re
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from ganstudio.paths import resources

_LINK = re.compile(r"\[([a-z0-9-]+)(?:\|([^\]]+))?\]")


@dataclass(frozen=True)
class Entry:
    """A word and what it means.

    formula, text : rich text; links in `text` lead to other entries by name.  where : names of widgets and dotted names
    of settings that it explains.  words : other words to find it by.
    """

    name: str
    title: str
    text: str
    formula: str = ""
    where: tuple[str, ...] = ()
    words: str = ""

    def holds(self, looked_for: str) -> bool:
        """Whether each word that a person looks for begins a word of the title, or of the other words."""
        known = f"{self.title} {self.words}".casefold().split()
        return all(any(each.startswith(word) for each in known) for word in looked_for.casefold().split())


@cache
def entries() -> dict[str, Entry]:
    """All entries by name, in the order in which they build on each other."""
    found = tomllib.loads((resources() / "help" / "glossary.toml").read_text(encoding="utf-8"))
    return {
        name: Entry(
            name,
            str(values["title"]),
            _linked(str(values["text"]), found),
            str(values.get("formula", "")),
            tuple(values.get("where", ())),
            str(values.get("words", "")),
        )
        for name, values in found.items()
    }


@cache
def _by_place() -> dict[str, Entry]:
    return {place: entry for entry in entries().values() for place in entry.where}


def entry_of(place: str) -> Entry | None:
    """The entry that explains a widget, by its objectName, or a setting, by its dotted name."""
    return _by_place().get(place)


def first_steps() -> str:
    """The page for who opens the program for the first time, rich text."""
    return (resources() / "help" / "first-steps.html").read_text(encoding="utf-8")


def _linked(text: str, known: Container[str]) -> str:
    """[name] and [name|words] as links; raises KeyError for an entry that is not there."""

    def link(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise KeyError(f"the glossary has no entry {found[1]!r}")
        return f'<a href="{found[1]}">{found[2] or found[1].replace("-", " ")}</a>'

    return "".join(f"<p>{_LINK.sub(link, each)}</p>" for each in text.split("\n"))
