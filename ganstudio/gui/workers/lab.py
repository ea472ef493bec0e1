"""Thread that computes what the 2-D lab shows, apart from the GUI thread and from the networks that are being trained.

It imports torch with the first generator; until then there are only real points.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.config import RunConfig
from ganstudio.errors import StudioError
from ganstudio.events import Failed
from ganstudio.gui.workers.lab_points import real_points
from ganstudio.gui.workers.lab_requests import FRAME_SECONDS, Channel, Live, Plane, PlaneRequest, ProbeRequest, plane_of
from ganstudio.gui.workers.sample_requests import SamplerCache
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.plots.curve_data import Floats
from ganstudio.plots.plane import Layer
from ganstudio.plots.plane_layers import MAX_POINTS, MAX_TRACES, Points
from ganstudio.process import lower_thread_priority, use_one_core
from ganstudio.system import libraries

if TYPE_CHECKING:
    from ganstudio.gui.workers.lab_live import LiveRun
    from ganstudio.latent.critic import Critic
    from ganstudio.latent.models import Model
    from ganstudio.latent.plane_layers import LayerComputer

_MAX_OLD = 128  # steps whose fakes are remembered for traces


class LabThread(QueueWorker[Channel, PlaneRequest | ProbeRequest]):
    """Thread that answers the newest request, with one core and with what training leaves of it.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    answered = Signal(object)  # Plane
    probed = Signal(object, object)  # ProbeRequest; D's opinion, 0..1, or None
    refusedPlane = Signal(str)  # why what was requested cannot be shown

    action = "The plane could not be drawn"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("labThread", Channel, parent)
        self.frame_seconds = FRAME_SECONDS
        self._cache = SamplerCache()
        self._old: OrderedDict[object, Points] = OrderedDict()
        self._has_torch = False
        self._computer: LayerComputer | None = None
        self._live: LiveRun | None = None

    def request(self, request: PlaneRequest) -> None:
        """Ask for what is to be shown; replaces what waits."""
        self.put(Channel.PLANE, request)

    def probe(self, request: ProbeRequest) -> None:
        """Ask for D's opinion at a point; replaces what waits."""
        self.put(Channel.PROBE, request)

    def work(self) -> None:
        """Serve requests until the thread is asked to end, then give back the memory of the generators."""
        lower_thread_priority()
        super().work()
        self._cache = SamplerCache()
        self._old.clear()
        self._computer = self._live = None

    def refuse_request(self, channel: Channel, failed: Failed) -> None:
        """Say why the plane cannot be shown; nothing is said of a point."""
        if channel is Channel.PLANE:
            self.refusedPlane.emit(failed.message)

    def serve(self, channel: Channel, request: PlaneRequest | ProbeRequest) -> None:
        """Answer a request."""
        plane = request.plane if isinstance(request, ProbeRequest) else request
        if (plane.model is not None or plane.live is not None) and not self._has_torch:
            libraries.load_torch()
            use_one_core()
            self._has_torch = True
        if isinstance(request, ProbeRequest):
            self.probed.emit(request, self._opinion(request))
        else:
            self.answered.emit(self._plane(request))

    def _opinion(self, request: ProbeRequest) -> float | None:
        from ganstudio.latent import plane

        critic = self._critic_of(request.plane)
        return None if critic is None else float(plane.opinion_at(critic, np.array([request.point], np.float32))[0])

    def _critic_of(self, request: PlaneRequest) -> "Critic | None":
        if request.live is not None and self._live is not None and self._live.is_of(request.live):
            return self._live.critic
        return None if request.model is None else self._cache.sampler(request.model).critic

    def _plane(self, request: PlaneRequest) -> Plane:
        reals = real_points(request)
        if request.live is not None and (plane := self._live_plane(request, request.live, reals)) is not None:
            return plane
        if request.model is None:
            return Plane(request, reals[:MAX_POINTS])
        sampler, config = self._cache.sampler(request.model), request.model.config
        layers = self._computer_for(config, reals).compute(request.wanted(), sampler, sampler.critic)
        return plane_of(request, layers, self._traces(request), request.model.step)

    def _computer_for(self, config: RunConfig, reals: Points) -> "LayerComputer":
        """Return what computes the layers of a run, the same as before if it is the same run."""
        from ganstudio.latent.plane_layers import LayerComputer

        if self._computer is None or not self._computer.is_for(config, reals):
            self._computer = LayerComputer(config, reals)
        return self._computer

    def _live_plane(self, request: PlaneRequest, live: Live, reals: Points) -> Plane | None:
        """Return what the networks of a run that is trained show now; None before the first look at them."""
        from ganstudio.gui.workers.lab_live import LiveRun

        if self._live is None or not self._live.is_of(live):
            self._live = LiveRun(live)
        return self._live.plane(request, self._computer_for(live.config, reals), self.frame_seconds)

    def _traces(self, request: PlaneRequest) -> Floats | None:
        """Return where some fakes were, (T, N, 2); None if there is but one place.

        A generator that has been deleted meanwhile is left out.
        """
        if Layer.TRACES not in request.layers or request.model is None:
            return None
        places = []
        for model in (*request.past, request.model):
            if self.is_superseded(Channel.PLANE) or self.is_stopping():
                return None
            try:
                places.append(self._fakes_of(model))
            except (StudioError, OSError):
                continue
        return np.stack(places).astype(np.float64) if len(places) > 1 else None

    def _fakes_of(self, model: "Model") -> Points:
        """Return the first fakes of a generator, from memory where they were made before."""
        from ganstudio.latent import plane
        from ganstudio.latent.sampler import Sampler

        key = (model.path, model.path.stat().st_mtime_ns)  # a run that is rewound writes the same step again
        if key not in self._old:
            sampler = Sampler.from_model(model)
            self._old[key] = sampler.sample_points(*plane.fixed_noise(model.config, MAX_TRACES))
            if len(self._old) > _MAX_OLD:
                self._old.popitem(last=False)
        self._old.move_to_end(key)
        return self._old[key]
