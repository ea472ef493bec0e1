"""AlarmNotice: an alarm is told beside the curves, too, while they are out of sight."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ganstudio.gui.curves.alarms import Warned
from ganstudio.gui.model.notice import Notice, Notifier
from ganstudio.gui.model.run_model import RunModel

if TYPE_CHECKING:
    from ganstudio.gui.curves.panel import CurvesPanel


class AlarmNotice(QObject):
    """Tells each incident once."""

    def __init__(
        self, curves: "CurvesPanel", model: RunModel, notifier: Notifier, show_curves: Callable[[], None]
    ) -> None:
        super().__init__(curves)
        self._curves = curves
        self._model = model
        self._notifier = notifier
        self._show_curves = show_curves
        self._told: tuple[str, int] | None = None
        curves.alarms.changed.connect(self._look)

    def _look(self) -> None:
        warned = self._curves.alarms.warned
        if warned is None:
            self._told = None
        elif warned.incident != self._told:
            self._told = warned.incident
            if not self._curves.isVisible() and self._model.is_busy:
                self._tell(warned)

    def _tell(self, warned: Warned) -> None:
        self._notifier.post(Notice(warned.text, (("Show the curves", self._show_curves),), passing=True))
