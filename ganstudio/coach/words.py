"""What the coach says: titles and sentences, from resources/coach/findings.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache

from ganstudio.system.paths import resources


@cache
def _tables() -> dict[str, dict[str, str]]:
    text = (resources() / "coach" / "findings.toml").read_text(encoding="utf-8")
    return {id: {key: str(value) for key, value in table.items()} for id, table in tomllib.loads(text).items()}


def ids() -> tuple[str, ...]:
    """Return the ids of all findings that there are words for; "C9 dead" is another story of C9."""
    return tuple(id for id in _tables() if " " not in id)


def title(id: str, words: Mapping[str, str]) -> str:
    """Return the title of a finding; `words` stand for its names in braces."""
    return _tables()[id]["title"].format_map(words)


def text(id: str) -> str:
    """Return the two sentences of a finding."""
    return _tables()[id]["text"]
