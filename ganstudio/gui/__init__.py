"""The window: a folder for each panel and dialog, for its model, its threads and its widgets."""

from ganstudio.gui.qt_environment import use_own_qt

use_own_qt()  # before any module of the window imports Qt
