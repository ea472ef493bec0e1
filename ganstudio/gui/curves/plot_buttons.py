"""Buttons that show and hide the plots of the curves panel."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ganstudio.plots.specs import PlotSpec


class PlotButtons(QWidget):
    """Button for each plot.

    Plots that the user chose last are shown before others. A plot without content is shown once it has some, or when
    the user chooses it; it never replaces another plot automatically.
    """

    changed = Signal()  # the user chose a plot, or hid it

    def __init__(self, specs: tuple[PlotSpec, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen = list(reversed(range(len(specs))))  # where there is not room for all, the last of these are shown
        self.user_chose = False
        self._chosen_by_user: set[int] = set()
        self._empty = {index for index, spec in enumerate(specs) if spec.from_measures}
        self._new: set[int] = set()  # have content, and were not shown since
        self.buttons = [QToolButton(self) for _ in specs]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for index, (spec, button) in enumerate(zip(specs, self.buttons, strict=True)):
            button.setText(spec.short_title)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setProperty("tight", True)
            button.setProperty("plotIndex", index)
            button.setAccessibleName(f"show plot: {spec.title}")
            button.clicked.connect(self._choose)
            row.addWidget(button)
        self._specs = specs

    def shorten(self, room: int) -> None:
        """Use shorter titles if the others need more than `room` px."""
        for short in (False, True):
            for spec, button in zip(self._specs, self.buttons, strict=True):
                button.setText(spec.shortest_title if short and spec.shortest_title else spec.short_title)
            if self.sizeHint().width() <= room:
                break

    def set_has_content(self, index: int, has_content: bool) -> bool:
        """Set whether a plot has content; return whether that changed."""
        changed = has_content == (index in self._empty)
        self._empty = self._empty - {index} if has_content else self._empty | {index}
        if changed:
            self._new = self._new | {index} if has_content else self._new - {index}
        return changed

    def fit(self, room: int) -> set[int]:
        """Return the plots to show, at least one and `room` at most; highlight buttons of those with new content."""
        shown = set(self._possible()[-max(1, room) :]) or {0}
        self._new -= shown
        for index, button in enumerate(self.buttons):
            button.setChecked(index in shown)
            if button.property("offered") != (index in self._new):
                button.setProperty("offered", index in self._new)
                button.style().polish(button)
        return shown

    def _possible(self) -> list[int]:
        return [index for index in self._chosen if index not in self._empty or index in self._chosen_by_user]

    def _choose(self) -> None:
        index = int(self.sender().property("plotIndex"))
        self.user_chose = True
        self._chosen_by_user.discard(index)
        if index in self._chosen:
            self._chosen.remove(index)
        if self.buttons[index].isChecked() or not self._possible():
            self._chosen.append(index)
            self._chosen_by_user.add(index)
        self.changed.emit()
