"""Events of the main window: Python is asked only about those that it handles."""

import sys
from collections.abc import Callable
from types import FrameType

from PySide6.QtCore import SIGNAL, SLOT, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget


def test_no_python_is_called_where_qt_paints_the_window(open_window, qtbot) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.is_painted)
    loop, timer, update = QEventLoop(), QTimer(singleShot=True, interval=200), QTimer(interval=5)
    QObject.connect(timer, SIGNAL("timeout()"), loop, SLOT("quit()"))
    painted = QWidget(window)
    QObject.connect(update, SIGNAL("timeout()"), painted, SLOT("update()"))
    called: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_name in ("eventFilter", "event"):
            called.append(frame.f_code.co_qualname)

    painted.show()
    run: Callable[[], int] = loop.exec
    update.start()
    timer.start()
    run()  # what the window still has to do at first
    timer.start()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    assert len(called) < 10  # of something else; some 40 times was painted
