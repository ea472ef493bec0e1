"""RunsList: the runs as a list model, filtered and sorted; pinned ones first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from ganstudio.gui.widgets import tooltips
from ganstudio.gui.workers.run_list import Run
from ganstudio.runs.labels import undated
from ganstudio.runs.summary import RunSummary
from ganstudio.text import DOT

Index = QModelIndex | QPersistentModelIndex
RUN = Qt.ItemDataRole.UserRole  # Run
_NOWHERE = QModelIndex()


def title_of(summary: RunSummary) -> str:
    """What a run is called: its title, else the name of its folder without the date."""
    return summary.title or undated(summary.name)


def duration(seconds: float) -> str:
    """ "48 s", "12 min", "3.5 h"."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def length(summary: RunSummary) -> str:
    """How far a run went: "12.3 epochs - 5 min" with a dot between."""
    return f"{summary.epoch:,.1f} epochs {DOT} {duration(summary.seconds)}"


def quality(summary: RunSummary) -> str:
    """ "FCD 3.21", the best measure of a run; "" if there is none."""
    return f"FCD {summary.measures.fcd:.3g}" if summary.measures else ""


def _newest(run: Run) -> tuple[Any, ...]:
    try:
        when = datetime.fromisoformat(run.summary.created).timestamp()
    except ValueError:
        when = 0.0
    return -when, run.summary.name


def _best(run: Run) -> tuple[Any, ...]:
    measured = run.summary.measures
    return measured is None, measured.fcd if measured else 0.0, *_newest(run)


ORDERS: dict[str, Callable[[Run], tuple[Any, ...]]] = {
    "newest": _newest,
    "name": lambda run: (title_of(run.summary).casefold(), *_newest(run)),
    "longest": lambda run: (-run.summary.seconds, *_newest(run)),
    "best FCD": _best,
    "largest": lambda run: (-run.summary.bytes, *_newest(run)),
}


class RunsList(QAbstractListModel):
    """All runs, or those that a filter leaves."""

    renamed = Signal(object, str)  # Path, new title

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Run] = []
        self._shown: list[Run] = []
        self._filter, self._order = "", next(iter(ORDERS))
        self.open_path: Path | None = None  # of the run that is open in the window

    def set_runs(self, runs: Sequence[Run]) -> bool:
        """Show these; False if they are those that are shown already."""
        if list(runs) == self._all:
            return False
        self._all = list(runs)
        self._arrange()
        return True

    def set_filter(self, text: str) -> None:
        """Leave those of whose words each one in `text` is a part."""
        self._filter = text.casefold()
        self._arrange()

    def set_order(self, order: str) -> None:
        """Sort by one of ORDERS."""
        self._order = order
        self._arrange()

    def runs(self) -> list[Run]:
        """Those that are shown, in their order."""
        return list(self._shown)

    def find(self, path: Path) -> Run | None:
        """The run in that folder, shown or not."""
        return next((run for run in self._all if run.path == path), None)

    def named(self, name: str) -> RunSummary | None:
        """The run whose folder has that name."""
        return next((run.summary for run in self._all if run.summary.name == name), None)

    def count(self) -> int:
        """How many runs there are, shown or not."""
        return len(self._all)

    def row_of(self, path: Path) -> int | None:
        """Row of the run in that folder."""
        return next((row for row, run in enumerate(self._shown) if run.path == path), None)

    def parent_words(self, summary: RunSummary) -> str:
        """ "from step 1,200 of TITLE" of a branch, else "": the title may be cut where there is little room."""
        if not summary.parent:
            return ""
        parent = self.named(summary.parent)
        return f"from step {summary.parent_step:,} of {title_of(parent) if parent else summary.parent}"

    # What Qt asks

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return title_of(run.summary)
        if role == RUN:
            return run
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(run.summary)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(filter(None, (length(run.summary), quality(run.summary), run.summary.status)))
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run, title = self._shown[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or title == title_of(run.summary):
            return False
        self.renamed.emit(run.path, title)
        return True

    def _arrange(self) -> None:
        words = self._filter.split()
        found = [run for run in self._all if all(word in self._words(run.summary) for word in words)]
        key = ORDERS[self._order]
        self.beginResetModel()
        self._shown = sorted(found, key=lambda run: (not run.summary.pinned, *key(run)))
        self.endResetModel()

    def _words(self, summary: RunSummary) -> str:
        """All that a filter looks at."""
        parts = (title_of(summary), summary.name, summary.preset, summary.data, summary.status, summary.parent)
        return " ".join((*parts, self.parent_words(summary))).casefold()

    def _tip(self, summary: RunSummary) -> str:
        facts = [
            f"{summary.preset or 'own settings'} {DOT} {summary.data}",
            f"{length(summary)} {DOT} step {summary.steps:,} {DOT} {summary.images:,} pictures seen",
            self.parent_words(summary),
            f"{summary.status} {DOT} {summary.bytes / 1e6:,.0f} MB",
        ]
        if measured := summary.measures:
            facts.insert(
                2,
                f"best at step {measured.step:,}: FCD {measured.fcd:.3g}, precision {measured.precision:.2f}, recall "
                f"{measured.recall:.2f}, coverage {measured.coverage:.2f} ({measured.features})",
            )
        lines = "<br>".join(tooltips.plain(each) for each in facts if each)
        return tooltips.wrapped(
            f"<b>{tooltips.plain(title_of(summary))}</b>", lines, f"<i>{tooltips.plain(str(summary.path))}</i>"
        )
