"""Unexpected errors in slots, paint events and threads: they are logged and shown in the banner."""

import logging
import logging.handlers
import sys
import threading
import time
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from ganstudio import __version__
from ganstudio.events import Failed

_MAX_LOG_BYTES = 1_000_000
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
    log_file : Path
        Where errors and Qt's messages are logged; the error stream where it cannot be written.
    """

    caught = Signal(object)  # Failed

    def __init__(self, log_file: Path) -> None:
        super().__init__()
        self._log = logging.getLogger("ganstudio")
        self._log.setLevel(logging.INFO)
        self._handler = _handler(log_file)
        self._last = ("", 0.0)
        self._before: list[Any] = []

    def arm(self) -> None:
        """Handle errors from now on."""
        self._log.addHandler(self._handler)
        self._log.info("GAN Studio %s, Python %s", __version__, sys.version.split()[0])
        self._before = [sys.excepthook, threading.excepthook, sys.unraisablehook]
        sys.excepthook = self._handle
        threading.excepthook = self._handle_thread_error
        sys.unraisablehook = self._handle_unraisable
        qInstallMessageHandler(self._log_qt_message)

    def disarm(self) -> None:
        """Restore the handlers from before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        qInstallMessageHandler(None)
        self._log.removeHandler(self._handler)
        self._handler.close()

    def _handle(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if (self._last[0] == details) and time.monotonic() - self._last[1] < _REPEAT_SECONDS:
            return
        self._last = (details, time.monotonic())
        self._log.error("Unexpected error\n%s", details)
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


def _handler(log_file: Path) -> logging.Handler:
    """Return a handler that writes to the log file, or to the error stream where that cannot be written."""
    handler: logging.Handler
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            log_file, maxBytes=_MAX_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        log_file.touch()
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
