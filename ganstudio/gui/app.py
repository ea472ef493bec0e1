"""Start of the window: theme, handling of unexpected errors, and a window that is shown before torch is imported.

Whether a window can open at all is checked before, in `ganstudio.commands.open`: Qt would abort the program.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from ganstudio import __version__, process
from ganstudio.gui import stored_settings
from ganstudio.gui.ending import Ending, leave_at_once
from ganstudio.gui.guard import Guard
from ganstudio.gui.model import text_size
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.notices.unsaved import show_unsaved
from ganstudio.gui.widgets import theme
from ganstudio.gui.window import reopening
from ganstudio.gui.window.main_window import MainWindow
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.gui.workers import window_first
from ganstudio.system import onednn, paths, signals


def main(run: Path | None = None, data: Path | None = None) -> int:
    """Open the window and wait until it is closed.

    Parameters
    ----------
    run : Path, optional
        Folder of the run to open.
    data : Path, optional
        Folder of the data sets, if not the usual one.

    Returns
    -------
    int
        The exit code.
    """
    if data is not None:
        paths.set_data_home(data)
    ending = Ending()
    with signals.handled(ending.handle_signal):
        return _show(run, ending)


def _show(run: Path | None, ending: Ending) -> int:
    outside = text_size.scale_qt(WindowSettings().text_size)
    left = reopening.take()
    app = make_app()
    guard = Guard(paths.log_file())
    guard.arm()
    settings = WindowSettings(text_size.current_scale())
    theme.apply(app, settings.theme)
    window_first.begin_start()
    window_first.watch_event_loop(app)
    window = MainWindow(RunModel(), settings)
    guard.caught.connect(window.show_failure)
    guard.lost.connect(ending.leave, Qt.ConnectionType.DirectConnection)  # Qt ends the program as soon as it returns
    app.commitDataRequest.connect(ending.save, Qt.ConnectionType.DirectConnection)
    ending.watch_over(window)
    window.painted.connect(lambda: window.open_at_start(run) if left is None else window.reopener.restore(left))
    window.show()
    code = app.exec()
    window_first.watch_event_loop(None)
    guard.disarm()
    return _leave(window, code, outside)


def _leave(window: MainWindow, code: int, outside: str | None) -> int:
    """Say what could not be saved, destroy the window, and open the next one if there is one; return the exit code."""
    if window.unsaved is not None:
        show_unsaved(window.unsaved)
        code = code or 1
    stored_settings.close_all()  # while there is a QApplication: Qt writes them as it delivers an event
    next_window = window.reopener.reopening
    if window.not_ended:  # a thread is stuck in the system
        sys.stderr.write(f"GAN Studio quit before these had ended: {', '.join(window.not_ended)}.\n")
        if next_window is None:
            leave_at_once(code or 1)
        _reopen(next_window, outside)
    # By Qt, parents before children: Python, as it ends, goes the other way, and then Qt may crash.
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    if next_window is not None:
        _reopen(next_window, outside)
    return code


def _reopen(next_window: reopening.Reopening, outside: str | None) -> NoReturn:
    """Replace the program by one that opens this window, with the environment that it was started with."""
    environment = dict(os.environ)
    text_size.restore_environment(environment, outside)
    reopening.restart(next_window, environment)


def make_app() -> QApplication:
    """Return the QApplication, named and with its icon."""
    process.use_one_heap()  # Qt starts the first thread
    onednn.limit_cache()
    QApplication.setApplicationName("ganstudio")
    QApplication.setApplicationDisplayName("GAN Studio")
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName("ganstudio")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setWindowIcon(QIcon(QPixmap(str(paths.resources() / "icons" / "ganstudio.svg"))))
    stored_settings.keep_qt_from_writing()
    app.setQuitOnLastWindowClosed(False)  # the main window quits, when all is saved
    return app
