"""List model of the runs, filtered and sorted; pinned ones first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from typing_extensions import override

from ganstudio.gui.runs.run_text import figures_text, length_text, quality_text, title_of
from ganstudio.gui.widgets.rich_text import bold, lines, rich, wrapped
from ganstudio.gui.workers.run_list import Run
from ganstudio.runs.summary import RunSummary
from ganstudio.text import DOT, one_line

Index = QModelIndex | QPersistentModelIndex
RUN = Qt.ItemDataRole.UserRole  # Run
_NO_PARENT = QModelIndex()


def _newest(run: Run) -> tuple[Any, ...]:
    try:
        created = datetime.fromisoformat(run.summary.created).timestamp()
    except ValueError:
        created = 0.0
    return -created, run.summary.name


def _best(run: Run) -> tuple[Any, ...]:
    measures = run.summary.measures
    return measures is None, measures.distance if measures else 0.0, *_newest(run)


ORDERS: dict[str, Callable[[Run], tuple[Any, ...]]] = {
    "newest": _newest,
    "name": lambda run: (title_of(run.summary).casefold(), *_newest(run)),
    "longest": lambda run: (-run.summary.seconds, *_newest(run)),
    "best FCD": _best,
    "largest": lambda run: (-run.summary.bytes, *_newest(run)),
}


class RunListModel(QAbstractListModel):
    """All runs, or those that match a filter.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.

    Attributes
    ----------
    open_path : Path, optional
        Folder of the run that is open in the window.
    """

    renamed = Signal(object, str)  # Path, new title

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Run] = []
        self._shown: list[Run] = []
        self._filter = ""
        self._order = next(iter(ORDERS))
        self.open_path: Path | None = None

    def set_runs(self, runs: Sequence[Run]) -> bool:
        """Take over all runs; return False if nothing changed."""
        if list(runs) == self._all:
            return False
        self._all = list(runs)
        self._arrange()
        return True

    def set_filter(self, text: str) -> None:
        """Show the runs whose texts contain every word of `text`."""
        self._filter = text.casefold()
        self._arrange()

    def set_order(self, order: str) -> None:
        """Sort by one of `ORDERS`."""
        self._order = order
        self._arrange()

    def runs(self) -> list[Run]:
        """Return the runs that are shown, in their order."""
        return list(self._shown)

    def find(self, path: Path) -> Run | None:
        """Return the run in that folder, shown or not."""
        return next((run for run in self._all if run.path == path), None)

    def find_by_name(self, name: str) -> RunSummary | None:
        """Return the run whose folder has that name."""
        return next((run.summary for run in self._all if run.summary.name == name), None)

    def count(self) -> int:
        """Return the number of runs, shown or not."""
        return len(self._all)

    def row_of(self, path: Path) -> int | None:
        """Return the row of the run in that folder; None if it is not shown."""
        return next((row for row, run in enumerate(self._shown) if run.path == path), None)

    def parent_text(self, summary: RunSummary) -> str:
        """Return "from step 1,200 of TITLE" for a branch, else ""; the title may be cut where there is little room."""
        if not summary.parent:
            return ""
        parent = self.find_by_name(summary.parent)
        return f"from step {summary.parent_step:,} of {title_of(parent) if parent else one_line(summary.parent)}"

    # Called by Qt

    @override
    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        run = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return title_of(run.summary)
        if role == RUN:
            return run
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(run.summary)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(filter(None, (length_text(run.summary), quality_text(run.summary), run.summary.status)))
        return None

    @override
    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        run, title = self._shown[index.row()], str(value).strip()
        if role != Qt.ItemDataRole.EditRole or title == title_of(run.summary):
            return False
        self.renamed.emit(run.path, title)
        return True

    def _arrange(self) -> None:
        words = self._filter.split()
        matching = [run for run in self._all if all(word in self._searchable_text(run.summary) for word in words)]
        key = ORDERS[self._order]
        self.beginResetModel()
        self._shown = sorted(matching, key=lambda run: (not run.summary.pinned, *key(run)))
        self.endResetModel()

    def _searchable_text(self, summary: RunSummary) -> str:
        parts = (title_of(summary), summary.name, summary.preset, summary.data, summary.status, summary.parent)
        return " ".join((*parts, self.parent_text(summary))).casefold()

    def _tooltip(self, summary: RunSummary) -> str:
        facts = [
            f"{summary.preset or 'custom settings'} {DOT} {summary.data}",
            f"{length_text(summary)} {DOT} step {summary.steps:,} {DOT} {summary.images:,} pictures seen",
            self.parent_text(summary),
            f"{summary.status} {DOT} {summary.bytes / 1e6:,.0f} MB",
        ]
        if measures := summary.measures:
            facts.insert(2, f"best at step {measures.step:,}: {figures_text(measures)}")
        return wrapped(bold(title_of(summary)), lines(facts), rich("<i>{}</i>", summary.path))
