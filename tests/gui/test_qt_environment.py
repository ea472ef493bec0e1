"""Another program's Qt is not used, whatever its variables say."""

import subprocess
import sys

import support

FOREIGN = {
    "PYQTGRAPH_QT_LIB": "PyQt5",
    "QT_PLUGIN_PATH": "/foreign",
    "QT_QPA_PLATFORM_PLUGIN_PATH": "/foreign/platforms",
}


def test_pyqtgraph_and_qt_take_what_comes_with_pyside() -> None:
    script = (
        "import os, ganstudio.gui, pyqtgraph.Qt\n"
        "from PySide6.QtGui import QGuiApplication\n"
        "print(pyqtgraph.Qt.QT_LIB, [path for path in QGuiApplication([]).libraryPaths() if 'foreign' in path])\n"
        "print(os.environ['QT_NO_GUI_THREADPOOL'])\n"
        "print(sorted(name for name in os.environ if name in ('QT_PLUGIN_PATH', 'QT_QPA_PLATFORM_PLUGIN_PATH')))\n"
    )
    command = [sys.executable, "-c", script]
    environment = support.environment(QT_QPA_PLATFORM="offscreen", **FOREIGN)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "PySide6 []\n1\n[]\n", done.stderr
