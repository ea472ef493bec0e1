"""Tooltips of settings, from the plain sentences of their declarations."""

from collections.abc import Sequence

from ganstudio.gui.widgets.rich_text import RichText, bold, lines, rich, wrapped
from ganstudio.settings import Setting, describe_accepted


def describe_choice(setting: Setting, choice: object) -> RichText:
    """Return the tooltip of one choice in its list; "" if the declaration says nothing about it."""
    text = setting.choices.get(choice, "")
    return wrapped(bold(str(choice)), text) if text else RichText()


def describe_setting(
    setting: Setting, chosen: object = None, why_locked: str = "", changes: Sequence[str] = ()
) -> RichText:
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
        bold(setting.label),
        setting.help,
        rich("<b>{}</b>: {}", str(chosen), explanation) if explanation else "",
        rich("<i>{}.</i>", limits[0].upper() + limits[1:]) if limits else "",
        bold(why_locked),
        lines(changes),
    )
