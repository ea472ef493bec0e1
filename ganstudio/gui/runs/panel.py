"""RunsPanel: all runs on this computer: open, compare, rename, pin, reveal, throw away."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QAction, QDesktopServices, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio import paths
from ganstudio.events import RunStatus
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.runs.deeds import Deleted, Relabelled, Said
from ganstudio.gui.runs.run_card import RunCard
from ganstudio.gui.runs.runs_list import ORDERS, RunsList, title_of
from ganstudio.gui.runs.trash import Deletion
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.run_list import Run, RunsThread
from ganstudio.runs.summary import RunSummary

_LOOK_AGAIN = 8000  # ms between two looks at the folder while the panel is seen
_MOST = 6  # runs that can be compared side by side
_ORDER_WIDTH = 84  # px


class RunsPanel(QWidget):
    """The list, read away from the GUI thread while the panel is seen, with what can be done to the chosen runs."""

    openRequested = Signal(object)  # Path
    compareRequested = Signal(object)  # list[Path], two or more
    relabelled = Signal(object)  # Path
    noticed = Signal(object)  # Notice
    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, stack: UndoStack | None = None, parent: QWidget | None = None) -> None:
        """`stack` takes what can be undone; None: one of its own."""
        super().__init__(parent)
        self._undo = stack or UndoStack(self)
        self.setObjectName("runsPanel")
        self.setAccessibleName("runs")
        self._model = model
        self.runs = RunsList(self)
        self._thread = RunsThread(paths.runs_home, self)
        self._timer = QTimer(self, interval=_LOOK_AGAIN)
        self._filter, self._order, self.view = QLineEdit(self), QComboBox(self), QListView(self)
        self._words = QLabel(self)
        self._actions = {each[0]: self._action(*each) for each in self._declared()}
        self._lay_out()
        self._connect()
        self._selected()

    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def refresh(self) -> None:
        """Look again what runs there are; at once if the panel is seen."""
        if self.isVisible():
            self._thread.refresh()

    def stop(self) -> bool:
        """End the thread; False if it did not end in time."""
        return self._thread.stop()

    def chosen(self) -> list[Run]:
        """The selected runs, from top to bottom."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        shown = self.runs.runs()
        return [shown[row] for row in rows]

    def action(self, name: str) -> QAction:
        """One of "open", "compare", "rename", "pin", "reveal", "trash"."""
        return self._actions[name]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._thread.refresh()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # Building

    def _declared(self) -> tuple[tuple[str, str, str, str, str, Callable[[], None]], ...]:
        """Name, words, icon, key, tooltip and deed of each action."""
        return (
            ("open", "Open", "play", "Return", "Open this run; Go on continues it", self._open),
            (
                "compare",
                "Compare",
                "compare",
                "",
                "Curves and pictures of two or more runs side by side",
                self._compare,
            ),
            ("rename", "Rename", "rename", "F2", "Give the run a name", self._rename),
            ("pin", "Pin", "pin", "", "Pin the run to the top of the list, or unpin it", self._pin),
            ("reveal", "Show in file manager", "open", "", "Open the folder of the run", self._reveal),
            ("trash", "Delete", "trash", "Del", "Move the run to the trash; it can be put back", self._trash),
        )

    def _action(self, name: str, text: str, icon: str, key: str, tip: str, deed: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"{name}RunAct")  # of the list, not of the window
        action.setToolTip(f"{tip} ({key})" if key else tip)
        theme.set_icon(action, icon)
        if key and key != "Return":  # the list says itself when Enter is pressed
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(deed)
        self.view.addAction(action)
        return action

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE // 2,) * 4)
        whole.setSpacing(SPACE // 2)
        whole.addLayout(self._top())
        whole.addLayout(self._middle(), 1)
        whole.addLayout(self._bottom())

    def _top(self) -> QHBoxLayout:
        self._filter.setObjectName("runsFilter")
        self._filter.setPlaceholderText("filter")
        self._filter.setAccessibleName("Filter the runs")
        self._filter.setToolTip("Filter by name, preset, data set, state or parent")
        self._filter.setClearButtonEnabled(True)
        self._order.addItems(list(ORDERS))
        self._order.setObjectName("runsOrder")
        self._order.setAccessibleName("Order of the runs")
        self._order.setToolTip("What the list is sorted by; pinned runs come first")
        self._order.setMinimumWidth(_ORDER_WIDTH)
        row = QHBoxLayout()
        row.setSpacing(SPACE // 2)
        row.addWidget(self._filter, 1)
        row.addWidget(self._order)
        return row

    def _middle(self) -> QStackedLayout:
        view = self.view
        view.setObjectName("runsList")
        view.setAccessibleName("Runs")
        view.setModel(self.runs)
        view.setItemDelegate(RunCard(self.runs, view))
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setWordWrap(True)
        self._words.setProperty("muted", True)
        self._words.setText("Looking for runs…")
        self._stack = QStackedLayout()
        self._stack.addWidget(self._words)
        self._stack.addWidget(view)
        return self._stack

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for name, action in self._actions.items():
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setObjectName(f"{name}RunButton")
            button.setAccessibleName(
                f"{action.text()} the selected runs" if name == "compare" else f"{action.text()} run"
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("small", True)
            words, sign = Qt.ToolButtonStyle.ToolButtonTextOnly, Qt.ToolButtonStyle.ToolButtonIconOnly
            button.setToolButtonStyle(words if name in ("open", "compare") else sign)
            row.addWidget(button)
            if name == "compare":
                row.addStretch(1)
        return row

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._filtered)
        self._order.currentTextChanged.connect(self._sorted)
        self.view.activated.connect(self._open)
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.runs.renamed.connect(self._renamed)
        self._timer.timeout.connect(self._thread.refresh)
        self._thread.listed.connect(self._listed)
        self._thread.relabelled.connect(self.relabelled)
        self._thread.trashed.connect(self._trashed)
        self._thread.returned.connect(self._returned)
        self._thread.refused.connect(self.failed)
        self._thread.failed.connect(self.failed)
        for signal in (self._model.reset, self._model.statusChanged):
            signal.connect(self._run_changed)

    # What is shown

    def summaries(self) -> list[RunSummary]:
        """The runs that can be read, in the order they are shown."""
        return [run.summary for run in self.runs.runs()]

    @Slot(object)
    def _listed(self, runs: list[Run]) -> None:
        self._keep_chosen(lambda: self.runs.set_runs(runs))
        self._show_words()

    def _filtered(self, text: str) -> None:
        self._keep_chosen(lambda: self.runs.set_filter(text))
        self._show_words()

    def _sorted(self, order: str) -> None:
        self._keep_chosen(lambda: self.runs.set_order(order))

    def _keep_chosen(self, change: Callable[[], object]) -> None:
        """Change the list; the same runs are selected afterwards, and it is scrolled as it was."""
        if self.view.state() == QAbstractItemView.State.EditingState:
            return  # what is being typed is not taken from a person; the next look comes soon
        chosen, bar = [run.path for run in self.chosen()], self.view.verticalScrollBar()
        current = self.view.currentIndex().row()
        at = self.runs.runs()[current].path if 0 <= current < self.runs.rowCount() else None
        place = bar.value()
        change()
        selection = QItemSelection()
        for path in chosen:
            if (row := self.runs.row_of(path)) is not None:
                selection.select(self.runs.index(row), self.runs.index(row))
        model = self.view.selectionModel()
        if at is not None and (row := self.runs.row_of(at)) is not None:
            model.setCurrentIndex(self.runs.index(row), QItemSelectionModel.SelectionFlag.NoUpdate)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        bar.setValue(place)
        self._selected()

    def _show_words(self) -> None:
        none = (
            ("No runs yet. Press Start to train one; it will appear here.")
            if not self.runs.count()
            else "No run matches."
        )
        self._words.setText(none)
        self._stack.setCurrentWidget(self.view if self.runs.rowCount() else self._words)

    def _run_changed(self, *_: object) -> None:
        """Another run is open, or it began or ended."""
        self.runs.open_path = self._model.folder.path if self._model.folder else None
        self.view.viewport().update()
        self._selected()
        self.refresh()

    def _selected(self, *_: object) -> None:
        """Actions as the chosen runs allow them."""
        chosen = self.chosen()
        for name in ("open", "rename", "reveal"):
            self._actions[name].setEnabled(len(chosen) == 1)
        self._actions["compare"].setEnabled(2 <= len(chosen) <= _MOST)
        self._actions["pin"].setEnabled(bool(chosen))
        pinned = bool(chosen) and all(run.summary.pinned for run in chosen)
        self._actions["pin"].setText("Unpin" if pinned else "Pin")
        self._actions["trash"].setEnabled(bool(chosen) and not any(self._why_kept(run) for run in chosen))

    def _why_kept(self, run: Run) -> str:
        """Why a run cannot be deleted now; "" if it can."""
        if self._model.folder is not None and run.path == self._model.folder.path:
            return "open"
        return "running" if run.summary.status == RunStatus.RUNNING else ""

    def _show_menu(self, place: QPoint) -> None:
        if not self.chosen():
            return
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions.values()))
        menu.popup(self.view.viewport().mapToGlobal(place))

    # What is done

    def _open(self, *_: object) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self.openRequested.emit(chosen[0].path)

    def _compare(self) -> None:
        self.compareRequested.emit([run.path for run in self.chosen()])

    def _rename(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1 and (row := self.runs.row_of(chosen[0].path)) is not None:
            self.view.edit(self.runs.index(row))

    def _renamed(self, path: Path, title: str) -> None:
        run = self.runs.find(path)
        old = run.summary.title if run else ""
        name = title_of(run.summary) if run else path.name
        self._relabel(f"renaming of {name}", [Said(path, title=old)], [Said(path, title=title)])

    def _pin(self) -> None:
        chosen = self.chosen()
        pinned = all(run.summary.pinned for run in chosen)
        old = [Said(run.path, pinned=run.summary.pinned) for run in chosen]
        new = [Said(run.path, pinned=not pinned) for run in chosen]
        which = _names(chosen) if len(chosen) == 1 else f"{len(chosen)} runs"
        self._relabel(f"{'unpinning' if pinned else 'pinning'} of {which}", old, new)

    def _relabel(self, text: str, old: list[Said], new: list[Said]) -> None:
        command = Relabelled(text, self._thread, self, old, new)
        self._undo.push(command)
        command.do_again()

    def _reveal(self) -> None:
        for run in self.chosen():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.path)))

    def _trash(self) -> None:
        """One that is not pinned goes at once, as it can be put back; for others a person is asked."""
        chosen = [run for run in self.chosen() if not self._why_kept(run)]
        pinned = [run for run in chosen if run.summary.pinned]
        if not pinned and len(chosen) <= 1:
            self._trash_now(chosen)
            return

        def go() -> None:
            self.noticed.emit(None)
            self._trash_now(chosen)

        which = f"Pinned: {_names(pinned)}. " if pinned else ""
        what = "it" if len(chosen) == 1 else f"{len(chosen)} runs" if pinned else _names(chosen)
        self.noticed.emit(Notice(f"{which}Move {what} to the trash?", (("Move to the trash", go),), topic="delete"))

    def _trash_now(self, runs: list[Run]) -> None:
        paths = [run.path for run in runs if not self._why_kept(run)]  # asked again: one may have been opened since
        if paths:
            self._thread.trash(Deletion(paths))

    def _may_go(self, path: Path) -> bool:
        opened = self._model.folder.path if self._model.folder else None
        return path != opened and (path / "run.toml").is_file()

    @Slot(object)
    def _trashed(self, deletion: Deletion) -> None:
        deletion.under_way = max(0, deletion.under_way - 1)
        if not deletion.names:
            return  # the failure was told
        names = ", ".join(deletion.names)
        if not deletion.can_come_back:
            self.noticed.emit(Notice(f"Deleted {names}. You can put back deleted runs from the system's trash."))
            return
        if not deletion.can_be_undone:
            self._undo.push(Deleted(self._thread, self, deletion, self._may_go))
        put_back = ("Put back", lambda: self._put_back(deletion))
        self.noticed.emit(Notice(f"Deleted {names}.", (put_back,), passing=True, topic=_topic(deletion)))

    def _put_back(self, deletion: Deletion) -> None:
        """The notice's button: as undo if nothing was done since, else on its own."""
        last = self._undo.command(self._undo.index() - 1) if self._undo.index() else None
        if isinstance(last, Deleted) and last.deletion is deletion:
            self._undo.undo()
        elif deletion.can_come_back and not deletion.under_way:
            deletion.under_way += 1
            self._thread.put_back(deletion)

    @Slot(object, object)
    def _returned(self, deletion: Deletion, before: list[Path]) -> None:
        deletion.under_way = max(0, deletion.under_way - 1)
        back = []
        for name, path, old in zip(deletion.names, deletion.paths, before, strict=False):
            where = "" if path == old else f", in the folder {path.name}, because there is another {old.name} now"
            back.append(f"{name} is back{where}.")
        if back:
            self.noticed.emit(Notice(" ".join(back), topic=_topic(deletion)))


def _topic(deletion: Deletion) -> str:
    return f"deletion {id(deletion)}"


def _names(runs: list[Run]) -> str:
    return ", ".join(title_of(run.summary) for run in runs)
