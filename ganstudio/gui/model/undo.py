"""Undo: what a person did, as commands that can be taken back and done again.

A command is pushed when its deed is done already. One that no longer fits what is open (a place in the latent space of
another run, say) leaves the stack instead of doing something else than it says.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

_MOST = 200  # commands that are kept
_NO_KIND = -1  # of Qt: never joined with another


class Command(QUndoCommand):
    """Something that was done; `text` is what it was done to, as in "Undo learning rate of D 0.2"."""

    kind = _NO_KIND  # commands of one kind may be joined

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.done = False  # it is from when it is pushed on, until it is taken back
        self._pushed = False

    def take_back(self) -> None:
        """Make it as it was before."""
        raise NotImplementedError

    def do_again(self) -> None:
        """Make it as it was after."""
        raise NotImplementedError

    def fits(self) -> bool:
        """Whether it still can be taken back or done again."""
        return True

    def seen(self) -> bool:
        """Whether a person sees its effect; else the window says it in words."""
        return True

    def joins(self, later: QUndoCommand) -> bool:
        """Take in the next command, if both were one deed of a person; False: it stays one of its own."""
        return False

    # What Qt asks

    def redo(self) -> None:
        """Qt calls it for a command that is pushed, too: that one is done."""
        if self._pushed:
            self.do_again()
        self.done = self._pushed = True

    def undo(self) -> None:
        self.take_back()
        self.done = False

    def id(self) -> int:
        return self.kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        return self.joins(other)


class UndoStack(QUndoStack):
    """The one stack of a window. Commands that fit no longer are left out when it is undone and redone."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoLimit(_MOST)
        self._moving = False  # a command is at work: what it changes may ask to prune, or push

    def push(self, command: QUndoCommand) -> None:
        """Take a command whose deed is done; not what a command does in its turn."""
        if not self._moving:
            super().push(command)

    def undo(self) -> None:
        """Take back what was done last and still can be."""
        self.prune()
        self._moving = True
        try:
            super().undo()
        finally:
            self._moving = False

    def redo(self) -> None:
        """Do again what was taken back last and still can be."""
        self.prune()
        self._moving = True
        try:
            super().redo()
        finally:
            self._moving = False

    def prune(self, *_: object) -> None:
        """Leave out what no longer fits: what is offered next is possible."""
        if self._moving:
            return  # Qt must not lose the command that it calls
        for index in range(self.count()):
            command = self.command(index)
            if isinstance(command, Command) and not command.fits():
                command.setObsolete(True)
        while self.index() and self._is_obsolete(self.index() - 1):
            super().undo()  # Qt drops it, and does not undo it
        while self.index() < self.count() and self._is_obsolete(self.index()):
            super().redo()

    def _is_obsolete(self, index: int) -> bool:
        command = self.command(index)
        return command is not None and command.isObsolete()
