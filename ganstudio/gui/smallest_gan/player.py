"""The path of the game as it is played: step by step, or at a pace, a little ahead of what is shown."""

import math
import time

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ganstudio.dirac.settings import GameSettings
from ganstudio.gui.workers.smallest_gan import GameThread, PathRequest, Point
from ganstudio.plots.curve_data import Floats

START = (1.0, 1.0)  # theta, psi
MAX_STEPS = 20_000  # after which a path ends
MIN_PACE, PACE, MAX_PACE = 10, 60, 240  # steps a second
_FRAME = 16  # ms
_AHEAD_SECONDS = 0.4  # of steps that are computed before they are shown
_LONGEST_PAUSE = 0.1  # seconds that one frame makes up for, after which a path does not leap ahead


class Player(QObject):
    """Plays the game from a start.

    Parameters
    ----------
    thread : GameThread
        Computes the path.
    parent : QObject, optional
        Qt's parent.
    """

    moved = Signal()  # the path is longer
    restarted = Signal()  # the path is its start only
    playingChanged = Signal()  # it plays, or does not any more; or it can be played, or cannot

    def __init__(self, thread: GameThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.game = GameSettings()
        self.start = START
        self.pace = PACE
        self.is_playing = False
        self.is_held = False  # the user drags the start
        self.left_everything = False  # the path has left the largest distance
        self.measured_from = 0  # index of the point at which the settings were changed last
        self._thread = thread
        self._points = np.empty((MAX_STEPS + 1, 2))
        self._count = 0
        self._ready: list[Point] = []  # the next points, computed and not shown
        self._number = 0  # of the newest request
        self._is_waiting = False
        self._will_end = False  # no more points will come
        self._single_steps = 0  # asked for, not shown
        self._due = 0.0  # steps due, and not shown
        self._last = 0.0  # when the last frame was
        self._timer = QTimer(self, interval=_FRAME)
        self._timer.timeout.connect(self._show_frame)
        thread.advanced.connect(self._take)
        self.restart()

    @property
    def path(self) -> Floats:
        """All points so far, (N, 2)."""
        return self._points[: self._count]

    @property
    def steps(self) -> int:
        """Number of steps so far."""
        return self._count - 1

    @property
    def is_over(self) -> bool:
        """Whether the path cannot go on."""
        return self.left_everything or self.steps >= MAX_STEPS

    # What the user does

    def restart(self, start: Point | None = None) -> None:
        """Begin again, at another start if one is given."""
        self.start = start or self.start
        self._points[0], self._count = self.start, 1
        self.left_everything = False
        self._forget_ahead()
        self.restarted.emit()
        self.playingChanged.emit()

    def set_game(self, game: GameSettings) -> None:
        """Go on from where the path is by other settings."""
        if game != self.game:
            self.game = game
            self.left_everything = False
            self._forget_ahead()
            self.playingChanged.emit()

    def play(self, is_playing: bool) -> None:
        """Go on step after step, or stop doing so."""
        is_playing = is_playing and not self.is_over
        if is_playing != self.is_playing:
            self.is_playing = is_playing
            self._last, self._due = time.monotonic(), 0.0
            if is_playing:
                self._timer.start()
                self._fill()
            else:
                self._timer.stop()
        self.playingChanged.emit()

    def step(self) -> None:
        """Go one step, and pause."""
        self.play(False)
        if not self.is_over:
            self._single_steps += 1
            self._fill()
            self._show_single_steps()

    def fail(self) -> None:
        """Stop: the path cannot be computed."""
        self._is_waiting = False
        self._single_steps = 0
        self.play(False)

    # Points

    def _forget_ahead(self) -> None:
        self._number += 1
        self._ready.clear()
        self._is_waiting = self._will_end = False
        self._single_steps = 0
        self.measured_from = self._count - 1
        if self.is_playing:
            self._fill()

    def _fill(self) -> None:
        """Ask for more points if too few are ready."""
        wanted = max(4, round(self.pace * _AHEAD_SECONDS))
        if self._is_waiting or self._will_end or len(self._ready) >= wanted:
            return
        start = self._ready[-1] if self._ready else (float(self.path[-1, 0]), float(self.path[-1, 1]))
        count = wanted if self._ready else 4  # the first ones soon
        self._is_waiting = True
        self._thread.advance(PathRequest(self._number, self.game, start, count))

    @Slot(object, object)
    def _take(self, request: PathRequest, points: list[Point]) -> None:
        if request.number != self._number:
            return
        self._is_waiting = False
        self._will_end = len(points) < request.count
        self._ready += points
        self._show_single_steps()
        self._end_if_over()
        if self.is_playing:
            self._fill()

    def _show_single_steps(self) -> None:
        count = min(self._single_steps, len(self._ready))
        self._single_steps -= count
        self._show(count)

    def _show_frame(self) -> None:
        now = time.monotonic()
        elapsed, self._last = min(now - self._last, _LONGEST_PAUSE), now
        if self.is_held:
            return
        self._due += elapsed * self.pace
        count = min(math.floor(self._due), len(self._ready))
        self._due = min(self._due - count, 1.0)  # what is not there yet is not made up for
        self._show(count)
        self._end_if_over()
        if self.is_playing:
            self._fill()

    def _show(self, count: int) -> None:
        count = min(count, MAX_STEPS - self.steps)
        if count > 0:
            self._points[self._count : self._count + count] = self._ready[:count]
            self._count += count
            del self._ready[:count]
            self.moved.emit()

    def _end_if_over(self) -> None:
        self.left_everything = self._will_end and not self._ready
        if self.is_over:
            self.play(False)
