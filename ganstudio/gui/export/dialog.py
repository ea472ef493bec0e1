"""ExportDialog: a run, a generator or a walk as a file of any format, while everything else goes on."""

import os
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ganstudio.errors import StudioError
from ganstudio.events import RunStatus
from ganstudio.export.files import install_command, missing_packages
from ganstudio.export.formats import FORMATS, Format
from ganstudio.export.job import Content, Job
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.export.form import Around, ExportForm
from ganstudio.gui.export.preview import Preview
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config, snapshot_model
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.class_box import class_names
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import Exports, Keys
from ganstudio.latent import models
from ganstudio.latent.models import Model
from ganstudio.runs.labels import file_name

_ROWS = 3  # exports that are shown, the newest first
_LIST_WIDTH = 176  # px
_ROW_HEIGHT = 24  # px: of an export, at the least
_SIZE = QSize(820, 500)  # px, where the screen has room
_BREAK = "\N{ZERO WIDTH SPACE}"  # where a long path may go on in the next line
_PICTURES = "Pictures"  # folder that files go to at first, where there is one


class ExportDialog(QDialog):
    """Formats on the left; what, how and where to in the middle; on the right a preview; below, what is under way.

    Nothing moves when an export begins or ends: the list of exports has its place from the start.
    """

    def __init__(self, model: RunModel, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export")
        self._model, self._exports = model, exports
        self._keys: Keys | None = None
        self._home = _first_folder()
        self.formats = QListWidget()
        self.what = QComboBox()
        self.what.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.form = ExportForm()
        self.path = QLineEdit()
        self.begin = QPushButton("Export")
        self.preview = Preview(exports)
        self._help, self._trouble, self._folder = QLabel(), QLabel(), QLabel()
        self._close = QPushButton("Close")
        self._copy = QPushButton("Copy command")
        self._browse = QPushButton("Choose\N{HORIZONTAL ELLIPSIS}")
        self.rows = QVBoxLayout()
        self._name_parts()
        self._lay_out()
        for each in FORMATS.values():
            item = QListWidgetItem(each.title, self.formats)
            item.setData(Qt.ItemDataRole.UserRole, each.name)
        self.formats.setCurrentRow(0)
        self._connect()
        self.refresh()

    # What is asked for

    def choose(self, name: str, what: str = "") -> None:
        """Choose a format, and what of the run, as a person would."""
        self.formats.setCurrentRow(list(FORMATS).index(name))
        if what:
            self.what.setCurrentIndex(max(0, self.what.findData(what)))

    def choose_walk(self, keys: Keys) -> None:
        """Offer the walk through these keys as a film, as long as it plays in the explorer."""
        self._keys = keys
        self.form.seconds.setValue(keys.seconds)
        if Content.WALK not in self.format.contents:
            self.choose("gif")
        self.refresh()
        self.what.setCurrentIndex(self.what.findData(Content.WALK))
        self.form.way.setCurrentIndex(0)

    @property
    def format(self) -> Format:
        """The chosen format."""
        item = self.formats.currentItem()
        return FORMATS[str(item.data(Qt.ItemDataRole.UserRole))]

    @property
    def content(self) -> Content:
        """What of the run, or of the generator, is exported."""
        return Content(str(self.what.currentData()))

    @property
    def out(self) -> Path:
        """The file, or for TensorBoard the folder, that is written."""
        return self._home / Path(self.path.text().strip()).expanduser()

    def set_folder(self, folder: Path) -> None:
        """Where files go to unless another place is named."""
        self._home = folder
        self._name_file()

    # Building

    def _name_parts(self) -> None:
        for widget, name, spoken in (
            (self.formats, "exportFormats", "format"),
            (self.what, "exportWhat", "what is exported"),
            (self.path, "exportPath", "file"),
            (self.begin, "exportBegin", "export"),
            (self._copy, "exportCopyCommand", "copy the command that installs what is missing"),
            (self._browse, "exportChoose", "choose a file"),
            (self._trouble, "exportTrouble", "why it cannot be exported"),
            (self._folder, "exportFolder", "folder of the file"),
            (self._close, "exportClose", "close"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(spoken)
        for button in (self._browse, self._copy, self._close):
            button.setAutoDefault(False)
        self._browse.setToolTip("Choose the folder and the name of the file")
        self._copy.setToolTip("Copy the command that installs what is missing")
        self._close.setToolTip("Close this window; exports in progress continue (Esc)")
        self.begin.setToolTip("Write the file (Enter)")
        self.begin.setDefault(True)
        self.begin.setProperty("main", True)
        self.path.setToolTip("Name of the file. An existing file of that name is replaced only if the export succeeds.")
        for muted in (self._help, self._folder):
            muted.setProperty("muted", True)
        self._folder.setProperty("small", True)
        for label in (self._help, self._trouble, self._folder):
            label.setWordWrap(True)
        self._trouble.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        self.formats.setFixedWidth(_LIST_WIDTH)
        self.formats.setMinimumHeight(120)
        place, end = QHBoxLayout(), QHBoxLayout()
        place.addWidget(self._folder, 1)
        place.addWidget(self._browse)
        end.addWidget(self._copy)
        end.addStretch(1)
        end.addWidget(self._close)
        end.addWidget(self.begin)
        right = QVBoxLayout()
        right.setSpacing(SPACE)
        for part in (self._help, self.what, self.form):
            right.addWidget(part)
        right.addStretch(1)
        right.addWidget(self._trouble)
        right.addWidget(self.path)
        right.addLayout(place)
        right.addLayout(end)
        top = QHBoxLayout()
        top.setSpacing(SPACE * 2)
        top.addWidget(self.formats)
        top.addLayout(right, 3)
        top.addWidget(self.preview, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addLayout(top, 1)
        whole.addWidget(self._list_of_exports())
        self.resize(_SIZE.boundedTo(QGuiApplication.primaryScreen().availableGeometry().size()))

    def _list_of_exports(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("scrolled")
        self._none_yet = QLabel("Your exports appear here.")
        self._none_yet.setProperty("muted", True)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(SPACE // 2)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._none_yet)
        column.addLayout(self.rows)
        column.addStretch(1)
        area = _Exports()
        area.setObjectName("exportList")
        area.setAccessibleName("Exports")
        area.setWidget(inside)
        return area

    def _connect(self) -> None:
        self.formats.currentRowChanged.connect(self._show_format)
        self.what.currentIndexChanged.connect(self._show_what)
        self.form.changed.connect(self._name_file)
        self._model.renamed.connect(self._name_file)
        self.path.textChanged.connect(self._look)
        self._browse.clicked.connect(self._ask_path)
        self._copy.clicked.connect(self._copy_command)
        self.begin.clicked.connect(self._begin)
        self._close.clicked.connect(self.close)
        for signal in (self._model.viewedStepChanged, self._model.statusChanged, self._model.snapshotAdded):
            signal.connect(self._run_changed)
        self._model.reset.connect(self._another_run)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.isVisible():
            self.refresh()

    # What there is

    def _run_changed(self, *_: object) -> None:
        if self.isVisible():
            self.refresh()

    def _another_run(self) -> None:
        self._keys = None
        self._run_changed()

    def refresh(self) -> None:
        """Offer what the open run, or the bundled model, has."""
        for row, chosen in enumerate(FORMATS.values()):
            item, trouble = self.formats.item(row), self._why_not(chosen)
            item.setForeground(QColor(getattr(theme.current(), "disabled" if trouble else "text")))
            item.setToolTip(trouble or chosen.help)
        self._show_format()

    def _generator(self) -> Model | None:
        """The run's generator, or the bundled one as long as the run has none."""
        try:
            return snapshot_model(self._model) or models.bundled(models.INITIAL)
        except StudioError:
            return None

    def _contents(self, chosen: Format) -> list[Content]:
        """What of a format can be exported now."""
        run, generator = self._model.folder is not None, self._generator() is not None
        return [content for content in chosen.contents if (generator if content.needs_generator else run)]

    def _why_not(self, chosen: Format) -> str:
        """Why a format cannot be written, in a sentence; "" if it can."""
        if chosen.extra and (absent := missing_packages(chosen.extra)):
            packages = " and ".join(absent)
            return f"This needs {packages}, which is not installed. In a terminal: {install_command(chosen.extra)}"
        if not self._contents(chosen):
            return "There is nothing to export yet: start a run or open one."
        return ""

    def _show_format(self, *_: object) -> None:
        """What can be exported in the chosen format; what was chosen stays if it still can."""
        chosen, before = self.format, self.what.currentData()
        self._help.setText(chosen.help)
        self.what.blockSignals(True)
        self.what.clear()
        for what in self._contents(chosen) or chosen.contents:
            words = chosen.contents[what]
            self.what.addItem(words[0].upper() + words[1:], what)
        self.what.setCurrentIndex(max(0, self.what.findData(before)))
        self.what.blockSignals(False)
        self._show_what()

    def _show_what(self, *_: object) -> None:
        trouble = self._why_not(self.format)
        for each in (self.form, self.what, self.path, self._browse):
            each.setEnabled(not trouble)
        self.form.show_for(self.content, self._around())

    def _around(self) -> Around:
        generator = self._generator()
        keys = len(self._keys.z) if self._keys is not None else 0
        names = class_names(generator.config) if generator is not None else class_names(run_config(self._model))
        return Around(self._steps(), names, keys, live=self._model.status in (RunStatus.TRAINING, RunStatus.FOLLOWING))

    def _steps(self) -> tuple[tuple[str, int | None], ...]:
        """Steps to choose from; none where the bundled model is exported."""
        if self._model.folder is None or not (self._model.snapshots or self._model.samples):
            return ()
        newest: tuple[str, int | None] = (f"the newest, step {self._model.step:,}", None)
        viewed = self._model.viewed_step
        return (newest,) if viewed is None else ((f"the one you are looking at, step {viewed:,}", viewed), newest)

    def _source(self) -> Path | str:
        """What the job exports from: the run's folder, or the bundled model's name."""
        folder = self._model.folder
        of_generator = self.content.needs_generator
        if folder is None or (of_generator and not self._model.snapshots):
            return models.INITIAL
        return folder.path

    # Where to

    def _name_file(self, *_: object) -> None:
        """A name that says what it is; one that a person wrote stays, but for the ending."""
        suffix = self.format.suffix
        if self.path.isModified() and self.path.text():
            typed = Path(self.path.text())
            if typed.suffix in {each.suffix for each in FORMATS.values()} and typed.suffix != suffix:
                self.path.setText(str(typed.with_suffix(suffix)))
                self.path.setModified(True)
        else:
            source, step = self._source(), self.form.values().get("step")
            name = file_name(self._model.name) if isinstance(source, Path) else source
            at = "" if step is None else f"-{step}"
            proposed = self._home / f"{name}-{self.content}{at}{suffix}"
            self.path.setText(_unused(proposed, self._written()).name)
        self._look()

    def _ask_path(self) -> None:
        chosen = self.format
        if chosen.suffix:
            title = f"{chosen.title} (*{chosen.suffix})"
            file_dialogs.ask_save(self, "Export", self.out.name, title, self._take_file, folder=self.out.parent)
        else:
            file_dialogs.ask_folder(self, "Export", self.out.parent, self._take_folder)

    def _take_file(self, path: Path) -> None:
        self._home = path.parent
        self.path.setText(path.name)
        self.path.setModified(True)
        self._name_file()

    def _take_folder(self, path: Path) -> None:
        self._home = path
        self._name_file()

    def _look(self, *_: object) -> None:
        """Whether it can begin, and why not; whether it replaces a file; what it will look like."""
        out, trouble = self.out, self._why_not(self.format)
        if not trouble and not self.path.text().strip():
            trouble = "Enter a file name."
        elif not trouble and not out.parent.is_dir():
            trouble = f"There is no folder {out.parent}."
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        self._copy.setVisible("pip install" in trouble)
        self.begin.setText("Replace" if out.is_file() else "Export")
        self.begin.setEnabled(not trouble and out not in self._written())
        self._folder.setText(f"Folder: {out.parent}".replace(os.sep, os.sep + _BREAK))
        self._show_preview()

    def _show_preview(self) -> None:
        """Of what is chosen; it does not depend on where the file goes."""
        if self._why_not(self.format):
            self.preview.show_words("")
        elif self.isVisible():
            self.preview.show_job(self.format, self._job(Path()), self._chosen_keys())

    def _job(self, out: Path) -> Job:
        return Job(run=self._source(), out=out, content=self.content, **self.form.values())

    def _chosen_keys(self) -> Keys | None:
        return self._keys if self.form.takes_keys else None

    def _copy_command(self) -> None:
        if self.format.extra:
            QGuiApplication.clipboard().setText(install_command(self.format.extra))

    # Under way

    def _begin(self) -> None:
        if not self.begin.isEnabled():
            return
        out = self.out
        thread = self._exports.make(self.format, self._job(out), self._chosen_keys())
        row = ExportRow(thread, out)
        self._none_yet.hide()
        row.ended.connect(self._look_again)
        self.rows.insertWidget(0, row)
        for old in [each for each in self._shown_rows() if each.over][_ROWS - 1 :]:
            self.rows.removeWidget(old)
            old.deleteLater()
        self._home = out.parent
        thread.start()
        self.path.setModified(False)
        self._name_file()

    def _look_again(self) -> None:
        """An export is over: the next gets a name of its own."""
        if not self.path.isModified():
            self._name_file()
        self._look()

    def _shown_rows(self) -> list[ExportRow]:
        items = [self.rows.itemAt(index) for index in range(self.rows.count())]
        found = [item.widget() for item in items if item is not None]
        return [each for each in found if isinstance(each, ExportRow)]

    def _written(self) -> set[Path]:
        """Files that are being written."""
        return {row.out for row in self._shown_rows() if not row.over}


class _Exports(QScrollArea):
    """As high as a few exports, also while there is none; a person who makes the dialog small scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumHeight(_ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        return QSize(_SIZE.width(), _ROWS * (_ROW_HEIGHT + SPACE))


def _first_folder() -> Path:
    pictures = Path.home() / _PICTURES
    return pictures if pictures.is_dir() else Path.home()


def _unused(path: Path, taken: set[Path]) -> Path:
    """The path, with a number behind its name if that is taken."""
    number, found = 1, path
    while found.exists() or found in taken:
        number += 1
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return found
