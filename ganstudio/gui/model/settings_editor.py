"""Settings as the user edits them: of the run being trained, of one that is to resume, or of the next one."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio import config as cfg
from ganstudio.config import EngineConfig, RunConfig
from ganstudio.data import dataset_switch
from ganstudio.errors import StudioError
from ganstudio.events import Marked, MarkKind
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel


class SettingsEditor(QObject):
    """Changes settings: of the run under way at its next step, else of the run that is started or resumed next.

    Attributes
    ----------
    edits
        New values by dotted name, of an open run that is not being trained; applied when it resumes.
    """

    steered = Signal(str, object, object)  # dotted name, old and new value: requested of the run under way

    def __init__(self, model: RunModel, control: RunControl, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._control = control
        self._notifier = notifier
        self.edits: dict[str, Any] = {}
        self._requested: dict[str, Any] = {}  # of the run under way, which takes each at its next step, with a mark
        self._requested_engine = model.config.engine  # before a run resolved it for this computer
        self._config_before_opening: RunConfig | None = None  # None: the open run was set up in this window
        model.marked.connect(self._confirm)

    # What the user changes

    def change(self, path: str, value: Any) -> None:
        """Change a setting, by its dotted name; a value that is not valid is refused with a notice."""
        try:
            old = self.value(path)
            if value == old:
                return
            if self._control.is_training:
                self._change_running(path, old, value)
            else:
                self._change_next(path, value)
        except StudioError as error:
            self._notifier.say(str(error))
            self._model.configChanged.emit()  # the field goes back

    def _change_running(self, path: str, old: Any, value: Any) -> None:
        if self._control.change(path, value):
            self._requested[path] = value
            self.steered.emit(path, old, value)
        else:
            self._model.configChanged.emit()  # the field goes back

    def _change_next(self, path: str, value: Any) -> None:
        config = cfg.change(self._model.config, path, value)
        if self._model.folder is None:
            self.set_config(config)
        else:
            self.edits[path] = value
            self._model.set_config(config)

    def value(self, path: str) -> Any:
        """Return the value that the user chose last: the run under way may not have taken it yet."""
        return self._requested.get(path, cfg.read(self._model.config, path))

    def choose_dataset(self, name: str) -> None:
        """Train on another data set, in its own colours and size, for about as many pictures as before."""
        before = self._model.config
        self._model.set_config(dataset_switch.switch_dataset(before, name))
        if text := dataset_switch.describe_switch(before, self._model.config):
            self._notifier.say(text)

    def set_config(self, config: RunConfig) -> None:
        """Take all settings for the next run, while none is open."""
        self._model.set_config(config)
        self._requested_engine = config.engine

    def restore(self, config: RunConfig, edits: Mapping[str, Any]) -> None:
        """Bring back settings that were set before, and the edits that waited for the open run to resume."""
        self.edits = dict(edits)
        if self._model.folder is None:
            self.set_config(config)
        else:
            self._model.set_config(config)

    # What the session asks and tells

    def requested_config(self) -> RunConfig:
        """Return the settings as the user gave them: the engine's not as a run resolved them for this computer."""
        return dataclasses.replace(self._model.config, engine=self._requested_engine)

    @property
    def config_before_opening(self) -> RunConfig | None:
        """What was set up when the open run was read from its folder; None if it was set up in this window."""
        return self._config_before_opening

    def note_started(self) -> None:
        """Remember the engine's settings before the run that starts resolves them."""
        self._requested_engine = self._model.config.engine

    def note_opening(self) -> None:
        """Remember what was set up: the settings of a run read from its folder are about to be shown."""
        if self._model.folder is None or self._config_before_opening is None:  # else it is from an earlier run
            self._config_before_opening = self.requested_config()
        self.edits = {}
        self._requested_engine = EngineConfig()

    def note_closing(self, config: RunConfig) -> None:
        """Forget the edits of the open run: it is about to be closed, and `config` to be set up."""
        self.edits = {}
        self._config_before_opening = None
        self._requested_engine = config.engine

    @Slot()
    def forget_requests(self) -> None:
        """Forget what was requested of a run whose training has ended."""
        self._requested.clear()

    @Slot(object)
    def _confirm(self, mark: Marked) -> None:
        if mark.kind == MarkKind.WARNING:
            self._requested.clear()  # it may be the refusal of a change
        elif mark.kind == MarkKind.CHANGE and self._requested.get(mark.path) == mark.new:
            del self._requested[mark.path]
