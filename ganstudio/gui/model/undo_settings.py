"""Undo of settings: live changes of the run under way, and the settings of a run that is to start or resume."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.events import RunStatus
from ganstudio.gui.model.gesture import GestureCounter
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.settings import format_value

IsVisible = Callable[[str], bool]  # whether the user sees the field of the setting of that dotted name
Gesture = tuple[int, int]  # numbers of the gesture and of the turn of the event loop that a change belongs to


@dataclass(frozen=True)
class SetUp:
    """Settings while nothing is being trained; `edits` wait for the open run to resume."""

    run: Path | None
    config: RunConfig
    edits: Mapping[str, Any]


class _LiveChange(Command):
    """Live changes of a run. They are undone by live changes, which have marks of their own."""

    kind = 1

    def __init__(self, recorder: "SettingsRecorder", path: str, old: Any, new: Any, gesture: Gesture) -> None:
        super().__init__(describe(path, new))
        self._recorder = recorder
        self._open_count = recorder.model.open_count
        self._old = {path: old}
        self._new = {path: new}
        self._gesture = gesture

    def take_back(self) -> None:
        self._recorder.change_running(self._old)

    def do_again(self) -> None:
        self._recorder.change_running(self._new)

    def fits(self) -> bool:
        """Return whether the run is open and has the values that were set: a rewind may have undone them."""
        recorder = self._recorder
        now = self._new if self.is_done else self._old
        same = recorder.model.open_count == self._open_count and recorder.model.status != RunStatus.FOLLOWING
        return same and all(recorder.session.settings.value(path) == value for path, value in now.items())

    def merge(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _LiveChange) or not _is_one_gesture(
            self._gesture, later._gesture, self._new, later._new
        ):
            return False
        self._old = later._old | self._old
        self._new = self._new | later._new
        self._gesture = later._gesture
        if len(self._new) == 1:
            self.setText(later.text())
        self.setObsolete(self._old == self._new)
        return True

    def is_visible(self) -> bool:
        return all(self._recorder.is_visible(path) for path in self._new)

    def changes(self, path: str) -> bool:
        """Return whether it changed the setting of that dotted name."""
        return path in self._new


class _SetUpChange(Command):
    """Changes of settings before a run starts, or before the open one resumes."""

    kind = 2

    def __init__(self, recorder: "SettingsRecorder", before: SetUp, after: SetUp, gesture: Gesture) -> None:
        is_new_run = before.run is not None and after.run is None
        super().__init__(_describe_change(before.config, after.config, "new run" if is_new_run else "settings"))
        self._recorder = recorder
        self._before = before
        self._after = after
        self._gesture = gesture

    def take_back(self) -> None:
        self._recorder.restore(self._before)

    def do_again(self) -> None:
        self._recorder.restore(self._after)

    def fits(self) -> bool:
        model = self._recorder.model
        now = self._after if self.is_done else self._before
        return not model.is_busy and now.run == (model.folder.path if model.folder else None)

    def merge(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _SetUpChange) or later._before.run != self._after.run:
            return False
        if not _is_one_gesture(self._gesture, later._gesture, self._paths(), later._paths(), at_any_time=True):
            return False
        self._after = later._after
        self._gesture = later._gesture
        self.setText(_describe_change(self._before.config, self._after.config))
        self.setObsolete(self._before == self._after)
        return True

    def is_visible(self) -> bool:
        return all(self._recorder.is_visible(path) for path in self._paths())

    def _paths(self) -> list[str]:
        return [path for path, _, _ in cfg.differences(self._before.config, self._after.config)]


class SettingsRecorder(QObject):
    """Pushes a command for every change of settings that the user makes in a session.

    Parameters
    ----------
    session
        Whose settings are watched.
    stack
        Takes the commands.
    is_visible
        Returns whether the user sees the field of the setting of a dotted name.
    parent
        Qt's parent.
    """

    def __init__(
        self, session: Session, stack: UndoStack, is_visible: IsVisible, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.session = session
        self.model = session.model
        self.is_visible = is_visible
        self._stack = stack
        self._gestures = GestureCounter(self)
        self._turn = 0  # of the event loop: changes in one turn belong to one gesture
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._count_turn)
        self._restoring = False
        self._last = self._now()
        session.settings.steered.connect(self._settings_steered)
        self.model.configChanged.connect(self._config_changed)
        for signal in (self.model.reset, self.model.statusChanged, self.model.marked):
            signal.connect(stack.prune)

    def can_undo(self, path: str) -> bool:
        """Return whether a live change of the setting of that dotted name can be undone."""
        commands = (self._stack.command(index) for index in range(self._stack.index()))
        return any(
            isinstance(command, _LiveChange) and command.changes(path) and command.fits() for command in commands
        )

    def change_running(self, values: Mapping[str, Any]) -> None:
        """Change settings of the open run, by dotted name, without a new command."""
        self._restoring = True
        for path, value in values.items():
            self.session.settings.change(path, value)
        self._restoring = False
        self._last = self._now()

    def restore(self, set_up: SetUp) -> None:
        """Bring back settings and the run that was open with them, without a new command."""
        self._restoring = True
        self.session.restore(set_up.config, set_up.edits, set_up.run)
        self._restoring = False
        self._last = self._now()

    def _now(self) -> SetUp:
        folder = self.model.folder
        return SetUp(folder.path if folder else None, self.model.config, dict(self.session.settings.edits))

    def _current_gesture(self) -> Gesture:
        self._next_turn.start()
        return self._gestures.count_change(), self._turn

    def _count_turn(self) -> None:
        self._turn += 1

    def _settings_steered(self, path: str, old: Any, new: Any) -> None:
        if not self._restoring:
            self._stack.push(_LiveChange(self, path, old, new, self._current_gesture()))

    def _config_changed(self) -> None:
        """Push a command if the user changed the settings: nothing is being trained, and no run was opened."""
        before, self._last = self._last, self._now()
        after = self._last
        is_new_run = before.run is not None and after.run is None
        if self._restoring or self.model.is_busy or (before.config == after.config and not is_new_run):
            return
        by_user = after.run is None or (after.run == before.run and after.edits != before.edits)
        if by_user:
            self._stack.push(_SetUpChange(self, before, after, self._current_gesture()))


def describe(path: str, value: Any) -> str:
    """Return a setting and its value as text, such as "learning rate of D 0.2"."""
    setting = SETTINGS[path]
    return f"{setting.label} {format_value(setting, value)}"


def _describe_change(before: RunConfig, after: RunConfig, otherwise: str = "settings") -> str:
    if before.preset != after.preset and after.preset:
        known = after.preset in presets.names()
        return f"preset {presets.load(after.preset).title if known else after.preset}"
    if before.data.name != after.data.name and otherwise == "settings":
        return f"data set {catalog.title_of(after.data.name)}"
    changed = [(path, new) for path, _, new in cfg.differences(before, after)]
    return describe(*changed[0]) if len(changed) == 1 and otherwise == "settings" else otherwise


def _is_one_gesture(
    first: Gesture, second: Gesture, paths: Iterable[str], other_paths: Iterable[str], at_any_time: bool = False
) -> bool:
    """Return whether two changes are one gesture: in one turn, or in a row and of the same settings."""
    same_settings = list(paths) == list(other_paths)
    return first[1] == second[1] or (same_settings and (at_any_time or first[0] == second[0]))
