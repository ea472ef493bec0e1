"""Variables that Qt reads: those of other programs do not count, and painting takes one thread."""

import os

from ganstudio.system.displays import plugins

_FOREIGN = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")  # plugins of another Qt, maybe of another version


def use_own_qt() -> None:
    """Let pyqtgraph take PySide6, and Qt its own plugins; call it before either is imported."""
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    if plugins() is not None:
        for name in _FOREIGN:
            os.environ.pop(name, None)


def paint_in_one_thread() -> None:
    """Have Qt blend and scale pictures in the thread that paints, unless it is set; call it before Qt is imported.

    Otherwise it shares each out among threads, which wake each other thousands of times a second (`lab_frames.py`: the
    process that paints the plane changed threads 24,000 times a second) on cores that training needs.
    """
    os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
