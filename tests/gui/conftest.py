"""The window offscreen: settings of its own, and no Qt thread that outlives its test."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
pytest.importorskip("PySide6")

import shiboken6
from PySide6.QtCore import QEvent, QSettings, Qt, QThread
from PySide6.QtWidgets import QApplication

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.gui import stored_settings
from ganstudio.gui.lab import live_pictures
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.window.main_window import MainWindow
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.gui.workers.sampling import SampleThread
from support import directions
from support.window import TINY


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path) -> Iterator[None]:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    yield
    stored_settings.close_all()
    presets.release()  # a window keeps them in memory


@pytest.fixture(autouse=True)
def _no_process_for_frames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plane of a run that trains is painted here: a process for each test would take seconds."""
    if "frame_process" not in request.fixturenames:
        monkeypatch.setattr(live_pictures, "usable_cores", lambda: 1)


MANY_OBJECTS = 2000  # made and not freed since the last collection; a window has ten times as many
_made = [0]  # by the last test


@pytest.fixture(autouse=True)
def _collect_in_this_thread() -> Iterator[None]:
    """As in the program: see ganstudio.gui.garbage_collector."""
    gc.disable()
    if _made[0] > MANY_OBJECTS:  # by the test before: until it has ended, pytest holds what its fixtures made
        if (app := QApplication.instance()) is not None:
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # what it closed is garbage only then
        gc.collect()
        gc.freeze()  # what stays, modules above all, is not gone through again after each of a thousand tests
    yield
    _made[0] = gc.get_count()[0]
    gc.enable()


@pytest.fixture(autouse=True)
def _no_qt_thread_left() -> Iterator[None]:
    yield
    give_up = time.monotonic() + 5.0
    while left := [each for each in shiboken6.getAllValidWrappers() if isinstance(each, QThread) and each.isRunning()]:
        if time.monotonic() > give_up:
            pytest.fail(f"Qt threads left running: {', '.join(each.objectName() for each in left)}")
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def _directions_are_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every window that is open for a moment has those of the bundled generator found."""
    directions.find_once(monkeypatch)


@pytest.fixture
def dressed(qapp: QApplication) -> QApplication:
    """The application in the dark theme, as people see it."""
    wanted = theme.THEMES["dark"], theme.style_sheet(), _worn.get("palette"), _worn.get("font")
    if wanted != (theme.current(), qapp.styleSheet(), qapp.palette(), qapp.font()):
        qapp.setStyleSheet("")
        theme.apply(qapp, "dark")
        _worn.update(palette=qapp.palette(), font=qapp.font())
    return qapp


_worn: dict[str, object] = {}  # what the application looks like, dressed


@pytest.fixture(autouse=True)
def _undressed(request: pytest.FixtureRequest) -> None:
    """For a test that does not ask for it dressed. Otherwise it stays so: to dress takes longer than most tests."""
    app = QApplication.instance()
    if "dressed" not in request.fixturenames and isinstance(app, QApplication) and app.styleSheet():
        app.setStyleSheet("")


@pytest.fixture
def thread(qapp) -> Iterator[SampleThread]:
    """A thread that makes pictures, ended after the test."""
    thread = SampleThread()
    yield thread
    assert thread.stop()


Open = Callable[..., MainWindow]


@pytest.fixture
def open_window(dressed: QApplication, qtbot) -> Iterator[Open]:
    """Opens windows on a tiny run; closes, saves and ends them after the test. Of size None: as large as it was left.

    They are deleted by Qt: where Python's collector does it, it takes parts before the whole, and Qt crashes.
    """
    opened: list[MainWindow] = []

    def make(
        config: cfg.RunConfig = TINY, run: Path | None = None, size: tuple[int, int] | None = (1366, 768)
    ) -> MainWindow:
        window = MainWindow(RunModel(config), WindowSettings())
        if size is not None:
            window.setWindowState(Qt.WindowState.WindowNoState)
            window.resize(*size)
        opened.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        if run is not None:
            window.session.open_run(run)
        return window

    yield make
    for window in opened:
        window.close()
        assert window.not_ended == []
        window.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
