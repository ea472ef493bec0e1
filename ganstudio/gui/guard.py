"""Unexpected errors in slots, paint events and threads: they are logged and shown in the banner."""

import contextlib
import logging
import re
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QThread, QtMsgType, Signal, qInstallMessageHandler

from ganstudio.events import Failed
from ganstudio.system import log_file

# What Qt says before it ends the program because the X server or the Wayland compositor has gone.
_DISPLAY_LOST = re.compile(r"\b(X11|Wayland) connection (broke|experienced a fatal error)")
_REPEAT_SECONDS = 5.0  # an error that repeats sooner is not reported again: a paint event causes hundreds
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Guard(QObject):
    """Handler of the errors that Python and Qt would only print; `caught` may be emitted in any thread.

    Parameters
    ----------
    log : Path
        Where errors and Qt's messages are logged; the error stream where it cannot be written.
    """

    caught = Signal(object)  # Failed
    lost = Signal(str)  # Qt ends the program when the slots return: the display is gone, or an error is fatal

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log_file.LOGGER
        self._handler = log_file.attach(log, logging.StreamHandler())
        self._last = ("", 0.0)
        self._before: list[Any] = []

    def arm(self) -> None:
        """Handle errors from now on."""
        self._log.info("The window opens: %s", log_file.versions())
        self._before = [sys.excepthook, threading.excepthook, sys.unraisablehook]
        sys.excepthook = self._handle
        threading.excepthook = self._handle_thread_error
        sys.unraisablehook = self._handle_unraisable
        qInstallMessageHandler(self._log_qt_message)

    def disarm(self) -> None:
        """Restore the handlers from before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        qInstallMessageHandler(None)
        log_file.detach(self._handler)

    def _handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if (self._last[0] == details) and time.monotonic() - self._last[1] < _REPEAT_SECONDS:
            return
        self._last = (details, time.monotonic())
        self._log.error("Unexpected error\n%s", details)
        with contextlib.suppress(Exception):  # there may be no such stream
            sys.stderr.write(details)
        message = f"Something unexpected happened in the window: {kind.__name__}: {error}"
        self.caught.emit(Failed(message, "The details are in the log. A run in training continues.", details))

    def _handle_thread_error(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._handle(args.exc_type, args.exc_value, args.exc_traceback)

    def _handle_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            self._handle(args.exc_type, args.exc_value, args.exc_traceback)

    def _log_qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        self._log.log(_LEVELS.get(kind, logging.INFO), "Qt: %s", message)
        is_last = kind == QtMsgType.QtFatalMsg or _DISPLAY_LOST.search(message or "")
        if is_last and QThread.currentThread() == self.thread():
            self.lost.emit(message or "")
