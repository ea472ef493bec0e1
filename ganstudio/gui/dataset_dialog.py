"""Data sets: what is on this computer, what can be downloaded, under which licence."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ganstudio import paths
from ganstudio.data import catalog
from ganstudio.data.catalog import DatasetInfo, DatasetState
from ganstudio.gui import downloads
from ganstudio.gui.collapsible import ElidedLabel
from ganstudio.gui.downloads import Downloads
from ganstudio.gui.panels.setup import in_short
from ganstudio.gui.theme import SPACE
from ganstudio.gui.window.sentence import Sentence

_ROW_HEIGHT = 28  # px: with a button or without
_LICENCE_WIDTH = 104  # px: the longest that names a licence
_HEADINGS = ("data set", "pictures", "state", "licence", "")


class DatasetDialog(QDialog):
    """One row a data set; downloads go on when it is closed."""

    def __init__(self, fetching: Downloads, home: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasetDialog")
        self.setWindowTitle("Data sets")
        self._downloads, self._home = fetching, home
        self._rows = {name: _Row(info, fetching) for name, info in catalog.DATASETS.items()}
        self._message = Sentence()
        self._message.setAccessibleName("What came of the download")
        self._message.hide()
        self._lay_out()
        fetching.started.connect(self.refresh)
        fetching.progressed.connect(self._progressed)
        fetching.ended.connect(self._ended)
        self.refresh()

    def row(self, name: str) -> "_Row":
        """Widgets of one data set."""
        return self._rows[name]

    def refresh(self, *_: object) -> None:
        """Look again what is there."""
        for name, row in self._rows.items():
            row.show_state(catalog.state(name, self._home), self._downloads.name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE * 2)
        grid.setVerticalSpacing(SPACE // 2)
        for column, heading in enumerate(_HEADINGS):
            label = QLabel(heading.upper())
            label.setProperty("heading", True)
            grid.addWidget(label, 0, column)
        for number, row in enumerate(self._rows.values(), start=1):
            grid.setRowMinimumHeight(number, _ROW_HEIGHT)
            for column, widget in enumerate(row.widgets()):
                grid.addWidget(widget, number, column)
        grid.setColumnStretch(3, 1)
        where = ElidedLabel(f"Folder: {paths.data_home(self._home)}")
        where.setProperty("muted", True)
        where.setProperty("small", True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addLayout(grid)
        whole.addWidget(self._message)
        whole.addWidget(where)

    def _progressed(self, name: str, done: int, total: int) -> None:
        self._rows[name].show_progress(done, total)

    def _ended(self, name: str, outcome: str, sentence: str) -> None:
        title = catalog.find(name).title
        said = {downloads.DONE: f"{title} is ready.", downloads.CANCELLED: f"{title} was not downloaded."}
        self._message.setText(said.get(outcome, sentence))
        self._message.show()
        self.refresh()


class _Row:
    """Widgets of one data set."""

    def __init__(self, info: DatasetInfo, fetching: Downloads) -> None:
        self._info, self._downloads = info, fetching
        self.title = QLabel(info.title)
        self.title.setToolTip(info.source)
        kind = "colour" if info.channels > 1 else "grey"
        self.pictures = QLabel(f"{info.count:,} {info.size}x{info.size} {kind}")
        self.state = QLabel()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(f"Progress of {info.title}")
        self._either = QStackedWidget()
        self._either.addWidget(self.state)
        self._either.addWidget(_centred(self.progress))
        self.licence = ElidedLabel()
        self.licence.set_full(info.licence, f"{info.licence}. {info.source}")
        self.licence.setMinimumWidth(_LICENCE_WIDTH)
        self.licence.setProperty("muted", True)
        self.button = QPushButton()
        self.button.setAutoDefault(False)
        self.button.setObjectName(f"{info.name}Button")
        self.button.clicked.connect(self._act)

    def widgets(self) -> tuple[QWidget, ...]:
        """In the order of the headings."""
        return (self.title, self.pictures, self._either, self.licence, self.button)

    def show_state(self, state: DatasetState, loading: str) -> None:
        """What is there; `loading` names the data set that is being fetched."""
        mine = loading == self._info.name
        self.state.setText(f"{in_short(state)}, {_megabytes(state.bytes)}")
        self._either.setCurrentIndex(1 if mine else 0)
        if mine and not self.button.text().startswith("Cancel"):
            self.progress.setRange(0, 0)
        self.button.setText("Cancel" if mine else "Download")
        self.button.setAccessibleName(f"{self.button.text()} {self._info.title}")
        self.button.setVisible(mine or state.state == "can be downloaded")
        self.button.setEnabled(mine or not loading)
        self.button.setToolTip("" if mine or not loading else "One download at a time")

    def show_progress(self, done: int, total: int) -> None:
        """Bytes so far and in all."""
        self.progress.setRange(0, 1000)
        self.progress.setValue(int(1000 * done / total) if total else 0)
        self.progress.setToolTip(f"{_megabytes(done)} of {_megabytes(total)}")

    def _act(self) -> None:
        if self._downloads.name == self._info.name:
            self._downloads.cancel()
        else:
            self._downloads.start(self._info.name)


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"


def _centred(widget: QWidget) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder
