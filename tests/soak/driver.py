"""Drives a window: at random, by a seed, or as a log says. Each step is logged before it is done."""

import json
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from random import Random
from typing import Any, TextIO

from PySide6.QtCore import QObject, QTimer

from soak import actions, address
from soak.actions import Scene, Step

PAUSE_SECONDS = 0.25  # between two steps, in the mean
_LONGEST_PAUSE = 2.0
_AFTER_THINKING = 0.02  # s: a turn of the event loop of its own, so that what is thought does not count as the window's


class Log:
    """Steps, a line of JSON each, on the disk before the step is taken (a crash of the program loses none)."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._began = time.monotonic()
        self.last = ""

    def write(self, name: str, arguments: dict[str, Any]) -> None:
        line = {"t": round(time.monotonic() - self._began, 3), "do": name, **arguments}
        self.last = json.dumps(line, ensure_ascii=False)
        self._file.write(self.last + "\n")
        self._file.flush()


def read_log(path: Path, program: int) -> list[tuple[float, Step]]:
    """The steps of one program in a log, with the times at which they were taken."""
    found: list[tuple[float, Step]] = []
    number = -1
    for line in path.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        at, name = values.pop("t"), values.pop("do")
        number += name == "begin"
        if number == program and name in actions.PERFORM:
            found.append((at, Step(name, values)))
    return found


class Driver(QObject):
    """Takes one step after the other, until `seconds` have passed; then it closes the window.

    The timer of the next step is started before a step is taken: a dialog that waits within a step does not stop the
    driver. What it does in order to find the next step, it does within `left_out`.
    """

    def __init__(
        self,
        scene: Scene,
        log: Log,
        random: Random,
        seconds: float,
        left_out: Callable[[], AbstractContextManager[None]],
    ) -> None:
        super().__init__(scene.window)
        self._scene, self._log, self._random = scene, log, random
        self._left_out = left_out
        self._plan: deque[Step] = deque()
        self._until = time.monotonic() + seconds
        self._has_thought = False  # since the last step
        self.count = 0

    def start(self) -> None:
        self._disable_driven_only()
        self._wait(2.0, self._next)

    def _next(self) -> None:
        if self._scene.window.is_closed:
            return
        if time.monotonic() > self._until:
            self.take(Step("close", {}))
            return
        if not self._plan and not self._has_thought:
            self._think()
            self._has_thought = True
            self._wait(_AFTER_THINKING, self._next)
            return
        self._has_thought = False
        step = self._plan.popleft() if self._plan else Step("nothing", {})
        delay = self._plan[0].delay if self._plan else None
        if delay is None:
            delay = min(_LONGEST_PAUSE, self._random.expovariate(1 / PAUSE_SECONDS))
        self._wait(delay, self._next)
        self.take(step)

    def _think(self) -> None:
        """Plan what to do next; nothing if a part of the window that was to be touched has just gone.

        It looks through all that is shown, up to four windows: no person waits for that.
        """
        with self._left_out(), address.going():
            self._plan.extend(actions.think(self._random, self._scene))

    def take(self, step: Step) -> None:
        self.count += 1
        self._log.write(step.name, step.arguments)
        actions.PERFORM[step.name](self._scene, **step.arguments)

    def replay(self, steps: list[tuple[float, Step]]) -> None:
        """Take these steps instead, each at its time."""
        self._disable_driven_only()
        began = time.monotonic()
        waiting = deque(steps)

        def go_on() -> None:
            if waiting and not self._scene.window.is_closed:
                _, step = waiting.popleft()
                if waiting:
                    self._wait(max(0.0, waiting[0][0] - (time.monotonic() - began)), go_on)
                else:
                    self._wait(1.0, self._scene.window.close)
                self.take(step)

        self._wait(steps[0][0] if steps else 0.0, go_on)

    def _disable_driven_only(self) -> None:
        for name in actions.DRIVEN_ONLY:
            self._scene.window.actions_[name].setEnabled(False)

    def _wait(self, seconds: float, then: Callable[[], object]) -> None:
        QTimer.singleShot(round(seconds * 1000), self, then)
