"""Requests of the explorer to the sampling thread; answers that are out of date are dropped."""

import time

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.gui.workers.sample_requests import Answer, Channel, FoundDirections, Opinion
from ganstudio.gui.workers.sampling import ChannelSignals, SampleThread
from ganstudio.images import Pictures
from ganstudio.latent.models import Model
from ganstudio.latent.paths import Mix, Noise

_CHANNELS = (Channel.PREVIEW, Channel.MORPH, Channel.WALK, Channel.SKETCH, Channel.STRIP)


class ExplorerRequests(QObject):
    """Requests for pictures, opinions and directions; nothing is requested while it sleeps.

    Parameters
    ----------
    samples
        The thread that answers them.
    parent
        Qt's parent.
    """

    pictured = Signal(object, float)  # a preview was made: step of its generator, seconds from request to answer
    directionsFound = Signal(object)  # FoundDirections

    def __init__(self, samples: SampleThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        self.is_asleep = False
        self._signals = {channel: ChannelSignals(self) for channel in _CHANNELS}
        self._newest = dict.fromkeys(_CHANNELS, 0.0)  # stamp of the newest answer; older ones are dropped
        for channel, signals in self._signals.items():
            answered = self._pass_opinion if channel is Channel.SKETCH else self._pass_answer
            samples.on(channel).answered.connect(answered)
            samples.on(channel).refused.connect(signals.refused)
        samples.on(Channel.DIRECTIONS).answered.connect(self._pass_directions)

    def on(self, channel: Channel) -> ChannelSignals:
        """Return the signals of a channel; answers older than the newest one are dropped."""
        return self._signals[channel]

    def drop_pending(self) -> None:
        """Drop the answers to everything that was requested until now."""
        self._newest = dict.fromkeys(_CHANNELS, time.perf_counter())

    def request(
        self,
        channel: Channel,
        generator: Model,
        z: Noise,
        mix: Mix | None,
        truncation: float,
        in_parts: bool = False,
    ) -> float:
        """Request pictures; see `SampleThread.request`.

        Returns
        -------
        float
            The stamp that the answers carry, or 0 while it sleeps.
        """
        if self.is_asleep:
            return 0.0
        return self._samples.request(
            channel, np.atleast_2d(z), generator, mix=mix, truncation=truncation, in_parts=in_parts
        )

    def request_opinion(self, generator: Model, pictures: Pictures, mix: Mix | None) -> float:
        """Request D's opinion of pictures (N, H, W[, 3]), on the channel SKETCH; return the stamp, or 0."""
        if self.is_asleep:
            return 0.0
        return self._samples.request_opinion(Channel.SKETCH, pictures, generator, mix=mix)

    def request_directions(self, generator: Model) -> float:
        """Request a search for the principal directions of a generator; return the stamp, or 0."""
        return 0.0 if self.is_asleep else self._samples.request_directions(generator)

    def _is_newest(self, channel: Channel, stamp: float) -> bool:
        """Return whether nothing newer was shown on the channel; if so, it is the newest from now on."""
        if stamp < self._newest[channel]:
            return False
        self._newest[channel] = stamp
        return True

    def _pass_answer(self, answer: Answer) -> None:
        if answer.channel is Channel.PREVIEW:
            self.pictured.emit(answer.step, time.perf_counter() - answer.stamp)
        if self._is_newest(answer.channel, answer.stamp):
            self._signals[answer.channel].answered.emit(answer)

    def _pass_opinion(self, opinion: Opinion) -> None:
        if self._is_newest(Channel.SKETCH, opinion.stamp):
            self._signals[Channel.SKETCH].answered.emit(opinion)

    def _pass_directions(self, found: FoundDirections) -> None:
        self.directionsFound.emit(found)
