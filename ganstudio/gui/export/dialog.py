"""Dialog that exports a run, a generator or a walk while everything else continues."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.export.files import install_command
from ganstudio.export.formats import FORMATS, Format
from ganstudio.export.job import Content, Job
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.export.destination import Destination
from ganstudio.gui.export.export_list import ExportList
from ganstudio.gui.export.form import ExportForm
from ganstudio.gui.export.preview import Preview
from ganstudio.gui.export.row import ExportRow
from ganstudio.gui.export.sources import ExportSources
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import Exports, Keys
from ganstudio.system.existence import is_file

_LIST_WIDTH = 176  # px
_SIZE = QSize(820, 500)  # px, where the screen has room


class ExportDialog(QDialog):
    """Formats on the left; content, options and file in the middle; a preview on the right; exports below.

    It only puts these parts together, so it knows all of them.

    Parameters
    ----------
    model : RunModel
        The open run.
    exports : Exports
        Makes the exports; they continue when the dialog is closed.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, model: RunModel, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportDialog")
        self.setWindowTitle("Export")
        self._model = model
        self._exports = exports
        self._sources = ExportSources(model)
        self._keys: Keys | None = None
        self.formats = QListWidget()
        self.content_box = QComboBox()
        self.form = ExportForm()
        self.export_list = ExportList()
        self.destination = Destination(self.export_list.files_in_progress)
        self.export_button = QPushButton("Export")
        self.preview = Preview(exports)
        self._help = Label()
        self._problem = Label()
        self._close = QPushButton("Close")
        self._copy = QPushButton("Copy command")
        self._set_up_widgets()
        self._lay_out()
        for kind in FORMATS.values():
            item = QListWidgetItem(kind.title, self.formats)
            item.setData(Qt.ItemDataRole.UserRole, kind.name)
        self.formats.setCurrentRow(0)
        self._connect()
        self.refresh()

    # What is chosen

    def choose(self, name: str, content: Content | None = None) -> None:
        """Choose a format, and a content, as the user would."""
        self.formats.setCurrentRow(list(FORMATS).index(name))
        if content is not None:
            self.content_box.setCurrentIndex(max(0, self.content_box.findData(content)))

    def choose_walk(self, keys: Keys) -> None:
        """Offer the walk through these keys as an animation, as long as it plays in the explorer."""
        self._keys = keys
        self.form.seconds.setValue(keys.seconds)
        if Content.WALK not in self.format.contents:
            self.choose("gif")
        self.refresh()
        self.content_box.setCurrentIndex(self.content_box.findData(Content.WALK))
        self.form.route.setCurrentIndex(0)

    @property
    def format(self) -> Format:
        """The chosen format."""
        item = self.formats.currentItem()
        return FORMATS[str(item.data(Qt.ItemDataRole.UserRole))]

    @property
    def content(self) -> Content:
        """The chosen content."""
        return Content(str(self.content_box.currentData()))

    # Building

    def _set_up_widgets(self) -> None:
        for widget, name, accessible_name in (
            (self.formats, "exportFormats", "format"),
            (self.content_box, "exportWhat", "what is exported"),
            (self.export_button, "exportBegin", "export"),
            (self._copy, "exportCopyCommand", "copy the command that installs what is missing"),
            (self._problem, "exportTrouble", "why it cannot be exported"),
            (self._close, "exportClose", "close"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(accessible_name)
        for button in (self._copy, self._close):
            button.setAutoDefault(False)
        self._copy.setToolTip("Copy the command that installs what is missing")
        self._close.setToolTip("Close this window; exports in progress continue (Esc)")
        self.export_button.setToolTip("Write the file (Enter)")
        self.export_button.setDefault(True)
        self.export_button.setProperty("main", True)
        self.content_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._help.setProperty("muted", True)
        for label in (self._help, self._problem):
            label.setWordWrap(True)
        self._problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.formats.setFixedWidth(_LIST_WIDTH)
        self.formats.setMinimumHeight(120)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._copy)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        buttons.addWidget(self.export_button)
        middle = QVBoxLayout()
        middle.setSpacing(SPACE)
        for part in (self._help, self.content_box, self.form):
            middle.addWidget(part)
        middle.addStretch(1)
        middle.addWidget(self._problem)
        middle.addWidget(self.destination)
        middle.addLayout(buttons)
        top = QHBoxLayout()
        top.setSpacing(SPACE * 2)
        top.addWidget(self.formats)
        top.addLayout(middle, 3)
        top.addWidget(self.preview, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addLayout(top, 1)
        column.addWidget(self.export_list)
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _connect(self) -> None:
        self.formats.currentRowChanged.connect(self._show_format)
        self.content_box.currentIndexChanged.connect(self._show_content)
        self.form.changed.connect(self._propose_name)
        self.form.valueChanged.connect(self._show_preview)
        self.destination.changed.connect(self._update)
        self.export_list.ended.connect(self._export_ended)
        self._copy.clicked.connect(self._copy_command)
        self.export_button.clicked.connect(self._start_export)
        self._close.clicked.connect(self.close)
        model = self._model
        model.renamed.connect(self._propose_name)
        for signal in (model.viewedStepChanged, model.statusChanged, model.snapshotAdded):
            signal.connect(self._refresh_if_visible)
        model.reset.connect(self._forget_walk)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._refresh_if_visible()

    # What there is to export

    def _refresh_if_visible(self) -> None:
        if self.isVisible():
            self._offer()

    def _forget_walk(self) -> None:
        """Another run is open."""
        self._keys = None
        self._refresh_if_visible()

    def refresh(self) -> None:
        """Offer what the open run, or the bundled model, has, with the packages that are installed now."""
        self._sources.look_for_packages()
        self._offer()

    def _offer(self) -> None:
        colours = theme.current()
        for row, kind in enumerate(FORMATS.values()):
            item, problem = self.formats.item(row), self._sources.problem(kind)
            item.setForeground(QColor(colours.disabled if problem else colours.text))
            item.setToolTip(as_tip(problem or kind.help))
        self._show_format()

    def _show_format(self) -> None:
        """Offer the contents of the chosen format; the chosen one stays chosen if it is still there."""
        kind, before = self.format, self.content_box.currentData()
        self._help.setText(kind.help)
        with QSignalBlocker(self.content_box):
            self.content_box.clear()
            for content in self._sources.contents(kind) or kind.contents:
                description = kind.contents[content]
                self.content_box.addItem(description[0].upper() + description[1:], content)
            self.content_box.setCurrentIndex(max(0, self.content_box.findData(before)))
        self._show_content()

    def _show_content(self) -> None:
        """Show the options of the chosen content."""
        possible = not self._sources.problem(self.format)
        self.form.setEnabled(possible)
        self.content_box.setEnabled(possible)
        self.destination.set_editable(possible)
        key_count = len(self._keys.z) if self._keys is not None else 0
        self.form.show_for(self.content, self._sources.context(self.format, key_count))

    def _propose_name(self) -> None:
        step = self._job(Path()).step
        suffix = "" if step is None else f"-{step}"
        self.destination.propose(f"{self._sources.name(self.content)}-{self.content}{suffix}", self.format)

    def _update(self) -> None:
        """Show whether the export can start, and why not; whether it replaces a file; what it will look like."""
        out = self.destination.path
        problem = self._sources.problem(self.format) or self.destination.problem()
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._copy.setVisible(bool(self._sources.missing_packages(self.format)))
        self.export_button.setText("Replace" if is_file(out) else "Export")
        self.export_button.setEnabled(not problem and out not in self.export_list.files_in_progress())
        self._show_preview()

    def _show_preview(self) -> None:
        """Show a preview of what is chosen; it does not depend on where the file goes."""
        if self._sources.problem(self.format):
            self.preview.show_text("")
        elif self.isVisible():
            self.preview.show_job(self.format, self._job(Path()), self._chosen_keys())

    def _job(self, out: Path) -> Job:
        return self.form.job(self._sources.source(self.content), out)

    def _chosen_keys(self) -> Keys | None:
        return self._keys if self.form.uses_keys else None

    def _copy_command(self) -> None:
        if self.format.extra:
            QGuiApplication.clipboard().setText(install_command(self.format.extra))

    # Exports

    def _start_export(self) -> None:
        if not self.export_button.isEnabled():
            return
        out = self.destination.path
        thread = self._exports.make(self.format, self._job(out), self._chosen_keys())
        self.export_list.add(ExportRow(thread, out))
        thread.start()
        self.destination.propose_next()

    def _export_ended(self) -> None:
        """Propose a name that is unused now that the file is there."""
        if not self.destination.is_typed:
            self._propose_name()
        self._update()
