"""Notice: what the window has to say that is no error."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something a person should know or decide; `choices` are buttons with what they do."""

    text: str
    choices: tuple[tuple[str, Callable[[], None]], ...] = ()
