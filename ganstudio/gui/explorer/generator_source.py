"""Which generator the explorer shows, and how soon it takes a newer one."""

import time

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import viewed_model
from ganstudio.latent import models
from ganstudio.latent.models import Model

_IDLE_SECONDS = 5.0  # after the last move; from then on new generators of a live run are taken less often
_MAX_TIME_FRACTION = 0.002  # of the time that their pictures may then take, as training needs the CPU, too
_MAX_INTERVAL = 6.0  # seconds between two of them at most


class GeneratorSource(QObject):
    """The generator that pictures are made with: of the viewed step of a run, else a bundled one.

    While a run trains and nobody uses the explorer, new generators are taken less often.

    Parameters
    ----------
    model
        The run that is viewed.
    parent
        Qt's parent.
    """

    changed = Signal(object, object)  # Model | None: the generator before, and the one that is shown now
    runOpened = Signal()  # another run is viewed; emitted before `changed`

    def __init__(self, model: RunModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._generator: Model | None = None
        self._problem = ""
        self._used_at = time.monotonic()
        self._taken_at = self._used_at
        self._pictured_step = -1  # step of the newest picture
        self._picture_seconds = 0.0  # that the first picture of that step took
        self._wait = QTimer(self, singleShot=True)  # while a newer generator is to be taken later
        self._wait.timeout.connect(self.update)
        model.snapshotAdded.connect(self._update_soon)
        for signal in (model.viewedStepChanged, model.statusChanged, model.configChanged, model.renamed):
            signal.connect(self.update)
        model.reset.connect(self._open_run)

    @property
    def generator(self) -> Model | None:
        """The generator; None if there is none."""
        return self._generator

    @property
    def problem(self) -> str:
        """Why there is no generator, in a sentence; "" if it is not due to an error."""
        return self._problem

    @property
    def is_live(self) -> bool:
        """Whether the newest generator of a run that trains is shown, so that the next one will replace it."""
        return self._model.viewed_step is None and self._model.is_busy

    @property
    def is_at_rest(self) -> bool:
        """Whether the newest generator of a run is shown that nobody trains at the moment."""
        return self._model.viewed_step is None and not self._model.is_busy and self._model.status != RunStatus.FOLLOWING

    def note_use(self) -> None:
        """Take note that the explorer is used: every new generator is worth a picture, first the one that waits."""
        self._used_at = time.monotonic()
        if self._wait.isActive():
            self._wait.start(0)

    def note_picture(self, step: int, seconds: float) -> None:
        """Take note of the time that a picture of the generator at `step` took, from request to answer."""
        if step != self._pictured_step:
            self._pictured_step = step
            self._picture_seconds = seconds

    def update(self, *_: object) -> None:
        """Take the viewed generator, if it is another one."""
        self._wait.stop()
        self._taken_at = time.monotonic()
        try:
            generator, self._problem = viewed_model(self._model), ""
        except (StudioError, OSError) as error:
            generator, self._problem = None, str(error)
        if generator != self._generator:
            before, self._generator = self._generator, generator
            self.changed.emit(before, generator)

    def _open_run(self) -> None:
        self._used_at = time.monotonic()
        self.runOpened.emit()
        self.update()

    def _update_soon(self, *_: object) -> None:
        """Take a newer generator now; or later, if the explorer is not used and the last one was taken just now."""
        now = time.monotonic()
        is_first = self._generator is None or self._generator.name in models.BUNDLED
        interval = min(_MAX_INTERVAL, self._picture_seconds / _MAX_TIME_FRACTION)
        wait = interval - (now - self._taken_at)
        is_manual = self._model.status == RunStatus.PAUSED  # the user requested each update
        if is_first or is_manual or not self.is_live or now - self._used_at < _IDLE_SECONDS or wait <= 0:
            self.update()
        elif not self._wait.isActive():
            self._wait.start(round(wait * 1000))
