"""The main window: puts panels, docks, actions and messages together."""

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMainWindow

from ganstudio import preferences
from ganstudio.gui.curves.alarm_notice import AlarmNotice
from ganstudio.gui.garbage_collector import Collector
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.session import Session
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.notices.missing_data import MissingData
from ganstudio.gui.notices.run_done import RunDone
from ganstudio.gui.runs.opener import Opener
from ganstudio.gui.window import focus
from ganstudio.gui.window.action_states import ActionStates
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.bars import Bars
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.commands import Commands
from ganstudio.gui.window.docks import make_docks
from ganstudio.gui.window.enlarger import Enlarger
from ganstudio.gui.window.look import Look
from ganstudio.gui.window.messages import Messages
from ganstudio.gui.window.panels import PanelNavigator, make_panels
from ganstudio.gui.window.placement import Placement
from ganstudio.gui.window.reopener import Reopener
from ganstudio.gui.window.run_drop import RunDrop
from ganstudio.gui.window.text_size import TextSize
from ganstudio.gui.window.title import WindowTitle
from ganstudio.gui.window.undoing import Undoing
from ganstudio.gui.window.view_keys import ViewKeys
from ganstudio.gui.window_settings import LAST_RUN, Memory
from ganstudio.gui.workers.sampling import SampleThread
