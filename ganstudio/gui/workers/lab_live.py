"""The networks of a run that is being trained in this process, looked at frame after frame. It imports torch."""

import threading
import time
from collections import deque
from dataclasses import replace

import numpy as np

from ganstudio.gui.workers.lab_requests import Live, Plane, PlaneRequest, Watched, plane_of
from ganstudio.latent.critic import Critic
from ganstudio.latent.live import LiveNetworks
from ganstudio.latent.plane_layers import NOTHING, Kept, LayerComputer
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Layer
from ganstudio.plots.plane_layers import MAX_TRACES, Points
from ganstudio.training.look import Look

_WAIT_SECONDS = 0.2  # for the networks, while the training thread measures or saves: they stay as they were then
_MAX_COARSENESS = 4
_BRISK = 0.2  # of the time that a frame may take: what takes less has finer maps again, which take 4 times as long
_MAX_PLACES = 30  # of a fake, in its trace
_TRACE_SECONDS = 0.05  # from one of them to the next


class LiveRun:
    """A run that is being trained, as the plane shows it.

    Parameters
    ----------
    live
        The run.
    """

    def __init__(self, live: Live) -> None:
        self._live = live
        self._networks = LiveNetworks(live.config)
        self._watch = _Watch(live.control)
        self._traces = _Traces()
        self._coarseness = 1  # of the next maps, while the run goes on
        self._shown = 1  # coarseness of the newest
        self._kept = NOTHING  # of the plane before, in the newest
        self._keeps_map = False  # when layers were last kept; else it was the maps of units
        self._plane: Plane | None = None

    def is_of(self, live: Live) -> bool:
        """Return whether it is this run, with the same loss: by that it is known what D's logits say."""
        return self._live.control is live.control and self._live.config.objective == live.config.objective

    @property
    def critic(self) -> Critic | None:
        """D as it was at the last look."""
        return self._networks.critic

    def plane(self, request: PlaneRequest, computer: LayerComputer, frame_seconds: float) -> Plane | None:
        """Look at the networks, and return what they show; None before they can be looked at.

        Parameters
        ----------
        request
            What is to be shown.
        computer
            Computes the layers.
        frame_seconds
            How long that may take: what takes longer has coarser maps the next time.
        """
        look = self._watch.newest()
        if look is None:
            return None
        changed, before = self._networks.take(look), self._plane
        is_moving = request.live is None or request.live.is_moving
        if before is None or changed or not self._would_repeat(before, request, computer, is_moving):
            began = time.thread_time()
            self._shown = self._coarseness if is_moving else 1
            goes_on = before is not None and changed and is_moving and self._is_same(before, request, computer)
            self._kept = self._take_turns(before) if before is not None and goes_on else NOTHING
            plane = self._compute(request, computer)
            self._plane = replace(plane, seconds=time.thread_time() - began)
            if is_moving:
                self._adapt(self._plane.seconds, frame_seconds)
        else:
            self._plane = replace(before, request=request, step=self._networks.step, seconds=0.0)
        return self._plane

    def _would_repeat(self, before: Plane, request: PlaneRequest, computer: LayerComputer, is_moving: bool) -> bool:
        is_fine = self._kept.is_nothing and (is_moving or self._shown == 1)
        return is_fine and self._is_same(before, request, computer)

    def _is_same(self, before: Plane, request: PlaneRequest, computer: LayerComputer) -> bool:
        """Return whether a plane shows the same layers of the same points."""
        return before.request.wanted() == request.wanted() and before.reals.base is computer.reals

    def _take_turns(self, before: Plane) -> Kept:
        """Return what is kept of the plane before.

        D changes little from frame to frame, and its maps take a third of the time: the large map and the small ones
        are computed in turn, each in every second frame.
        """
        self._keeps_map = not self._keeps_map
        return Kept(before.map, before.contour) if self._keeps_map else Kept(units=before.units)

    def _compute(self, request: PlaneRequest, computer: LayerComputer) -> Plane:
        networks = self._networks
        layers = computer.compute(request.wanted(self._shown), networks.sampler, networks.critic, self._kept)
        self._traces.add(networks.step, layers.fakes[:MAX_TRACES])
        traces = self._traces.places() if Layer.TRACES in request.layers else None
        return plane_of(request, layers, traces, networks.step)

    def _adapt(self, seconds: float, frame_seconds: float) -> None:
        if seconds > frame_seconds:
            self._coarseness = min(_MAX_COARSENESS, 2 * self._coarseness)
        elif seconds < _BRISK * frame_seconds:
            self._coarseness = max(1, self._coarseness // 2)


class _Watch:
    """Asks for the networks, and waits a moment for them."""

    def __init__(self, control: Watched) -> None:
        self._control = control
        self._came = threading.Event()
        self._look: Look | None = None

    def newest(self) -> Look | None:
        """Return the networks as they are, or as they were last; None if they were never handed over."""
        self._came.clear()
        self._control.look(self._take)
        self._came.wait(_WAIT_SECONDS)
        return self._look

    def _take(self, look: Look) -> None:
        """Take the networks, in the training thread."""
        self._look = look
        self._came.set()


class _Traces:
    """Where some fakes were in the last second and a half."""

    def __init__(self) -> None:
        self._places: deque[Points] = deque(maxlen=_MAX_PLACES)
        self._now: Points | None = None
        self._step = -1
        self._kept_at = -_TRACE_SECONDS

    def add(self, step: int, fakes: Points) -> None:
        """Take where they are now; a step before the last begins anew."""
        if step < self._step:
            self._places.clear()
        self._step, self._now = step, fakes
        if time.monotonic() - self._kept_at >= _TRACE_SECONDS:
            self._kept_at = time.monotonic()
            self._places.append(fakes)

    def places(self) -> Floats | None:
        """Return where they were and are, (T, N, 2); None if there is but one place."""
        if self._now is None:
            return None
        places = [*self._places, self._now] if self._places and self._places[-1] is not self._now else [*self._places]
        return np.stack(places).astype(np.float64) if len(places) > 1 else None
