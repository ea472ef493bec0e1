"""Notice of an alarm while the curves, which show it, are hidden."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from ganstudio.gui.curves.alarms import Alarms, Incident
from ganstudio.gui.model.notice import Notice, Notifier
from ganstudio.gui.model.run_model import RunModel


class AlarmNotice(QObject):
    """Posts a notice of each incident, once.

    Parameters
    ----------
    alarms
        Watcher of the open run.
    curves
        The panel that shows alarms.
    model
        The open run.
    notifier
        Posts the notice.
    show_curves
        Shows the panel.
    """

    def __init__(
        self, alarms: Alarms, curves: QWidget, model: RunModel, notifier: Notifier, show_curves: Callable[[], None]
    ) -> None:
        super().__init__(curves)
        self._alarms = alarms
        self._curves = curves
        self._model = model
        self._notifier = notifier
        self._show_curves = show_curves
        self._posted: tuple[Incident, int] | None = None
        alarms.changed.connect(self._check)

    def _check(self) -> None:
        alarm = self._alarms.current
        if alarm is None:
            self._posted = None
        elif alarm.incident != self._posted:
            self._posted = alarm.incident
            if not self._curves.isVisible() and self._model.is_busy:
                self._notifier.post(Notice(alarm.text, (("Show the curves", self._show_curves),), passing=True))
