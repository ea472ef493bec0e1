"""Thread that finds out which kinds of pictures, or which modes of points, a generator makes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.data import imported
from ganstudio.data.points.distributions import Modes
from ganstudio.errors import DataError, InputError
from ganstudio.gui.workers.real_pictures import KnownData, load_native
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.images import Pictures
from ganstudio.process import lower_thread_share, use_one_core
from ganstudio.system import libraries, mapped

if TYPE_CHECKING:
    from ganstudio.evaluation.kinds import Judge, KindMap
    from ganstudio.latent.models import Model

_KINDS = "kinds"


@dataclass(frozen=True, eq=False)
class KindRequest:
    """Request for the kinds that a model's generator makes."""

    model: "Model"
    data: KnownData


@dataclass(frozen=True, eq=False)
class FoundKinds:
    """The kinds that a generator makes.

    Parameters
    ----------
    request
        What was asked for.
    map
        Shares, and what is missing.
    examples
        A picture of each kind that there is, (1, H, W) or (1, H, W, C).
    modes
        Of points: where the kinds are.
    accuracy, tried
        Share of real pictures that the judge told rightly, and their number.
    """

    request: KindRequest
    map: "KindMap"
    examples: dict[int, Pictures] = field(default_factory=dict)
    modes: Modes | None = None
    accuracy: float = 1.0
    tried: int = 0


class KindsThread(QueueWorker[str, KindRequest]):
    """Thread that answers the newest request with one core, and with what training leaves of it.

    It keeps the judge of the last data. It imports torch with the first request.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    answered = Signal(object)  # FoundKinds

    action = "The kinds could not be told"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("kindsThread", (_KINDS,), parent)
        self._data: tuple[KnownData, str] | None = None  # and its version, where none was named
        self._judge: Judge | str | None = None  # or why there is none; the error itself would keep what was read

    def request(self, request: KindRequest) -> None:
        """Ask for the kinds; replaces what waits."""
        self.put(_KINDS, request)

    def work(self) -> None:
        """Serve requests until the thread is asked to end."""
        lower_thread_share()
        libraries.load_torch()
        use_one_core()
        super().work()

    def serve(self, channel: str, request: KindRequest) -> None:
        """Find the kinds."""
        from ganstudio.latent import kinds
        from ganstudio.latent.sampler import Sampler

        if request.model.config.makes_points:
            from ganstudio.data.points import sets

            known = request.data
            data = known.data
            modes = sets.find_source(data.name, known.home, known.kept, known.edits, data.points).distribution.modes
            found = kinds.map_points(Sampler.from_model(request.model), modes)
            self.answered.emit(FoundKinds(request, found, modes=modes))
            return
        judge = self._find_judge(request.data)
        sampler = Sampler.from_model(request.model)
        found, examples = kinds.map_pictures(sampler, judge, self.should_stop)
        self.answered.emit(FoundKinds(request, found, examples, None, judge.accuracy, judge.tried))

    def _find_judge(self, known: KnownData) -> "Judge":
        data = known, known.fingerprint or imported.fingerprint_of(known.data.name, known.home)
        if self._judge is None or self._data != data:
            self._judge = None
            self._data = data
            try:
                self._judge = self._make_judge(known)
            except DataError:
                raise  # it may be there the next time
            except InputError as error:
                self._judge = str(error)
        if isinstance(self._judge, str):
            raise InputError(self._judge)
        return self._judge

    def _make_judge(self, known: KnownData) -> "Judge":
        from ganstudio.data import catalog, resize
        from ganstudio.evaluation import features, kinds

        data = known.data
        native = load_native(data, known.home, known.fingerprint, self.should_stop)

        def read(numbers: np.ndarray) -> Pictures:
            pictures = resize.resize_pictures(np.asarray(native.images[numbers]), data.size, data.channels)
            mapped.release(native.images)
            return pictures

        chosen = features.choose(data.name, data.size, data.channels) if catalog.is_digits(data.name) else None
        classifier = chosen if chosen is not None and chosen.name == features.CLASSIFIER else None
        labels = native.labels.astype(np.int64)
        return kinds.make_judge(read, labels, native.info.labels, classifier, self.should_stop)
