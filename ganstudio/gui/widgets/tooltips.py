"""Tooltips: rich text of a comfortable width, from the plain sentences of a setting's declaration."""

import html
from collections.abc import Sequence

from ganstudio.settings import Setting, describe_accepted

_WIDTH = 340  # px of text


def wrapped(*paragraphs: str) -> str:
    """Return rich text of a fixed width; Qt breaks the lines of other rich text too early or too late."""
    inside = "".join(f"<p style='margin: 0 0 4px 0'>{paragraph}</p>" for paragraph in paragraphs if paragraph)
    return f"<table width='{_WIDTH}'><tr><td>{inside}</td></tr></table>"


def plain(sentence: str) -> str:
    """Return a sentence as rich text."""
    return html.escape(sentence, quote=False)


def describe_choice(setting: Setting, choice: object) -> str:
    """Return the tooltip of one choice in its list; "" if the declaration says nothing about it."""
    text = setting.choices.get(choice, "")
    return wrapped(_bold(str(choice)), plain(text)) if text else ""


def describe_setting(setting: Setting, chosen: object = None, why_locked: str = "", changes: Sequence[str] = ()) -> str:
    """Return the tooltip of a setting.

    Parameters
    ----------
    setting
        The setting: its help, and what it accepts.
    chosen
        Value in the editor. If the choices are explained, only this one is; the list explains the others.
    why_locked
        Sentence that says why it cannot be edited now; "" if it can.
    changes
        How it was changed during the run, a line each.
    """
    explanation = setting.choices.get(chosen, "")
    limits = "" if any(setting.choices.values()) else describe_accepted(setting)
    return wrapped(
        _bold(setting.label),
        plain(setting.help),
        f"{_bold(str(chosen))}: {plain(explanation)}" if explanation else "",
        f"<i>{plain(limits[0].upper() + limits[1:])}.</i>" if limits else "",
        _bold(why_locked),
        "<br>".join(map(plain, changes)),
    )


def _bold(text: str) -> str:
    return f"<b>{plain(text)}</b>" if text else ""
