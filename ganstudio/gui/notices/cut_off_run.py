"""The notice that a run was cut off when its program or the computer went down, and the offer to go on with it."""

import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.gui.model.session import Session
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.gui.workers.cut_off import CutOffThread
from ganstudio.runs.cut_off import CutOff
from ganstudio.runs.history import resume_text
from ganstudio.text import format_day

TOPIC = "cut off"


class CutOffRun(QObject):
    """Offers once to go on with a run that was cut off, after the start of the window.

    Parameters
    ----------
    session
        Opens and resumes runs.
    settings
        Remember what was offered.
    parent
        Qt's parent.
    """

    failed = Signal(object)  # Failed

    def __init__(self, session: Session, settings: WindowSettings, parent: QObject | None = None) -> None:
        super().__init__(parent or session)
        self._session = session
        self._settings = settings
        self._awaited: Path | None = None  # resumes as soon as it is open
        session.runOpened.connect(self._run_opened)

    def look(self) -> None:
        """Look for such a run."""
        thread = CutOffThread(self._settings.recent_runs, self._settings.offered, self)
        thread.found.connect(self._offer)
        thread.failed.connect(self.failed)
        self._session.threads.launch(thread)

    @Slot(object, object, object)
    def _offer(self, run: CutOff, step: int, others: list[CutOff]) -> None:
        self._settings.remember_offered(each.key for each in (run, *others))
        go_on = ("Continue", partial(self._go_on, run.path))
        not_now = ("Not now", self._session.notifier.withdraw_questions)
        self._session.notifier.say(describe(run, step, len(others)), go_on, not_now, topic=TOPIC)

    def _go_on(self, path: Path) -> None:
        self._session.notifier.withdraw_questions()
        model = self._session.model
        if model.folder is not None and model.folder.path == path:
            self._session.training.start()
        else:
            self._awaited = path
            self._session.open_run(path)

    @Slot(object)
    def _run_opened(self, path: Path) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited == path:
            self._session.training.start()


def describe(run: CutOff, step: int, others: int = 0) -> str:
    """Return what happened to a run, and from which step it can go on, in sentences.

    Parameters
    ----------
    run
        The run.
    step
        Of its newest checkpoint.
    others
        How many other runs were cut off.
    """
    text = (
        f"{run.name} was cut off at step {run.reached:,}, {describe_time(run.time)}. {resume_text(step, run.reached)}"
    )
    if others:
        text += f" {others} other run{'s were' if others > 1 else ' was'} cut off, too: see Runs."
    return text


def describe_time(seconds: float, now: float | None = None) -> str:
    """Return when something was: "today at 14:32", "yesterday at 9:05", "on 3 May 2025 at 23:10"."""
    try:
        then, today = (datetime.fromtimestamp(each) for each in (seconds, time.time() if now is None else now))
    except (ValueError, OverflowError, OSError):
        return "at an unknown time"
    clock = f"{then.hour}:{then:%M}"
    days = {today.date(): "today", today.date() - timedelta(days=1): "yesterday"}
    year = "" if then.year == today.year else f" {then.year}"
    return f"{days.get(then.date(), f'on {format_day(then)}{year}')} at {clock}"
