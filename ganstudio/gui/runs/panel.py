"""Panel with all runs on this computer."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.runs.run_actions import RunActions
from ganstudio.gui.runs.run_deleter import RunDeleter
from ganstudio.gui.runs.run_list_model import ORDERS, RunListModel
from ganstudio.gui.runs.runs_view import RunsView
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.run_list import Run, RunsThread
from ganstudio.runs.summary import RunSummary
from ganstudio.system import paths

_REFRESH_MS = 8000  # between two looks at the folder of the runs while the panel is visible
_ORDER_WIDTH = 84  # px


class RunsPanel(QWidget):
    """The list of runs, which a thread reads while the panel is visible, and actions on the selected ones.

    Parameters
    ----------
    model : RunModel
        The open run.
    undo_stack : UndoStack, optional
        Takes what can be undone; None: one of the panel's own.
    parent : QWidget, optional
        Qt's parent.
    """

    openRequested = Signal(object)  # Path
    compareRequested = Signal(object)  # list[Path], two or more
    relabelled = Signal(object)  # Path
    noticed = Signal(object)  # Notice, or None to withdraw a question
    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, undo_stack: UndoStack | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runsPanel")
        self.setAccessibleName("runs")
        self._model = model
        self.undo_stack = undo_stack or UndoStack(self)
        self.runs = RunListModel(self)
        self.run_thread = RunsThread(paths.runs_home, self)
        self._timer = QTimer(self, interval=_REFRESH_MS)
        self._filter = QLineEdit(self)
        self._order = QComboBox(self)
        self.view = RunsView(self.runs, self)
        self.placeholder = Label("Looking for runs\N{HORIZONTAL ELLIPSIS}", self)
        self._deleter = RunDeleter(model, self.run_thread, self.undo_stack, self)
        self.run_actions = RunActions(self.view, self.runs, self.run_thread, self.undo_stack, self._deleter, self)
        self._lay_out()
        self._connect()
        self.run_actions.update()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(220, 120)

    def refresh(self) -> None:
        """Read the list again, if the panel is visible."""
        if self.isVisible():
            self.run_thread.refresh()

    def stop(self) -> bool:
        """End the thread; return False if it did not end in time."""
        return self.run_thread.stop()

    def summaries(self) -> list[RunSummary]:
        """Return the runs that are shown, in their order."""
        return [run.summary for run in self.runs.runs()]

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.run_thread.refresh()
        self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    # Building

    def _lay_out(self) -> None:
        self.placeholder.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.placeholder.setWordWrap(True)
        self.placeholder.setProperty("muted", True)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.placeholder)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE // 2,) * 4)
        column.setSpacing(SPACE // 2)
        column.addLayout(self._top_row())
        column.addLayout(self._stack, 1)
        column.addLayout(self._button_row())

    def _top_row(self) -> QHBoxLayout:
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

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for name, action in self.run_actions.items():
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setObjectName(f"{name}RunButton")
            button.setAccessibleName(
                f"{action.text()} the selected runs" if name == "compare" else f"{action.text()} run"
            )
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setProperty("small", True)
            has_text = name in ("open", "compare")
            style = Qt.ToolButtonStyle
            button.setToolButtonStyle(style.ToolButtonTextOnly if has_text else style.ToolButtonIconOnly)
            row.addWidget(button)
            if name == "compare":
                row.addStretch(1)
        return row

    def _connect(self) -> None:
        self._filter.textChanged.connect(self._set_filter)
        self._order.currentTextChanged.connect(self._set_order)
        self._timer.timeout.connect(self.run_thread.refresh)
        self.run_thread.listed.connect(self._set_runs)
        self.run_thread.relabelled.connect(self.relabelled)
        self.run_thread.refused.connect(self.failed)
        self.run_thread.failed.connect(self.failed)
        self._deleter.noticed.connect(self.noticed)
        self.run_actions.openRequested.connect(self.openRequested)
        self.run_actions.compareRequested.connect(self.compareRequested)
        for signal in (self._model.reset, self._model.statusChanged):
            signal.connect(self._open_run_changed)

    # What is shown

    @Slot(object)
    def _set_runs(self, runs: list[Run]) -> None:
        if self.view.change_runs(lambda: self.runs.set_runs(runs)):
            self.run_actions.update()
        self._show_list()

    def _set_filter(self, text: str) -> None:
        if self.view.change_runs(lambda: self.runs.set_filter(text)):
            self.run_actions.update()
        self._show_list()

    def _set_order(self, order: str) -> None:
        if self.view.change_runs(lambda: self.runs.set_order(order)):
            self.run_actions.update()

    def _show_list(self) -> None:
        """Show the runs, or why there are none."""
        has_runs = bool(self.runs.count())
        self.placeholder.setText(
            "No run matches." if has_runs else "No runs yet. Press Start to train one; it will appear here."
        )
        self._stack.setCurrentWidget(self.view if self.runs.rowCount() else self.placeholder)

    def _open_run_changed(self) -> None:
        self.runs.open_path = self._model.folder.path if self._model.folder else None
        self.view.viewport().update()
        self.run_actions.update()
        self.refresh()
