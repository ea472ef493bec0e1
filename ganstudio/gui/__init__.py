"""The window: a folder for each panel and dialog, for its model, its threads and its widgets."""

from ganstudio.gui.qt_environment import paint_in_one_thread, use_own_qt

# before any module of the window imports Qt
use_own_qt()
paint_in_one_thread()
