"""Dialog that chooses the model that a new run begins from, and shows what would become of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio import config as cfg
from ganstudio.events import Failed
from ganstudio.gui.dialogs.button_row import make_button_row
from ganstudio.gui.dialogs.file_dialogs import DOCUMENTS, ask_open
from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.setup.form_parts import make_button, make_label
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.number_boxes import WholeBox
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.begin_preview import BeginPreview, BeginPreviewThread
from ganstudio.latent import models
from ganstudio.text import one_line

_SIZE = QSize(900, 600)  # px, where the screen has room
_GRID_HEIGHT = 160  # px
_MAX_TITLE = 60  # characters
_NEWEST, _MAX_STEP = -1, 1_000_000_000
_FILES = "Generators (*.safetensors);;All files (*)"


class BeginFromDialog(FittingDialog):
    """Asks what the networks of a new run are to begin as; the account of every tensor is shown before it is chosen.

    Parameters
    ----------
    threads
        Runs the thread that loads the model.
    parent
        Qt's parent.

    Attributes
    ----------
    preview
        What would be begun with; None until it is known.
    """

    chosen = Signal(object)  # RunConfig
    previewed = Signal()  # a preview has come, or why there is none

    def __init__(self, threads: RunThreads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("beginFromDialog")
        self.setWindowTitle("Begin from a model")
        self._threads = threads
        self._config = cfg.RunConfig()
        self._home: Path | None = None
        self._thread: BeginPreviewThread | None = None
        self._looked_at = ""  # the source whose preview is shown or being made
        self._is_stale = False  # another preview is wanted than the one that is being made
        self.preview: BeginPreview | None = None
        self._source = ChoiceBox()
        self._step = WholeBox()
        self._pictures = PictureGrid("Pictures of the model on the new network")
        self._table = QPlainTextEdit()
        self._summary = WrappedLabel()
        self._make_parts()
        self._lay_out()

    def begin(self, config: cfg.RunConfig, runs: Sequence[tuple[str, Path]], home: Path | None) -> None:
        """Show which model the settings begin from, or the first one.

        Parameters
        ----------
        config
            Settings of the new run.
        runs
            Titles and folders of the runs to choose from.
        home
            Folder of the data sets; None: the usual one.
        """
        self._config, self._home = config, home
        self._source.clear()
        for name in models.BUNDLED:
            if (model := models.bundled(name)) is not None:
                self._source.addItem(model.title, name)
        for title, path in runs:
            self._source.addItem(one_line(title, _MAX_TITLE), str(path))
        self._show_source(config.begin.source)
        self._look()

    def accept(self) -> None:
        """Request a new run that begins from what is shown."""
        if self.preview is not None:
            self.chosen.emit(self.preview.config)
            super().accept()

    # Building

    def _make_parts(self) -> None:
        self._source.setObjectName("beginSourceCombo")
        self._source.setAccessibleName("Model to begin from")
        self._source.activated.connect(self._refresh)
        self._step.setObjectName("beginStepField")
        self._step.setAccessibleName("Step of the run")
        self._step.setRange(_NEWEST, _MAX_STEP)
        self._step.setSpecialValueText("newest")
        self._step.setToolTip("Begin from the newest snapshot or checkpoint that is not after this step")
        self._step.editingFinished.connect(self._refresh)
        self._file = make_button("beginFileButton", "File…", "Begin from a generator that was exported")
        self._file.setAutoDefault(False)  # Enter is for the model that is shown
        self._file.clicked.connect(self._ask_file)
        self._pictures.setMinimumHeight(_GRID_HEIGHT)
        self._table.setObjectName("beginTable")
        self._table.setAccessibleName("What becomes of every tensor")
        self._table.setReadOnly(True)
        self._table.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._table.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._summary.setObjectName("beginSummary")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addWidget(
            WrappedLabel(
                "The networks of the new run begin as those of a model instead of with random weights. Size, colours "
                "and classes may differ; the first grid shows what the model makes then."
            )
        )
        column.addLayout(self._make_rows())
        column.addWidget(self._pictures, 2)
        column.addWidget(self._table, 3)
        column.addWidget(self._summary)
        column.addWidget(self._make_buttons())
        self.resize(_SIZE)

    def _make_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setColumnStretch(1, 1)
        grid.addWidget(make_label("begin from", self._source), 0, 0)
        row = QHBoxLayout()
        row.addWidget(self._source, 1)
        row.addWidget(make_label("step", self._step))
        row.addWidget(self._step)
        row.addWidget(self._file)
        grid.addLayout(row, 0, 1)
        return grid

    def _make_buttons(self) -> QDialogButtonBox:
        self._button = QPushButton("Begin from this")
        self._button.setObjectName("chooseBeginButton")
        self._button.setToolTip("Sets up a new run that begins so; Start trains it")
        return make_button_row(self, self._button)

    # What is chosen

    def _show_source(self, source: str) -> None:
        """Choose what settings name, perhaps with a step."""
        name, _, step = source.rpartition(":")
        is_stepped = bool(name) and step.isascii() and step.isdigit() and len(step) <= len(str(_MAX_STEP))
        name = name if is_stepped else source
        self._step.setValue(min(int(step), _MAX_STEP) if is_stepped else _NEWEST)
        if name and self._source.findData(name) < 0:
            self._source.addItem(one_line(Path(name).name or name, _MAX_TITLE), name)
        self._source.setCurrentIndex(max(0, self._source.findData(name)))

    def _chosen_source(self) -> str:
        name, step = str(self._source.currentData() or ""), self._step.value()
        return f"{name}:{step}" if step != _NEWEST and self._step.isEnabled() else name

    def _ask_file(self) -> None:
        ask_open(self, "Begin from a generator", _FILES, self.take_file, DOCUMENTS)

    def take_file(self, path: Path) -> None:
        """Choose a file."""
        self._show_source(str(path))
        self._look()

    # What it would be

    @Slot()
    def _refresh(self, *_: object) -> None:
        """Look at what is chosen unless it is shown: the step also says that it is edited when it loses the focus."""
        is_known = self.preview is not None or self._thread is not None
        if not is_known or self._chosen_source() != self._looked_at:
            self._look()

    def _look(self) -> None:
        """Have the model that is chosen looked at."""
        name = str(self._source.currentData() or "")
        self._step.setEnabled(name not in models.BUNDLED and not name.endswith(".safetensors"))
        self._looked_at = self._chosen_source()
        self._forget("Loading the model…")
        if self._thread is not None:
            self._is_stale = True
            self._thread.request_stop()
            return
        config = cfg.change(self._config, "begin.source", self._looked_at)
        config = cfg.change(config, "begin.sha256", "")
        self._is_stale = False
        self._thread = BeginPreviewThread(config, self._home, self)
        self._thread.made.connect(self._show)
        self._thread.refused.connect(self._refuse)
        self._thread.failed.connect(self._refuse)
        self._thread.finished.connect(self._ended)
        self._threads.launch(self._thread)

    def _forget(self, text: str) -> None:
        self.preview = None
        self._pictures.show_text(text)
        self._table.clear()
        self._summary.clear()
        self._button.setEnabled(False)

    @Slot()
    def _ended(self) -> None:
        self._thread = None
        if self._is_stale:
            self._look()

    @Slot(object)
    def _show(self, preview: BeginPreview) -> None:
        if self._is_stale:
            return
        self.preview = preview
        self._pictures.show_pictures(preview.pictures)
        self._table.setPlainText("\n".join(preview.table))
        sentences = (f"From {preview.title}.", preview.taken, preview.counts)
        self._summary.setText(" ".join(filter(None, sentences)))
        self._button.setEnabled(True)
        self.previewed.emit()

    @Slot(object)
    def _refuse(self, failed: Failed) -> None:
        if not self._is_stale:
            self._forget("No pictures")
            self._summary.setText(failed.message)
            self.previewed.emit()
