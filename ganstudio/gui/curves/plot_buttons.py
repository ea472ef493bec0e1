"""PlotButtons: which plots of the curves panel a person wants to see."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ganstudio.gui.curves.plot_specs import Spec


class PlotButtons(QWidget):
    """A button a plot; what was asked for last is shown before others. A plot that has nothing to show yet waits until
    it has, or until somebody asks for it; it takes no other's place by itself."""

    changed = Signal()  # a person asked for a plot, or wants it no more

    def __init__(self, specs: tuple[Spec, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wanted = list(reversed(range(len(specs))))  # where there is not room for every plot, the last ones
        self.asked = False  # a person chose
        self._asked_for: set[int] = set()
        self._empty = {index for index, spec in enumerate(specs) if spec.of_measures}
        self._news: set[int] = set()  # have something to show, and were not shown since
        self.buttons = [QToolButton(self) for _ in specs]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for index, (spec, button) in enumerate(zip(specs, self.buttons, strict=True)):
            button.setText(spec.short)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setProperty("tight", True)
            button.setProperty("plotIndex", index)
            button.setAccessibleName(f"show plot: {spec.title}")
            button.clicked.connect(self._choose)
            row.addWidget(button)
        self._specs = specs

    def shorten(self, room: int) -> None:
        """Names as they are if there is that much room for them in px, else shorter ones."""
        for short in (False, True):
            for spec, button in zip(self._specs, self.buttons, strict=True):
                button.setText(spec.shortest if short and spec.shortest else spec.short)
            if self.sizeHint().width() <= room:
                break

    def set_there(self, index: int, there: bool) -> bool:
        """Say whether there is anything to show in a plot. True if that is news."""
        news = there == (index in self._empty)
        self._empty = self._empty - {index} if there else self._empty | {index}
        if news:
            self._news = self._news | {index} if there else self._news - {index}
        return news

    def is_there(self, index: int) -> bool:
        """Whether there is anything to show in a plot."""
        return index not in self._empty

    def fit(self, room: int) -> set[int]:
        """The plots to show where there is room for so many, at least one. A button with news stands out."""
        shown = set(self._possible()[-max(1, room) :]) or {0}
        self._news -= shown
        for index, button in enumerate(self.buttons):
            button.setChecked(index in shown)
            if button.property("offered") != (index in self._news):
                button.setProperty("offered", index in self._news)
                button.style().polish(button)
        return shown

    def _possible(self) -> list[int]:
        return [index for index in self._wanted if index not in self._empty or index in self._asked_for]

    def _choose(self) -> None:
        index = int(self.sender().property("plotIndex"))
        self.asked = True
        self._asked_for.discard(index)
        if index in self._wanted:
            self._wanted.remove(index)
        if self.buttons[index].isChecked() or not self._possible():
            self._wanted.append(index)
            self._asked_for.add(index)
        self.changed.emit()
