"""Notices: what the window tells or asks the user, and the one door they come through."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

Choice = tuple[str, Callable[[], None]]  # text of a button, and what it does


@dataclass(frozen=True)
class Notice:
    """Something that the user should know or decide.

    Parameters
    ----------
    text
        One or two sentences.
    choices
        Buttons, as pairs of their text and what they do.
    passing
        Whether the notice disappears by itself although it has buttons: they help, and nothing waits for them.
    topic
        A notice replaces an earlier one of the same topic, and leaves others alone.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    passing: bool = False
    topic: str = ""

    @property
    def is_question(self) -> bool:
        """Whether it waits for an answer."""
        return bool(self.choices) and not self.passing


class Notifier(QObject):
    """The one door for messages to the user: notices, and errors that are not the open run's own."""

    noticed = Signal(object)  # Notice; None withdraws the questions that are open
    withdrawn = Signal(str)  # topic whose notices are out of date
    failed = Signal(object)  # Failed: something beside the open run, which is as it was
    refused = Signal(object)  # Failed: a run could not start or resume, and is as it was

    def post(self, notice: Notice) -> None:
        """Show a notice."""
        self.noticed.emit(notice)

    def say(self, text: str, *choices: Choice, passing: bool = False, topic: str = "") -> None:
        """Show a notice; see `Notice` for the parameters."""
        self.noticed.emit(Notice(text, choices, passing, topic))

    def withdraw_questions(self) -> None:
        """Remove the questions that are still open: they are out of date."""
        self.noticed.emit(None)

    def withdraw(self, topic: str) -> None:
        """Remove the notices of a topic: they are out of date."""
        self.withdrawn.emit(topic)
