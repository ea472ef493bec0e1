"""Control: steers a run that another thread trains; asked between steps."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ganstudio import config as cfg
from ganstudio.data.points.edits import Edit
from ganstudio.events import EndReason, ManualUpdate, Marked

if TYPE_CHECKING:
    from ganstudio.training.look import Look as Weights


@dataclass(frozen=True)
class Step:
    """Do one manual update; if `recorded`, with the record of its stages."""

    update: ManualUpdate
    recorded: bool = False


@dataclass(frozen=True)
class Change:
    """A live setting takes a new value."""

    path: str
    value: Any


@dataclass(frozen=True)
class EditPoints:
    """The points that D sees as real are changed by hand, or the last such change is taken back."""

    edit: Edit
    undo: bool = False


@dataclass(frozen=True)
class Save:
    """Write a checkpoint."""


@dataclass(frozen=True)
class Measure:
    """Measure the pictures of the generator as it is."""


@dataclass(frozen=True)
class Look:
    """Hand over the networks as they are: `take` is called with them, in the training thread, and returns at once."""

    take: "Callable[[Weights], None]"


@dataclass(frozen=True)
class Note:
    """A mark is written into the history: what others have found in the run."""

    mark: Marked


Command = Step | Change | EditPoints | Save | Measure | Look | Note


class Control:
    """Pause, steer and stop a run. Every method may be called from any thread and returns at once."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._commands: deque[Command] = deque()
        self._paused = False
        self._pace: float | None = None
        self._stopping: EndReason | None = None
        self._watching: tuple[Look, float] | None = None  # what is handed over again, and after how many seconds
        self._watched_at = 0.0  # monotonic time of the last
        self._looks: deque[Look] = deque()  # apart from the commands: many come each second, one counts for each taker

    # ---- for the steering thread ----

    def pause(self) -> None:
        """Pause after the current step; the run then yields Paused."""
        with self._wake:
            self._paused = True
            self._wake.notify_all()

    def resume(self) -> None:
        """Continue after a pause."""
        with self._wake:
            self._paused = False
            self._wake.notify_all()

    def stop(self, reason: EndReason = EndReason.STOPPED) -> None:
        """End the run after the current step; it is saved, and can be resumed later. The first reason counts."""
        with self._wake:
            self._stopping = self._stopping or reason
            self._wake.notify_all()

    def interrupt(self) -> None:
        """Stop the run as `stop` does, from the handler of a signal.

        No lock is taken: the handler may run while the training thread, which it interrupts, holds it. Whoever sleeps
        notices when its time is up.
        """
        self._stopping = self._stopping or EndReason.INTERRUPTED

    def step(self, update: ManualUpdate) -> None:
        """Do one manual update, at once while paused, else between two steps.

        Raises
        ------
        ValueError
            There is no such update.
        """
        self._put(Step(ManualUpdate(update)))

    def record_round(self) -> None:
        """Pause, and train one round whose stages are recorded; the run then yields `RoundRecorded`."""
        self.pause()
        self._put(Step(ManualUpdate.ROUND, recorded=True))

    def change(self, path: str, value: Any) -> None:
        """Give a live setting a new value from the next step on.

        Raises
        ------
        ConfigError
            The setting is not live or the value is not valid.
        """
        setting, checked = cfg.check_live(path, value)
        self._put(Change(setting.path, checked))

    def edit_points(self, edit: Edit, undo: bool = False) -> None:
        """Change the points that D sees as real from the next step on; `undo`: take back that last change."""
        self._put(EditPoints(edit, undo))

    def save(self) -> None:
        """Write a checkpoint between two steps."""
        self._put(Save())

    def slow_down(self, pace: float | None) -> None:
        """Train at most `pace` rounds per second from now on; None: at full speed."""
        with self._wake:
            self._pace = pace
            self._wake.notify_all()

    @property
    def pace(self) -> float | None:
        """Rounds per second at most; None: full speed."""
        return self._pace

    def measure(self) -> None:
        """Measure the pictures now: between two steps, or while paused."""
        self._put(Measure())

    def note(self, mark: Marked) -> None:
        """Write a mark into the history, at the step that the run has reached by then."""
        self._put(Note(mark))

    def look(self, take: "Callable[[Weights], None]") -> None:
        """Have the networks handed over once, between two steps or while paused; see `Look`."""
        look = Look(take)
        with self._wake:
            if look not in self._looks:
                self._looks.append(look)
            self._wake.notify_all()

    def watch(self, take: "Callable[[Weights], None] | None", seconds: float) -> None:
        """Have the networks handed over between two steps, every so many seconds on average; None: no longer."""
        self._watched_at = time.monotonic() - seconds
        self._watching = None if take is None else (Look(take), seconds)

    @property
    def paused(self) -> bool:
        """Whether a pause is requested; the event Paused says that it took effect."""
        return self._paused

    @property
    def stopping(self) -> EndReason | None:
        """Why the run is to end; None while it is not."""
        return self._stopping

    # ---- for the training thread ----

    def next(self) -> Command | None:
        """Remove and return the oldest command; None if there is none."""
        with self._wake:
            if self._commands:
                return self._commands.popleft()
            if self._looks:
                return self._looks.popleft()
        return self._watched()

    def take_notes(self) -> list[Marked]:
        """Remove and return the marks to write, at the end of a run: all other commands come too late."""
        with self._wake:
            notes = [command for command in self._commands if isinstance(command, Note)]
            for note in notes:
                self._commands.remove(note)
        return [note.mark for note in notes]

    def _watched(self) -> Look | None:
        """Return the look that is due again."""
        watching = self._watching
        if watching is None or (now := time.monotonic()) - self._watched_at < watching[1]:
            return None
        self._watched_at = max(self._watched_at + watching[1], now - watching[1])  # a late one is made up for
        return watching[0]

    def wait(self, seconds: float) -> None:
        """While paused, sleep until there is something to do, at most `seconds`."""
        with self._wake:
            self._wake.wait_for(lambda: self._has_work() or not self._paused, seconds)

    def rest(self, seconds: float, pace: float) -> None:
        """In slow motion, sleep until there is something to do or another pace, at most `seconds`."""
        with self._wake:
            self._wake.wait_for(lambda: self._has_work() or self._paused or self._pace != pace, seconds)

    def _has_work(self) -> bool:
        return bool(self._commands) or bool(self._looks) or self._stopping is not None

    def _put(self, command: Command) -> None:
        """Append a command. Of several changes of one setting in a row, as a slider makes them, the newest counts."""
        with self._wake:
            last = self._commands[-1] if self._commands else None
            if isinstance(command, Change) and isinstance(last, Change) and last.path == command.path:
                self._commands.pop()
            self._commands.append(command)
            self._wake.notify_all()
