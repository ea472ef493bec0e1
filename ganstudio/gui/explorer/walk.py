"""Walk through key points of the latent space, and its playback in real time."""

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.latent import paths
from ganstudio.latent.paths import Mix, Noise

FRAME_INTERVAL = 34  # ms between pictures while it plays: at most 30 a second
MAX_KEYS = 24


@dataclass(frozen=True)
class KeyPoint:
    """A point of a walk: z (z_size,), and shares of the classes (classes,) if the generator has any."""

    z: Noise
    mix: Mix | None


class Walk:
    """A walk from key to key, on arcs through z and on straight lines between classes.

    Attributes
    ----------
    keys : list of KeyPoint
        The keys in their order.
    is_loop : bool
        Whether it returns from the last key to the first one.
    """

    def __init__(self) -> None:
        self.keys: list[KeyPoint] = []
        self.is_loop = True

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another key."""
        return len(self.keys) >= MAX_KEYS

    @property
    def length(self) -> int:
        """Distance from the first key to the end, in keys; a loop ends at the first key again."""
        return len(self.keys) if self.is_loop else max(0, len(self.keys) - 1)

    def at(self, position: float) -> KeyPoint:
        """Return the point at a position, 0..`length`, in keys."""
        count = len(self.keys)
        index = min(int(position), max(0, self.length - 1))
        a, b, fraction = self.keys[index % count], self.keys[(index + 1) % count], position - index
        mix = paths.lerp(a.mix, b.mix, fraction) if a.mix is not None and b.mix is not None else None
        return KeyPoint(paths.slerp(a.z, b.z, fraction), mix)

    def to_arrays(self) -> tuple[Noise, Mix | None]:
        """Return the keys as z (K, z_size) and mixes (K, classes); there must be at least one."""
        mixes = [key.mix for key in self.keys if key.mix is not None]
        return np.stack([key.z for key in self.keys]), np.stack(mixes) if mixes else None


class WalkPlayer(QObject):
    """Playback of a walk; a late timer leaves pictures out, so that the pace is kept.

    Parameters
    ----------
    walk
        What is played.
    parent
        Qt's parent.

    Attributes
    ----------
    position : float
        Where it is, in keys.
    key_seconds : float
        Time from key to key.
    """

    moved = Signal(float)  # position
    ended = Signal()

    def __init__(self, walk: Walk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._walk = walk
        self.position = 0.0
        self.key_seconds = 1.0
        self._stepped_at = 0.0  # time.monotonic()
        self._timer = QTimer(self, interval=FRAME_INTERVAL)
        self._timer.timeout.connect(self._step)

    def play(self) -> None:
        """Play from the present position; from the start if that is the end."""
        if self.position >= self._walk.length:
            self.position = 0.0
        self._stepped_at = time.monotonic()
        self._timer.start()

    def pause(self) -> None:
        """Stop at the present position."""
        self._timer.stop()

    def _step(self) -> None:
        now = time.monotonic()
        position = self.position + (now - self._stepped_at) / self.key_seconds
        self._stepped_at = now
        if position >= self._walk.length and not self._walk.is_loop:
            self._move_to(float(self._walk.length))
            self.ended.emit()
        else:
            self._move_to(position % self._walk.length)

    def _move_to(self, position: float) -> None:
        self.position = position
        self.moved.emit(position)
