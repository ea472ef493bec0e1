"""List view of the runs."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from ganstudio.gui.runs.run_delegate import RunDelegate
from ganstudio.gui.runs.run_list_model import RunListModel
from ganstudio.gui.workers.run_list import Run


class RunsView(QListView):
    """The list, which keeps its selection when the runs in it change.

    Parameters
    ----------
    runs : RunListModel
        The runs.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, runs: RunListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self.setObjectName("runsList")
        self.setAccessibleName("Runs")
        self.setModel(runs)
        self.setItemDelegate(RunDelegate(runs, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def selected_runs(self) -> list[Run]:
        """Return the selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        shown = self._runs.runs()
        return [shown[row] for row in rows]

    def edit_title(self, run: Run) -> None:
        """Let the user type a new title in the list; one that is being typed for another run is taken."""
        is_typing = self.state() == QAbstractItemView.State.EditingState and run.path == self._current_path()
        if not is_typing and (row := self._runs.row_of(run.path)) is not None:
            self.setCurrentIndex(self._runs.index(row))
            self.edit(self._runs.index(row))

    def change_runs(self, change: Callable[[], object]) -> bool:
        """Change the list; keep the selection and the scroll position.

        Parameters
        ----------
        change : callable
            Changes the list model.

        Returns
        -------
        bool
            False if nothing was changed because the user is typing a title; the list is read again soon.
        """
        if self.state() == QAbstractItemView.State.EditingState:
            return False
        selected = [run.path for run in self.selected_runs()]
        current = self._current_path()
        scroll_bar = self.verticalScrollBar()
        position = scroll_bar.value()
        change()
        selection = QItemSelection()
        for path in selected:
            if (row := self._runs.row_of(path)) is not None:
                selection.select(self._runs.index(row), self._runs.index(row))
        model = self.selectionModel()
        if current is not None and (row := self._runs.row_of(current)) is not None:
            model.setCurrentIndex(self._runs.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        scroll_bar.setValue(position)
        return True

    def _current_path(self) -> Path | None:
        row = self.currentIndex().row()
        return self._runs.runs()[row].path if 0 <= row < self._runs.rowCount() else None
