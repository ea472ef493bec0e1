"""Undo and redo in the window: what is recorded, and the actions that serve it."""

from PySide6.QtCore import QObject

from ganstudio.gui.explorer.move_commands import MovesRecorder
from ganstudio.gui.model.undo_points import PointChangesRecorder
from ganstudio.gui.model.undo_settings import SettingsRecorder
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.edit_menu import EditMenu


class Undoing(QObject):
    """Records changes of settings and of points, and moves of the explorer on the undo stack of a window."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.window)
        session, panels, stack = context.session, context.panels, context.undo_stack
        self._edit_menu = EditMenu(context.actions, stack, session.notifier, self)
        self._moves = MovesRecorder(panels.latent.explorer, stack, panels.latent, self)
        self._points = PointChangesRecorder(session.model, session.points, stack, self)
        self._settings = SettingsRecorder(session, stack, panels.setup.shows, self)
        panels.setup.can_undo = self._settings.can_undo
