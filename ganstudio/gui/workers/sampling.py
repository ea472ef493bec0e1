"""Thread that makes pictures of z, apart from the GUI thread and from the networks that are being trained.

Channels are served in the order of `Channel`: a moved slider does not even wait for the rest of a grid. The results of
requests arrive by the signals of their channel, see `SampleThread.on`.
"""

import time
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.config import RunConfig
from ganstudio.events import Failed
from ganstudio.gui.workers.inside_requests import BlueprintRequest, LookRequest, PushRequest, StepsRequest, SumsRequest
from ganstudio.gui.workers.sample_requests import (
    Channel,
    DirectionsRequest,
    Mix,
    Noise,
    OpinionRequest,
    PicturesRequest,
    SamplerCache,
    SampleRequest,
)
from ganstudio.gui.workers.worker import STOP_SECONDS, QueueWorker
from ganstudio.images import Labels, Pictures
from ganstudio.process import use_one_core
from ganstudio.system import libraries

if TYPE_CHECKING:
    from ganstudio.latent.models import Model

_NAME, _DIRECTIONS_NAME = "sampleThread", "directionsThread"
NAMES = (_NAME, _DIRECTIONS_NAME)  # of the threads that generate for the explorer

AnyRequest = SampleRequest | BlueprintRequest | LookRequest | SumsRequest | PushRequest | StepsRequest


class ChannelSignals(QObject):
    """What comes back on one channel."""

    # Answer; Opinion on SKETCH and OPINION; FoundDirections on DIRECTIONS; Drawn on BLUEPRINT; Looked on LOOK;
    # Summed on SUMS; Pushed on PUSH; Steps on STEPS
    answered = Signal(object)
    refused = Signal(str)  # why a request cannot be answered: a snapshot is gone or cannot be read


class RequestThread(QueueWorker[Channel, AnyRequest]):
    """Thread that serves requests of any kind with one core. It imports torch with the first one."""

    action = "A picture could not be made"
    kept = "Training is not affected."

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(name, Channel, parent)
        self._signals = {channel: ChannelSignals(self) for channel in Channel}
        self._cache = SamplerCache()
        self._has_one_core = False

    def on(self, channel: Channel) -> ChannelSignals:
        """Return the signals of a channel."""
        return self._signals[channel]

    def work(self) -> None:
        """Serve requests, then give back the memory of the generators."""
        super().work()
        self._cache = SamplerCache()

    def serve(self, channel: Channel, request: AnyRequest) -> None:
        """Emit the results of a request as they are made; let more urgent requests in between."""
        if not self._has_one_core:
            libraries.load_torch()
            use_one_core()
            self._has_one_core = True
        for result in request.results(self._cache):
            if result is not None:
                self._signals[channel].answered.emit(result)
            self.serve_urgent(channel)
            if self.should_stop() or (request.in_parts and self.is_superseded(channel)):
                return

    def refuse_request(self, channel: Channel, failed: Failed) -> None:
        """Say it to those who wait on the channel."""
        self._signals[channel].refused.emit(failed.message)


class SampleThread(RequestThread):
    """Thread that turns z into pictures and asks networks other things.

    Directions are found in a thread of its own: they take as long as hundreds of pictures, and cannot be interrupted.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(_NAME, parent)
        self._directions_thread = RequestThread(_DIRECTIONS_NAME, self)
        self._directions_thread.failed.connect(self.failed)

    def on(self, channel: Channel) -> ChannelSignals:
        """Return the signals of a channel."""
        return self._directions_thread.on(channel) if channel is Channel.DIRECTIONS else super().on(channel)

    def request_stop(self) -> None:
        """Ask it, and the thread that finds directions, to end after the pictures that are being made."""
        super().request_stop()
        self._directions_thread.request_stop()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """End both threads; return False if they did not end in time."""
        self.request_stop()
        ended = [super().stop(seconds), self._directions_thread.stop(seconds)]
        return all(ended)

    def request(
        self,
        channel: Channel,
        z: Noise | int,
        model: "Model",
        labels: Labels | None = None,
        mix: Mix | None = None,
        truncation: float = 1.0,
        in_parts: bool = False,
    ) -> float:
        """Ask for pictures, see `PicturesRequest`; replaces what waits on the channel.

        Returns
        -------
        float
            The request's stamp, which its answers carry.
        """
        z = z if isinstance(z, int) else np.array(z, np.float32, ndmin=2)  # a copy: the caller may change its own
        mix = None if mix is None else np.array(mix, np.float32, ndmin=2)
        stamp = time.perf_counter()
        self.put(channel, PicturesRequest(channel, stamp, model, z, labels, mix, truncation, in_parts))
        return stamp

    def request_blueprint(self, config: RunConfig) -> None:
        """Ask for the structure of the networks that settings describe, on the channel BLUEPRINT."""
        self.put(Channel.BLUEPRINT, BlueprintRequest(config))

    def request_directions(self, model: "Model") -> float:
        """Ask for the principal directions of a generator, on the channel DIRECTIONS; return the request's stamp."""
        stamp = time.perf_counter()
        self._directions_thread.put(Channel.DIRECTIONS, DirectionsRequest(stamp, model))
        return stamp

    def request_opinion(
        self,
        channel: Channel,
        pictures: Pictures,
        model: "Model",
        labels: Labels | None = None,
        mix: Mix | None = None,
    ) -> float:
        """Ask what a model's D thinks of pictures, on the channel OPINION or SKETCH.

        Parameters
        ----------
        channel : Channel
            Where the answer arrives.
        pictures : ndarray of uint8
            (N, H, W) or (N, H, W, 3).
        model : Model
            Whose D is asked.
        labels : ndarray of int64, optional
            (N,) classes that the pictures are said to be of.
        mix : ndarray of float32, optional
            (N, classes) shares of classes instead.

        Returns
        -------
        float
            The request's stamp, which its answer carries.
        """
        stamp = time.perf_counter()
        self.put(channel, OpinionRequest(stamp, model, pictures.copy(), labels, mix))
        return stamp
