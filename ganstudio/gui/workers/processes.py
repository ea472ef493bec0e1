"""A run that several processes on this computer train: they are started, and what they write is followed."""

import contextlib
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import tomli_w
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.errors import FROM_WINDOW, StudioError
from ganstudio.events import EndReason, Failed, Finished
from ganstudio.gui.workers.train import FollowThread
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow

_LOOK_MS = 100  # between two looks for the run that is about to begin
_PATIENCE = 2.0  # seconds that a folder is read on after the processes have ended
_LAST_WORDS = 20_000  # characters of what they said that a person is shown
_TO_SAVE = 45.0  # seconds to save and end when told to, before they are killed


class JobThread(FollowThread):
    """Runs `ganstudio train`, or `resume` with `changes` if there is no `config`, and tells what its folder says.

    `at` is the step to go back to first; `home` is where data sets lie, if not in the usual place. `stop` has the
    processes save and end.
    """

    def __init__(
        self,
        path: Path,
        config: RunConfig | None = None,
        changes: dict[str, Any] | None = None,
        home: Path | None = None,
        parent: QObject | None = None,
        at: int | None = None,
    ) -> None:
        super().__init__(path, parent)
        self.setObjectName("jobThread")
        self._at = at
        self._config, self._changes, self._home = config, changes or {}, home
        self._terminated_at = self._ended_at = 0.0  # time.monotonic()

    def run(self) -> None:
        """Start the processes, follow their run, wait for them; every error becomes `Failed`."""
        try:
            with tempfile.TemporaryDirectory(prefix="ganstudio-") as name:
                self._process = QProcess()
                self._start(Path(name))
                folder = self._wait_for_run()
                if folder:
                    self.opened.emit(folder, True)
                    for event in follow(folder, self._hand_over_or_stop):
                        self._take(event, folder)
                while self._alive(_LOOK_MS):
                    pass
                self._end(folder, Path(name) / "errors")
                del self._process  # of this thread, as it was made here
        except BaseException as error:
            message = f"The processes could not be started: {type(error).__name__}: {error}"
            self._waiting.append(Failed(message, "", traceback.format_exc()))
        self._hand_over()

    def _start(self, scratch: Path) -> None:
        settings, words = scratch / "settings.toml", ["resume", str(self._path)]
        if self._at is not None:
            words += ["--at", str(self._at)]
        if self._config:
            settings.write_bytes(tomli_w.dumps(cfg.to_dict(self._config)).encode())
            words = ["train", "--config", str(settings), "--out", str(self._path)]
        for path, value in self._changes.items():
            words += [cfg.find(path).flag, str(value).lower() if isinstance(value, bool) else str(value)]
        surroundings = QProcessEnvironment.systemEnvironment()
        if self._home:
            surroundings.insert("GANSTUDIO_DATA", str(self._home))
        surroundings.insert(FROM_WINDOW, "1")
        self._process.setProcessEnvironment(surroundings)
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.setStandardErrorFile(str(scratch / "errors"))
        self._written_before = self._written()
        self._process.start(sys.executable, ["-m", "ganstudio", *words])
        if not self._process.waitForStarted():
            raise OSError(self._process.errorString())

    def _written(self) -> int:
        """When run.toml was last written, ns; 0 if there is none."""
        try:
            return (self._path / "run.toml").stat().st_mtime_ns
        except OSError:
            return 0

    def _wait_for_run(self) -> RunFolder | None:
        """The run once it has said that it begins; None if the processes ended before."""
        while self._alive(_LOOK_MS):
            if self._written() != self._written_before:
                with contextlib.suppress(StudioError):
                    folder = RunFolder.open(self._path)
                    if folder.info.device:  # else it is made, but has not begun
                        return folder
        return None

    def _hand_over_or_stop(self) -> bool:
        """Asked before every look at the folder. It ends by itself; but not if who trains was torn away from it."""
        self._hand_over()
        if self._alive(0):
            return False
        self._ended_at = self._ended_at or time.monotonic()
        return time.monotonic() - self._ended_at > _PATIENCE

    def _alive(self, wait_ms: int) -> bool:
        """Whether the processes still go, after waiting for their end for a while; tells them to end if so wished."""
        if self._process.state() == QProcess.ProcessState.NotRunning or self._process.waitForFinished(wait_ms):
            return False
        if self.stopping() and not self._terminated_at:
            self._terminated_at = time.monotonic()
            self._process.terminate()
        elif self._terminated_at and time.monotonic() - self._terminated_at > _TO_SAVE:
            self._process.kill()
        return True

    def _end(self, folder: RunFolder | None, errors: Path) -> None:
        """Say how it ended, where the folder does not."""
        if self._terminated_at:
            if folder is None:
                self._waiting.append(Finished(0, EndReason.STOPPED))
            return
        crashed = self._process.exitStatus() == QProcess.ExitStatus.CrashExit
        if crashed or self._process.exitCode():
            said = errors.read_text(errors="replace")[-_LAST_WORDS:] if errors.is_file() else ""
            last = said.strip().rpartition("\n")[2]
            saved = folder.checkpoints() if folder else []
            kept = f"Step {saved[-1][0]:,} is saved." if saved else "Nothing was changed."
            failed = Failed(last or "The training processes were killed.", kept, said)
            if folder is None:
                self.refused.emit(failed)
            else:
                self._waiting.append(failed)
