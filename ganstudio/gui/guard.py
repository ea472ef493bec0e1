"""Errors that nobody expected, from slots, paint events and threads: into the log, and to the banner."""

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

_LOG_BYTES = 1_000_000
_SAME_SECONDS = 5.0  # an error that comes back sooner is not told again: a paint event has hundreds
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Guard(QObject):
    """Takes over Python's and Qt's last resorts for errors; `caught` may be emitted from any thread."""

    caught = Signal(object)  # Failed

    def __init__(self, log_file: Path) -> None:
        super().__init__()
        self._log = logging.getLogger("ganstudio")
        self._log.setLevel(logging.INFO)
        self._handler = _handler(log_file)
        self._last = ("", 0.0)
        self._before: list[Any] = []

    def arm(self) -> None:
        """Take over."""
        self._log.addHandler(self._handler)
        self._log.info("GAN Studio %s, Python %s", __version__, sys.version.split()[0])
        self._before = [sys.excepthook, threading.excepthook, sys.unraisablehook]
        sys.excepthook = self._take
        threading.excepthook = self._take_from_thread
        sys.unraisablehook = self._take_unraisable
        qInstallMessageHandler(self._take_qt)

    def disarm(self) -> None:
        """Give back."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        qInstallMessageHandler(None)
        self._log.removeHandler(self._handler)
        self._handler.close()

    def _take(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if (self._last[0] == details) and time.monotonic() - self._last[1] < _SAME_SECONDS:
            return
        self._last = (details, time.monotonic())
        self._log.error("Unexpected error\n%s", details)
        sys.stderr.write(details)
        words = f"Something unexpected happened in the window: {kind.__name__}: {error}"
        self.caught.emit(Failed(words, "The details are in the log. A run in training continues.", details))

    def _take_from_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._take(args.exc_type, args.exc_value, args.exc_traceback)

    def _take_unraisable(self, args: "sys.UnraisableHookArgs") -> None:
        if args.exc_value is not None:
            self._take(args.exc_type, args.exc_value, args.exc_traceback)

    def _take_qt(self, kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
        self._log.log(_LEVELS.get(kind, logging.INFO), "Qt: %s", message)


def _handler(log_file: Path) -> logging.Handler:
    """Into the log file; to the error stream where that cannot be written."""
    handler: logging.Handler
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            log_file, maxBytes=_LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
        )
        log_file.touch()
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    return handler
