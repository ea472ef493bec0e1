"""ExportForm: the settings of an export, those alone that what is exported looks at."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from ganstudio.export.job import Content
from ganstudio.gui.widgets.theme import SPACE

_USED: dict[Content, tuple[str, ...]] = {  # fields that an export of each content looks at
    Content.GRID: ("step", "scale"),
    Content.SAMPLE: ("step", "label", "seed", "scale"),
    Content.SPRITES: ("step", "label", "seed", "count", "scale"),
    Content.RESULTS: (),
    Content.CURVES: (),
    Content.PROGRESS: ("step", "seconds", "fps", "scale", "caption"),
    Content.WALK: ("step", "way", "label", "seed", "seconds", "fps", "scale"),
    Content.GENERATOR: ("step",),
    Content.NETWORKS: ("step",),
    Content.LOG: ("follow",),
    Content.RUN: (),
}
_WIDE = ("step", "way", "caption", "follow")  # take a whole row
_AUTO = "auto"


@dataclass(frozen=True)
class Around:
    """What there is to export from. steps : (words, step or None for the newest), the one to begin with first.

    classes : names of the generator's classes.  keys : number of key pictures of the explorer's walk, 0 if none.
    live : whether the run goes on being trained.
    """

    steps: tuple[tuple[str, int | None], ...] = ()
    classes: tuple[str, ...] = ()
    keys: int = 0
    live: bool = False


class ExportForm(QWidget):
    """Labels and fields in two columns."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._around = Around()
        self._what: Content | None = None
        self.step, self.way, self.label = QComboBox(self), QComboBox(self), QComboBox(self)
        self.seed, self.count, self.scale, self.fps = (QSpinBox(self) for _ in range(4))
        self.seconds = QDoubleSpinBox(self)
        self.caption, self.follow = QCheckBox("Write the step below each frame", self), QCheckBox(self)
        self.follow.setText("Continue until the run ends or you cancel")
        self._fields: dict[str, tuple[QLabel, QWidget]] = {}
        for name, title, tip in (
            (
                "step",
                "step",
                "Which step is exported: the one you are looking at, or the newest. Films end there.",
            ),
            ("way", "route", "The pictures that the walk leads through."),
            ("label", "class", "The class that is drawn."),
            ("seed", "seed", "The same seed gives the same pictures."),
            ("count", "pictures", "Number of pictures on the sheet, edge to edge."),
            (
                "scale",
                "scale",
                "Each pixel becomes a square of this size. auto: a size that is easy to see.",
            ),
            ("fps", "frames", "Frames per second. auto: 20, or fewer where there are fewer pictures."),
            ("seconds", "length", "Length of the film, including the pause on its last picture."),
            ("caption", "", "Write the step and the epoch below each frame."),
            ("follow", "", "Keep writing while the run trains, so that TensorBoard shows it live."),
        ):
            self._add(name, title, tip)
        self._set_ranges()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE // 2)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.step.currentIndexChanged.connect(self.changed)
        self.way.currentIndexChanged.connect(self._arrange)

    def _add(self, name: str, title: str, tip: str) -> None:
        field = getattr(self, name)
        label = QLabel(title, self)
        label.setProperty("muted", True)
        for each in (label, field):
            each.setToolTip(tip)
        field.setAccessibleName(title or tip)
        field.setObjectName(f"export{name.capitalize()}")
        self._fields[name] = label, field

    def _set_ranges(self) -> None:
        self.seed.setRange(0, 2**31 - 1)
        self.count.setRange(1, 10_000)
        self.count.setValue(64)
        for box, most in ((self.scale, 64), (self.fps, 60)):
            box.setRange(0, most)
            box.setSpecialValueText(_AUTO)
        self.scale.setSuffix(" x")
        self.fps.setSuffix(" per s")
        self.seconds.setRange(0.5, 600)
        self.seconds.setDecimals(1)
        self.seconds.setSuffix(" s")
        self.seconds.setValue(10)
        self.caption.setChecked(True)

    def show_for(self, what: Content, around: Around) -> None:
        """Show the settings that exporting `what` looks at."""
        if around != self._around:
            _fill(self.step, around.steps)
            _fill(self.label, [("all in turn", None), *((name, index) for index, name in enumerate(around.classes))])
            ways: list[tuple[str, int | None]] = [("random pictures from a seed", None)]
            if around.keys:
                ways.insert(0, (f"the explorer's {around.keys} key pictures", around.keys))
            _fill(self.way, ways)
            self.way.setCurrentIndex(0)
        self._what, self._around = what, around
        self._arrange()

    @property
    def takes_keys(self) -> bool:
        """Whether the walk leads through the explorer's key pictures."""
        return self._what is Content.WALK and self.way.currentData() is not None

    def shown(self) -> set[str]:
        """Names of the settings that are shown."""
        hidden = {
            "step": not self._around.steps,
            "way": not self._around.keys,
            "label": not self._around.classes or self.takes_keys,
            "seed": self.takes_keys,
            "follow": not self._around.live,
        }
        return {name for name in (_USED[self._what] if self._what else ()) if not hidden.get(name, False)}

    def values(self) -> dict[str, Any]:
        """Fields of a Job."""
        shown, values = self.shown(), dict[str, Any]()
        read = {
            "step": self.step.currentData,
            "seed": self.seed.value,
            "count": self.count.value,
            "scale": self.scale.value,
            "fps": self.fps.value,
            "seconds": self.seconds.value,
            "caption": self.caption.isChecked,
            "follow": self.follow.isChecked,
        }
        values |= {name: get() for name, get in read.items() if name in shown}
        if "label" in shown and self.label.currentData() is not None:
            values["labels"] = (self.label.currentData(),)
        return values

    def _arrange(self, *_: object) -> None:
        """Lay the shown fields out: wide ones in rows of their own, others two a row."""
        shown = self.shown()
        for pair in self._fields.values():
            for each in pair:
                self._grid.removeWidget(each)
        row, column = 0, 0
        for name, (label, field) in self._fields.items():
            label.setVisible(name in shown)
            field.setVisible(name in shown)
            if name not in shown:
                continue
            if name in _WIDE and column:
                row, column = row + 1, 0
            self._grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(field, row, column + 1, 1, 3 if name in _WIDE else 1)
            row, column = (row + 1, 0) if name in _WIDE or column else (row, 2)
        self.changed.emit()


def _fill(box: QComboBox, entries: Any) -> None:
    """Put (words, data) into a list; what was chosen stays if it is still there."""
    before = box.currentData()
    box.blockSignals(True)
    box.clear()
    for words, data in entries:
        box.addItem(words, data)
    box.setCurrentIndex(max(0, box.findData(before)) if before is not None else 0)
    box.blockSignals(False)
