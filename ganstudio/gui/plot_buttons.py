"""PlotButtons: which plots of the curves panel a person wants to see."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from ganstudio.gui.plot_specs import Spec

_FIRST_OF_ALL = ("lossPlot", "accuracyPlot", "qualityPlot")  # where there is not room for every plot


class PlotButtons(QWidget):
    """A button a plot; what was asked for last is shown before others."""

    changed = Signal()  # a person asked for a plot, or wants it no more

    def __init__(self, specs: tuple[Spec, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        names = [spec.object_name for spec in specs]
        first = [names.index(name) for name in _FIRST_OF_ALL]
        self._wanted = [index for index in reversed(range(len(specs))) if index not in first] + first[::-1]
        self.asked = False  # a person chose; until then a few plots of a good height are shown
        self._absent = {index for index, spec in enumerate(specs) if spec.of_measures}
        self.buttons = [QToolButton(self) for _ in specs]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for index, (spec, button) in enumerate(zip(specs, self.buttons, strict=True)):
            button.setText(spec.short)
            button.setCheckable(True)
            button.setProperty("small", True)
            button.setProperty("plotIndex", index)
            button.setAccessibleName(f"show plot: {spec.title}")
            button.setVisible(index not in self._absent)
            button.clicked.connect(self._choose)
            row.addWidget(button)

    def set_there(self, index: int, there: bool) -> bool:
        """Whether there is anything to show in a plot; without, its button is hidden. True if that is news."""
        news = there == (index in self._absent)
        self._absent = self._absent - {index} if there else self._absent | {index}
        self.buttons[index].setVisible(there)
        return news

    def is_there(self, index: int) -> bool:
        """Whether there is anything to show in a plot."""
        return index not in self._absent

    def fit(self, room: int) -> set[int]:
        """The plots to show where there is room for so many, at least one."""
        shown = set(self._possible()[-max(1, room) :]) or {0}
        for index, button in enumerate(self.buttons):
            button.setChecked(index in shown)
        return shown

    def _possible(self) -> list[int]:
        return [index for index in self._wanted if index not in self._absent]

    def _choose(self) -> None:
        index = int(self.sender().property("plotIndex"))
        self.asked = True
        if index in self._wanted:
            self._wanted.remove(index)
        if self.buttons[index].isChecked() or not self._possible():
            self._wanted.append(index)
        self.changed.emit()
