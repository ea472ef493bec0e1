"""SampleThread: pictures of z, made away from the GUI thread and from the networks that are being trained.

On each channel the newest request wins: one that was not begun when the next came is never computed. Channels are
served in the order of `CHANNELS`, and a moved slider does not even wait for the rest of a grid.
"""

import threading
import time
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QThread, Signal

from ganstudio.config import DataConfig, NetworkConfig, RunConfig
from ganstudio.errors import StudioError
from ganstudio.events import Failed, Pictures
from ganstudio.gui.class_box import class_names
from ganstudio.images import Labels, grid_labels

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

Noise = npt.NDArray[np.float32]

CHANNELS = ("latent", "cell", "strip", "fresh")  # most urgent first
_URGENT = CHANNELS[0]
_PART = 2  # pictures made at once: a large grid lets an urgent request in between
_HELD = 4  # generators kept loaded: the newest, the viewed one and their neighbours


@dataclass(frozen=True)
class Request:
    """Pictures of `z` (N, z_size) by the generator in `snapshot`; `stamp` is when they were asked for.

    A whole number for `z` stands for the noise of that picture in the run's own grid, which only the engine can draw.
    `labels` (N,) are the classes to draw; None where the generator knows none, or for a picture of the run's own grid.
    """

    channel: str
    z: Noise | int
    snapshot: Path
    step: int
    config: RunConfig
    stamp: float  # seconds, time.perf_counter()
    labels: Labels | None = None


@dataclass(frozen=True)
class Answer:
    """What came of a request: `pictures` (N, H, W) or (N, H, W, 3)."""

    channel: str
    z: Noise
    step: int
    stamp: float  # of the request
    pictures: Pictures
    labels: Labels | None = None  # (N,), of a generator that knows classes


class SampleThread(QThread):
    """Turns z into pictures. torch is imported in it, at the first request."""

    answered = Signal(object)  # Answer
    refused = Signal(str, str)  # channel, sentence: a snapshot is gone or cannot be read
    failed = Signal(object)  # Failed: an error nobody expected

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sampleThread")
        self._changed = threading.Condition()
        self._pending: dict[str, Request] = {}
        self._stopping = False
        self._samplers: OrderedDict[tuple[Path, DataConfig, NetworkConfig], Sampler] = OrderedDict()

    # Called from the GUI thread

    def request(
        self,
        channel: str,
        z: Noise | int,
        snapshot: Path,
        step: int,
        config: RunConfig,
        labels: Labels | None = None,
    ) -> float:
        """Ask for pictures of `z`, see `Request`; replaces what waits on the channel. Gives the request's stamp."""
        assert channel in CHANNELS, channel
        stamp = time.perf_counter()
        z = z if isinstance(z, int) else np.array(z, np.float32, ndmin=2)  # a copy: the caller's goes on changing
        wanted = Request(channel, z, snapshot, step, config, stamp, labels)
        with self._changed:
            self._pending[channel] = wanted
            self._changed.notify()
        if not self.isRunning() and not self._stopping:
            self.start(QThread.Priority.InheritPriority)
        return stamp

    def forget(self) -> None:
        """Drop what waits: another run was opened."""
        with self._changed:
            self._pending.clear()

    def stop(self, seconds: float = 10.0) -> bool:
        """End the thread after the request it is at; False if it did not end in time."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        return self.wait(int(seconds * 1000))

    # In the thread

    def run(self) -> None:
        """Serve requests until told to stop."""
        while (wanted := self._next()) is not None:
            self._serve(wanted)
        self._samplers.clear()

    def _serve(self, wanted: Request) -> None:
        try:
            self.answered.emit(self._answer(wanted))
        except (StudioError, OSError) as error:
            self.refused.emit(wanted.channel, str(error))
        except Exception as error:
            message = f"A picture could not be made: {error}"
            self.failed.emit(Failed(message, "Training is not touched by it.", traceback.format_exc()))

    def _next(self) -> Request | None:
        with self._changed:
            while not self._stopping and not self._pending:
                self._changed.wait()
            if self._stopping:
                return None
            return self._pending.pop(next(channel for channel in CHANNELS if channel in self._pending))

    def _answer(self, wanted: Request) -> Answer:
        sampler = self._sampler(wanted.snapshot, wanted.config)
        z, labels = _of_cell(wanted.config, wanted.z) if isinstance(wanted.z, int) else (wanted.z, wanted.labels)
        parts = []
        for start in range(0, len(z), _PART):
            part = slice(start, start + _PART)
            parts.append(sampler.sample(z[part], None if labels is None else labels[part]))
            if wanted.channel != _URGENT and (urgent := self._take(_URGENT)) is not None:
                self._serve(urgent)
        return Answer(wanted.channel, z, wanted.step, wanted.stamp, np.concatenate(parts), labels)

    def _take(self, channel: str) -> Request | None:
        with self._changed:
            return self._pending.pop(channel, None)

    def _sampler(self, snapshot: Path, config: RunConfig) -> "Sampler":
        key = (snapshot, config.data, config.network)  # other settings may change and leave the generator as it is
        if key not in self._samplers:
            _take_one_core()
            from ganstudio.latent.sampler import Sampler

            self._samplers[key] = Sampler.from_snapshot(snapshot, config)
            if len(self._samplers) > _HELD:
                self._samplers.popitem(last=False)
        self._samplers.move_to_end(key)
        return self._samplers[key]


def _of_cell(config: RunConfig, index: int) -> tuple[Noise, Labels | None]:
    """z (1, z_size) and class (1,) of a picture in the run's sample grid."""
    classes = len(class_names(config))
    labels = grid_labels(config.output.grid, classes)[index, None] if classes else None
    return _fixed_noise(config)[index, None], labels


def _fixed_noise(config: RunConfig) -> Noise:
    """z (grid x grid, z_size) of the run's sample grids, as `Trainer` draws it."""
    import torch

    from ganstudio.training import seeds

    rng = seeds.generator(config.seed, "fixed")
    drawn: Noise = torch.randn(config.output.grid**2, config.network.z_size, generator=rng).numpy()
    return drawn


_one_core = threading.local()


def _take_one_core() -> None:
    """Let this thread, and no other, compute with one core: the others are training's.

    `torch.set_num_threads` binds the calling thread, but also every thread that is born later, training's among them;
    so a thread that lives for a moment puts the old number back for those.
    """
    if getattr(_one_core, "taken", False):
        return
    import torch

    others = torch.get_num_threads()
    torch.set_num_threads(1)
    restorer = threading.Thread(target=torch.set_num_threads, args=(others,))
    restorer.start()
    restorer.join()
    _one_core.taken = True
