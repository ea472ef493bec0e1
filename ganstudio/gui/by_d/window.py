"""The window of the real pictures by the opinion of D."""

from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.by_d.edits import SetEditor
from ganstudio.gui.by_d.sorter import PAGE, Sorter
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import known_data, without_bundled
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.flow_layout import FlowLayout
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.by_d import JudgeRequest, SetFacts
from ganstudio.images import ALPHA_CHANNELS, Pictures
from ganstudio.latent.models import Model
from ganstudio.text import one_line

_SIZE = QSize(1000, 620)  # px, where the screen has room
_SIDE_WIDTH = 280  # px
_MAX_NAME = 60  # characters
_MAX_NAMED = 5  # pictures that are named in a sentence
_TINT = 0.6  # share of the colour over pictures that are marked or out
_ENDS = (
    (
        "least real first",
        "the least real pictures first",
        "What D takes for fake: outliers, wrong labels",
    ),
    ("most real first", "the most real pictures first", "What D finds most typical of the data"),
)
_NO_GENERATOR = "D can judge the pictures as soon as the run has its first snapshot."
_READING = "Reading the data set\N{HORIZONTAL ELLIPSIS}"
_CLICK = "Click a picture to see it large."
_NOT_OWN = "Pictures can be taken out of sets that you imported; {} stays as it is."


class ByDWindow(QDialog):
    """Window of the real pictures, sorted; it is not modal, and training continues.

    Parameters
    ----------
    model
        The open run.
    explorer
        Whose D judges.
    parent
        Qt's parent.
    """

    failed = Signal(object)  # Failed: an error that nobody expected
    setChanged = Signal()  # an imported set has other pictures
    goOnRequested = Signal()  # a new run without them, from the weights of the open one

    def __init__(self, model: RunModel, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("byDWindow")
        self.setWindowTitle("The data by D's eyes")
        self._model, self._explorer = model, explorer
        self.sorter = Sorter(self)
        self.editor = SetEditor(self)
        self.chosen = -1  # number of the picture that is looked at
        self._make_parts()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _make_parts(self) -> None:
        self.says = WrappedLabel("", self)
        self.says.setObjectName("byDSays")
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("pictures judged")
        self.ends = ChoiceRow("which pictures come first", _ENDS, self)
        self.ends.setObjectName("byDEnds")
        self.place = Label("", self)
        self.place.setProperty("muted", True)
        self.grid = PictureGrid("real pictures", "real", self)
        self.grid.setObjectName("byDGrid")
        self.grid.set_selectable(True)
        self.large = PictureGrid("the chosen picture", "real", self)
        self.large.setObjectName("byDLarge")
        self.about = WrappedLabel("", self)
        self.about.setObjectName("byDAbout")
        self.edit_says = WrappedLabel("", self)
        self.edit_says.setObjectName("byDEditSays")

    def _make_buttons(self) -> None:
        self.judge_button = make_button(
            "byDJudgeButton", "Judge again", "Let D, as it is now, judge all pictures", self
        )
        self.previous = make_button("byDPreviousButton", "Previous", "The page before (Page up)", self)
        self.next = make_button("byDNextButton", "Next", "The next page (Page down)", self)
        self.previous.setShortcut("PgUp")
        self.next.setShortcut("PgDown")
        self.mark_button = make_button("byDMarkButton", "Mark", "Mark this picture, to take it out (M)", self)
        self.mark_button.setShortcut("M")
        self.take_out_button = make_button(
            "byDTakeOutButton", "Take out", "Take the marked pictures out of the set; the files are not touched", self
        )
        self.undo_button = make_button("byDUndoButton", "Undo", "Take the last change of the set back", self)
        self.put_back_button = make_button(
            "byDPutBackButton", "Put all back", "Put all pictures back that are out", self
        )
        self.go_on_button = make_button(
            "byDGoOnButton",
            "Go on without them",
            "Set up a new run that begins from the networks of this one, with the set as it is now",
            self,
        )
        self.close_button = make_button("closeByDButton", "Close", "Close this window (Esc)", self)

    def _lay_out(self) -> None:
        top, tools, buttons = QHBoxLayout(), FlowLayout(), FlowLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.says, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.progress)
        top.addWidget(self.judge_button)
        self.progress.setFixedWidth(_SIDE_WIDTH // 2)
        for row, parts in (
            (tools, (self.ends, self.previous, self.next, self.place)),
            (buttons, (self.take_out_button, self.undo_button, self.put_back_button, self.go_on_button)),
        ):
            row.setSpacing(SPACE // 2)
            for part in parts:
                row.addWidget(part)
        body = QGridLayout()
        body.setHorizontalSpacing(SPACE * 2)
        body.setVerticalSpacing(SPACE)
        body.addLayout(tools, 0, 0)
        body.addWidget(self.grid, 1, 0)
        side = QVBoxLayout()
        side.setSpacing(SPACE)
        side.addWidget(self.large, 1)
        side.addWidget(self.about)
        side.addWidget(self.mark_button, 0, Qt.AlignmentFlag.AlignLeft)
        body.addLayout(side, 0, 1, 2, 1)
        body.setColumnStretch(0, 1)
        body.setColumnMinimumWidth(1, _SIDE_WIDTH)
        body.setRowStretch(1, 1)
        bottom = QHBoxLayout()
        bottom.setSpacing(SPACE)
        bottom.addLayout(buttons, 1)
        bottom.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addLayout(body, 1)
        column.addWidget(self.edit_says)
        column.addLayout(bottom)

    def _connect(self) -> None:
        sorter, editor = self.sorter, self.editor
        sorter.changed.connect(self._show)
        sorter.refused.connect(self._refuse)
        editor.changed.connect(self._show)
        editor.setChanged.connect(self._set_changed)
        for part in (sorter, editor):
            part.failed.connect(self.failed)
        for signal in (self._explorer.generatorChanged, self._model.reset, self._model.statusChanged):
            signal.connect(self._generator_changed)
        self.judge_button.clicked.connect(self._judge_or_stop)
        self.ends.changed.connect(self._sort)
        self.previous.clicked.connect(partial(self._turn, -1))
        self.next.clicked.connect(partial(self._turn, 1))
        self.grid.chosen.connect(self._choose)
        self.mark_button.clicked.connect(self._mark)
        self.take_out_button.clicked.connect(self._take_out)
        self.undo_button.clicked.connect(editor.undo)
        self.put_back_button.clicked.connect(editor.put_all_back)
        self.go_on_button.clicked.connect(self.goOnRequested)
        self.close_button.clicked.connect(self.reject)

    def stop(self) -> bool:
        """End the threads; False if one did not end in time."""
        ended = [self.sorter.stop(), self.editor.stop()]
        return all(ended)

    # What the user does

    @Slot()
    def judge(self) -> None:
        """Let D, as it is now, judge all pictures."""
        generator = self._generator
        if generator is None:
            self.sorter.forget()
            self._refuse(self._explorer.problem or _NO_GENERATOR)
            return
        run = self._model.folder
        own = run if run is not None and run.name == generator.name else None
        request = JudgeRequest(generator, known_data(self._model, generator), own)
        if not self.sorter.keeps_numbers(request):
            self.chosen = -1
        self.editor.look_at(request)
        self.sorter.judge(request)

    @property
    def _generator(self) -> Model | None:
        return without_bundled(self._model, self._explorer.generator)

    @Slot()
    def _judge_or_stop(self) -> None:
        if self.sorter.is_judging:
            self.sorter.halt()
        else:
            self.judge()

    @Slot()
    def _generator_changed(self, *_: object) -> None:
        """Judge the pictures of another run; newer weights of the same one only if the user wants it."""
        generator, asked = self._generator, self.sorter.asked
        if not self.isVisible() or (self._model.folder is None and asked is not None):
            return  # while the next run is set up, what is shown stays
        before = None if asked is None else asked.model.name
        if before != (None if generator is None else generator.name):
            self.judge()

    @Slot(int)
    def _sort(self, index: int) -> None:
        self.sorter.sort(index == 1)

    def _turn(self, by: int) -> None:
        self.sorter.show_page(self.sorter.page + by)

    @Slot(int)
    def _choose(self, index: int) -> None:
        if 0 <= index < len(self.sorter.numbers):
            self.chosen = self.sorter.numbers[index]
            self._show()

    @Slot()
    def _mark(self) -> None:
        facts = self._facts
        if facts is not None and self._file(self.chosen) in facts.others:
            return
        if self._file(self.chosen) in self.editor.out:
            self.editor.put_back([self._file(self.chosen)])
        elif self.chosen >= 0:
            self.sorter.toggle(self.chosen)

    @Slot()
    def _take_out(self) -> None:
        facts = self._facts
        if facts is not None:
            files = [facts.files[number] for number in sorted(self.sorter.marked)]
            self.editor.take_out([file for file in files if file not in facts.others])

    @Slot()
    def _set_changed(self) -> None:
        self.sorter.unmark_all()
        self.setChanged.emit()

    # What is shown

    @property
    def _facts(self) -> SetFacts | None:
        return None if self.sorter.judged is None else self.sorter.judged.facts

    def _file(self, number: int) -> str:
        facts = self._facts
        return facts.files[number] if facts is not None and 0 <= number < len(facts.files) else ""

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.chosen = -1
        self._show()
        self.says.setText(" ".join(filter(None, (why, self._left_out))))
        self.grid.show_text("")

    @Slot()
    def _show(self, *_: object) -> None:
        judged = self.sorter.judged
        if judged is not None:
            self.editor.learn(judged)
        self._show_state()
        self._show_page()
        self._show_chosen()
        self._show_edits()

    def _show_state(self) -> None:
        judged, asked = self.sorter.judged, self.sorter.asked
        is_judging = self.sorter.is_judging
        self.judge_button.setText("Stop" if is_judging else "Judge again")
        self.judge_button.setEnabled(is_judging or self._generator is not None)
        self.progress.setVisible(is_judging)
        for part in (self.ends, self.previous, self.next):
            part.setEnabled(judged is not None)
        if asked is None:
            return
        if judged is None:
            self.says.setText(_READING)
            self.progress.setRange(0, 0)
            return
        facts, count = judged.facts, len(judged.order)
        self.progress.setRange(0, facts.count)
        self.progress.setValue(count)
        some = f"{facts.count:,}" if judged.is_whole else f"{count:,} of {facts.count:,}"
        words = f"{some} real pictures of {one_line(facts.title, _MAX_NAME)}, by D of step {asked.model.step:,}."
        self.says.setText(" ".join(filter(None, (words, self._left_out))))

    @property
    def _left_out(self) -> str:
        """What is said of the pictures that were out of the data when the run began."""
        left_out = self.sorter.left_out
        if left_out is None or not left_out.names:
            return "" if left_out is None else left_out.problem
        names = left_out.names
        some = ", ".join(one_line(name, _MAX_NAME) for name in names[:_MAX_NAMED])
        more = f" and {len(names) - _MAX_NAMED:,} more" if len(names) > _MAX_NAMED else ""
        return f"Before it began, {_count(len(names))} had been taken out: {some}{more}."

    def _show_page(self) -> None:
        sorter = self.sorter
        first = sorter.page * PAGE
        self.previous.setEnabled(sorter.judged is not None and sorter.page > 0)
        self.next.setEnabled(sorter.judged is not None and sorter.page < sorter.pages - 1)
        self.place.setText(f"{first + 1:,} to {first + len(sorter.numbers):,}" if sorter.numbers else "")
        if sorter.pictures is None:
            if not sorter.numbers:
                self.grid.show_text("")
            return
        is_tinted = [number in sorter.marked or self._file(number) in self.editor.out for number in sorter.numbers]
        self.grid.show_pictures(_tint(sorter.pictures, np.array(is_tinted, bool)))
        self.grid.frame(sorter.numbers.index(self.chosen) if self.chosen in sorter.numbers else -1)
        if self.chosen in sorter.numbers:
            self.large.show_pictures(sorter.pictures[sorter.numbers.index(self.chosen), None])

    def _show_chosen(self) -> None:
        judged, number = self.sorter.judged, self.chosen
        is_known = judged is not None and 0 <= number < judged.facts.count and not np.isnan(judged.chances[number])
        self.mark_button.setVisible(bool(self._file(number)))
        if judged is None or not is_known:
            if number < 0:
                self.large.show_text(_CLICK if self.sorter.numbers else "")
                self.about.setText("")
            return
        facts, file = judged.facts, self._file(number)
        lines = [one_line(file, _MAX_NAME) if file else f"Number {number + 1:,}"]
        if facts.labels is not None:
            lines.append(f"Class: {one_line(facts.classes[int(facts.labels[number])], _MAX_NAME)}")
        lines.append(f"D(x) is {judged.chances[number]:.2f}")
        lines.append(f"{self.sorter.rank(number):,} of {len(judged.order):,}, the least real first")
        is_out, is_other = file in self.editor.out, file in facts.others
        if is_other:
            lines.append("The set no longer has this picture.")
        elif is_out or number in self.sorter.marked:
            lines.append("It is out of the set." if is_out else "It is marked.")
        self.about.setText("\n".join(lines))
        self.mark_button.setText("Put back" if is_out else "Unmark" if number in self.sorter.marked else "Mark")
        self.mark_button.setEnabled(not self.editor.is_busy and not is_other)

    def _show_edits(self) -> None:
        facts, editor, marked = self._facts, self.editor, len(self.sorter.marked)
        is_own = facts is not None and bool(facts.files)
        idle = is_own and not editor.is_busy
        for button in (self.take_out_button, self.undo_button, self.put_back_button, self.go_on_button):
            button.setVisible(is_own)
        self.take_out_button.setText(f"Take out {_count(marked)}" if marked else "Take out")
        self.take_out_button.setEnabled(idle and marked > 0)
        self.undo_button.setEnabled(idle and editor.can_undo)
        self.put_back_button.setText(f"Put all back ({len(editor.out):,})" if editor.out else "Put all back")
        self.put_back_button.setEnabled(idle and bool(editor.out))
        self.go_on_button.setEnabled(idle and self._model.folder is not None and editor.differs)
        if facts is not None and not is_own:
            self.edit_says.setText(_NOT_OWN.format(one_line(facts.title, _MAX_NAME)))
        else:
            self.edit_says.setText(editor.says if is_own else "")

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.sorter.asked is None or self.sorter.judged is None:
            self.judge()
        else:
            self._generator_changed()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "edit_says"):
            self._show_page()  # marks are in the colours of the theme

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.sorter.rest()


def _count(number: int) -> str:
    return "1 picture" if number == 1 else f"{number:,} pictures"


def _tint(pictures: Pictures, chosen: np.ndarray) -> Pictures:
    """Return pictures with the colour of alarms over the chosen ones."""
    if not chosen.any():
        return pictures
    colour = QColor(theme.current().alarm)
    shown = np.repeat(pictures[..., None], 3, axis=3) if pictures.ndim == 3 else pictures.copy()
    over = np.array([colour.red(), colour.green(), colour.blue(), 255][: shown.shape[3]])
    if shown.shape[3] == ALPHA_CHANNELS:
        over[:3] = over[:3] * _TINT  # premultiplied
    shown[chosen] = np.rint(shown[chosen] * (1 - _TINT) + over * _TINT).astype(np.uint8)
    return shown
