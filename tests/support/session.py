"""A session without a window, and what it said."""

from pathlib import Path

import pytest

from ganstudio.config import RunConfig
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from support.window import TINY, WAIT


class HeardSession(Session):
    """A session that keeps its notices; None in them withdraws questions."""

    def __init__(self, config: RunConfig = TINY) -> None:
        super().__init__(RunModel(config))
        self.notices: list[Notice | None] = []
        self.notifier.noticed.connect(self.notices.append)


def last_notice(session: HeardSession) -> Notice:
    """The newest notice."""
    return next(notice for notice in reversed(session.notices) if notice is not None)


def choose(session: HeardSession, label: str) -> None:
    """Press the button of the newest notice whose text begins so."""
    {text.split(" (")[0]: action for text, action in last_notice(session).choices}[label]()


def opened(session: Session, qtbot, path: Path) -> RunModel:
    """The model once it shows a run that is finished, and no thread reads it any more: what is asked for is done."""
    session.open_run(path)
    model = session.model
    qtbot.waitUntil(lambda: model.folder is not None and model.status == "finished", timeout=WAIT)
    qtbot.waitUntil(lambda: not session.threads.is_reading, timeout=WAIT)
    return model


@pytest.fixture
def reach(session: Session, qtbot):
    """Waits for a status, and for a number of ticks. For conftests to import."""

    def wait(status: str, ticks: int = 0) -> None:
        model = session.model
        qtbot.waitUntil(lambda: model.status == status and len(model.history) >= ticks, timeout=WAIT)

    return wait
