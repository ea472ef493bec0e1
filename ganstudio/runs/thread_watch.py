"""Threads of a run that follow the load of the machine, and the marks that say so in its history."""

import time
from collections.abc import Callable

from ganstudio.events import Marked, MarkKind
from ganstudio.training.device.load import ThreadFollower
from ganstudio.training.trainer import Trainer

FIRST_MARK_SECONDS = 10.0  # between two marks; doubled with each, so that a restless machine does not flood the curves
MAX_MARK_SECONDS = 600.0


class ThreadMarks:
    """Marks of changes of the number of threads: each change alters rounding errors, so none goes unsaid.

    Changes that come soon after a mark are counted in the next one.

    Parameters
    ----------
    now
        Clock in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._due = float("-inf")  # when the next mark may come
        self._seconds = FIRST_MARK_SECONDS
        self._changes: list[tuple[int, int, int, str]] = []  # step, old, new, why; since the last mark

    def note(self, step: int, old: int, new: int, why: str) -> None:
        """Take note of a change."""
        self._changes.append((step, old, new, why))

    def take(self, at_once: bool = False) -> Marked | None:
        """Return the mark of what was noted, if it is time for one; `at_once`: if there is anything to say."""
        now = self._now()
        if not self._changes or (now < self._due and not at_once):
            return None
        if now > self._due + MAX_MARK_SECONDS:
            self._seconds = FIRST_MARK_SECONDS
        self._due, self._seconds = now + self._seconds, min(2 * self._seconds, MAX_MARK_SECONDS)
        first, (step, _, new, why) = self._changes[0], self._changes[-1]
        text = f"threads: {first[1]} \N{RIGHTWARDS ARROW} {new} ({why})"
        if len(self._changes) > 1:
            text += f", after {len(self._changes)} changes since step {first[0]:,}"
        self._changes.clear()
        return Marked(step, MarkKind.THREADS, text, old=first[1], new=new)


class ThreadWatch:
    """Adapts the number of threads of a run on the CPU between two rounds, where its settings leave it open.

    Several processes of a run keep their shares: to each, the others would look like strangers.

    Parameters
    ----------
    trainer
        The trainer of the run, in the thread that trains.
    """

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        self._marks = ThreadMarks()
        self._follower: ThreadFollower | None = None
        engine = trainer.config.engine
        if engine.device == "cpu" and not engine.threads and engine.processes == 1:
            self._follower = ThreadFollower(trainer.threads.now, trainer.threads.limit)

    def after_round(self) -> Marked | None:
        """Set the number of threads of the next round; return a mark if there is one to write."""
        if self._follower is None:
            return None
        old, new = self._follower.threads, self._follower.after_round()
        if new != old:
            self._trainer.set_threads(new)
            self._marks.note(self._trainer.step, old, new, self._why(old, new))
        return self._marks.take()

    def skip(self) -> None:
        """Take no notice of the time since the last round: it was not training."""
        if self._follower is not None:
            self._follower.skip()

    def last_mark(self) -> Marked | None:
        """Return the mark of what is still unsaid when the run ends."""
        return self._marks.take(at_once=True)

    def _why(self, old: int, new: int) -> str:
        assert self._follower is not None
        available = self._follower.machine.cores
        if new < old:
            return f"this program may use only {available} now" if available < old else "other programs are busy"
        return "processor cores are free"
