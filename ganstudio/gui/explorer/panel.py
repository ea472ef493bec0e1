"""LatentPanel: the latent explorer: the picture, and pages that move through the space it is made from."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ganstudio.events import Pictures
from ganstudio.gui.explorer.draw_page import DrawPage
from ganstudio.gui.explorer.explorer import Explorer, only
from ganstudio.gui.explorer.morph_page import MorphPage
from ganstudio.gui.explorer.page_box import NO_SEED, SeedBox
from ganstudio.gui.explorer.sliders_page import SlidersPage
from ganstudio.gui.explorer.walk_page import WalkPage
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.widgets.widgets import PictureGrid
from ganstudio.gui.window.enlarge_button import EnlargeButton
from ganstudio.gui.workers.sample_requests import Answer, Channel, Noise
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import models

_SEED, _HEAD = 112, 22  # px
_AWAKE = 120  # ms after it was shown: the window is painted before torch is imported
_TABS = (
    ("sliders", "Directions through the latent space, numbers of z, classes."),
    ("morph", "Between four pictures."),
    ("walk", "From picture to picture, as a film."),
    ("draw", "A digit drawn by hand, or a picture file, and the z that makes it."),
)


class LatentPanel(QWidget):
    """Makes a picture from z with the generator of the viewed step; z stays while the generator learns."""

    painted = Signal(float)  # stamp of the request whose picture has just been painted, see SampleThread.request

    failed = Signal(object)  # Failed: an error nobody expected
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latentPanel")
        self.setAccessibleName("latent explorer")
        self._model = model
        self._wake = QTimer(self, singleShot=True, interval=_AWAKE)
        self.explorer = Explorer(model, samples, self)
        self.explorer.sleep()
        self.preview = PictureGrid("picture made from z", parent=self)
        self._tabs = QTabBar(self)
        self._title = FittingLabel(self)
        self._random = QPushButton("random", self)
        self._reset = QPushButton("reset", self)
        self._seed = SeedBox(self)
        self.enlarge_button = EnlargeButton("the explorer", self)
        self._pages = QStackedWidget(self)
        self.morph, self.walk = MorphPage(self.explorer, self), WalkPage(self.explorer, self)
        self.draw = DrawPage(self.explorer, self)
        for page in (SlidersPage(self.explorer, self), self.morph, self.walk, self.draw):
            self._pages.addWidget(page)
        self._dress()
        self._lay_out()
        self._connect()
        self._take_source()
        self._show_first()

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 150)

    def heightForWidth(self, width: int) -> int:
        return self.minimumSizeHint().height()  # of what wraps, Qt asks the layout; but pages fit themselves in

    # Building

    def _dress(self) -> None:
        self.preview.setObjectName("latentPreview")
        self._tabs.setObjectName("explorerTabs")
        self._tabs.setAccessibleName("modes of the latent explorer")
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(False)
        for index, (name, tooltip) in enumerate(_TABS):
            self._tabs.addTab(name)
            self._tabs.setTabToolTip(index, wrapped(tooltip))
        self._random.setObjectName("randomLatentButton")
        self._random.setToolTip("Draws new random numbers z from the normal distribution, as in training.")
        self._reset.setObjectName("resetLatentButton")
        self._reset.setToolTip("Sets all numbers z to 0, the centre of the latent space.")
        self._seed.setFixedSize(_SEED, _HEAD)
        for part in (self._random, self._reset, self._title):
            part.setProperty("small", True)
        self._title.setProperty("muted", True)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE // 2)
        for each in (self._random, self._reset, self._seed, self.enlarge_button):
            buttons.addWidget(each)
        self._head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._head.setSpacing(theme.SPACE // 2)
        self._head.addWidget(self._tabs)
        self._head.addWidget(self._title, 1)
        self._head.addLayout(buttons)
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addLayout(self._head)
        right.addWidget(self._pages, 1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._whole.setContentsMargins(*(theme.SPACE // 2,) * 4)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addWidget(self.preview)
        self._whole.addLayout(right, 1)

    def _connect(self) -> None:
        explorer = self.explorer
        explorer.changed.connect(self._ask)
        explorer.sourceChanged.connect(self._take_source)
        explorer.on(Channel.PREVIEW).answered.connect(self._answered)
        explorer.on(Channel.PREVIEW).refused.connect(self.preview.show_words)
        self._model.reset.connect(self._say_empty)
        self._model.statusChanged.connect(self._say_empty)
        self._wake.timeout.connect(explorer.wake)
        self._tabs.currentChanged.connect(self._pages.setCurrentIndex)
        self._random.clicked.connect(self.randomise)
        self._reset.clicked.connect(explorer.reset)
        self._seed.valueChanged.connect(self._seeded)
        self.preview.painted.connect(self.painted)
        self.preview.groundDoubleClicked.connect(self._ask_large)
        self._connect_drawing()

    def _connect_drawing(self) -> None:
        """What was drawn can be morphed; a picture file may be dropped on the preview, too."""
        draw = self.draw
        draw.projected.connect(self.morph.set_drawing)
        draw.cornerWanted.connect(self.morph.set_corner)
        draw.cornerWanted.connect(self.show_morph)
        draw.opened.connect(self._show_draw)
        draw.failed.connect(self.failed)
        draw.take_drops_on(self.preview)

    def _ask_large(self) -> None:
        self.enlargeRequested.emit(self)

    def show_morph(self, *_: object) -> None:
        """The page that morphs."""
        self._tabs.setCurrentIndex(self._pages.indexOf(self.morph))

    def _show_draw(self) -> None:
        self._tabs.setCurrentIndex(self._pages.indexOf(self.draw))

    def start_over(self) -> None:
        """Everything as at the first start."""
        self._tabs.setCurrentIndex(0)
        self.explorer.start_over()
        for page in (self.morph, self.walk, self.draw):
            page.start_over()

    def put_in_corner(self, corner: int, z: Noise, label: int | None = None) -> None:
        """Put z (z_size,) of a class into a corner of the morph square, and show that."""
        classes = len(self.explorer.classes)
        mix = only(label, classes) if label is not None and label < classes else None
        self.morph.set_corner(corner, z, mix)
        self.show_morph()

    def stop(self) -> bool:
        """End the thread that projects drawings; False if it did not end in time."""
        return self.draw.stop()

    # Where it is

    @property
    def z(self) -> Noise:
        """The numbers that the picture is made from, (z_size,)."""
        return self.explorer.z

    @property
    def label(self) -> int | None:
        """The class that the picture is of, or most of; None if the generator knows none."""
        return self.explorer.label

    def set_z(self, z: Noise, label: int | None = None) -> None:
        """Show the picture of `z` (z_size,) as it is, of the class `label` if there is one."""
        explorer = self.explorer
        if len(z) == explorer.z_size and explorer.truncation != 1.0:
            explorer.set_truncation(1.0)
        known = label is not None and label < len(explorer.classes)
        mix = only(label, len(explorer.classes)) if known and label is not None else None
        explorer.set_point(z, mix, "picture of the grid")

    def randomise(self) -> None:
        """New random z."""
        self.explorer.randomise()

    def _seeded(self, seed: int) -> None:
        if seed != NO_SEED:
            self.explorer.randomise(seed)
        elif self.explorer.seed is not None:
            self._seed.show_seed(self.explorer.seed)  # below 0 there is none

    # Pictures

    def _ask(self) -> None:
        self._seed.show_seed(self.explorer.seed)
        if self.isVisible():
            self.explorer.request(Channel.PREVIEW, self.explorer.z)

    def _answered(self, answer: Answer) -> None:
        if self.explorer.source() is None:
            return
        self.preview.show_pictures(answer.pictures, answer.stamp)
        self.preview.setAccessibleDescription(f"the generator of step {answer.step:,}")

    def _show_first(self) -> None:
        """The bundled model's picture of where the explorer begins, which needs neither torch nor the model."""
        source = self.explorer.source()
        if source is None or source.name != models.INITIAL:
            return
        picture = _read(models.first_picture())
        if picture is not None:
            self.preview.show_pictures(picture[None])

    def _take_source(self) -> None:
        """The viewed generator is another; or there is none, and the sliders say why they rest."""
        source = self.explorer.source()
        for each in (self._random, self._reset, self._seed):
            each.setEnabled(source is not None)
        title = source.title if source is not None else ""
        folder = self._model.folder
        ours = folder is not None and source is not None and source.name == folder.name
        short = title.rpartition(": ")[2]  # without the name of the run, which the window's title says
        tip = f"{title}\n{folder.path}" if ours and folder is not None else title
        self._title.say(title, short, short.removeprefix("generator of "), tip=tip)
        self._say_empty()
        self._ask()

    def _say_empty(self, *_: object) -> None:
        if self.explorer.source() is not None:
            return
        words = {
            "idle": "Start a run: the sliders work from its first snapshot on.",
            "finished": "This run has no snapshots.",
        }.get(self._model.status, "The sliders work from the first snapshot on.")
        self.preview.show_words(self.explorer.trouble or words)

    # Room

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wake.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Picture left of the page, or above it in a tall room."""
        super().resizeEvent(event)
        width, height = self.width() - theme.SPACE, self.height() - theme.SPACE
        tall = height > 0.7 * width
        side = min(width, height * 2 // 5) if tall else min(height, width * 3 // 10)
        direction = QBoxLayout.Direction
        self._whole.setDirection(direction.TopToBottom if tall else direction.LeftToRight)
        if tall:
            self.preview.setMinimumSize(48, max(48, side))
            self.preview.setMaximumSize(width, max(48, side))
        else:
            self.preview.setFixedSize(max(48, side), max(48, side))
        page = width if tall else width - side - theme.SPACE
        self._head.setDirection(direction.LeftToRight if page >= 480 else direction.TopToBottom)
        self._title.setVisible(page >= 480)


def _read(path: Path) -> Pictures | None:
    """A grey or colour PNG as (H, W) or (H, W, 3); None if it cannot be read."""
    image = QImage(str(path))
    if image.isNull():
        return None
    grey = image.isGrayscale()
    image = image.convertToFormat(QImage.Format.Format_Grayscale8 if grey else QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    depth = 1 if grey else 3
    pixels = rows[:, : image.width() * depth].copy()
    return pixels if grey else pixels.reshape(image.height(), image.width(), 3)
