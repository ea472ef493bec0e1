"""Settings in INI files that are read once, and written in a thread beside the window.

QSettings would write in the thread that changes a setting, and wait until the disk has it: beside a run that saves, the
window stood for up to 0.7 s. Several windows may write to one file: each writes only what it changed.
"""

import os
import threading
import time
from typing import Any

from PySide6.QtCore import QCoreApplication, QSettings

from ganstudio.system.log_file import LOGGER

_MOST_SECONDS = 3.0  # that the program's end waits for a disk
_REMOVED = object()  # instead of the value of a setting that is removed
_files: dict[str, "StoredSettings"] = {}
_opening = threading.Lock()


class StoredSettings:
    """Settings in one file; see `open_settings`.

    Parameters
    ----------
    name : str
        Name of the file without its ending.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._values = _read(_open(name))
        self._changed: dict[str, Any] = {}  # not yet written
        self._is_due = False  # whether a thread was started that will write them
        self._keeping = threading.Lock()  # of the above
        self._writing = threading.Lock()  # held for as long as the disk takes

    def value(self, key: str, default: Any = None) -> Any:
        """Return a setting as it was set; read from the file, it is what QSettings makes of its text."""
        with self._keeping:
            return self._values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Change a setting, and have it written."""
        self._change(key, value)

    def remove(self, key: str) -> None:
        """Remove a setting, if there is one, and have that written."""
        self._change(key, _REMOVED)

    def write(self) -> None:
        """In any thread: write what was changed, and wait until the disk has it; take what others wrote."""
        with self._writing:
            with self._keeping:
                changed, self._changed, self._is_due = self._changed, {}, False
            if not changed:
                return
            settings = _open(self._name)
            for key, value in changed.items():
                if value is _REMOVED:
                    settings.remove(key)
                else:
                    settings.setValue(key, value)
            # Writes as `sync` does, but other threads may run meanwhile: that one keeps Python's lock.
            QCoreApplication.sendPostedEvents(settings, 0)
            if settings.status() is not QSettings.Status.NoError:
                LOGGER.warning("The settings could not be written to %s.", settings.fileName())
            stored = _read(settings)
            with self._keeping:
                self._values = _with(stored, self._changed)

    def _change(self, key: str, value: Any) -> None:
        with self._keeping:
            if key in self._values and _is_same(self._values[key], value):
                return
            if value is _REMOVED and key not in self._values:
                return
            self._values = _with(self._values, {key: value})
            self._changed[key] = value
            if self._is_due:
                return
            self._is_due = True
        threading.Thread(target=self.write, name=f"settings: {self._name}").start()  # the program's end waits for it


def keep_qt_from_writing() -> None:
    """Have Qt's own dialogs read and store nothing: what they show is in the window's settings instead.

    Each dialog for files stores its look as it is destroyed, and the event loop waits until the disk has it. Windows
    and macOS have no such file, and there this does nothing.
    """
    QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, os.devnull)


def open_settings(name: str) -> StoredSettings:
    """Return the user's settings in the file of that name, the same for all who ask."""
    with _opening:
        if name not in _files:
            _files[name] = StoredSettings(name)
        return _files[name]


def close_all() -> None:
    """Write what is not yet written, and wait for it, but not for a disk that is stuck.

    For a program that ends without waiting for its threads. Who opens settings afterwards reads them anew.
    """
    with _opening:
        files = list(_files.values())
        _files.clear()
    threads = [threading.Thread(target=file.write, daemon=True) for file in files]
    give_up = time.monotonic() + _MOST_SECONDS
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, give_up - time.monotonic()))


def _open(name: str) -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "ganstudio", name)


def _read(settings: QSettings) -> dict[str, Any]:
    return {key: settings.value(key) for key in settings.allKeys()}


def _with(values: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return the values with these changes."""
    return {key: value for key, value in {**values, **changed}.items() if value is not _REMOVED}


def _is_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
