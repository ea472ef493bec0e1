"""The course of the tour: which step it is at, and whether that is done."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.tour.facts import Facts
from ganstudio.gui.tour.script import Scene, Step

DONE_MILLISECONDS = 1200  # that "done" is shown before the next step


class Tour(QObject):
    """Goes from step to step: by itself when something was done, by `go_on` where there is only something to read.

    Parameters
    ----------
    facts
        What conditions are judged by; `check` judges them anew.
    steps
        The steps, at least one.
    parent
        Qt's parent.

    Attributes
    ----------
    is_on
        Whether the tour is shown.
    """

    changed = Signal()  # the step, what is shown of it, whether it is done, or whether the tour is on
    entered = Signal()  # another step, or another need of it, is shown: bring what it lights to the front

    def __init__(self, facts: Facts, steps: Sequence[Step], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self._steps = tuple(steps)
        self._index = 0
        self.is_on = False
        self._is_done = False
        self._need: Scene | None = None
        self._timer = QTimer(self, singleShot=True, interval=DONE_MILLISECONDS)
        self._timer.timeout.connect(self._advance)

    @property
    def count(self) -> int:
        """Number of steps."""
        return len(self._steps)

    @property
    def number(self) -> int:
        """Number of the step, from 1."""
        return self._index + 1

    @property
    def step(self) -> Step:
        """The step that it is at."""
        return self._steps[self._index]

    @property
    def resumed(self) -> Step:
        """The step with which it goes on if it is left now: one that is done is not to be done again."""
        return self._steps[self._index + 1] if self._is_done and not self.is_last else self.step

    @property
    def scene(self) -> Scene:
        """What is shown: of the step, or of what must come first."""
        return self.step.scene if self._is_done or self._need is None else self._need

    @property
    def is_done(self) -> bool:
        """Whether what the step waits for has been done."""
        return self._is_done

    @property
    def waits(self) -> bool:
        """Whether the step, or something before it, has yet to be done."""
        return not self._is_done and (bool(self.step.until) or self._need is not None)

    @property
    def is_last(self) -> bool:
        """Whether it is at the last step."""
        return self._index == len(self._steps) - 1

    def begin(self, name: str = "") -> None:
        """Show the step of that name, or the first if there is none; what is done already is passed over."""
        self.is_on = True
        self._enter(next((index for index, step in enumerate(self._steps) if step.name == name), 0), passes=True)

    def leave(self) -> None:
        """Hide the tour; it stays at its step."""
        self._timer.stop()
        self.is_on = False
        self.changed.emit()

    def go_on(self) -> None:
        """Go to the next step, whether this one is done or not; after the last, leave."""
        if self.is_last:
            self._index = 0
            self.leave()
        else:
            self._enter(self._index + 1, passes=True)

    def go_back(self) -> None:
        """Go to the step before; it stays there even if that is done."""
        self._enter(max(0, self._index - 1), passes=False)

    def check(self, *_: object) -> None:
        """Judge anew whether the step is done, and what it needs."""
        if not self.is_on:
            return
        need, done = self.step.unmet(self.facts), self.step.is_done(self.facts)
        if done and not self._is_done:
            self._timer.start()
        done = done or self._timer.isActive()  # what was done once counts
        if (need, done) == (self._need, self._is_done):
            return
        before = self.scene
        self._need, self._is_done = need, done
        self.changed.emit()
        if self.scene is not before:
            self.entered.emit()

    def _advance(self) -> None:
        self.go_on()

    def _enter(self, index: int, passes: bool) -> None:
        self._timer.stop()
        while passes and index < len(self._steps) - 1 and self._steps[index].is_done(self.facts):
            index += 1
        self._index = index
        self._need, self._is_done = self.step.unmet(self.facts), self.step.is_done(self.facts)
        self.changed.emit()
        self.entered.emit()
