"""Tooltips: rich text of a comfortable width, from the plain sentences of a setting's declaration."""

import html
import re

from ganstudio.settings import Declared, Setting, expected

_WIDTH = 340  # px of text


def wrapped(*paragraphs: str) -> str:
    """Rich text of a fixed width: Qt makes lines of rich text, left to itself, too short or too long."""
    inside = "".join(f"<p style='margin: 0 0 4px 0'>{each}</p>" for each in paragraphs if each)
    return f"<table width='{_WIDTH}'><tr><td>{inside}</td></tr></table>"


def plain(sentence: str) -> str:
    """A sentence as rich text."""
    return html.escape(sentence, quote=False)


def by_choice(rules: Setting) -> tuple[str, dict[str, str]]:
    """What a help text says before its choices, and of each: "constant: as it is. linear: falling." gives two."""
    names = [str(each) for each in rules.choices]
    if not names:
        return rules.help, {}
    parts = re.split(rf"(?<!\S)({'|'.join(map(re.escape, names))}): ", rules.help)
    return parts[0].strip(), {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def of_choice(declared: Declared, choice: object) -> str:
    """Tooltip of one choice in its list; "" if the help says nothing of it."""
    text = by_choice(declared.setting)[1].get(str(choice), "")
    return wrapped(f"<b>{plain(str(choice))}</b>", plain(text)) if text else ""


def of_setting(declared: Declared, chosen: object = None, locked: str = "", changes: list[str] | None = None) -> str:
    """Tooltip of a setting: what it does, what it accepts, why it is locked, how it was changed.

    Of choices with a text each, only the `chosen` one's is told: the list tells of the others.
    """
    rules = declared.setting
    before, choices = by_choice(rules)
    own = str(chosen)
    said = [plain(before), f"<b>{plain(own)}</b>: {plain(choices[own])}"] if own in choices else [plain(rules.help)]
    limits = "" if choices else f"{expected(declared)[0].upper()}{expected(declared)[1:]}."
    return wrapped(
        f"<b>{plain(rules.label)}</b>",
        *said,
        f"<i>{plain(limits)}</i>" if limits else "",
        f"<b>{plain(locked)}</b>" if locked else "",
        "<br>".join(map(plain, changes or [])),
    )
