"""Actions on the selected runs."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.runs.run_deleter import RunDeleter
from ganstudio.gui.runs.run_list_model import RunListModel
from ganstudio.gui.runs.run_text import title_of
from ganstudio.gui.runs.runs_view import RunsView
from ganstudio.gui.runs.undo_commands import LabelChange, RelabelRuns
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.workers.run_list import RunsThread

_MAX_COMPARED = 6  # runs that can be compared side by side


class RunActions(QObject):
    """The actions "open", "compare", "rename", "pin", "reveal" and "trash", enabled as the selection allows them.

    Parameters
    ----------
    view : RunsView
        Its selected runs are acted on.
    runs : RunListModel
        The runs; titles that are typed in it are written.
    thread : RunsThread
        Makes changes to runs.
    undo_stack : UndoStack
        Takes changes that can be undone.
    deleter : RunDeleter
        Deletes runs.
    panel : QWidget
        Shows the runs; Qt's parent.
    """

    openRequested = Signal(object)  # Path
    compareRequested = Signal(object)  # list[Path], two or more

    def __init__(
        self,
        view: RunsView,
        runs: RunListModel,
        thread: RunsThread,
        undo_stack: UndoStack,
        deleter: RunDeleter,
        panel: QWidget,
    ) -> None:
        super().__init__(panel)
        self._view = view
        self._runs = runs
        self._thread = thread
        self._undo_stack = undo_stack
        self._deleter = deleter
        self._panel = panel
        self._actions: dict[str, QAction] = {}
        self._add("open", "Open", "play", "Return", "Open this run; Continue resumes it", self._open)
        tip = "Curves and pictures of two or more runs side by side"
        self._add("compare", "Compare", "compare", "", tip, self._compare)
        self._add("rename", "Rename", "rename", "F2", "Give the run a name", self._rename)
        self._add("pin", "Pin", "pin", "", "Pin the run to the top of the list, or unpin it", self._pin)
        self._add("reveal", "Show in file manager", "open", "", "Open the folder of the run", self._reveal)
        self._add("trash", "Delete", "trash", "Del", "Move the run to the trash; it can be put back", self._delete)
        view.activated.connect(self._open)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().selectionChanged.connect(self.update)
        runs.renamed.connect(self._change_title)

    def action(self, name: str) -> QAction:
        """Return one of "open", "compare", "rename", "pin", "reveal", "trash"."""
        return self._actions[name]

    def items(self) -> list[tuple[str, QAction]]:
        """Return names and actions, in their order."""
        return list(self._actions.items())

    def update(self) -> None:
        """Enable the actions that the selected runs allow."""
        selected = self._view.selected_runs()
        for name in ("open", "rename", "reveal"):
            self._actions[name].setEnabled(len(selected) == 1)
        self._actions["compare"].setEnabled(2 <= len(selected) <= _MAX_COMPARED)
        self._actions["pin"].setEnabled(bool(selected))
        all_pinned = bool(selected) and all(run.summary.pinned for run in selected)
        self._actions["pin"].setText("Unpin" if all_pinned else "Pin")
        self._actions["trash"].setEnabled(bool(selected) and all(self._deleter.can_delete(run) for run in selected))

    def _add(self, name: str, text: str, icon: str, key: str, tip: str, callback: Callable[[], None]) -> None:
        action = QAction(text, self)
        action.setObjectName(f"{name}RunAct")  # the window has an action of each name, too
        action.setToolTip(as_tip(f"{tip} ({key})" if key else tip))
        theme.set_icon(action, icon)
        if key and key != "Return":  # the view reports Enter itself
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(callback)
        self._view.addAction(action)
        self._actions[name] = action

    def _show_menu(self, position: QPoint) -> None:
        if not self._view.selected_runs():
            return
        menu = QMenu(self._panel)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions.values()))
        menu.popup(self._view.viewport().mapToGlobal(position))

    def _open(self) -> None:
        selected = self._view.selected_runs()
        if len(selected) == 1:
            self.openRequested.emit(selected[0].path)

    def _compare(self) -> None:
        self.compareRequested.emit([run.path for run in self._view.selected_runs()])

    def _rename(self) -> None:
        selected = self._view.selected_runs()
        if len(selected) == 1:
            self._view.edit_title(selected[0])

    def _change_title(self, path: Path, title: str) -> None:
        run = self._runs.find(path)
        old = run.summary.title if run else ""
        name = title_of(run.summary) if run else path.name
        self._relabel(f"renaming of {name}", [LabelChange(path, title=old)], [LabelChange(path, title=title)])

    def _pin(self) -> None:
        selected = self._view.selected_runs()
        all_pinned = all(run.summary.pinned for run in selected)
        old = [LabelChange(run.path, pinned=run.summary.pinned) for run in selected]
        new = [LabelChange(run.path, pinned=not all_pinned) for run in selected]
        which = title_of(selected[0].summary) if len(selected) == 1 else f"{len(selected)} runs"
        self._relabel(f"{'unpinning' if all_pinned else 'pinning'} of {which}", old, new)

    def _relabel(self, text: str, old: list[LabelChange], new: list[LabelChange]) -> None:
        command = RelabelRuns(text, self._thread, self._panel, old, new)
        self._undo_stack.push(command)
        command.do_again()

    def _reveal(self) -> None:
        for run in self._view.selected_runs():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.path)))

    def _delete(self) -> None:
        self._deleter.request(self._view.selected_runs())
