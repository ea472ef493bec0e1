"""SamplesPanel: what the generator makes, what it should look like, and both side by side."""

import time
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayoutItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.events import Failed, Pictures, Samples
from ganstudio.gui.dialogs import file_dialogs
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import SQUARE, run_config, viewed_grid
from ganstudio.gui.samples import picture_files
from ganstudio.gui.samples.fake_source import FakeSource
from ganstudio.gui.samples.opinion import OpinionTip, Subject
from ganstudio.gui.samples.picture_menu import PictureMenu
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.class_box import ClassBox
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.stage import Stage
from ganstudio.gui.widgets.widgets import Choice, PictureGrid
from ganstudio.gui.window.enlarge_button import EnlargeButton
from ganstudio.gui.workers.real_pictures import RealRequest, RealThread
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.gui.workers.sampling import SampleThread

FIXED, FRESH, REAL, BOTH = range(4)
_LEAST_IN_BOTH = 24  # pictures in each of two grids that share the room: larger ones compare better than more
_CHOICES = (
    ("fixed z", "fixed z", "The same random numbers z throughout the run, so you can watch each picture develop."),
    (
        "fresh z",
        "fresh z",
        "New random numbers z for each snapshot: everything that the generator can make.",
    ),
    ("real", "real", "Pictures from the data set: what the generator should learn to make."),
    ("both", "real beside fake", "Real pictures beside fakes made from the fixed z."),
)
_AWAKE = 300  # ms after it was shown: the window is painted, and the explorer served, before the bundled model's grid


class SamplesPanel(QWidget):
    """The grid, crisp and as large as the room allows; real in sky blue, fake in orange."""

    latentRequested = Signal(object, object)  # z (z_size,) of a picture that was clicked, and its class or None
    cornerRequested = Signal(int, object, object)  # corner of the morph square, 0..3; z (z_size,) and class as above
    failed = Signal(object)  # Failed
    written = Signal(str)  # path of a file that a person asked for
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samplesPanel")
        self.setAccessibleName("samples")
        self._model, self._samples = model, samples
        self._source = FakeSource(model)
        self._awake = False
        self._wake = QTimer(self, singleShot=True, interval=_AWAKE)
        self._wake.timeout.connect(self._wake_up)
        self._reals = RealThread(self)
        self._real_asked: RealRequest | None = None
        self._real_read: Pictures | None = None
        self._fresh: Answer | None = None
        self._fresh_floor = 0.0  # answers to older requests are stale
        self._draws = 0  # of fresh noise, by hand
        self._corners: dict[float, int] = {}  # stamp of a request for a picture's z -> the corner that wants it
        self._choice = Choice("what the grid shows", _CHOICES, self)
        self._class = ClassBox(may_be_all=True, parent=self)
        self._again = QToolButton(self)
        self._save = QToolButton(self)
        self.enlarge_button = EnlargeButton("the pictures", self)
        self._real = PictureGrid("real pictures", "real", self)
        self._fake = PictureGrid("generated pictures", "fake", self)
        self._tip = OpinionTip(self._fake, samples, self._subject, self)
        self._caption = FittingLabel(self)
        self._lay_out()
        self._connect()
        self._switch()

    def set_timeline(self, timeline: QWidget) -> None:
        """Put the time slider below the grid."""
        self._column.addWidget(timeline)

    def float_over_grid(self, widget: QWidget) -> None:
        """Show a widget over the pictures, which stay as they are."""
        self._stage.float(widget)

    def stop(self) -> bool:
        """End the thread that reads real pictures; False if it did not end in time."""
        return self._reals.stop()

    # Building

    def _lay_out(self) -> None:
        self._again.setText("draw again")
        self._again.setAccessibleName("draw again")
        theme.set_icon(self._again, "round")
        self._again.setToolTip("Draws new random numbers z.")
        self._again.setObjectName("drawAgainButton")
        theme.set_icon(self._save, "picture")
        self._save.setAccessibleName("save picture as")
        self._save.setObjectName("savePictureButton")
        self._save.setToolTip("Saves the grid as a PNG file where you choose (Ctrl+E).")
        self._class.setObjectName("freshClassCombo")
        self._caption.setProperty("muted", True)
        self._caption.setProperty("small", True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        tools = QHBoxLayout()
        tools.setSpacing(theme.SPACE // 2)
        tools.addStretch(1)
        for each in (self._class, self._again, self._save, self.enlarge_button):
            tools.addWidget(each)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(theme.SPACE // 2)
        self._top.addWidget(self._choice, 1)
        self._top.addLayout(tools)
        self._grids = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._grids.setSpacing(theme.SPACE // 2)
        self._grids.addWidget(self._real, 1)
        self._grids.addWidget(self._fake, 1)
        self._stage = Stage(self._grids, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*(theme.SPACE // 2,) * 4)
        self._column.setSpacing(theme.SPACE // 2)
        self._column.addLayout(self._top)
        self._column.addWidget(self._stage, 1)
        self._column.addWidget(self._caption)

    def _connect(self) -> None:
        model = self._model
        model.reset.connect(self._reset)
        model.sampled.connect(self._sampled)
        model.snapshotAdded.connect(self._snapshot_added)
        model.viewedStepChanged.connect(self.refresh)
        model.statusChanged.connect(self._status_changed)
        model.stageChanged.connect(self._status_changed)
        model.configChanged.connect(self._ask_real)
        self._choice.changed.connect(self._switch)
        self._class.picked.connect(self._ask_fresh)
        self._again.clicked.connect(self._draw_again)
        self._save.clicked.connect(self.ask_and_save)
        self._fake.chosen.connect(self._chosen)
        for grid in (self._real, self._fake):
            grid.groundDoubleClicked.connect(self._ask_large)
        self._samples.on(Channel.FRESH).answered.connect(self._show_fresh)
        self._samples.on(Channel.FRESH).refused.connect(self._refused)
        self._samples.on(Channel.CELL).answered.connect(self._open_cell)
        self._reals.answered.connect(self._real_answered)
        self._reals.refused.connect(self._show_real_refused)
        self._reals.failed.connect(self.failed)

    # What is shown

    @property
    def shown(self) -> int:
        """FIXED, FRESH, REAL or BOTH."""
        return self._choice.index

    def start_over(self) -> None:
        """The first of the choices, as at the first start."""
        self._choice.button(FIXED).click()

    def _switch(self) -> None:
        self._real.setVisible(self.shown in (REAL, BOTH))
        self._fake.setVisible(self.shown != REAL)
        self._fake.set_choosable(self.shown != REAL)
        self._again.setVisible(self.shown == FRESH)
        both = self.shown == BOTH
        for grid, other in ((self._real, self._fake), (self._fake, self._real)):
            grid.set_least(_LEAST_IN_BOTH if both else None)
            grid.stand_beside(other if both else None)
        self.refresh()

    def refresh(self) -> None:
        """Show what belongs to the viewed step."""
        if not self.isVisible():
            return  # showEvent comes back to it
        self._class.set_names(self._source.class_names())
        picking = self.shown == FRESH and bool(self._class.names)
        self._class.setVisible(picking)
        style = Qt.ToolButtonStyle
        self._again.setToolButtonStyle(style.ToolButtonIconOnly if picking else style.ToolButtonTextOnly)  # room
        if self.shown in (REAL, BOTH):
            self._ask_real()
        if self.shown in (FIXED, BOTH):
            self._show_fixed()
        elif self.shown == FRESH:
            self._ask_fresh()
        self._say()

    def _show_fixed(self) -> None:
        step = viewed_grid(self._model)
        grid = None if step is None else self._model.grid(step)
        if grid is not None:
            self._fresh = None
            self._fake.show_pictures(grid.pictures, columns=self._source.columns(), period=self._source.period())
            self._fake.setAccessibleDescription(f"{len(grid.pictures)} pictures at step {grid.step:,}")
            self._tip.renew()
        elif not self._source.of_run:
            self._ask_fresh()
        else:
            self._fresh = None
            self._fake.show_words(self._source.empty_words())

    def _ask_fresh(self) -> None:
        """Fresh noise for the viewed generator, the same again when it is looked at again."""
        generator = self._source.generator()
        if generator is None:
            self._fresh = None
            self._fake.show_words(self._source.empty_words())
        elif not self._source.of_run and not self._awake:
            self._wake.start()
        else:
            z, labels = self._source.fresh(generator, self._draws)
            chosen = self._class.labels(len(z)) if self.shown == FRESH else None
            self._samples.request(Channel.FRESH, z, generator, labels if chosen is None else chosen)

    def _ask_large(self) -> None:
        self.enlargeRequested.emit(self)

    def _wake_up(self) -> None:
        self._awake = True
        self.refresh()

    def _draw_again(self) -> None:
        self._draws += 1
        self._ask_fresh()

    def _open_cell(self, answer: Answer) -> None:
        if answer.stamp > self._fresh_floor:
            self._open(answer, 0, self._corners.pop(answer.stamp, None))

    def _show_fresh(self, answer: Answer) -> None:
        if answer.stamp <= self._fresh_floor or not self._shows_fresh():
            return  # stale
        self._fresh_floor, self._fresh = answer.stamp, answer
        self._fake.show_pictures(answer.pictures, columns=self._source.columns(), period=self._source.period())
        self._fake.setAccessibleDescription(f"{len(answer.pictures)} fresh pictures at step {answer.step:,}")
        self._tip.renew()
        self._say()

    def _shows_fresh(self) -> bool:
        return self.shown == FRESH or (self.shown != REAL and not self._source.of_run)

    def _refused(self, sentence: str) -> None:
        if self._shows_fresh():
            self._fake.show_words(sentence)

    def _ask_real(self) -> None:
        if not self.isVisible() or self.shown not in (REAL, BOTH):
            return
        config = run_config(self._model)
        run = self._model.folder
        home = self._model.data_home or (run.data_home() if run is not None else None)
        wanted = RealRequest(config.data, config.output.grid**2, config.seed, home)
        if wanted != self._real_asked:
            self._real_asked, self._real_read = wanted, None
            self._real.show_words("Reading the data set\N{HORIZONTAL ELLIPSIS}")
            self._reals.request(wanted)
        self._show_real()

    def _real_answered(self, wanted: RealRequest, pictures: Pictures) -> None:
        if wanted == self._real_asked:
            self._real_read = pictures
            self._show_real()
            self._real.setAccessibleDescription(f"{len(pictures)} pictures of {catalog.title_of(wanted.data.name)}")

    def _show_real_refused(self, failed: Failed) -> None:
        self._real.show_words(failed.message)

    def _show_real(self) -> None:
        if self._real_read is not None:
            self._real.show_pictures(self._real_read, columns=run_config(self._model).output.grid)

    # What happens

    def _reset(self) -> None:
        self._fresh, self._fresh_floor, self._draws = None, time.perf_counter(), 0
        self._corners.clear()
        self._fake.show_words(self._source.empty_words())
        self.refresh()

    def _sampled(self, samples: Samples) -> None:
        if self._model.viewed_step is None and self.shown in (FIXED, BOTH):
            self.refresh()

    def _snapshot_added(self, step: int) -> None:
        if self._model.viewed_step is None and self.shown == FRESH:
            self.refresh()

    def _status_changed(self) -> None:
        if viewed_grid(self._model) is None:
            self._fresh_floor = time.perf_counter()  # what the bundled model still makes comes too late
            self.refresh()

    def _chosen(self, index: int) -> None:
        """Open a clicked picture in the latent explorer."""
        self._tell(index)

    def _tell(self, index: int, corner: int | None = None) -> None:
        """Tell z and class of a picture to who wants it: a corner of the morph square, or the sliders."""
        generator = self._source.generator()
        if self._fresh is not None:
            self._open(self._fresh, index, corner)
        elif generator is not None:
            stamp = self._samples.request(Channel.CELL, index, generator)
            if corner is not None:
                self._corners[stamp] = corner

    def _open(self, answer: Answer, index: int, corner: int | None) -> None:
        label = None if answer.labels is None else int(answer.labels[index])
        if corner is None:
            self.latentRequested.emit(answer.z[index], label)
        else:
            self.cornerRequested.emit(corner, answer.z[index], label)

    def _subject(self, index: int) -> Subject | None:
        """What D is asked about when the pointer rests on a picture."""
        generator, pictures = self._source.generator(), self._fake.pictures
        if generator is None or pictures is None or index >= len(pictures):
            return None
        label = self._source.label_of_cell(index) if self._fresh is None else self._fresh.labels
        label = label if label is None or self._fresh is None else label[index, None]
        asked = "" if label is None else f", class {self._source.class_names()[int(label[0])]}"
        words = f"Picture {index + 1} of {len(pictures)}{asked}. Click it to open it in the explorer."
        return Subject(pictures[index, None], generator, label, words)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    def minimumSizeHint(self) -> QSize:
        """With the tools below the choice, where they find no room beside it."""
        least = super().minimumSizeHint()
        inside = max(each.minimumSize().width() for each in self._top_parts())
        return QSize(inside + theme.SPACE, least.height())

    def _top_parts(self) -> list[QLayoutItem]:
        found = [self._top.itemAt(index) for index in range(self._top.count())]
        return [each for each in found if each is not None]

    def _fold(self) -> None:
        """Choice and tools in a row; below each other where that is too wide."""
        wanted = sum(each.minimumSize().width() for each in self._top_parts()) + self._top.spacing() + theme.SPACE
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        direction = across if self.width() >= wanted else down
        if direction != self._top.direction():
            self._top.setDirection(direction)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
        self._turn()
        self._say()

    def _turn(self) -> None:
        """Two grids stand beside each other in a wide room, above each other in a tall one."""
        room = self._grids.geometry()
        wide = room.width() >= room.height()
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._grids.direction() != wanted:
            self._grids.setDirection(wanted)

    # Words

    def _say(self) -> None:
        """What the colours of the borders mean, where there are real pictures; where there is no run, which model."""
        colours, title = theme.current(), self._source.title()
        real = f"real: {catalog.title_of(run_config(self._model).data.name)}"
        names = [(colours.real, real), (colours.fake, title or "fake: fixed z")]
        legend = [f'<span style="color: {colour}">{SQUARE}</span> {name}' for colour, name in names]
        shown = {REAL: legend[:1], BOTH: legend}.get(self.shown, legend[1:] if title else [])
        if not shown and (columns := self._columns_words()):
            shown = [columns]
        short = [each.partition(". Start")[0] for each in shown]
        self._caption.say("&nbsp; ".join(shown), "&nbsp; ".join(short))
        self._caption.setVisible(bool(shown))

    def _columns_words(self) -> str:
        """Which class each column shows; "" where there are no classes, or one was picked for all."""
        names = self._source.class_names()
        if not names or (self.shown == FRESH and self._class.labels(1) is not None):
            return ""
        placed, period = self._fake.arrangement(), self._source.period()
        whole = placed is None or placed.columns % period == 0
        shown = [names[column % len(names)] for column in range(period)]
        listed = (" " if all(len(each) == 1 for each in shown) else ", ").join(shown)
        return f"{'Columns' if whole else 'Classes in turn'}: {listed}"

    def _shown_step(self) -> int | None:
        return self._fresh.step if self._fresh is not None else viewed_grid(self._model)

    # Saving

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        under = self._fake.picture_at(self._fake.mapFromGlobal(event.globalPos()).toPointF())
        self.menu(under if self._fake.isVisible() else None).popup(event.globalPos())

    def menu(self, picture: int | None) -> QMenu:
        """Menu of a right click; `picture` is the index of the generated picture that was clicked, if one was."""
        menu = PictureMenu(picture, self)
        menu.openRequested.connect(self._chosen)
        menu.cornerRequested.connect(self._tell)
        menu.saveRequested.connect(self._save_one)
        for text, act in (("Save picture as\N{HORIZONTAL ELLIPSIS}", self.ask_and_save), ("Copy", self.copy)):
            menu.addAction(text, act).setEnabled(self.sheet() is not None)
        return menu

    def _save_one(self, index: int) -> None:
        pictures = self._fake.pictures
        if pictures is not None and index < len(pictures):
            self._ask_and_write(f"{self._named('sample')}-{index + 1}.png", picture_files.large(pictures[index]))

    def sheet(self) -> Pictures | None:
        """The shown pictures as one, with the run's number of columns; real left of fake if both are shown."""
        shown = [grid.pictures for grid in (self._real, self._fake) if grid.isVisibleTo(self)]
        return picture_files.sheet_of([each for each in shown if each is not None], self._source.columns())

    def copy(self) -> None:
        """Put the shown pictures on the clipboard."""
        sheet = self.sheet()
        if sheet is not None:
            QGuiApplication.clipboard().setImage(picture_files.as_image(sheet))

    def ask_and_save(self) -> None:
        """Ask for a file and save the shown pictures in it."""
        sheet = self.sheet()
        if sheet is not None:
            self._ask_and_write(f"{self._named('samples')}.png", sheet)

    def _named(self, what: str) -> str:
        """ "my-run-samples-step-16" of a run, "mnist-conditional-samples" of a bundled model."""
        if self.shown == REAL:
            return f"{run_config(self._model).data.name}-real"
        step = self._shown_step() if self._source.of_run else None
        return f"{self._source.file_stem()}-{what}" + ("" if step is None else f"-step-{step}")

    def _ask_and_write(self, start: str, sheet: Pictures) -> None:
        def take(path: Path) -> None:
            if self._write(sheet, path):
                self.written.emit(str(path))

        file_dialogs.ask_save(self, "Save picture", start, "PNG pictures (*.png)", take)

    def save_picture(self, path: Path) -> None:
        """Save the shown pictures as a PNG file; says so where it cannot be done."""
        sheet = self.sheet()
        if sheet is not None:
            self._write(sheet, path)

    def _write(self, sheet: Pictures, path: Path) -> bool:
        try:
            picture_files.save(sheet, path)
        except InputError as error:
            self.failed.emit(Failed(str(error)))
            return False
        return True
