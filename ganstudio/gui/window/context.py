"""What the commands of the window work with."""

from dataclasses import dataclass, field

from PySide6.QtWidgets import QMainWindow

from ganstudio.gui.model.look import Look
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.text_size import TextSize
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.dialogs import Dialogs
from ganstudio.gui.window.panels import Panels
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.gui.workers.sampling import SampleThread


@dataclass(frozen=True)
class WindowContext:
    """The parts of a window that its commands use.

    Parameters
    ----------
    window
        Qt's parent of dialogs and commands.
    samples
        The thread that makes pictures, and looks into networks.
    """

    window: QMainWindow
    session: Session
    actions: Actions
    panels: Panels
    undo_stack: UndoStack
    settings: WindowSettings
    look: Look
    text_size: TextSize
    samples: SampleThread
    dialogs: Dialogs = field(default_factory=Dialogs)
