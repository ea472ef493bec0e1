"""SamplesPanel: what the generator makes, what it should look like, and both side by side."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Failed, Pictures, Samples
from ganstudio.gui import theme
from ganstudio.gui.class_box import ClassBox, class_names
from ganstudio.gui.real_thread import RealRequest, RealThread
from ganstudio.gui.run_model import RunModel
from ganstudio.gui.sample_thread import Answer, SampleThread
from ganstudio.gui.viewing import SQUARE, run_config, snapshot_model, viewed_grid
from ganstudio.gui.widgets import Choice, PictureGrid
from ganstudio.images import grid_labels, tile

FIXED, FRESH, REAL, BOTH = range(4)
_LEAST_IN_BOTH = 24  # pictures in each of two grids that share the room: larger ones compare better than more
_CHOICES = (
    ("fixed z", "fixed z", "The same random numbers z all through the run, so each picture's history is its own."),
    (
        "fresh z",
        "fresh z",
        "New random numbers z for each snapshot: all that the generator can do.",
    ),
    ("real", "real", "Pictures from the data set: what the generator should learn to make."),
    ("both", "real beside fake", "Real pictures beside fakes of the fixed z."),
)
_SAVED_SCALE = 2  # pixels of the saved file a picture's pixel
"""Saved grids are small; twice the size lets them be looked at without blurring programs."""


class SamplesPanel(QWidget):
    """The grid, crisp and as large as the room allows; real in sky blue, fake in orange."""

    latentChosen = Signal(object, object)  # z (z_size,) of a picture that was clicked, and its class or None
    failed = Signal(object)  # Failed

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samplesPanel")
        self.setAccessibleName("samples")
        self._model, self._samples = model, samples
        self._reals = RealThread(self)
        self._real_asked: RealRequest | None = None
        self._real_read: Pictures | None = None
        self._fresh: Answer | None = None
        self._fresh_floor = 0.0  # answers to older requests are stale
        self._draws = 0  # of fresh noise, by hand
        self._choice = Choice("what the grid shows", _CHOICES, self)
        self._class = ClassBox(may_be_all=True, parent=self)
        self._again = QToolButton(self)
        self._save = QToolButton(self)
        self._real = PictureGrid("real pictures", "real", self)
        self._fake = PictureGrid("generated pictures", "fake", self)
        self._caption = QLabel(self)
        self._lay_out()
        self._connect()
        self._switch()

    def set_timeline(self, timeline: QWidget) -> None:
        """Put the time slider below the grid."""
        self._column.addWidget(timeline)

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
        self._save.setAccessibleName("save picture")
        self._save.setObjectName("savePictureButton")
        self._save.setToolTip("Saves the pictures that are shown as a PNG file.")
        self._class.setObjectName("freshClassCombo")
        self._caption.setProperty("muted", True)
        self._caption.setProperty("small", True)
        self._caption.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.setSpacing(theme.SPACE // 2)
        top.addWidget(self._choice, 1)
        top.addWidget(self._class)
        top.addWidget(self._again)
        top.addWidget(self._save)
        self._grids = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._grids.setSpacing(theme.SPACE // 2)
        self._grids.addWidget(self._real, 1)
        self._grids.addWidget(self._fake, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*(theme.SPACE // 2,) * 4)
        self._column.setSpacing(theme.SPACE // 2)
        self._column.addLayout(top)
        self._column.addLayout(self._grids, 1)
        self._column.addWidget(self._caption)

    def _connect(self) -> None:
        model = self._model
        model.reset.connect(self._reset)
        model.sampled.connect(self._sampled)
        model.snapshotAdded.connect(self._snapshot_added)
        model.viewedStepChanged.connect(self.refresh)
        model.statusChanged.connect(self._status_changed)
        model.configChanged.connect(self._ask_real)
        self._choice.changed.connect(self._switch)
        self._class.picked.connect(self._ask_fresh)
        self._again.clicked.connect(self._draw_again)
        self._save.clicked.connect(self.ask_and_save)
        self._fake.chosen.connect(self._chosen)
        self._samples.answered.connect(self._answered)
        self._samples.refused.connect(self._refused)
        self._reals.answered.connect(self._real_answered)
        self._reals.refused.connect(self._real.show_words)
        self._reals.failed.connect(self.failed)

    # What is shown

    @property
    def shown(self) -> int:
        """FIXED, FRESH, REAL or BOTH."""
        return self._choice.index

    def _switch(self) -> None:
        self._real.setVisible(self.shown in (REAL, BOTH))
        self._fake.setVisible(self.shown != REAL)
        self._fake.set_choosable(self.shown != REAL)
        self._again.setVisible(self.shown == FRESH)
        for grid in (self._real, self._fake):
            grid.set_least(_LEAST_IN_BOTH if self.shown == BOTH else None)
        self.refresh()

    def refresh(self) -> None:
        """Show what belongs to the viewed step."""
        if not self.isVisible():
            return  # showEvent comes back to it
        self._class.set_names(class_names(run_config(self._model)))
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
        self._fresh = None
        if grid is None:
            self._fake.show_words(self._empty_words())
        else:
            self._fake.show_pictures(grid.pictures, columns=run_config(self._model).output.grid)
            self._fake.setAccessibleDescription(f"{len(grid.pictures)} pictures at step {grid.step:,}")

    def _ask_fresh(self) -> None:
        """Fresh noise for the viewed generator, the same again when it is looked at again."""
        source, config = snapshot_model(self._model), run_config(self._model)
        if source is None:
            self._fake.show_words(self._empty_words())
            return
        rng, grid = np.random.default_rng((config.seed, source.step, self._draws)), config.output.grid
        z = rng.standard_normal((grid**2, config.network.z_size), dtype=np.float32)
        labels = self._class.labels(len(z))
        if labels is None and self._class.names:
            labels = grid_labels(grid, len(self._class.names))
        self._samples.request("fresh", z, source, labels)

    def _draw_again(self) -> None:
        self._draws += 1
        self._ask_fresh()

    def _answered(self, answer: Answer) -> None:
        if answer.channel == "cell" and answer.stamp > self._fresh_floor:
            self._open(answer, 0)
        if answer.channel != "fresh" or answer.stamp <= self._fresh_floor:
            return  # another's, or stale
        self._fresh_floor, self._fresh = answer.stamp, answer
        if self.shown == FRESH:
            self._fake.show_pictures(answer.pictures, columns=run_config(self._model).output.grid)
            self._fake.setAccessibleDescription(f"{len(answer.pictures)} fresh pictures at step {answer.step:,}")
            self._say()

    def _refused(self, channel: str, sentence: str) -> None:
        if channel == "fresh" and self.shown == FRESH:
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
            self._real.setAccessibleDescription(f"{len(pictures)} pictures of {wanted.data.name}")

    def _show_real(self) -> None:
        if self._real_read is not None:
            self._real.show_pictures(self._real_read, columns=run_config(self._model).output.grid)

    # What happens

    def _reset(self) -> None:
        self._fresh, self._fresh_floor, self._draws = None, time.perf_counter(), 0
        self._fake.show_words(self._empty_words())
        self.refresh()

    def _sampled(self, samples: Samples) -> None:
        if self._model.viewed_step is None and self.shown in (FIXED, BOTH):
            self.refresh()

    def _snapshot_added(self, step: int) -> None:
        if self._model.viewed_step is None and self.shown == FRESH:
            self.refresh()

    def _status_changed(self) -> None:
        if self._fake.pictures is None:
            self.refresh()

    def _chosen(self, index: int) -> None:
        """Open a clicked picture in the latent explorer."""
        source = snapshot_model(self._model)
        if self.shown == FRESH and self._fresh is not None:
            self._open(self._fresh, index)
        elif source is not None:
            self._samples.request("cell", index, source)

    def _open(self, answer: Answer, index: int) -> None:
        self.latentChosen.emit(answer.z[index], None if answer.labels is None else int(answer.labels[index]))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        """Two grids stand beside each other in a wide room, above each other in a tall one."""
        room = self._grids.geometry()
        wide = room.width() >= room.height()
        wanted = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._grids.direction() != wanted:
            self._grids.setDirection(wanted)

    # Words

    def _say(self) -> None:
        """What the colours of the borders mean, where there are real pictures."""
        colours = theme.current()
        names = [(colours.real, f"real: {run_config(self._model).data.name}"), (colours.fake, "fake: fixed z")]
        legend = [f'<span style="color: {colour}">{SQUARE}</span> {name}' for colour, name in names]
        self._caption.setText("&nbsp; ".join(legend if self.shown == BOTH else legend[:1]))
        self._caption.setVisible(self.shown in (REAL, BOTH))

    def _shown_step(self) -> int | None:
        if self.shown == FRESH:
            return self._fresh.step if self._fresh else None
        return viewed_grid(self._model)

    def _empty_words(self) -> str:
        return {
            "idle": "Press Space to start.\nThe first pictures are noise; "
            "what the data set shows comes out of it while you watch.",
            "starting": "Getting ready: the data set is read and the networks are built.",
            "failed": "The run ended before its first picture.",
            "finished": "This run has no pictures.",
        }.get(self._model.status, "The first pictures come in a moment.")

    # Saving

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, act in (("Save picture\N{HORIZONTAL ELLIPSIS}", self.ask_and_save), ("Copy picture", self.copy)):
            menu.addAction(text, act).setEnabled(self.sheet() is not None)
        menu.popup(event.globalPos())

    def sheet(self) -> Pictures | None:
        """The shown pictures as one, with the run's number of columns; real left of fake if both are shown."""
        columns = run_config(self._model).output.grid
        shown = [grid.pictures for grid in (self._real, self._fake) if grid.isVisibleTo(self)]
        sheets = [tile(pictures, columns, gap=1, background=128) for pictures in shown if pictures is not None]
        if not sheets:
            return None
        height = max(len(each) for each in sheets)
        padded = [np.pad(each, ((0, height - len(each)), (0, 8), *((0, 0),) * (each.ndim - 2))) for each in sheets]
        return np.concatenate(padded, axis=1)[:, :-8].repeat(_SAVED_SCALE, 0).repeat(_SAVED_SCALE, 1)

    def copy(self) -> None:
        """Put the shown pictures on the clipboard."""
        sheet = self.sheet()
        if sheet is not None:
            QGuiApplication.clipboard().setImage(_as_image(sheet))

    def ask_and_save(self) -> None:
        """Ask for a file and save the shown pictures in it."""
        if self.sheet() is None:
            return
        step = self._shown_step()
        start = f"samples-{step}.png" if step is not None else "samples.png"
        path, _ = QFileDialog.getSaveFileName(self, "Save picture", start, "PNG pictures (*.png)")
        if path:
            self.save_picture(Path(path))

    def save_picture(self, path: Path) -> None:
        """Save the shown pictures as a PNG file; says so where it cannot be done."""
        sheet, path = self.sheet(), path if path.suffix else path.with_suffix(".png")
        if sheet is not None and not _as_image(sheet).save(str(path)):
            self.failed.emit(Failed(f"{path} could not be written. Choose a folder that you may write to."))


def _as_image(sheet: Pictures) -> QImage:
    """Image that owns its memory, from (H, W) or (H, W, 3)."""
    sheet = np.ascontiguousarray(sheet)
    height, width = sheet.shape[:2]
    kind = QImage.Format.Format_RGB888 if sheet.ndim == 3 else QImage.Format.Format_Grayscale8
    return QImage(sheet.data, width, height, sheet.strides[0], kind).copy()
