"""Thread for a run that several processes on this computer train: starts them and follows the run that they write."""

import contextlib
import sys
import time
from pathlib import Path
from typing import Any

import tomli_w
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.errors import FROM_WINDOW, RunError, StudioError, reason
from ganstudio.events import EndReason, Failed, Finished
from ganstudio.gui.workers.follow import FollowThread
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic
from ganstudio.system.existence import is_file

_POLL_MS = 100  # between two looks for the run that is about to start
_FOLLOW_SECONDS = 2.0  # that the folder is read on after the processes have ended
_MAX_ERROR_CHARACTERS = 20_000  # of the processes' error output that the user is shown
_SAVE_SECONDS = 45.0  # to save and end after they were asked to; then they are killed


class ProcessesThread(FollowThread):
    """Thread that runs `ganstudio train`, or `resume` where there is no `config`, and follows the run's folder.

    Asked to end, it has the processes save and end.

    Parameters
    ----------
    path : Path
        The run's folder.
    config : RunConfig, optional
        Settings of a new run; None resumes the one in `path`.
    changes : dict, optional
        Settings to resume with, by dotted name.
    home : Path, optional
        Folder of the data sets, if not the usual one.
    parent : QObject, optional
        Qt's parent.
    at : int, optional
        Step to go back to before resuming.
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
        self.action, self.kept = "The training processes failed", ""
        self._home, self._at = home, at
        self._config, self._changes = config, changes or {}
        self._terminated_at = 0.0  # time.monotonic(); 0: not yet
        self._ended_at = 0.0

    def work(self) -> None:
        """Start the processes, follow their run and wait for them."""
        with atomic.scratch_folder() as scratch:
            self._process = QProcess()
            try:
                self._start(scratch)
                folder = self._wait_for_run()
                if folder is not None:
                    self.follow_run(folder, True)
                while self._is_alive(_POLL_MS):
                    pass
                self._report_end(folder, scratch / "errors")
            finally:
                del self._process  # it belongs to this thread, which made it
                with contextlib.suppress(OSError):
                    self._path.rmdir()  # of a new run that never began; another is not empty

    def should_stop(self) -> bool:
        """Report what was read, and return whether to stop.

        The run's own end stops it; but no such end comes if what trained was killed.
        """
        self.report()
        if self._is_alive(0):
            return False
        self._ended_at = self._ended_at or time.monotonic()
        return time.monotonic() - self._ended_at > _FOLLOW_SECONDS

    def _start(self, scratch: Path) -> None:
        environment = QProcessEnvironment.systemEnvironment()
        if self._home is not None:
            environment.insert("GANSTUDIO_DATA", str(self._home))
        environment.insert(FROM_WINDOW, "1")
        self._process.setProcessEnvironment(environment)
        self._process.setStandardOutputFile(QProcess.nullDevice())
        self._process.setStandardErrorFile(str(scratch / "errors"))
        self._written_before = self._written_at()
        self._process.start(sys.executable, ["-m", "ganstudio", *self._arguments(scratch / "settings.toml")])
        if not self._process.waitForStarted():
            raise RunError(f"The training processes could not be started: {self._process.errorString()}.")

    def _arguments(self, settings: Path) -> list[str]:
        """Return the command line; settings of a new run are written to the file `settings`."""
        if self._config is not None:
            try:
                settings.write_bytes(tomli_w.dumps(cfg.to_dict(self._config)).encode())
            except OSError as error:
                raise RunError(f"{settings} cannot be written: {reason(error)}. Free some space there.") from None
            arguments = ["train", "--config", str(settings), "--out", str(self._path)]
        else:
            arguments = ["resume", str(self._path)]
            if self._at is not None:
                arguments += ["--at", str(self._at)]
        for path, value in self._changes.items():
            arguments += [cfg.find(path).flag, str(value).lower() if isinstance(value, bool) else str(value)]
        return arguments

    def _written_at(self) -> int:
        """Return when run.toml was last written, in ns; 0 if there is none."""
        try:
            return (self._path / "run.toml").stat().st_mtime_ns
        except OSError:
            return 0

    def _wait_for_run(self) -> RunFolder | None:
        """Return the run once it has started; None if the processes ended before."""
        while self._is_alive(_POLL_MS):
            if self._written_at() != self._written_before:
                with contextlib.suppress(StudioError):
                    folder = RunFolder.open(self._path)
                    if folder.info.device:  # else it exists, but has not started
                        return folder
        return None

    def _is_alive(self, wait_ms: int) -> bool:
        """Return whether the processes still run after `wait_ms`; have them end if the thread was asked to."""
        if self._process.state() == QProcess.ProcessState.NotRunning or self._process.waitForFinished(wait_ms):
            return False
        if self.is_stopping() and not self._terminated_at:
            self._terminated_at = time.monotonic()
            self._process.terminate()
        elif self._terminated_at and time.monotonic() - self._terminated_at > _SAVE_SECONDS:
            self._process.kill()
        return True

    def _report_end(self, folder: RunFolder | None, errors: Path) -> None:
        """Report how the processes ended, where the run's folder does not say it."""
        if self._terminated_at:
            if folder is None:
                self.report(Finished(0, EndReason.STOPPED))
            return
        crashed = self._process.exitStatus() == QProcess.ExitStatus.CrashExit
        if crashed or self._process.exitCode():
            output = errors.read_text(errors="replace")[-_MAX_ERROR_CHARACTERS:] if is_file(errors) else ""
            last_line = output.strip().rpartition("\n")[2]
            saved = folder.checkpoints() if folder is not None else []
            kept = f"Step {saved[-1][0]:,} is saved." if saved else "Nothing was changed."
            self.refuse(Failed(last_line or "The training processes were killed.", kept, output))
