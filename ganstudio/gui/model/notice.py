"""Notice: what the window has to say that is no error."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Notice:
    """Something a person should know, or decide; `choices` are buttons with what they do."""

    text: str
    choices: tuple[tuple[str, Callable[[], None]], ...] = ()
    passing: bool = False  # goes by itself although it has buttons: they help, and nothing waits for them
    topic: str = ""  # takes the place of what was said before of the same topic, or asked; leaves others alone

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.choices) and not self.passing
