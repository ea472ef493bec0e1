"""MorphPage: four pictures in the corners of a square, and a point that is dragged between them."""

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QVBoxLayout, QWidget

from ganstudio.events import Pictures
from ganstudio.gui.explorer.explorer import Explorer, only
from ganstudio.gui.explorer.key_pictures import KeyPictures
from ganstudio.gui.explorer.morph_field import MorphField, pictures_along
from ganstudio.gui.explorer.page_box import NO_SEED, SeedBox
from ganstudio.gui.explorer.parts import at_seed, button
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.tooltips import wrapped
from ganstudio.gui.workers.sample_requests import Answer, Channel, Mix, Noise
from ganstudio.latent import paths

CORNERS = ("top left", "top right", "bottom left", "bottom right")
_REST = 60  # ms after a change, until the pictures in the square are made anew
_SHARE = 0.04  # of the time that the square may take while a run trains and nobody touches it
_FIRST_SEEDS = (1, 2, 3, 4)
_MOST_SEEDS = 100_000
_CONTROLS = 184  # px of width
_SEED = 104  # px of width: "seed 99999" and the arrows
_BUTTONS = 108  # px of height
_LEAST, _LEAST_CORNERS, _MOST_CORNERS = 128, 72, 200  # px: side of the square, of the picture of its corners


class MorphPage(QWidget):
    """The page: the square, its four corners to choose from, and what can be put into the chosen one."""

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("morphPage")
        self.setAccessibleName("morph between four pictures")
        self._explorer = explorer
        self._rng = np.random.default_rng()
        self._corners: Noise = np.zeros((4, 0), np.float32)  # (4, z_size)
        self._mixes: Mix | None = None  # (4, classes)
        self._seeds: list[int | None] = [None] * len(CORNERS)  # of corners that came from one
        self._drawing: tuple[Noise, Mix | None, Pictures | None] | None = None
        self._shown: Noise | None = None  # z that the point asked for last
        self._truncation = explorer.truncation
        self._cost = 0.0  # seconds that the pictures in the square took
        self._made_at = 0.0  # time.perf_counter()
        self._stale = True  # the pictures in the square are not those of its corners
        self._begun = False  # a person has seen the page
        self._rest = QTimer(self, singleShot=True)
        self.field = MorphField(self)
        self.corners = KeyPictures("corners of the morph square", movable=False, parent=self)
        self._where = QLabel(self)
        self._seed = SeedBox(self)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_corner(0)
        self._take_source()

    def _make_buttons(self) -> None:
        current = "Put the picture in the explorer in this corner."
        drawn = "Put the drawing or picture file that was projected last in this corner."
        self._current = button("current", current, self, "morphCurrentButton")
        self._random = button("random", "Put a new random picture in this corner.", self, "morphRandomButton")
        self._from_drawing = button("drawing", drawn, self, "morphDrawingButton")
        self._all = button("four random", "Put new random pictures in all four corners.", self, "morphAllButton")
        self._from_drawing.setEnabled(False)

    def _lay_out(self) -> None:
        self.corners.setToolTip("The corner that the buttons set: click one, or use the arrow keys.")
        self._seed.setObjectName("morphSeedBox")
        self._seed.setAccessibleName("seed of this corner")
        self._seed.setToolTip(
            wrapped("The same seed always gives the same picture. Successive seeds take the classes in turn.")
        )
        self._seed.setMaximum(_MOST_SEEDS - 1)
        self._seed.setFixedWidth(_SEED)
        self._seed.setKeyboardTracking(False)
        self._seed.setProperty("small", True)
        self._where.setProperty("muted", True)
        self._where.setProperty("small", True)
        rows = QGridLayout()
        rows.setHorizontalSpacing(theme.SPACE // 2)
        rows.setVerticalSpacing(theme.SPACE // 2)
        rows.addWidget(self._where, 0, 0, 1, 2)
        rows.addWidget(self._current, 1, 0)
        rows.addWidget(self._random, 1, 1)
        rows.addWidget(self._seed, 2, 0)
        rows.addWidget(self._from_drawing, 2, 1)
        rows.addWidget(self._all, 3, 0, 1, 2)
        self._controls = QWidget(self)
        self._controls.setFixedWidth(_CONTROLS)
        column = QVBoxLayout(self._controls)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(rows)
        column.addStretch(1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(theme.SPACE)
        self._second = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._second.setSpacing(theme.SPACE)
        self._second.addWidget(self.corners)
        self._second.addWidget(self._controls)
        self._second.addStretch(1)
        self._whole.addWidget(self.field)
        self._whole.addLayout(self._second, 1)

    def _connect(self) -> None:
        explorer = self._explorer
        explorer.sourceChanged.connect(self._take_source)
        explorer.changed.connect(self._explorer_moved)
        explorer.on(Channel.MORPH).answered.connect(self._answered)
        self._rest.timeout.connect(self._ask)
        self.field.moved.connect(self._go_to)
        self.corners.selected.connect(self._show_corner)
        self._current.clicked.connect(self._put_current)
        self._random.clicked.connect(self._put_random)
        self._from_drawing.clicked.connect(self._put_drawing)
        self._all.clicked.connect(self._put_four)
        self._seed.valueChanged.connect(self._seeded)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, _BUTTONS)

    # Corners

    def set_corner(self, index: int, z: Noise, mix: Mix | None = None, picture: Pictures | None = None) -> None:
        """Put z (z_size,) of the classes `mix` (classes,) into a corner: 0 top left, 1 top right, 2 and 3 below.

        `picture` (H, W) or (H, W, 3) is what z looks like, if that is known: it is shown until the square is made anew.
        What is of another generator is left out.
        """
        if z.shape != self._corners[index].shape or not 0 <= index < len(CORNERS):
            return
        self._corners[index], self._seeds[index] = z, None
        if self._mixes is not None and mix is not None:
            self._mixes[index] = mix
        if (
            picture is not None
            and self.corners.pictures is not None
            and picture.shape == self.corners.pictures.shape[1:]
        ):
            pictures = self.corners.pictures.copy()
            pictures[index] = picture
            self.corners.show_pictures(pictures, columns=2)
        self._changed()

    def set_drawing(self, z: Noise, mix: Mix | None = None, picture: Pictures | None = None) -> None:
        """What a drawing was projected to: the button "drawing" puts it into a corner."""
        self._drawing = z.copy(), None if mix is None else mix.copy(), picture
        self._from_drawing.setEnabled(self._explorer.source() is not None)

    def _put_current(self) -> None:
        self.set_corner(self.corners.index, self._explorer.z, self._explorer.mix)

    def _put_random(self) -> None:
        self._put_seed(int(self._rng.integers(_MOST_SEEDS)))

    def _seeded(self, seed: int) -> None:
        index = self.corners.index
        if seed != NO_SEED:
            self._put_seed(seed)
        else:
            self._seed.show_seed(self._seeds[index])  # below 0 there is none

    def _put_seed(self, seed: int) -> None:
        index = self.corners.index
        self.set_corner(index, *at_seed(seed, self._explorer.z_size, len(self._explorer.classes)))
        self._seeds[index] = seed
        self._show_corner(index)

    def _put_drawing(self) -> None:
        if self._drawing is not None:
            self.set_corner(self.corners.index, *self._drawing)

    def _put_four(self) -> None:
        self._put_seeds([int(seed) for seed in self._rng.integers(_MOST_SEEDS, size=len(CORNERS))])

    def _put_seeds(self, seeds: list[int]) -> None:
        """Random corners, of classes that lie far apart in their order."""
        z_size, classes = self._explorer.z_size, len(self._explorer.classes)
        self._corners, self._seeds = np.stack([at_seed(seed, z_size, 0)[0] for seed in seeds]), [None] * len(seeds)
        first = seeds[0] % classes if classes else 0
        labels = [(first + number * max(1, classes // 4)) % classes for number in range(len(seeds))] if classes else []
        self._mixes = np.stack([only(label, classes) for label in labels]) if classes else None
        self._show_corner(self.corners.index)
        self._changed()

    def _changed(self) -> None:
        """Other corners: other pictures in the square, and under the point, if that leads the explorer."""
        self._stale = True
        self._rest.start(_REST)
        if self._shown is not None:
            self._go_to(*self.field.point)

    def _show_corner(self, index: int) -> None:
        self._where.setText(f"{CORNERS[index]} corner:")
        self._seed.show_seed(self._seeds[index])

    # The point

    def at(self, u: npt.ArrayLike, v: npt.ArrayLike) -> tuple[Noise, Mix | None]:
        """z (z_size,) and mix (classes,) of a point of the square; of several points, (N, ...), for u and v (N,)."""
        mix = None if self._mixes is None else paths.interpolate_bilinear(self._mixes, u, v)
        return paths.interpolate_square(self._corners, u, v), mix

    def _go_to(self, u: float, v: float) -> None:
        if self._explorer.source() is not None:
            z, mix = self.at(u, v)
            self._shown = z
            self.field.set_led(True)
            self._explorer.set_point(z, mix, "morph", "morph")

    def _explorer_moved(self) -> None:
        """Something else may have moved the explorer away from the point; or its truncation is another."""
        led = self._shown is not None and np.array_equal(self._explorer.z, self._shown)
        self.field.set_led(led)
        if not led:
            self._shown = None
        self._stale |= self._explorer.truncation != self._truncation
        self._truncation = self._explorer.truncation
        if self._stale and self.isVisible():
            self._rest.start(_REST)

    def start_over(self) -> None:
        """The corners as at first."""
        self._drawing, self._shown, self._begun = None, None, False
        self._from_drawing.setEnabled(False)
        self._put_seeds(list(_FIRST_SEEDS))

    # Pictures

    def _take_source(self) -> None:
        """Another generator: the corners stay where they fit it."""
        explorer = self._explorer
        ready = explorer.source() is not None
        for each in (self.field, self.corners, self._controls):
            each.setEnabled(ready)
        if not ready:
            self.field.show_words("There is no generator yet.")
            self.corners.show_words("")
            return
        classes = 0 if self._mixes is None else self._mixes.shape[1]
        if self._corners.shape[1] != explorer.z_size or classes != len(explorer.classes):
            self._drawing, self._shown = None, None
            self._from_drawing.setEnabled(False)
            self._put_seeds(list(_FIRST_SEEDS))
        self._stale = True
        self._wait_for_more()

    def _wait_for_more(self) -> None:
        """While it trains a new generator comes every few seconds: the square takes but a small share of the time."""
        since = time.perf_counter() - self._made_at
        if not self._rest.isActive():
            self._rest.start(max(_REST, round((self._cost / _SHARE - since) * 1000)))

    def _side(self) -> int:
        """How many pictures lie along a side."""
        source = self._explorer.source()
        room = self.field.inner_side()
        return pictures_along(room, source.config.data.size if source is not None else 1)

    def _ask(self) -> None:
        if not self.isVisible() or self._explorer.source() is None:
            return
        shares = np.linspace(0.0, 1.0, self._side())
        z, mix = self.at(*(each.ravel() for each in np.meshgrid(shares, shares)))
        self._stale = not self._explorer.request(Channel.MORPH, z, mix, in_parts=True)  # it may be asleep

    def _answered(self, answer: Answer) -> None:
        if not answer.whole or answer.z.shape[1] != self._corners.shape[1]:
            return
        self._made_at = time.perf_counter()
        self._cost = self._made_at - answer.stamp
        side = round(len(answer.pictures) ** 0.5)
        self.field.show_pictures(answer.pictures, columns=side)
        self.corners.show_pictures(answer.pictures[[0, side - 1, -side, -1]], columns=2)

    def _begin_here(self) -> None:
        """At first the point lies on the picture that the explorer shows, in the top left corner."""
        self._begun = True
        self._corners[0], self._seeds[0] = self._explorer.z, None
        if self._mixes is not None and (mix := self._explorer.mix) is not None:
            self._mixes[0] = mix
        self._shown, self._stale = self._explorer.z, True
        self.field.place(0.0, 0.0)
        self.field.set_led(True)
        self._show_corner(self.corners.index)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._begun and self._explorer.source() is not None:
            self._begin_here()
        if self._stale:
            self._rest.start(_REST)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Square, corners and buttons in a row; where that is too narrow, the last two below each other or below it."""
        super().resizeEvent(event)
        width, height, gap = self.width(), self.height(), theme.SPACE
        tall = height - _BUTTONS > width * 3 // 4
        narrow = not tall and width < _LEAST + _LEAST_CORNERS + _CONTROLS + 2 * gap
        if tall:
            side = min(width, height - _BUTTONS - gap)
            corners = min(_BUTTONS, width - _CONTROLS - gap)
        elif narrow:
            side = min(height, width - _CONTROLS - gap)
            corners = min(_CONTROLS, height - _BUTTONS - gap)
        else:
            side = min(height, width // 2, width - _LEAST_CORNERS - _CONTROLS - 2 * gap)
            corners = min(height, _MOST_CORNERS, width - side - _CONTROLS - 2 * gap)
        side, corners = max(0, side), max(0, corners)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._whole.setDirection(down if tall else across)
        self._second.setDirection(down if narrow else across)
        self.field.setFixedSize(side, side)
        self.corners.setFixedSize(corners, corners)
        self._stale |= self.field.pictures is None or len(self.field.pictures) != self._side() ** 2
        if self._stale and self.isVisible():
            self._rest.start(_REST)
