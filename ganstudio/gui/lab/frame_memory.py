"""Memory of the process that paints the plane: the weights that it reads, and the pictures that it paints."""

import math

import numpy as np
import numpy.typing as npt

from ganstudio.system.shared_memory import SharedMemory

SLOTS = 2  # pictures: of the scene that is shown, and of the next one until its first picture is there
_LOOKS = 2  # weights: one is read, and one is written
UNITS_BYTES = 1 << 20  # of the small maps of hidden units, after each picture
_PIXEL_BYTES = 4
_COUNTER = np.dtype(np.int64)
_HEAD = np.dtype([("began", np.int64), ("ended", np.int64), ("step", np.int64), ("centre", np.float64)])

Floats32 = npt.NDArray[np.float32]


class Weights:
    """The last looks at two networks, which of them is the newest, and which the newest that was painted.

    Parameters
    ----------
    G, D
        Numbers of each network.
    name
        Of memory that another process has made; None: make some.
    """

    def __init__(self, G: int, D: int, name: str | None = None) -> None:
        look = np.dtype([("head", _HEAD), ("G", np.float32, (G,)), ("D", np.float32, (D,))], align=True)
        counters = 2 * _COUNTER.itemsize
        self.memory = SharedMemory(counters + look.itemsize * _LOOKS, name)
        self._counters = np.frombuffer(self.memory.buffer, _COUNTER, 2)
        self._looks = np.frombuffer(self.memory.buffer, look, _LOOKS, counters)

    def write(self, number: int, step: int, G: Floats32, D: Floats32, centre: float | None) -> None:
        """Write a look, in place of the last but one."""
        look = self._looks[number % _LOOKS]
        head = look["head"]
        head["began"] = number
        head["step"], head["centre"] = step, math.nan if centre is None else centre
        look["G"], look["D"] = G, D
        head["ended"] = number
        self._counters[0] = number

    def read(self, number: int) -> tuple[int, Floats32, Floats32, float | None] | None:
        """Return step, G, D and centre of a look; None if it is being replaced."""
        look = self._looks[number % _LOOKS].copy()
        now, head = self._looks[number % _LOOKS]["head"], look["head"]
        if not head["began"] == head["ended"] == now["began"] == number:
            return None
        centre = float(head["centre"])
        return int(head["step"]), look["G"], look["D"], None if math.isnan(centre) else centre

    @property
    def newest(self) -> int:
        """Number of the newest look; 0: there is none."""
        return int(self._counters[0])

    @property
    def answered(self) -> int:
        """Number of the newest look that the process has painted, or found nothing new in; 0: there is none."""
        return int(self._counters[1])

    @answered.setter
    def answered(self, number: int) -> None:
        self._counters[1] = number


class Pictures:
    """The newest picture of each of two scenes, which is painted anew while it is shown.

    Parameters
    ----------
    size
        Bytes for each; see `picture_bytes`.
    name
        Of memory that another process has made; None: make some.
    """

    def __init__(self, size: int, name: str | None = None) -> None:
        self.size = size
        self.memory = SharedMemory((size + UNITS_BYTES) * (SLOTS + 1), name)
        self._bytes = np.frombuffer(self.memory.buffer, np.uint8).reshape(SLOTS + 1, size + UNITS_BYTES)

    def picture(self, slot: int, width: int, height: int) -> npt.NDArray[np.uint8]:
        """Return the pixels of a picture, (H, 4 W)."""
        return self._bytes[slot, : picture_bytes(width, height)].reshape(height, _PIXEL_BYTES * width)

    def overlay(self, width: int, height: int) -> npt.NDArray[np.uint8]:
        """Return the pixels of what is painted over each picture, (H, 4 W): with their opacity."""
        return self.picture(SLOTS, width, height)

    def units(self, slot: int, width: int, height: int) -> npt.NDArray[np.uint8]:
        """Return the pixels of the small maps that belong to a picture, (H, 4 W)."""
        start = self.size
        return self._bytes[slot, start : start + picture_bytes(width, height)].reshape(height, _PIXEL_BYTES * width)


def picture_bytes(width: int, height: int) -> int:
    """Return how many bytes the pixels of a picture take."""
    return _PIXEL_BYTES * width * height
