"""What a person sets is undone: live edits of the run under way, and the settings of one that is to start or go on."""

from collections.abc import Callable, Mapping
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
from ganstudio.gui.model.gesture import Gesture
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.settings import format_value

Seen = Callable[[str], bool]  # whether a person sees the field of the setting of that dotted name


@dataclass(frozen=True)
class SetUp:
    """Settings as they stand while nothing is trained; `edits` wait for the open run to go on."""

    run: Path | None
    config: RunConfig
    edits: Mapping[str, Any]


class _Steered(Command):
    """Live edits of a run: taken back by live edits, with marks of their own."""

    kind = 1

    def __init__(self, recorder: "SettingsRecorder", path: str, old: Any, new: Any, deed: tuple[int, int]) -> None:
        super().__init__(words(path, new))
        self._recorder, self._opened = recorder, recorder.model.open_count
        self._old, self._new, self._deed = {path: old}, {path: new}, deed

    def take_back(self) -> None:
        self._recorder.steer(self._old)

    def do_again(self) -> None:
        self._recorder.steer(self._new)

    def fits(self) -> bool:
        """While the run is open, and has the values that were given (or taken back): a rewind may have undone them."""
        recorder = self._recorder
        now = self._new if self.done else self._old
        same = recorder.model.open_count == self._opened and recorder.model.status != RunStatus.FOLLOWING
        return same and all(recorder.session.settings.value(path) == value for path, value in now.items())

    def joins(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Steered) or not _one_deed(self._deed, later._deed, self._new, later._new):
            return False
        self._old, self._new = later._old | self._old, self._new | later._new
        self._deed = later._deed
        if len(self._new) == 1:
            self.setText(later.text())
        self.setObsolete(self._old == self._new)
        return True

    def seen(self) -> bool:
        return all(self._recorder.seen(path) for path in self._new)

    def changes(self, path: str) -> bool:
        """Whether it is about the setting of that dotted name."""
        return path in self._new


class _Chosen(Command):
    """Settings chosen before a run, or before the open one goes on."""

    kind = 2

    def __init__(self, recorder: "SettingsRecorder", before: SetUp, after: SetUp, deed: tuple[int, int]) -> None:
        left = before.run is not None and after.run is None
        super().__init__(_what_changed(before.config, after.config, "new run" if left else "settings"))
        self._recorder, self._before, self._after, self._deed = recorder, before, after, deed

    def take_back(self) -> None:
        self._recorder.restore(self._before)

    def do_again(self) -> None:
        self._recorder.restore(self._after)

    def fits(self) -> bool:
        model = self._recorder.model
        now = self._after if self.done else self._before
        return not model.is_busy and now.run == (model.folder.path if model.folder else None)

    def joins(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Chosen) or later._before.run != self._after.run:
            return False
        if not _one_deed(self._deed, later._deed, self._paths(), later._paths(), however_late=True):
            return False
        self._after, self._deed = later._after, later._deed
        self.setText(_what_changed(self._before.config, self._after.config))
        self.setObsolete(self._before == self._after)
        return True

    def seen(self) -> bool:
        return all(self._recorder.seen(path) for path in self._paths())

    def _paths(self) -> list[str]:
        return [path for path, _, _ in cfg.differences(self._before.config, self._after.config)]


class SettingsRecorder(QObject):
    """Watches a session, and pushes a command for each deed of a person."""

    def __init__(self, session: Session, stack: UndoStack, seen: Seen, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session, self.model, self.seen, self._stack = session, session.model, seen, stack
        self._gesture = Gesture(self)
        self._turn = 0  # of the event loop: what is set in one was set by one deed
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._count_turn)
        self._restoring = False
        self._last = self._now()
        session.settings.steered.connect(self._steered)
        self.model.configChanged.connect(self._look)
        for signal in (self.model.reset, self.model.statusChanged, self.model.marked):
            signal.connect(stack.prune)

    def can_undo(self, path: str) -> bool:
        """Whether undo would come to a change of the setting of that dotted name in the open run."""
        commands = (self._stack.command(index) for index in range(self._stack.index()))
        return any(isinstance(each, _Steered) and each.changes(path) and each.fits() for each in commands)

    def steer(self, values: Mapping[str, Any]) -> None:
        """Give settings of the open run other values, without a new command."""
        self._restoring = True
        for path, value in values.items():
            self.session.settings.change(path, value)
        self._restoring = False
        self._last = self._now()

    def restore(self, set_up: SetUp) -> None:
        """Bring back settings, and the run that was open with them."""
        self._restoring = True
        self.session.restore(set_up.config, set_up.edits, set_up.run)
        self._restoring = False
        self._last = self._now()

    def _now(self) -> SetUp:
        folder = self.model.folder
        return SetUp(folder.path if folder else None, self.model.config, dict(self.session.settings.edits))

    def _deed(self) -> tuple[int, int]:
        self._next_turn.start()
        return self._gesture.of_change(), self._turn

    def _count_turn(self) -> None:
        self._turn += 1

    def _steered(self, path: str, old: Any, new: Any) -> None:
        if not self._restoring:
            self._stack.push(_Steered(self, path, old, new, self._deed()))

    def _look(self) -> None:
        """The settings are others: by a person, if nothing is trained, and no run was opened or read."""
        before, self._last = self._last, self._now()
        after = self._last
        left = before.run is not None and after.run is None
        if self._restoring or self.model.is_busy or (before.config == after.config and not left):
            return
        chosen = after.run is None or (after.run == before.run and after.edits != before.edits)
        if chosen:
            self._stack.push(_Chosen(self, before, after, self._deed()))


def words(path: str, value: Any) -> str:
    """ "learning rate of D 0.2"."""
    setting = SETTINGS[path]
    return f"{setting.label} {format_value(setting, value)}"


def _what_changed(before: RunConfig, after: RunConfig, otherwise: str = "settings") -> str:
    if before.preset != after.preset and after.preset:
        known = after.preset in presets.names()
        return f"preset {presets.load(after.preset).title if known else after.preset}"
    if before.data.name != after.data.name and otherwise == "settings":
        return f"data set {catalog.title_of(after.data.name)}"
    changed = [(path, new) for path, _, new in cfg.differences(before, after)]
    return words(*changed[0]) if len(changed) == 1 and otherwise == "settings" else otherwise


def _one_deed(
    first: tuple[int, int], then: tuple[int, int], paths: object, other: object, however_late: bool = False
) -> bool:
    """Whether two edits are one deed: made at once; or in a row, of the same settings."""
    same = list(paths) == list(other)  # type: ignore[call-overload]
    return first[1] == then[1] or (same and (however_late or first[0] == then[0]))
