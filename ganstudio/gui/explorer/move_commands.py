"""Undo commands for moves in the explorer; each brings it back to exactly the same position."""

from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QWidget

from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.position import Move
from ganstudio.gui.model.gesture import GestureCounter
from ganstudio.gui.model.undo import Command, UndoStack


class _Occasion(NamedTuple):
    """When a move was made."""

    gesture: int  # moves with one number and the same key are one drag
    turn: int  # of the event loop; moves in one turn belong together


class _MoveCommand(Command):
    """Undo command from one position to another; a drag is one command, from where it started."""

    kind = 3

    def __init__(self, recorder: "MovesRecorder", move: Move, occasion: _Occasion) -> None:
        super().__init__(move.description)
        self._recorder = recorder
        self._key = move.key
        self._occasion = occasion
        self._before = move.before
        self._after = recorder.explorer.position()

    def take_back(self) -> None:
        self._recorder.explorer.go_to(self._before)

    def do_again(self) -> None:
        self._recorder.explorer.go_to(self._after)

    def fits(self) -> bool:
        """Return False with a generator that has another z or other classes."""
        return self._recorder.explorer.can_go_to(self._before if self.is_done else self._after)

    def merge(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _MoveCommand):
            return False
        is_same_drag = self._key != "" and self._key == later._key and self._occasion.gesture == later._occasion.gesture
        if not is_same_drag and self._occasion.turn != later._occasion.turn:
            return False
        self._after = later._after
        self._key = later._key
        self._occasion = later._occasion
        self.setText(later.text())
        return True

    def is_visible(self) -> bool:
        return self._recorder.panel.isVisible()


class MovesRecorder(QObject):
    """Recorder that pushes an undo command for each move of the user.

    Parameters
    ----------
    explorer
        What is moved.
    stack
        Where commands are pushed.
    panel
        Panel that shows the explorer's position.
    parent
        Qt's parent.
    """

    def __init__(self, explorer: Explorer, stack: UndoStack, panel: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.explorer = explorer
        self.panel = panel
        self._stack = stack
        self._gesture = GestureCounter(self)
        self._turn = 0  # of the event loop
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._count_turn)
        explorer.moved.connect(self._push)
        explorer.generatorChanged.connect(stack.prune)

    def _push(self, move: Move) -> None:
        self._next_turn.start()
        self._stack.push(_MoveCommand(self, move, _Occasion(self._gesture.count_change(), self._turn)))

    def _count_turn(self) -> None:
        self._turn += 1
