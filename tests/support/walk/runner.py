"""Walks through all states in a window of its own process, and prints what it found as JSON.

    QT_QPA_PLATFORM=... QT_SCALE_FACTOR=... python -m support.walk.runner HOME SIZE:THEME ...

Each pass shows every state once, in a window of that size (1366x740) and theme. The second pass in the same size shows
each for the second time. HOME is a folder for settings, runs and data of this walk alone.
"""

import dataclasses
import gc
import json
import os
import sys
import time
import traceback
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import QMessageLogContext, QSize, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QDialog, QMainWindow, QWidget

from ganstudio.gui.app import make_app
from ganstudio.gui.widgets import theme
from support import directions
from support.walk import legibility, states
from support.walk.stage import Stage

# Said by offscreen of every window with limits, and of windows that come to the front.
_USUAL = ("does not support propagateSizeHints", "does not support raise", "does not support grabbing the keyboard")


class Walk:
    """What was found, and which widgets were seen."""

    def __init__(self) -> None:
        self.faults: list[dict[str, str]] = []
        self.seen: set[str] = set()
        self._where: dict[str, str] = {}
        qInstallMessageHandler(self._take_message)
        sys.excepthook = self._take_error

    def begin(self, **where: str) -> None:
        """From now on, what is found is of this state, size, theme and showing."""
        self._where = where

    def look(self, stage: Stage, subjects: list[QWidget]) -> None:
        """Look at the windows that show the subjects."""
        stage.settle()
        for each in subjects:
            if not each.isVisible():
                self._note("not shown", legibility.name_of(each), "")
        for each in stage.windows():
            if each.windowType() == Qt.WindowType.Window and not isinstance(each, QMainWindow | QDialog):
                self._note("a window of its own, without a parent", legibility.name_of(each), "")
        windows = list(dict.fromkeys(each.window() for each in subjects))
        for fault in stage.what_stays(lambda: [found for each in windows for found in legibility.faults_of(each)]):
            self._note(*dataclasses.astuple(fault))
        for window in windows:
            self.seen.update(type(each).__name__ for each in legibility.shown_in(window))

    def _note(self, kind: str, widget: str, words: str) -> None:
        self.faults.append({"kind": kind, "widget": widget, "words": words} | self._where)

    def _take_message(self, kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
        if not any(usual in words for usual in _USUAL):
            self._note("Qt warns", context.category or "", words)

    def _take_error(self, kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        self._note("error", kind.__name__, "".join(traceback.format_exception(kind, error, where))[-1500:])

    def through(self, stage: Stage, passes: list[tuple[QSize, str]], only: str) -> None:
        """All states, in every pass."""
        shown: dict[str, int] = {}
        for size, dress in passes:
            if dress != theme.current().name:
                theme.apply(stage.app, dress)
            stage.window.resize(size)
            stage.settle()
            name = f"{size.width()}x{size.height()}"
            shown[name] = shown.get(name, 0) + 1
            for each in states.STATES:
                if only in each.words and not (each.once and shown[name] > 1):
                    self.begin(state=each.words, size=name, theme=dress, showing=str(shown[name]))
                    self._play(stage, each)

    def _play(self, stage: Stage, state: states.State) -> None:
        try:
            for subjects in state.play(stage):
                self.look(stage, subjects)
        except Exception:
            self._note("state not reached", "", traceback.format_exc()[-1500:])
        stage.clear()


def main(home: Path, passes: list[str], only: str = "") -> None:
    """Walk, and print."""
    gc.disable()  # as in the program: see ganstudio.gui.garbage_collector
    began = time.process_time()
    directions.find_once(pytest.MonkeyPatch())
    app = make_app()
    asked = [(QSize(*map(int, each.split(":")[0].split("x"))), each.split(":")[1]) for each in passes]
    theme.apply(app, asked[0][1])
    stage, walk = Stage(app, home), Walk()
    stage.window.setWindowState(Qt.WindowState.WindowNoState)
    stage.window.resize(asked[0][0])
    stage.window.show()
    stage.settle()
    gc.collect()
    gc.freeze()  # as in the program once it is warm: modules are not gone through again after every error
    walk.through(stage, asked, only)
    stage.window.close()
    told = {"faults": walk.faults, "seen": sorted(walk.seen), "states": len(states.STATES)}
    print(json.dumps(told | {"seconds": round(time.process_time() - began, 1)}))
    sys.stdout.flush()
    qInstallMessageHandler(None)
    os._exit(0)  # Python, as it ends, would delete the parts before the whole


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:], os.environ.get("WALK_ONLY", ""))
