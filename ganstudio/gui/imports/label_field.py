"""Field for where the classes of pictures come from, and what becomes of pictures that have none."""

from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker, Signal, Slot

from ganstudio.data.pictures.labels import Unlabelled, Wanted
from ganstudio.data.pictures.report import count_of
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.workers.picture_scan import FoundLabels
from ganstudio.text import one_line

_TABLE = "table"
_MAX_ORIGIN = 24  # characters
_UNLABELLED = {
    "": "choose\N{HORIZONTAL ELLIPSIS}",
    Unlabelled.OWN_CLASS: "a class of their own",
    Unlabelled.LEAVE_OUT: "left out",
    Unlabelled.IGNORE_LABELS: "no labels at all",
}


class LabelField(QObject):
    """Two lists: where labels are from, and, where some pictures have none, what becomes of those."""

    changed = Signal()
    wantedChanged = Signal(str)  # "auto", "none" or the path of a table: labels are to be looked for there
    tableRequested = Signal()  # the user wants to name a table

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._found: FoundLabels | None = None
        self._automatic: FoundLabels | None = None
        self.box = ChoiceBox()
        self.box.setObjectName("importLabels")
        self.box.setAccessibleName("Labels")
        self.box.activated.connect(self._choose)
        self.unlabelled_box = ChoiceBox()
        self.unlabelled_box.setObjectName("importUnlabelled")
        self.unlabelled_box.setAccessibleName("Pictures without a label")
        for value, text in _UNLABELLED.items():
            self.unlabelled_box.addItem(text, value)
        self.unlabelled_box.activated.connect(self.changed)

    @property
    def found(self) -> FoundLabels | None:
        """The labels that are chosen; None while they are looked for."""
        return self._found

    @property
    def unlabelled(self) -> Unlabelled | None:
        """What becomes of pictures without a label; None if that is not chosen, or there are none."""
        chosen = self.unlabelled_box.currentData()
        return Unlabelled(chosen) if chosen and self.asks else None

    @property
    def asks(self) -> bool:
        """Whether some pictures have no label where others have one."""
        return self._found is not None and self._found.unlabelled > 0

    def show_found(self, found: FoundLabels) -> None:
        """Offer the labels of another source."""
        self._automatic = found
        self.unlabelled_box.setCurrentIndex(0)
        self.show_labels(found)

    def show_labels(self, found: FoundLabels) -> None:
        """Show labels that were found where they were wanted."""
        self._found = found
        self._fill()
        self.changed.emit()

    def problem(self) -> str:
        """Return what the user has to decide or to mend; "" if nothing."""
        if self._found is None:
            return "The labels are being looked for."
        if self._found.problem:
            return f"{self._found.problem} Or choose “none” for labels."
        if self.asks and self.unlabelled is None:
            pictures = count_of(self._found.unlabelled, "picture has", "pictures have")
            return f"{pictures} no label in {self._found.labels.place}. Choose what becomes of them."
        return ""

    def choose_table(self, path: Path) -> None:
        """Take the labels from a table."""
        self._want(str(path.absolute()))

    def _fill(self) -> None:
        automatic, found = self._automatic, self._found
        with QSignalBlocker(self.box):
            self.box.clear()
            if automatic is not None and (automatic.counts or automatic.problem):
                self.box.addItem(_describe(automatic), Wanted.AUTO.value)
            self.box.addItem("none", Wanted.NONE.value)
            if found is not None and found.wanted not in tuple(Wanted):
                self.box.addItem(_describe(found), found.wanted)
            self.box.addItem("from a table\N{HORIZONTAL ELLIPSIS}", _TABLE)
            wanted = found.wanted if found is not None else Wanted.NONE.value
            self.box.setCurrentIndex(max(0, self.box.findData(wanted)))

    @Slot(int)
    def _choose(self, row: int) -> None:
        wanted = str(self.box.itemData(row))
        if wanted == _TABLE:
            self._fill()  # what was chosen stays so until there is a table
            self.tableRequested.emit()
        elif self._found is None or wanted != self._found.wanted:
            self._want(wanted)

    def _want(self, wanted: str) -> None:
        self._found = None
        self.wantedChanged.emit(wanted)
        self.changed.emit()


def _describe(found: FoundLabels) -> str:
    if found.problem:
        return "automatic" if found.wanted == Wanted.AUTO else one_line(Path(found.wanted).name, _MAX_ORIGIN)
    origin = one_line(found.labels.origin, _MAX_ORIGIN)
    return f"{count_of(len(found.counts), 'class', 'classes')} from {origin}"
