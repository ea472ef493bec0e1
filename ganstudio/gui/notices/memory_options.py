"""The offer to set up a run so that it needs less memory, where there is too little."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from ganstudio.gui.model.session import Session

if TYPE_CHECKING:
    from ganstudio.training.estimates.estimate import Estimate
    from ganstudio.training.estimates.options import Option

_TOPIC = "memory"


class MemoryOptions(QObject):
    """Names settings with which a run needs less memory, each with what it would take and what it changes.

    Parameters
    ----------
    session
        Sets up the run.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        session.forecaster.memoryShort.connect(self._offer)

    @Slot(object, object)
    def _offer(self, estimate: "Estimate", options: list[tuple["Option", "Estimate"]]) -> None:
        from ganstudio.training.estimates import describe

        lack = describe.shortage(estimate) or f"This run needs about {describe.memory(estimate)}."
        listed = "; ".join(describe.option(option, lesser) for option, lesser in options)
        choices = [(_capital(option.label), partial(self._take, option)) for option, _ in options]
        self._session.notifier.say(f"{lack} A new run needs less with {listed}.", *choices, topic=_TOPIC)

    def _take(self, option: "Option") -> None:
        """Set up a run with the changes."""
        self._session.notifier.withdraw_questions()
        config = option.apply(self._session.settings.requested_config())
        self._session.when_free(partial(self._session.set_up, config), "set up a new run")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
