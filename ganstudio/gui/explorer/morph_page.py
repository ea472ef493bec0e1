"""Page of the explorer with four pictures in the corners of a square, and a point that is dragged between them."""

import time

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.explorer.buttons import make_button
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.key_pictures import KeyPictures
from ganstudio.gui.explorer.morph_field import CORNERS, MorphField, pictures_along
from ganstudio.gui.explorer.page_box import NO_SEED, SeedBox
from ganstudio.gui.explorer.position import point_of_seed
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.arrangement import fit_shape
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.images import Pictures
from ganstudio.latent import paths
from ganstudio.latent.paths import Mix, Noise, one_hot

_REFRESH_DELAY = 60  # ms after a change, until the pictures in the square are made again
_MAX_TIME_FRACTION = 0.04  # of the time that the square may take while a run trains and nobody touches it
_FIRST_SEEDS = (1, 2, 3, 4)
_MAX_SEED = 99_999
_CONTROLS_WIDTH, _CONTROLS_HEIGHT = 184, 108  # px
_SEED_WIDTH = 104  # px: "seed 99999" and the arrows
_MIN_SQUARE = 128  # px: side
_MIN_CORNERS, _MAX_CORNERS = 72, 200  # px: side of the picture of the corners


class MorphPage(QWidget):
    """Square, its four corners to choose from, and buttons for the chosen one.

    Parameters
    ----------
    explorer
        What the point moves.
    parent
        Qt's parent.
    """

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("morphPage")
        self.setAccessibleName("morph between four pictures")
        self._explorer = explorer
        self._has_room = False  # before it is laid out its size means nothing
        self._rng = np.random.default_rng()
        self._corners: Noise = np.zeros((4, 0), np.float32)  # (4, z_size)
        self._mixes: Mix | None = None  # (4, classes)
        self._seeds: list[int | None] = [None] * len(CORNERS)  # of corners that came from one
        self._drawing: tuple[Noise, Mix | None, Pictures | None] | None = None
        self._point_z: Noise | None = None  # z of the point, while the explorer shows it
        self._truncation = explorer.truncation
        self._picture_seconds = 0.0  # that the pictures in the square took
        self._made_at = 0.0  # time.perf_counter()
        self._is_stale = True  # the pictures in the square are not those of its corners
        self._was_shown = False
        self._refresh_timer = QTimer(self, singleShot=True)
        self.field = MorphField(self)
        self.corners = KeyPictures("corners of the morph square", movable=False, parent=self)
        self.corners.keep_columns()
        self._corner_label = Label("", self)
        self._seed = SeedBox(self)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_corner(0)
        self._take_generator()

    def _make_buttons(self) -> None:
        current = "Put the picture in the explorer in this corner."
        drawn = "Put the drawing or picture file that was projected last in this corner."
        self._current = make_button("current", current, self, "morphCurrentButton")
        self._random = make_button("random", "Put a new random picture in this corner.", self, "morphRandomButton")
        self._from_drawing = make_button("drawing", drawn, self, "morphDrawingButton")
        self._all = make_button("four random", "Put new random pictures in all four corners.", self, "morphAllButton")
        self._from_drawing.setEnabled(False)

    def _lay_out(self) -> None:
        self.corners.setToolTip("The corner that the buttons set: click one, or use the arrow keys.")
        self._seed.setObjectName("morphSeedBox")
        self._seed.setAccessibleName("seed of this corner")
        self._seed.setToolTip(
            wrapped("The same seed always gives the same picture. Successive seeds take the classes in turn.")
        )
        self._seed.setMaximum(_MAX_SEED)
        self._seed.setFixedWidth(_SEED_WIDTH)
        self._seed.setKeyboardTracking(False)
        self._seed.setProperty("small", True)
        self._corner_label.setProperty("muted", True)
        self._corner_label.setProperty("small", True)
        rows = QGridLayout()
        rows.setHorizontalSpacing(theme.SPACE // 2)
        rows.setVerticalSpacing(theme.SPACE // 2)
        rows.addWidget(self._corner_label, 0, 0, 1, 2)
        rows.addWidget(self._current, 1, 0)
        rows.addWidget(self._random, 1, 1)
        rows.addWidget(self._seed, 2, 0)
        rows.addWidget(self._from_drawing, 2, 1)
        rows.addWidget(self._all, 3, 0, 1, 2)
        self._controls = QWidget(self)
        self._controls.setFixedWidth(_CONTROLS_WIDTH)
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
        explorer.generatorChanged.connect(self._take_generator)
        explorer.changed.connect(self._follow_explorer)
        explorer.on(Channel.MORPH).answered.connect(self._show_pictures)
        self._refresh_timer.timeout.connect(self._request_pictures)
        self.field.moved.connect(self._go_to)
        self.corners.selected.connect(self._show_corner)
        self._current.clicked.connect(self._put_current)
        self._random.clicked.connect(self._put_random)
        self._from_drawing.clicked.connect(self._put_drawing)
        self._all.clicked.connect(self._put_four)
        self._seed.valueChanged.connect(self._set_seed)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, _CONTROLS_HEIGHT)

    # Corners

    def set_corner(self, index: int, z: Noise, mix: Mix | None = None, picture: Pictures | None = None) -> None:
        """Put a point into a corner; do nothing if it is of another generator.

        Parameters
        ----------
        index
            0: top left, 1: top right, 2: bottom left, 3: bottom right.
        z
            (z_size,).
        mix
            Shares of the classes, (classes,).
        picture
            (H, W) or (H, W, 3), what z looks like, if that is known; shown until the pictures are made again.
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
        self._refresh()

    def set_drawing(self, z: Noise, mix: Mix | None = None, picture: Pictures | None = None) -> None:
        """Set what the button "drawing" puts into a corner: the z of a drawing, as in `set_corner`."""
        self._drawing = z.copy(), None if mix is None else mix.copy(), picture
        self._from_drawing.setEnabled(self._explorer.generator is not None)

    def _put_current(self) -> None:
        self.set_corner(self.corners.index, self._explorer.z, self._explorer.mix)

    def _put_random(self) -> None:
        self._put_seed(int(self._rng.integers(_MAX_SEED + 1)))

    def _set_seed(self, seed: int) -> None:
        index = self.corners.index
        if seed != NO_SEED:
            self._put_seed(seed)
        else:
            self._seed.show_seed(self._seeds[index])  # below 0 there is none

    def _put_seed(self, seed: int) -> None:
        index = self.corners.index
        self.set_corner(index, *point_of_seed(seed, self._explorer.z_size, len(self._explorer.classes)))
        self._seeds[index] = seed
        self._show_corner(index)

    def _put_drawing(self) -> None:
        if self._drawing is not None:
            self.set_corner(self.corners.index, *self._drawing)

    def _put_four(self) -> None:
        self._put_seeds([int(seed) for seed in self._rng.integers(_MAX_SEED + 1, size=len(CORNERS))])

    def _put_seeds(self, seeds: list[int]) -> None:
        """Set random corners, of classes that are far apart in their order."""
        z_size, classes = self._explorer.z_size, len(self._explorer.classes)
        self._corners, self._seeds = (
            np.stack([point_of_seed(seed, z_size, 0)[0] for seed in seeds]),
            [None] * len(seeds),
        )
        first = seeds[0] % classes if classes else 0
        labels = [(first + number * max(1, classes // 4)) % classes for number in range(len(seeds))] if classes else []
        self._mixes = np.stack([one_hot(label, classes) for label in labels]) if classes else None
        self._show_corner(self.corners.index)
        self._refresh()

    def _refresh(self) -> None:
        """Request pictures of the new corners, and of the point if the explorer shows it."""
        self._is_stale = True
        self._refresh_timer.start(_REFRESH_DELAY)
        if self._point_z is not None:
            self._go_to(*self.field.point)

    def _show_corner(self, index: int) -> None:
        self._corner_label.setText(f"{CORNERS[index]} corner:")
        self._seed.show_seed(self._seeds[index])

    # The point

    def at(self, u: npt.ArrayLike, v: npt.ArrayLike) -> tuple[Noise, Mix | None]:
        """Return z (z_size,) and mix (classes,) at a position in the square; (N, ...) for several, u and v (N,)."""
        mix = None if self._mixes is None else paths.interpolate_bilinear(self._mixes, u, v)
        return paths.interpolate_square(self._corners, u, v), mix

    def _go_to(self, u: float, v: float) -> None:
        if self._explorer.generator is not None:
            z, mix = self.at(u, v)
            self._point_z = z
            self.field.set_current(True)
            self._explorer.set_point(z, mix, "morph", "morph")

    def _follow_explorer(self) -> None:
        """Show whether the explorer still shows the point; request pictures again if the truncation is another."""
        is_current = self._point_z is not None and np.array_equal(self._explorer.z, self._point_z)
        self.field.set_current(is_current)
        if not is_current:
            self._point_z = None
        self._is_stale |= self._explorer.truncation != self._truncation
        self._truncation = self._explorer.truncation
        if self._is_stale and self.isVisible():
            self._refresh_timer.start(_REFRESH_DELAY)

    def start_over(self) -> None:
        """Go back to the first corners."""
        self._drawing = None
        self._point_z = None
        self._was_shown = False
        self._from_drawing.setEnabled(False)
        self._put_seeds(list(_FIRST_SEEDS))

    # Pictures

    def _take_generator(self) -> None:
        """Show another generator's pictures; the corners stay if they fit it."""
        explorer = self._explorer
        has_generator = explorer.generator is not None
        for part in (self.field, self.corners, self._controls):
            part.setEnabled(has_generator)
        if not has_generator:
            self.field.show_text("There is no generator yet.")
            self.corners.show_text("")
            return
        self._share_room()
        classes = 0 if self._mixes is None else self._mixes.shape[1]
        if self._corners.shape[1] != explorer.z_size or classes != len(explorer.classes):
            self._drawing, self._point_z = None, None
            self._from_drawing.setEnabled(False)
            self._put_seeds(list(_FIRST_SEEDS))
        self._is_stale = True
        self._refresh_later()

    def _refresh_later(self) -> None:
        """Request pictures of a new generator, so seldom that the square takes only a small part of the time."""
        since = time.perf_counter() - self._made_at
        if not self._refresh_timer.isActive():
            self._refresh_timer.start(
                max(_REFRESH_DELAY, round((self._picture_seconds / _MAX_TIME_FRACTION - since) * 1000))
            )

    def _side(self) -> int:
        """Return the number of pictures along a side."""
        room, size = min(
            zip(self.field.inner_sides(), self._picture_sides(), strict=True), key=lambda pair: pair[0] / pair[1]
        )
        return pictures_along(room, size)

    def _picture_sides(self) -> tuple[int, int]:
        """Return height and width of a picture."""
        generator = self._explorer.generator
        return generator.config.data.sides if generator is not None else (1, 1)

    def _request_pictures(self) -> None:
        if not self.isVisible() or self._explorer.generator is None:
            return
        steps = np.linspace(0.0, 1.0, self._side())
        u, v = np.meshgrid(steps, steps)
        z, mix = self.at(u.ravel(), v.ravel())
        self._is_stale = not self._explorer.request(Channel.MORPH, z, mix, in_parts=True)  # it may be asleep

    def _show_pictures(self, answer: Answer) -> None:
        if not answer.whole or answer.z.shape[1] != self._corners.shape[1]:
            return
        self._made_at = time.perf_counter()
        self._picture_seconds = self._made_at - answer.stamp
        side = round(len(answer.pictures) ** 0.5)
        self.field.show_pictures(answer.pictures, columns=side)
        self.corners.show_pictures(answer.pictures[[0, side - 1, -side, -1]], columns=2)

    def _start_at_explorer(self) -> None:
        """Put the picture that the explorer shows into the top left corner, and the point on it."""
        self._was_shown = True
        self._corners[0], self._seeds[0] = self._explorer.z, None
        if self._mixes is not None and (mix := self._explorer.mix) is not None:
            self._mixes[0] = mix
        self._point_z, self._is_stale = self._explorer.z, True
        self.field.set_point(0.0, 0.0)
        self.field.set_current(True)
        self._show_corner(self.corners.index)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._was_shown and self._explorer.generator is not None:
            self._start_at_explorer()
        if self._is_stale:
            self._refresh_timer.start(_REFRESH_DELAY)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put square, corners and buttons in a row if there is room, else the last two below each other or below it."""
        super().resizeEvent(event)
        self._has_room = True
        self._share_room()
        self._is_stale |= self.field.pictures is None or len(self.field.pictures) != self._side() ** 2
        if self._is_stale and self.isVisible():
            self._refresh_timer.start(_REFRESH_DELAY)

    def _share_room(self) -> None:
        if not self._has_room:
            return
        width, height, gap = self.width(), self.height(), theme.SPACE
        shape = self._picture_sides()[::-1]
        is_tall = height - _CONTROLS_HEIGHT > width * 3 // 4
        is_narrow = not is_tall and width < _MIN_SQUARE + _MIN_CORNERS + _CONTROLS_WIDTH + 2 * gap
        if is_tall:
            room = width, height - _CONTROLS_HEIGHT - gap
            second = width - _CONTROLS_WIDTH - gap, _CONTROLS_HEIGHT
        elif is_narrow:
            room = width - _CONTROLS_WIDTH - gap, height
            second = _CONTROLS_WIDTH, height - _CONTROLS_HEIGHT - gap
        else:
            room = min(width // 2, width - _MIN_CORNERS - _CONTROLS_WIDTH - 2 * gap), height
            used = fit_shape(room, shape)[0]
            second = min(_MAX_CORNERS, width - used - _CONTROLS_WIDTH - 2 * gap), min(height, _MAX_CORNERS)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._whole.setDirection(down if is_tall else across)
        self._second.setDirection(down if is_narrow else across)
        self.field.setFixedSize(*fit_shape(room, shape))
        self.corners.setFixedSize(*fit_shape(second, shape))
