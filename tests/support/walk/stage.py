"""The window, and all that is needed to bring it into a state: runs that are made up, workers that have answered."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ganstudio import config as cfg
from ganstudio.events import Finished, Marked, Measured, Paused, Samples, Saved, Started
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.notices.card import Card
from ganstudio.gui.window.main_window import MainWindow
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.images import premultiply
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import tick
from support.window import TINY

_PATIENCE = 30.0  # s until a worker must have answered: the machine may do much else
_FOR_AN_ANSWER = 3.0  # s in which a busy window manager has placed and resized a window
_FOR_ALL_ANSWERS = 15.0  # s for that in a whole walk: one that finds faults everywhere must come to its end
_LAID_OUT = 4  # turns of the event loop after which all is in its place: layouts, then what they start
T = TypeVar("T")
CLASSES = replace(TINY, network=replace(TINY.network, conditional=True, classes=10), output=cfg.OutputConfig(grid=4))

SPRITES = replace(TINY, data=cfg.DataConfig("digits", size="32x48", channels=4))


class Stage:
    """A main window, and runs to show in it."""

    def __init__(self, app: QApplication, home: Path, window: MainWindow | None = None) -> None:
        self.app, self.home = app, home
        self.window = window or MainWindow(RunModel(TINY), WindowSettings())
        self._runs: dict[str, RunFolder] = {}
        self._placed: dict[int, QRect] = {}
        self._patience_left = _FOR_ALL_ANSWERS
        self._open: tuple[object, ...] | None = None  # what was asked for of the open run, but for its status

    @classmethod
    def of(cls, window: MainWindow, home: Path) -> "Stage":
        """A stage whose window is there already."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        return cls(app, home, window)

    @property
    def model(self) -> RunModel:
        """Of the open run."""
        return self.window.model

    # Time

    def settle(self) -> None:
        """Until all that was asked for is laid out and painted; on a real screen, until the windows are there."""
        for _ in range(_LAID_OUT):
            self.app.sendPostedEvents()
            self.app.processEvents()
            self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # as the program's own loop would
        if self.app.platformName() != "offscreen":
            self._await_the_window_manager()

    def _await_the_window_manager(self) -> None:
        """It puts a frame around a new window, and may move and resize it: until all rests."""
        self.wait(lambda: all(map(_is_there, self.windows())), "a window on the screen")
        while (placed := {id(each): each.frameGeometry() for each in self.windows()}) != self._placed:
            self._placed = placed
            time.sleep(0.05)
            self.app.processEvents()

    def what_stays(self, faults: Callable[[], list[T]]) -> list[T]:
        """Of what is wrong with the windows, what is still wrong after the window manager has answered.

        It answers when it likes, and says nothing where it leaves all as it is: until then a window may be anywhere,
        and of its old size. In memory there is nobody to wait for.
        """
        found, began = faults(), time.monotonic()
        if self.app.platformName() == "offscreen":
            return found
        give_up = began + min(_FOR_AN_ANSWER, self._patience_left)
        while found and time.monotonic() < give_up:
            time.sleep(0.05)
            self.settle()
            found = faults()
        self._patience_left -= time.monotonic() - began
        return found

    def wait(self, fact: Callable[[], object], what: str = "") -> None:
        """Until something is so."""
        give_up = time.monotonic() + _PATIENCE
        while not fact():
            if time.monotonic() > give_up:
                raise TimeoutError(f"It never came: {what or fact}")
            self.app.processEvents()
            time.sleep(0.005)

    def windows(self) -> list[QWidget]:
        """All windows that are shown."""
        return [each for each in QApplication.topLevelWidgets() if each.isVisible()]

    # Runs

    def run(self, name: str = "2026-11-25_205255_mnist-quick", config: cfg.RunConfig = TINY) -> RunFolder:
        """A run on disk: made once for each name."""
        key = f"{name} {hash(config)}"
        if key not in self._runs:
            folder = self.home / "runs" / f"{len(self._runs)}" / name
            self._runs[key] = RunFolder.create(folder, config, RunInfo.now(config))
        return self._runs[key]

    def open(
        self,
        status: str,
        steps: int = 6,
        config: cfg.RunConfig = TINY,
        reason: str = "done",
        every: int = 100,
        measured: tuple[int, ...] = (),
        **values: float | None,
    ) -> None:
        """Show a run of that many ticks, measured at those steps; `values` of its last ticks are others than usual.

        One that is open already, and was not changed, goes on from its last step.
        """
        model, wanted = self.model, (steps, config, every, measured, *values.items())
        if wanted != self._open or self._was_changed(config, measured) or "following" in (status, model.status):
            self._open = wanted
            self._begin(status, steps, config, every, values)
            for step in measured:
                self._measure(step)
        elif status == model.status and (status != "finished" or model.finished == Finished(steps * every, reason)):
            return
        else:
            model.set_status("starting")
            model.handle(replace(started(config), step=steps * every))
        if status == "paused":
            model.handle(Paused(steps * every))
        elif status == "finished":
            model.handle(Finished(steps * every, reason))
        else:
            model.set_status(status)
        self.window.curves.redraw()

    def _was_changed(self, config: cfg.RunConfig, measured: tuple[int, ...]) -> bool:
        model = self.model
        return model.config != config or bool(model.marks) or [each.step for each in model.measures] != [*measured]

    def _begin(
        self, status: str, steps: int, config: cfg.RunConfig, every: int, values: dict[str, float | None]
    ) -> None:
        model, folder = self.model, self.run(config=config)
        model.begin(config, folder)
        if status != "following":
            model.set_status("starting")
        model.handle(started(config))
        shape = (
            config.output.grid**2,
            *config.data.sides,
            *((config.data.channels,) if config.data.channels > 1 else ()),
        )
        grid = premultiply(np.random.default_rng(1).integers(0, 255, shape, np.uint8))
        made = [Samples(number * every, number / 2, grid) for number in range(steps + 1)]
        if not any(folder.samples()):
            folder.save_samples(made[-1])  # what an export reads
        ticks = [tick(number * every, **(values if number > steps * 3 // 4 else {})) for number in range(1, steps + 1)]
        model.handle_all([*ticks, *made[:: max(1, steps // 6)]])
        for step in (0, steps // 2 * every, steps * every):
            model.handle(Saved(step, "snapshot", str(self._snapshot(folder, step, config))))
            folder.checkpoint_path(step).touch()  # never read: nothing resumes from it here
        model.refresh_rewind_points()
        model.saved_at = time.monotonic() - 4

    def _snapshot(self, folder: RunFolder, step: int, config: cfg.RunConfig) -> Path:
        from support.panels import snapshot
        from support.samples_panel import with_critic

        (folder.path / "snapshots").mkdir(exist_ok=True)
        path = folder.snapshot_path(step)
        if not path.exists():
            with tempfile.TemporaryDirectory() as made:
                if config.makes_points:
                    with_critic(Path(made), step, config).rename(path)
                else:
                    Path(snapshot(Path(made), step, config).path).rename(path)
        return path

    def close_run(self) -> None:
        """Show no run."""
        if self.model.folder is not None or self.model.config != TINY:
            self._open = None
            self.model.set_status("idle")
            self.model.close_run(TINY)

    def _measure(self, step: int) -> None:
        shares = tuple(float(each) for each in np.arange(1, 11) / 55)
        said = (step, step / 100, 0.4, "digit classifier", 10_000, 90.6, 0.91, 0.42, 0.9, 0.44, 0.31, shares, 0.62)
        self.model.handle(Measured(*said))

    def mark(self, step: int, path: str, old: object, new: object) -> None:
        """A setting of the open run was changed live."""
        label = cfg.find(path).label
        self.model.handle(Marked(step, "change", f"{label}: {old} -> {new}", path, old, new))

    # Between states

    def clear(self) -> None:
        """No notice, no dialog, nothing of the past; the run that is open stays."""
        window = self.window
        for each in self.windows():
            if each is not window:
                each.close()
        for card in window.error_banner.parentWidget().findChildren(Card):
            card.dismiss()
        window.session.notifier.withdraw_questions()
        window.session.settings.edits = {}
        self.model.view(None)
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def child(self, kind: type, name: str) -> QObject:
        """Part of the window by its name."""
        found = self.window.findChild(kind, name)
        assert found is not None, f"no {kind.__name__} {name}"
        return found

    def dialog(self, kind: type) -> QDialog:
        """The dialog of that kind that is shown."""
        found = [each for each in self.windows() if isinstance(each, kind)]
        assert found, f"no {kind.__name__} is shown"
        return found[-1]


def _is_there(window: QWidget) -> bool:
    handle = window.windowHandle()
    return handle is not None and handle.isExposed() and not window.geometry().isEmpty()


def started(config: cfg.RunConfig) -> Started:
    """A run begins on this computer."""
    chosen = "float32 by 12 %; 2 threads"
    device = "Intel(R) Xeon(R) Platinum 8481C CPU @ 2.70GHz"
    return Started(config, "cpu", device, "float32", 1_234_567, 1_234_567, 60_000, 937, 93_700, 0, chosen)
