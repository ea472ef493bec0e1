"""Variables of other programs that use Qt: this one uses the Qt that it was installed with, whatever is set."""

import os

from ganstudio.system.displays import plugins

_FOREIGN = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH")  # plugins of another Qt, maybe of another version


def use_own_qt() -> None:
    """Let pyqtgraph take PySide6, and Qt its own plugins; call it before either is imported."""
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    if plugins() is not None:
        for name in _FOREIGN:
            os.environ.pop(name, None)
