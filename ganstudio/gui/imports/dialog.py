"""Dialog that imports pictures of the user's own: they are looked at, shown as D will see them, then written."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.data.pictures import report
from ganstudio.data.pictures.importing import Request
from ganstudio.errors import DataError
from ganstudio.events import Failed
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.imports.choice_page import ChoicePage
from ganstudio.gui.imports.footer import Footer
from ganstudio.gui.imports.picture_look import PictureLook
from ganstudio.gui.imports.source_page import SourcePage
from ganstudio.gui.model.dataset_work import Outcome
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.model.run_threads import RunThreads
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.picture_import import Finished
from ganstudio.gui.workers.picture_preview import Cost
from ganstudio.gui.workers.picture_scan import Found, FoundLabels
from ganstudio.text import format_bytes, format_duration, one_line

_SIZE = QSize(1000, 680)  # px, where the screen has room
_TABLES = "Tables (*.csv *.tsv *.json *.jsonl);;All files (*)"


class Stage(Enum):
    """How far an import is."""

    ASKING = auto()  # where the pictures are
    LOOKING = auto()
    CHOOSING = auto()
    IMPORTING = auto()
    DONE = auto()


@dataclass(frozen=True)
class TrainingChoice:
    """How the user wants to train on a set: the preset, or "" for the settings as they are; whether mirrored, too."""

    name: str
    preset: str = ""
    mirror: bool | None = None


class ImportDialog(QDialog):
    """Asks where pictures are, shows what an import would make of them, and imports them.

    Parameters
    ----------
    imports
        Does the import, which continues when the dialog is closed.
    threads
        Runs the threads that look at pictures.
    home
        The data folder; None: the usual one.
    parent
        Qt's parent.
    """

    importing = Signal(object)  # TrainingChoice, of an import that begins
    failed = Signal(object)  # Failed: nobody expected it

    def __init__(
        self, imports: PictureImports, threads: RunThreads, home: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("importDialog")
        self.setWindowTitle("Import pictures")
        self.setAcceptDrops(True)
        self._imports = imports
        self._home = home
        self.look = PictureLook(threads, home, self)
        self._path = Path()
        self.source_page = SourcePage()
        self.choice_page = ChoicePage()
        self.form = self.choice_page.form
        self.footer = Footer()
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._enter(Stage.ASKING)

    # What the user does

    @property
    def stage(self) -> Stage:
        """How far the import is."""
        return self._stage

    def look_at(self, path: Path, chosen: Sequence[str] = ()) -> None:
        """Look at the pictures in a folder or an archive, unless an import is under way.

        If some are `chosen`, only the files and folders of these names in the folder are looked at.
        """
        if self._stage == Stage.IMPORTING:
            return
        self._path = path
        self._enter(Stage.LOOKING)
        self.look.look(path, chosen)

    @Slot()
    def _ask_again(self) -> None:
        self.look.forget()
        self.source_page.show_problem("")
        self._enter(Stage.ASKING)

    @Slot()
    def _cancel(self) -> None:
        if self._stage == Stage.LOOKING:
            self.look.cancel()
        elif self._stage == Stage.IMPORTING:
            self._imports.cancel()
        self.footer.show_cancelling()

    @Slot()
    def _import(self) -> None:
        found, labels, form = self.look.found, self.form.labels.found, self.form
        if found is None or labels is None or self._find_problem():
            return
        name = form.name.text()
        request = Request(
            name,
            found.source,
            found.scan,
            labels.labels,
            form.recipe(),
            labels.wanted,
            form.labels.unlabelled,
            self._home,
        )
        self.importing.emit(TrainingChoice(name, form.chosen_preset(), form.chosen_mirror()))
        self._imports.start(request)

    @Slot()
    def _ask_table(self) -> None:
        file_dialogs.ask_open(self, "Table of labels", _TABLES, self.form.labels.choose_table, file_dialogs.DOCUMENTS)

    # What is found

    @Slot(object)
    def _show_found(self, found: Found) -> None:
        self.choice_page.show_found(found)
        self._enter(Stage.CHOOSING)
        if found.advice is not None:
            self.form.name.setFocus()  # not the next button that is enabled: Close
        self._request_preview()

    @Slot(object)
    def _look_ended(self, failed: Failed | None) -> None:
        self.source_page.show_problem(failed.message if failed is not None else "")
        self._enter(Stage.ASKING)

    @Slot()
    def _request_preview(self) -> None:
        try:
            recipe = self.form.recipe()
        except DataError:
            return  # `_find_problem` says it
        if self.look.request(recipe):
            self.footer.show_text("")  # what the former one costs

    @Slot(object)
    def _show_cost(self, cost: Cost) -> None:
        if self._stage != Stage.CHOOSING:
            return  # the progress of the import, or its end, is shown there
        duration = format_duration(max(1.0, cost.seconds))
        text = f"It takes {format_bytes(cost.bytes)} on the disk, and about {duration}."
        if cost.enlarged:
            pictures = report.count_of(cost.enlarged, "picture is", "pictures are")
            text += f" {pictures} smaller than {cost.recipe.height} x {cost.recipe.width}, and will be enlarged."
        self.footer.show_text(text)

    @Slot(object)
    def _show_labels(self, found: FoundLabels) -> None:
        self.form.labels.show_labels(found)

    @Slot()
    def _update(self) -> None:
        """Say why it cannot be imported as it is, or let it be."""
        if self._stage == Stage.CHOOSING:
            self.footer.show_problem(self._find_problem())

    def _find_problem(self) -> str:
        found = self.look.found
        if found is None:
            return ""
        if found.advice is None:
            return found.problem
        if self._imports.name:
            return f"{self._imports.name} is being imported; wait until that is done."
        return self.form.problem()

    # What an import says

    @Slot(str)
    def _import_started(self, name: str) -> None:
        if self._is_own():
            self._enter(Stage.IMPORTING)
        else:
            self._update()

    @Slot(str, object, object)
    def _import_progressed(self, name: str, done: int, total: int) -> None:
        if self._stage == Stage.IMPORTING:
            self.footer.show_progress(f"Importing {one_line(name)}", done, total)

    @Slot(str, str, object)
    def _import_ended(self, name: str, outcome: str, result: Finished | Failed | None) -> None:
        if self._stage != Stage.IMPORTING:
            self._update()
            return
        if isinstance(result, Finished):
            self._show_done(result)
            return
        self._enter(Stage.CHOOSING)
        if isinstance(result, Failed):
            self.footer.show_failure(f"{result.message} {result.kept}".strip())
        elif outcome == Outcome.CANCELLED:
            self.footer.show_text("The import was cancelled; nothing of it was kept.")

    def _show_done(self, done: Finished) -> None:
        info = done.imported.info
        self.choice_page.summary.setText(done.summary)
        self.choice_page.show_skipped(done.skipped, done.skipped_table)
        self._enter(Stage.DONE)
        self.footer.show_text(f"{info.name} is ready: {report.count_of(info.count, 'picture')}.")

    def _is_own(self) -> bool:
        return not self._imports.is_update and self.look.found is not None

    # Building

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self._pages.setCurrentIndex(0 if stage in (Stage.ASKING, Stage.LOOKING) else 1)
        self.source_page.setEnabled(stage == Stage.ASKING)
        self.form.setEnabled(stage == Stage.CHOOSING)
        is_working = stage in (Stage.LOOKING, Stage.IMPORTING)
        self.footer.show_buttons(
            works=is_working, can_import=stage == Stage.CHOOSING, can_ask=stage in (Stage.CHOOSING, Stage.DONE)
        )
        self.footer.show_problem("")
        if is_working:
            self.footer.show_progress(f"Looking at {one_line(self._path.name)}" if stage == Stage.LOOKING else "", 0, 0)
        else:
            self.footer.show_text("")
        self._update()

    def _lay_out(self) -> None:
        self._pages.addWidget(self.source_page)
        self._pages.addWidget(self.choice_page)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addWidget(self._pages, 1)
        column.addWidget(self.footer)
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _connect(self) -> None:
        look, form, footer, imports = self.look, self.form, self.footer, self._imports
        self.source_page.chosen.connect(self.look_at)
        look.progressed.connect(footer.show_count)
        look.foundSource.connect(self._show_found)
        look.ended.connect(self._look_ended)
        look.shown.connect(self.choice_page.preview.show_pictures)
        look.costed.connect(self._show_cost)
        look.labelled.connect(self._show_labels)
        look.failed.connect(self.failed)
        form.recipeChanged.connect(self._request_preview)
        form.changed.connect(self._update)
        form.labels.wantedChanged.connect(look.request_labels)
        form.labels.tableRequested.connect(self._ask_table)
        footer.otherRequested.connect(self._ask_again)
        footer.cancelRequested.connect(self._cancel)
        footer.importRequested.connect(self._import)
        footer.closeRequested.connect(self.close)
        imports.started.connect(self._import_started)
        imports.progressed.connect(self._import_progressed)
        imports.ended.connect(self._import_ended)

    # Events

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._update()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        if not event.spontaneous():  # it is closed, and not minimised
            if self._stage == Stage.LOOKING:
                self.look.cancel()
            elif self._stage == Stage.DONE:
                self._ask_again()  # the end was seen: shown again, it begins anew
        super().hideEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._stage != Stage.IMPORTING and file_dialogs.dragged_selection(event.mimeData()) is not None:
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        selection = file_dialogs.dragged_selection(event.mimeData())
        if selection is not None:
            event.acceptProposedAction()
            self.look_at(*selection)
