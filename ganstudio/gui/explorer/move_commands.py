"""Moves through the latent space as commands: each brings the explorer back to the very place where it was."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QWidget

from ganstudio.gui.explorer.explorer import Explorer, Move
from ganstudio.gui.model.gesture import Gesture
from ganstudio.gui.model.undo import Command, UndoStack


class _Moved(Command):
    """From a place to another. A drag is one command, from where it began."""

    kind = 3

    def __init__(self, recorder: "MovesRecorder", move: Move, deed: tuple[int, int]) -> None:
        super().__init__(move.words)
        self._recorder, self._key, self._deed = recorder, move.key, deed
        self._before, self._after = move.before, recorder.explorer.place()

    def take_back(self) -> None:
        self._recorder.explorer.go_to(self._before)

    def do_again(self) -> None:
        self._recorder.explorer.go_to(self._after)

    def fits(self) -> bool:
        """Not in a generator that takes other numbers z, or knows other classes."""
        return self._recorder.explorer.holds(self._before if self.done else self._after)

    def joins(self, later: QUndoCommand) -> bool:
        if not isinstance(later, _Moved):
            return False
        goes_on = self._key != "" and self._key == later._key and self._deed[0] == later._deed[0]
        if not goes_on and self._deed[1] != later._deed[1]:
            return False
        self._after, self._key, self._deed = later._after, later._key, later._deed
        self.setText(later.text())
        return True

    def seen(self) -> bool:
        return self._recorder.panel.isVisible()


class MovesRecorder(QObject):
    """Pushes a command for each move of a person; `panel` shows where the explorer is."""

    def __init__(self, explorer: Explorer, stack: UndoStack, panel: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.explorer, self.panel, self._stack = explorer, panel, stack
        self._gesture = Gesture(self)
        self._turn = 0  # of the event loop: moves in one are one deed
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._count_turn)
        explorer.moved.connect(self._moved)
        explorer.sourceChanged.connect(stack.prune)

    def _moved(self, move: Move) -> None:
        self._next_turn.start()
        self._stack.push(_Moved(self, move, (self._gesture.of_change(), self._turn)))

    def _count_turn(self) -> None:
        self._turn += 1
