"""The dialog of data sets: which are on this computer, which can be downloaded, and under which licence."""

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.data import catalog, imported
from ganstudio.data.catalog import Availability, DatasetInfo, DatasetState
from ganstudio.events import Failed
from ganstudio.gui.dialogs.drawing_rows import DrawingRows
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled
from ganstudio.gui.dialogs.own_set_row import OwnSetRow
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.model.downloads import Downloads
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.picture_import import Finished, SetDetails
from ganstudio.system import paths
from ganstudio.system.existence import is_folder
from ganstudio.text import format_bytes

_FIRST_DRAWING = 50_000  # of the rows of the grid, below those of pictures
_LAST_ROW = 100_000  # of the grid, below all others
_HEADINGS = ("data set", "pictures", "state", "licence", "")


class DatasetDialog(FittingDialog):
    """Table of all data sets, with how each download ended. Downloads continue when the dialog is closed."""

    settingsRequested = Signal()
    importRequested = Signal()
    drawRequested = Signal()
    drawingRequested = Signal(str)  # name of a drawing that is to be changed
    drawingRemoved = Signal()

    def __init__(
        self, downloads: Downloads, imports: PictureImports, home: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("datasetDialog")
        self.setWindowTitle("Data sets")
        self._downloads = downloads
        self._imports = imports
        self._own: dict[str, OwnSetRow] = {}
        self._own_count = 0  # rows that were ever made: each has its own place
        self._grid = QGridLayout()
        self._home = home
        self._rows = {name: _Row(info, downloads) for name, info in catalog.DATASETS.items()}
        self._where = WrappedLabel()
        self._open_button = _button("Open folder", "Show the data sets in the file manager")
        self.drawings = DrawingRows(self._grid, _FIRST_DRAWING, home, self)
        self.drawings.changeRequested.connect(self.drawingRequested)
        self.drawings.removed.connect(self.drawingRemoved)
        self._lay_out()
        downloads.started.connect(self._started)
        downloads.progressed.connect(self._progressed)
        downloads.ended.connect(self._ended)
        imports.started.connect(self.refresh)
        imports.progressed.connect(self._import_progressed)
        imports.ended.connect(self._import_ended)
        imports.described.connect(self._described)
        imports.removed.connect(self._removed)
        self.refresh()

    def row(self, name: str) -> "_Row":
        """Return the widgets of one data set."""
        return self._rows[name]

    def refresh(self, *_: object) -> None:
        """Show the present state of every data set."""
        for name, row in self._rows.items():
            row.show_state(catalog.state(name, self._home), self._downloads.name)
        self._refresh_own()
        self.drawings.refresh()
        folder = paths.data_home(self._home)
        exists = is_folder(folder)
        self._where.setText(f"Folder: {folder}{'' if exists else ' (created by the first download)'}")
        self._open_button.setEnabled(exists)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._downloads.is_watched = True
        self.refresh()
        super().showEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._downloads.is_watched = False
        super().hideEvent(event)

    def _lay_out(self) -> None:
        inside = QWidget()
        grid = self._grid
        inside.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE // 2)
        for column, heading in enumerate(_HEADINGS):
            label = Label(heading.upper())
            label.setProperty("heading", True)
            grid.addWidget(label, 0, column)
        for number, row in enumerate(self._rows.values()):
            for column, widget in enumerate(row.widgets()):
                grid.addWidget(widget, 2 * number + 1, column)
            grid.addWidget(row.message, 2 * number + 2, 0, 1, len(_HEADINGS))
        grid.setColumnStretch(3, 1)
        grid.setRowStretch(_LAST_ROW, 1)  # rows keep their height
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(Scrolled(inside), 1)
        whole.addWidget(self._where)
        whole.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        self._where.setProperty("muted", True)
        self._open_button.clicked.connect(self._open_folder)
        bring_in = _button("Import pictures…", "Make a data set of your own pictures")
        bring_in.clicked.connect(self.importRequested)
        draw = _button("Draw points…", "Draw a data set of points, or make one of a picture")
        draw.clicked.connect(self.drawRequested)
        change = _button("Change folder…", "Choose another folder for data sets in the settings")
        change.clicked.connect(self.settingsRequested)
        close = _button("Close", "Close this window; downloads continue")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (bring_in, draw, self._open_button, change):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def own_row(self, name: str) -> OwnSetRow:
        """Return the widgets of an imported set."""
        return self._own[name]

    def _refresh_own(self) -> None:
        """Show the imported sets that are there now."""
        unfinished = imported.list_unfinished(self._home)
        names = [*imported.list_names(self._home), *unfinished]
        for name in set(self._own) - set(names):
            row = self._own.pop(name)
            for widget in (*row.widgets(), row.below):
                self._grid.removeWidget(widget)
                delete_later(widget)
            delete_later(row)
        for name in names:
            if name not in self._own:
                self._add_own(name)
            is_whole = name not in unfinished
            info = catalog.look_up(name, self._home) if is_whole else None
            state = catalog.state(name, self._home) if info else None
            self._own[name].show_state(info, state, "" if info else imported.explain(name, self._home))

    def _add_own(self, name: str) -> None:
        row = self._own[name] = OwnSetRow(name, self._imports, self)
        self._own_count += 1
        place = 2 * (len(self._rows) + self._own_count)
        for column, widget in enumerate(row.widgets()):
            self._grid.addWidget(widget, place, column)
        self._grid.addWidget(row.below, place + 1, 0, 1, len(_HEADINGS))

    def _import_progressed(self, name: str, done: int, total: int) -> None:
        if name in self._own and self._imports.is_update:
            self._own[name].show_progress(done, total)

    def _import_ended(self, name: str, outcome: str, result: Finished | Failed | None) -> None:
        self.refresh()
        if name in self._own and self._imports.is_update:
            self._own[name].show_ended(outcome, result)

    def _described(self, name: str, details: SetDetails | Failed | None) -> None:
        if name in self._own:
            self._own[name].show_details(details)

    def _removed(self, name: str, failed: Failed | None) -> None:
        if failed is not None and name in self._own:
            self._own[name].show_not_removed(failed)
        self.refresh()

    def _open_folder(self) -> None:
        folder = paths.data_home(self._home)
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            self._where.setText(f"Folder: {folder} (no file manager was found)")

    def _started(self, name: str) -> None:
        self._rows[name].show_outcome("")
        self.refresh()

    def _progressed(self, name: str, done: int, total: int) -> None:
        self._rows[name].show_progress(done, total)

    def _ended(self, name: str, outcome: str, failed: Failed | None) -> None:
        text = "It is ready." if outcome == Outcome.DONE else "The download was cancelled."
        if failed is not None:
            text = f"{failed.message}\n{failed.details}".strip()
        self._rows[name].show_outcome(text, failed=failed is not None)
        self.refresh()


class _Row:
    """Widgets of one data set."""

    def __init__(self, info: DatasetInfo, downloads: Downloads) -> None:
        self._info = info
        self._downloads = downloads
        self.title = Label(info.title)
        self.title.setToolTip(as_tip(info.source))
        kind = "colour" if info.channels > 1 else "grey"
        self.pictures = Label(f"{info.count:,} {info.height}x{info.width} {kind}")
        self.state = Label()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(f"Progress of {info.title}")
        self._state_or_progress = QStackedWidget()
        self._state_or_progress.addWidget(self.state)
        self._state_or_progress.addWidget(_centred(self.progress))
        self.licence = Label(info.licence)
        self.licence.setToolTip(as_tip(info.source))
        self.licence.setProperty("muted", True)
        self.message = WrappedLabel()
        self.message.setAccessibleName(f"Result of the download of {info.title}")
        self.message.hide()
        self._failed = False
        self.button = _button("", "")
        policy = self.button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # a row is as high without it
        self.button.setSizePolicy(policy)
        self.button.setObjectName(f"{info.name}Button")
        self.button.clicked.connect(self._download_or_cancel)

    def widgets(self) -> tuple[QWidget, ...]:
        """Return them in the order of the headings."""
        return (self.title, self.pictures, self._state_or_progress, self.licence, self.button)

    def show_state(self, state: DatasetState, loading: str) -> None:
        """Show the state of the data set; `loading` is the name of the one being downloaded, or ""."""
        is_loading = loading == self._info.name
        self.state.setText(f"{state.state.short}, {format_bytes(state.bytes)}")
        self._state_or_progress.setCurrentIndex(1 if is_loading else 0)
        if is_loading and not self.button.text().startswith("Cancel"):
            self.progress.setRange(0, 0)
        self.button.setText("Cancel" if is_loading else "Retry" if self._failed else "Download")
        self.button.setAccessibleName(f"{self.button.text()} {self._info.title}")
        self.button.setVisible(is_loading or state.state == Availability.DOWNLOADABLE)
        self.button.setEnabled(is_loading or not loading)
        self.button.setToolTip(as_tip("" if is_loading or not loading else "Only one download at a time"))

    def show_outcome(self, text: str, failed: bool = False) -> None:
        """Show below the row how the last download ended; "" for nothing."""
        self._failed = failed
        self.message.setText(text)
        self.message.setProperty("muted", not failed)
        self.message.setVisible(bool(text))

    def show_progress(self, done: int, total: int) -> None:
        """Show how many bytes of all have arrived."""
        self.progress.setRange(0, 1000)
        self.progress.setValue(int(1000 * done / total) if total else 0)
        self.progress.setToolTip(as_tip(f"{format_bytes(done)} of {format_bytes(total)}"))

    def _download_or_cancel(self) -> None:
        if self._downloads.name == self._info.name:
            self._downloads.cancel()
        else:
            self._downloads.start(self._info.name)


def _button(label: str, tip: str) -> QPushButton:
    button = QPushButton(label)
    button.setToolTip(as_tip(tip))
    button.setAutoDefault(False)
    return button


def _centred(widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder
