"""Undo: what the user did, as commands on a stack.

A command is pushed when it has been done already. One that no longer fits what is open (a place in the latent space of
another run, say) leaves the stack instead of doing something other than its text says.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

_MAX_COMMANDS = 200
_NO_KIND = -1  # for Qt: never merged with another


class Command(QUndoCommand):
    """Something that the user did.

    Parameters
    ----------
    text
        What was changed, as in "Undo learning rate of D 0.2".
    """

    kind = _NO_KIND  # commands of one kind may be merged

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.is_done = False  # true from the push until it is undone
        self._pushed = False

    def take_back(self) -> None:
        """Bring back what was before."""
        raise NotImplementedError

    def do_again(self) -> None:
        """Bring back what was after."""
        raise NotImplementedError

    def fits(self) -> bool:
        """Return whether it can still be undone or redone."""
        return True

    def is_visible(self) -> bool:
        """Return whether the user sees its effect; if not, a notice says what it was."""
        return True

    def merge(self, later: QUndoCommand) -> bool:
        """Take in the next command, if both belong to one gesture; return whether they do."""
        return False

    # Called by Qt

    def redo(self) -> None:
        """Redo the command; Qt calls this for a pushed command, too, which has been done already."""
        if self._pushed:
            self.do_again()
        self.is_done = True
        self._pushed = True

    def undo(self) -> None:
        """Undo the command."""
        self.take_back()
        self.is_done = False

    def id(self) -> int:
        """Return the kind of the command."""
        return self.kind

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Merge a later command into this one; return whether that was possible."""
        return self.merge(other)


class UndoStack(QUndoStack):
    """The undo stack of a window. Commands that no longer fit are left out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setUndoLimit(_MAX_COMMANDS)
        self._is_moving = False  # a command is being undone or redone: what it changes may prune or push

    def push(self, command: QUndoCommand) -> None:
        """Add a command that has been done; ignored while another one is undone or redone."""
        if not self._is_moving:
            super().push(command)

    def undo(self) -> None:
        """Undo the last command that still fits."""
        self.prune()
        self._is_moving = True
        try:
            super().undo()
        finally:
            self._is_moving = False

    def redo(self) -> None:
        """Redo the next command that still fits."""
        self.prune()
        self._is_moving = True
        try:
            super().redo()
        finally:
            self._is_moving = False

    def prune(self, *_: object) -> None:
        """Remove commands that no longer fit, so that what is offered next is possible."""
        if self._is_moving:
            return  # Qt must not lose the command that it is calling
        for index in range(self.count()):
            command = self.command(index)
            if isinstance(command, Command) and not command.fits():
                command.setObsolete(True)
        while self.index() and self._is_obsolete(self.index() - 1):
            super().undo()  # Qt removes it without undoing it
        while self.index() < self.count() and self._is_obsolete(self.index()):
            super().redo()

    def _is_obsolete(self, index: int) -> bool:
        command = self.command(index)
        return command is not None and command.isObsolete()
