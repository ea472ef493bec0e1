"""Page of the explorer with a walk through key pictures."""

import numpy as np
from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.explorer.buttons import make_button
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.key_pictures import KeyPictures
from ganstudio.gui.explorer.position import point_of_seed
from ganstudio.gui.explorer.walk import KeyPoint, Walk
from ganstudio.gui.explorer.walk_controls import PaceControl, PlaybackBar
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.export import Keys
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.latent.paths import Mix, Noise

_REFRESH_DELAY = 60  # ms after a change, until the pictures of the keys are made again
_FIRST_SEEDS = (0, 1, 2, 3, 4)
_NARROW = 480  # px
_ROW_HEIGHT = 24  # px


class WalkPage(QWidget):
    """Key pictures in a row, and the walk through them, played in the explorer.

    Parameters
    ----------
    explorer
        What the walk moves.
    parent
        Qt's parent.
    """

    exportRequested = Signal(object)  # Keys: the walk as it plays

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("walkPage")
        self.setAccessibleName("walk through key pictures")
        self._explorer = explorer
        self._rng = np.random.default_rng()
        self.walk = Walk()
        self._sizes: tuple[int, int] | None = None  # z_size and number of classes that the keys are of
        self._truncation = explorer.truncation
        self._is_stale = True  # the pictures are not those of the keys
        self._refresh_timer = QTimer(self, singleShot=True, interval=_REFRESH_DELAY)
        self.keys = KeyPictures("key pictures of the walk", movable=True, parent=self)
        self._playback = PlaybackBar(self.walk, self)
        self._pace = PaceControl(self)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._playback.set_key_seconds(self._pace.key_seconds)
        self._take_generator()

    # Building

    def _make_buttons(self) -> None:
        self.keys.setToolTip(
            "Key pictures: click one to go there, drag it to move it, press Delete to remove it. The arrow keys "
            "select one; with Ctrl they move it."
        )
        self._add = make_button(
            "add current", "Adds the picture in the explorer as a key picture.", self, "walkAddButton"
        )
        self._random = make_button("add random", "Adds a new random key picture.", self, "walkRandomButton")
        self._remove = make_button("remove", "Removes the selected key picture (Delete).", self, "walkRemove")
        self._new = make_button(
            "new walk", "Replaces all key pictures with five new random ones.", self, "walkNewButton"
        )
        self._save = make_button(
            "save\N{HORIZONTAL ELLIPSIS}", "Saves the walk as a film, as it plays.", self, "walkSave"
        )

    def _lay_out(self) -> None:
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for parts in ((self._add, self._random, self._remove, self._new), (self._pace, self._save)):
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE // 2)
            for part in parts:
                row.addWidget(part, 1 if part is self._pace else 0)
            self._lower.addLayout(row, 1 if self._pace in parts else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        self._lower.setSpacing(theme.SPACE)
        column.addWidget(self.keys, 1)
        column.addWidget(self._playback)
        column.addLayout(self._lower)

    def _connect(self) -> None:
        explorer = self._explorer
        explorer.generatorChanged.connect(self._take_generator)
        explorer.changed.connect(self._refresh_if_stale)
        explorer.on(Channel.WALK).answered.connect(self._show_pictures)
        self._playback.played.connect(self._show_played)
        self._playback.scrubbed.connect(self._go_to)
        self._refresh_timer.timeout.connect(self._request_pictures)
        self._pace.changed.connect(self._playback.set_key_seconds)
        self._add.clicked.connect(self.add_current)
        self._random.clicked.connect(self.add_random)
        self._new.clicked.connect(self.new_walk)
        self._remove.clicked.connect(self._remove_selected)
        self._save.clicked.connect(self._request_export)
        self.keys.selected.connect(self._go_to_key)
        self.keys.moved.connect(self.move_key)
        self.keys.removeRequested.connect(self.remove)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(240, 3 * _ROW_HEIGHT + 56)

    # Keys

    def add(self, z: Noise, mix: Mix | None) -> None:
        """Add a key after the selected one; do nothing if it is of another generator or there are too many."""
        if not self.walk.is_full and z.shape == (self._explorer.z_size,):
            index = min(self.keys.index + 1, len(self.walk.keys))
            self.walk.keys.insert(index, KeyPoint(z.copy(), mix))
            self._show_keys(index)

    def add_current(self) -> None:
        """Add what the explorer shows."""
        self.add(self._explorer.z, self._explorer.mix)

    def add_random(self) -> None:
        """Add a random picture."""
        self.add(*self._point_of(int(self._rng.integers(1 << 31))))

    def new_walk(self) -> None:
        """Replace all keys with random ones."""
        self._set_seeds([int(seed) for seed in self._rng.integers(1 << 31, size=len(_FIRST_SEEDS))])

    def remove(self, index: int) -> None:
        """Remove a key, but not the last one."""
        if 0 <= index < len(self.walk.keys) and len(self.walk.keys) > 1:
            del self.walk.keys[index]
            self._show_keys(min(index, len(self.walk.keys) - 1))

    def move_key(self, start: int, end: int) -> None:
        """Move a key to another place; those between make room."""
        self.walk.keys.insert(end, self.walk.keys.pop(start))
        self._show_keys(end)

    def start_over(self) -> None:
        """Go back to the first keys."""
        self._sizes = None
        self._take_generator()

    def _remove_selected(self) -> None:
        self.remove(self.keys.index)

    def _set_seeds(self, seeds: list[int]) -> None:
        self.walk.keys = [KeyPoint(*self._point_of(seed)) for seed in seeds]
        self._playback.set_position(0.0)
        self._show_keys(0)

    def _point_of(self, seed: int) -> tuple[Noise, Mix | None]:
        return point_of_seed(seed, self._explorer.z_size, len(self._explorer.classes))

    def _show_keys(self, selected: int) -> None:
        """Show that the keys have changed."""
        self.keys.show_selected(selected)
        for button in (self._add, self._random):
            button.setEnabled(not self.walk.is_full)
        self._remove.setEnabled(len(self.walk.keys) > 1)
        self._playback.show_length()
        self._refresh_soon()

    # Position

    def _go_to_key(self, index: int) -> None:
        self._go_to(float(index))

    def _go_to(self, position: float) -> None:
        """Go to a position, in keys, as a move of the user."""
        self._playback.pause()
        if self.walk.keys and self._explorer.generator is not None:
            self._playback.set_position(position)
            point = self.walk.at(position)
            self._explorer.set_point(point.z, point.mix, "position in the walk", "walk")

    def _show_played(self, position: float) -> None:
        """Show the position to which playback has come."""
        point = self.walk.at(position)
        self._explorer.show_point(point.z, point.mix)
        if position < self.walk.length:
            self.keys.show_selected(int(position))

    def _request_export(self) -> None:
        z, mix = self.walk.to_arrays()
        seconds = self.walk.length * self._pace.key_seconds
        self.exportRequested.emit(Keys(z * self._explorer.truncation, mix, seconds, self.walk.is_loop))

    # Pictures

    def _take_generator(self) -> None:
        """Show another generator's pictures; the keys stay if they fit it."""
        explorer = self._explorer
        has_generator = explorer.generator is not None
        self.setEnabled(has_generator)
        if not has_generator:
            self._playback.pause()
            self.keys.show_text("There is no generator yet.")
            return
        sizes = explorer.z_size, len(explorer.classes)
        if sizes != self._sizes:
            self._sizes = sizes
            self._playback.pause()
            self._set_seeds(list(_FIRST_SEEDS))
        self._refresh_soon()

    def _refresh_if_stale(self) -> None:
        """Request the pictures again if the truncation is another, or the explorer was asleep."""
        if self._explorer.truncation != self._truncation or self._is_stale:
            self._truncation = self._explorer.truncation
            self._refresh_soon()

    def _refresh_soon(self) -> None:
        self._is_stale = True
        if self.isVisible():
            self._refresh_timer.start()

    def _request_pictures(self) -> None:
        if self.walk.keys and self._explorer.generator is not None:
            self._is_stale = not self._explorer.request(Channel.WALK, *self.walk.to_arrays())  # it may be asleep

    def _show_pictures(self, answer: Answer) -> None:
        if answer.whole and len(answer.pictures) == len(self.walk.keys):
            self.keys.show_pictures(answer.pictures, columns=len(answer.pictures))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._refresh_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Pause, as nobody sees it play."""
        self._playback.pause()
        super().hideEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._lower.setDirection(direction.TopToBottom if self.width() < _NARROW else direction.LeftToRight)
