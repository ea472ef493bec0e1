"""A set of the user's own pictures in the dialog of data sets: what is in it, update, removal."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ganstudio.data.catalog import DatasetInfo, DatasetState
from ganstudio.data.pictures.report import COLOURS
from ganstudio.events import Failed
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.picture_import import Finished, SetDetails
from ganstudio.text import format_bytes, one_line

_MAX_TITLE = 32  # characters


class OwnSetRow(QObject):
    """Widgets of one set: its facts and three buttons; below them answers, and the question before a removal.

    Parameters
    ----------
    name
        Of the set.
    imports
        Does what the buttons say.
    parent
        Qt's parent.
    """

    def __init__(self, name: str, imports: PictureImports, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._imports = imports
        self._details: SetDetails | None = None
        self._asks = False  # whether it is to be removed, once that is known to be safe
        self.title = Label(one_line(name, _MAX_TITLE))
        self.pictures = Label()
        self.state = Label()
        self.licence = Label("your own")
        self.licence.setProperty("muted", True)
        self.details_button = self._button("Details", "Show what is in it, and what was skipped")
        self.update_button = self._button("Update", "Look at the pictures again, and decode what is new or has changed")
        self.remove_button = self._button("Remove", "Remove it from this computer; the pictures themselves stay")
        self.buttons = _side_by_side(self.details_button, self.update_button, self.remove_button)
        self.message = WrappedLabel()
        self.message.setAccessibleName(f"About {name}")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(f"Progress of {name}")
        self.copy_button = self._button("Copy skipped files", "Copy the skipped files with their reasons, as CSV")
        self.confirm_button = self._button("Remove it", "Remove the set")
        self.keep_button = self._button("Keep it", "Do not remove the set")
        self.below = QWidget()
        self._lay_out()
        self._connect()
        self._show_below("")

    def widgets(self) -> tuple[QWidget, ...]:
        """Return them in the order of the headings."""
        return (self.title, self.pictures, self.state, self.licence, self.buttons)

    def show_state(self, info: DatasetInfo | None, state: DatasetState | None, problem: str = "") -> None:
        """Show what is stored; None: it cannot be used, and `problem` says why and what to do."""
        is_busy = self._imports.name == self._name
        if info is not None and state is not None:
            self.pictures.setText(f"{info.count:,} {info.height}x{info.width} {COLOURS[info.channels].split()[0]}")
            self.pictures.setToolTip(as_tip(COLOURS[info.channels]))
            self.title.setToolTip(as_tip(f"{self._name}, from {info.source}"))
            self.state.setText(f"{state.state.short}, {format_bytes(state.bytes)}")
            self.state.setToolTip("")
        else:
            self.pictures.setText("")
            self.state.setText("cannot be used")
            self.state.setToolTip(as_tip(problem))
        self.details_button.setEnabled(info is not None)
        self.update_button.setText("Cancel" if is_busy else "Update")
        self.update_button.setEnabled(is_busy or (info is not None and not self._imports.name))
        self.remove_button.setEnabled(not is_busy)

    def show_progress(self, done: int, total: int) -> None:
        """Show how far its update is."""
        if self.progress.isHidden():
            self._show_below("Looking at the pictures\N{HORIZONTAL ELLIPSIS}", self.progress)
        self.progress.setRange(0, total)
        self.progress.setValue(done)

    def show_ended(self, outcome: str, result: Finished | Failed | None) -> None:
        """Show how its update ended."""
        if isinstance(result, Finished):
            new = result.imported
            count, reused = new.info.count, new.reused
            changed = f"It has {count:,} pictures now; {reused:,} of them are as before, {new.removed:,} are gone."
            self._show_below(changed if new.is_new else "It is up to date.")
        elif isinstance(result, Failed):
            self._show_below(result.message)
        elif outcome == Outcome.CANCELLED:
            self._show_below("The update was cancelled; the set is as it was.")

    def show_details(self, details: SetDetails | Failed | None) -> None:
        """Show what is in it, or ask whether to remove it."""
        if not isinstance(details, SetDetails):
            self._details = None
            if self._asks:
                self._ask("")
            else:
                self._show_below(details.message if details else "")
            return
        self._details = details
        if self._asks:
            self._ask(details.runs)
        else:
            self._show_below(details.summary, *([self.copy_button] if details.skipped else []))

    def show_not_removed(self, failed: Failed) -> None:
        """Say why it is still there."""
        self._show_below(failed.message)

    def _ask(self, runs: str) -> None:
        needed = f" Without it, {runs} can be viewed but not resumed." if runs else ""
        self._show_below(
            f"Remove {self._name}? The pictures it was made of stay where they are.{needed}",
            self.confirm_button,
            self.keep_button,
        )

    def _details_asked(self) -> None:
        self._asks = False
        self._imports.describe(self._name)

    def _removal_asked(self) -> None:
        self._asks = True
        self._imports.describe(self._name)

    def _update_or_cancel(self) -> None:
        if self._imports.name == self._name:
            self._imports.cancel()
        else:
            self._imports.update(self._name)

    def _remove(self) -> None:
        self._imports.remove(self._name)

    def _keep(self) -> None:
        self._show_below("")

    def _copy(self) -> None:
        if self._details is not None:
            QGuiApplication.clipboard().setText(self._details.skipped_table)

    def _show_below(self, text: str, *parts: QWidget) -> None:
        self.message.setText(text)
        for part in (self.progress, self.copy_button, self.confirm_button, self.keep_button):
            part.setVisible(part in parts)
        self.below.setVisible(bool(text))

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("small", True)
        button.setAutoDefault(False)
        button.setToolTip(as_tip(tip))
        button.setAccessibleName(f"{text} {self._name}")
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.below)
        column.setContentsMargins(SPACE, 0, 0, SPACE)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.message)
        column.addWidget(self.progress)
        buttons = _side_by_side(self.copy_button, self.confirm_button, self.keep_button)
        column.addWidget(buttons, 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        self.details_button.clicked.connect(self._details_asked)
        self.update_button.clicked.connect(self._update_or_cancel)
        self.remove_button.clicked.connect(self._removal_asked)
        self.copy_button.clicked.connect(self._copy)
        self.confirm_button.clicked.connect(self._remove)
        self.keep_button.clicked.connect(self._keep)


def _side_by_side(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE // 2)
    for widget in widgets:
        row.addWidget(widget)
    return holder
