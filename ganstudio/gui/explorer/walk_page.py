"""WalkPage: key pictures in a row, and the way through them played in the explorer."""

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSignalBlocker, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.key_pictures import KeyPictures
from ganstudio.gui.explorer.parts import at_seed, button
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.widgets import Slider
from ganstudio.gui.workers.export import Keys
from ganstudio.gui.workers.sample_requests import Answer, Channel, Mix, Noise
from ganstudio.latent import paths

FRAME = 34  # ms between pictures while it plays: at most 30 a second
_REST = 60  # ms after a change, until the pictures of the keys are made anew
_FINE = 100  # steps of the time slider between two keys
_TENTHS = 10  # steps of the speed slider in a second
_SLOWEST, _FASTEST, _FIRST_PACE = 5.0, 0.2, 1.5  # seconds from key to key
_FIRST_SEEDS = (0, 1, 2, 3, 4)
_MOST = 24  # keys
_NARROW = 480  # px
_ROW = 24  # px
_PACE_WIDTH = 92  # px: "1.5 s per picture"


@dataclass(frozen=True)
class Key:
    """A place on the way: z (z_size,), and shares of the classes (classes,) where there are any."""

    z: Noise
    mix: Mix | None


class WalkPage(QWidget):
    """Play goes from key to key, on arcs through z and straight between classes. Late pictures are left out."""

    exportWanted = Signal(object)  # Keys: the walk as it plays

    def __init__(self, explorer: Explorer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("walkPage")
        self.setAccessibleName("walk through key pictures")
        self._explorer = explorer
        self._rng = np.random.default_rng()
        self._keys: list[Key] = []
        self._fits: tuple[int, int] | None = None  # z_size and classes that the keys are of
        self._played_at = 0.0  # time.monotonic() of the last picture
        self._place = 0.0  # on the way, in keys
        self._truncation = explorer.truncation
        self._stale = True
        self._timer = QTimer(self, interval=FRAME)
        self._rest = QTimer(self, singleShot=True, interval=_REST)
        self.keys = KeyPictures("key pictures of the walk", movable=True, parent=self)
        self._time = Slider(0, 1, parent=self)
        self._pace = Slider(round(_FASTEST * _TENTHS), round(_SLOWEST * _TENTHS), parent=self)
        self._pace_words = QLabel(self)
        self._loop = QCheckBox("loop", self)
        self._make_buttons()
        self._name_parts()
        self._lay_out()
        self._connect()
        self._pace.setValue(round(_FIRST_PACE * _TENTHS))
        self._take_source()

    # Building

    def _make_buttons(self) -> None:
        self._play = button(
            "play", ("Plays the walk from key picture to key picture, or pauses it."), self, "walkPlayButton"
        )
        self._play.setCheckable(True)
        theme.set_icon(self._play, "play", "pause")
        self._add = button("add current", "Adds the picture in the explorer as a key picture.", self, "walkAddButton")
        self._random = button("add random", "Adds a new random key picture.", self, "walkRandomButton")
        self._remove = button("remove", "Removes the selected key picture (Delete).", self, "walkRemove")
        self._anew = button("new walk", "Replaces all key pictures with five new random ones.", self, "walkNewButton")
        self._save = button("save\N{HORIZONTAL ELLIPSIS}", "Saves the walk as a film, as it plays.", self, "walkSave")

    def _name_parts(self) -> None:
        self.keys.setToolTip(
            "Key pictures: click one to go there, drag it to move it, press Delete to remove it. The arrow keys "
            "select one; with Ctrl they move it."
        )
        self._time.setObjectName("walkTimeSlider")
        self._time.setAccessibleName("position in the walk")
        self._time.setToolTip("Position in the walk. Drag it to go to any point.")
        self._time.setSingleStep(_FINE // 10)
        self._time.setPageStep(_FINE)
        self._pace.setObjectName("walkPaceSlider")
        self._pace.setAccessibleName("seconds per key picture")
        self._pace.setToolTip("Time from one key picture to the next.")
        self._pace_words.setProperty("muted", True)
        self._pace_words.setProperty("small", True)
        self._pace_words.setFixedWidth(_PACE_WIDTH)
        self._loop.setObjectName("walkLoopBox")
        self._loop.setAccessibleName("loop")
        self._loop.setToolTip("At the end, go back to the first key picture and play again.")
        self._loop.setChecked(True)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._play)
        top.addWidget(self._time, 1)
        top.addWidget(self._loop)
        self._lower = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        for parts in ((self._add, self._random, self._remove, self._anew), (self._pace, self._pace_words, self._save)):
            row = QHBoxLayout()
            row.setSpacing(theme.SPACE // 2)
            for each in parts:
                row.addWidget(each, 1 if each is self._pace else 0)
            self._lower.addLayout(row, 1 if self._pace in parts else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.SPACE // 2)
        top.setSpacing(theme.SPACE)
        self._lower.setSpacing(theme.SPACE)
        column.addWidget(self.keys, 1)
        column.addLayout(top)
        column.addLayout(self._lower)

    def _connect(self) -> None:
        explorer = self._explorer
        explorer.sourceChanged.connect(self._take_source)
        explorer.changed.connect(self._explorer_moved)
        explorer.on(Channel.WALK).answered.connect(self._answered)
        self._timer.timeout.connect(self._step)
        self._rest.timeout.connect(self._ask)
        self._time.valueChanged.connect(self._scrub)
        self._pace.valueChanged.connect(self._show_pace)
        self._pace.resetAsked.connect(self._reset_pace)
        self._loop.toggled.connect(self._show_length)
        self._play.toggled.connect(self._play_or_pause)
        self._add.clicked.connect(self.add_current)
        self._random.clicked.connect(self.add_random)
        self._anew.clicked.connect(self.new_walk)
        self._remove.clicked.connect(self._remove_selected)
        self._save.clicked.connect(self._export)
        self.keys.selected.connect(self._go_to_key)
        self.keys.moved.connect(self.move_key)
        self.keys.removeWanted.connect(self.remove)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 3 * _ROW + 56)

    # Keys

    @property
    def way(self) -> tuple[Noise, Mix | None]:
        """The keys: z (K, z_size) and mixes (K, classes)."""
        mixes = [each.mix for each in self._keys if each.mix is not None]
        z = (
            np.stack([each.z for each in self._keys])
            if self._keys
            else np.zeros((0, self._explorer.z_size), np.float32)
        )
        return z, np.stack(mixes) if mixes else None

    def add(self, z: Noise, mix: Mix | None) -> None:
        """One key more, after the selected one."""
        if len(self._keys) < _MOST and z.shape == (self._explorer.z_size,):
            place = min(self.keys.index + 1, len(self._keys))
            self._keys.insert(place, Key(z.copy(), mix))
            self.keys.show_selected(place)
            self._changed()

    def add_current(self) -> None:
        """What the explorer shows becomes a key."""
        self.add(self._explorer.z, self._explorer.mix)

    def add_random(self) -> None:
        """A random picture becomes a key."""
        self.add(*self._drawn(int(self._rng.integers(1 << 31))))

    def new_walk(self) -> None:
        """Random keys in place of all."""
        self._begin([int(seed) for seed in self._rng.integers(1 << 31, size=len(_FIRST_SEEDS))])

    def remove(self, index: int) -> None:
        """Take a key out; one stays."""
        if 0 <= index < len(self._keys) and len(self._keys) > 1:
            del self._keys[index]
            self.keys.show_selected(min(index, len(self._keys) - 1))
            self._changed()

    def move_key(self, start: int, end: int) -> None:
        """Put a key in another place; those between make room."""
        self._keys.insert(end, self._keys.pop(start))
        self.keys.show_selected(end)
        self._changed()

    def _remove_selected(self) -> None:
        self.remove(self.keys.index)

    def _begin(self, seeds: list[int]) -> None:
        self._keys = [Key(*self._drawn(seed)) for seed in seeds]
        self._place = 0.0
        self.keys.show_selected(0)
        self._changed()

    def _drawn(self, seed: int) -> tuple[Noise, Mix | None]:
        return at_seed(seed, self._explorer.z_size, len(self._explorer.classes))

    def _changed(self) -> None:
        full = len(self._keys) >= _MOST
        for each in (self._add, self._random):
            each.setEnabled(not full)
        self._remove.setEnabled(len(self._keys) > 1)
        self._show_length()
        self._ask_soon()

    # The way

    @property
    def length(self) -> int:
        """From the first key to the end, in keys; a loop also goes back."""
        return len(self._keys) if self._loop.isChecked() else max(0, len(self._keys) - 1)

    def at(self, place: float) -> Key:
        """Where the way is at a place 0..`length`."""
        count = len(self._keys)
        index = min(int(place), max(0, self.length - 1))
        a, b, share = self._keys[index % count], self._keys[(index + 1) % count], place - index
        mix = paths.lerp(a.mix, b.mix, share) if a.mix is not None and b.mix is not None else None
        return Key(paths.slerp(a.z, b.z, share), mix)

    def _show_length(self) -> None:
        self._place = min(self._place, float(self.length))
        with QSignalBlocker(self._time):
            self._time.setRange(0, max(1, self.length * _FINE))
            self._time.setValue(round(self._place * _FINE))
        self._time.update()
        if not self.length:
            self._play.setChecked(False)
        self._play.setEnabled(self.length > 0)

    def _scrub(self, value: int) -> None:
        self._play.setChecked(False)
        self._go(min(value / _FINE, float(self.length)), by_hand=True)

    def _go_to_key(self, index: int) -> None:
        self._play.setChecked(False)
        self._go(float(index), by_hand=True)

    def _go(self, place: float, by_hand: bool = False) -> None:
        """Show a place on the way in the explorer."""
        if not self._keys or self._explorer.source() is None:
            return
        self._place = place
        here = self.at(place)
        with QSignalBlocker(self._time):
            self._time.setValue(round(place * _FINE))
        self._time.update()
        if by_hand:
            self._explorer.set_point(here.z, here.mix, "position in the walk", "walk")
        else:
            self._explorer.pass_by(here.z, here.mix)

    # Playing

    def _play_or_pause(self, playing: bool) -> None:
        self._play.setText("pause" if playing else "play")
        if not playing:
            self._timer.stop()
            return
        if self._place >= self.length:
            self._place = 0.0
        self._played_at = time.monotonic()
        self._timer.start()

    def _step(self) -> None:
        """One picture on; a late timer leaves pictures out, so that the pace is kept."""
        now = time.monotonic()
        place = self._place + (now - self._played_at) / self.pace
        self._played_at = now
        if place >= self.length and not self._loop.isChecked():
            self._go(float(self.length))
            self._play.setChecked(False)
            return
        self._go(place % self.length)
        self.keys.show_selected(int(self._place))

    @property
    def pace(self) -> float:
        """Seconds from key to key."""
        return self._pace.value() / _TENTHS

    def _show_pace(self) -> None:
        self._pace_words.setText(f"{self.pace:.1f} s per picture")

    def _reset_pace(self) -> None:
        self._pace.setValue(round(_FIRST_PACE * _TENTHS))

    def _export(self) -> None:
        z, mix = self.way
        seconds, loop = self.length * self.pace, self._loop.isChecked()
        self.exportWanted.emit(Keys(z * self._explorer.truncation, mix, seconds, loop))

    # Pictures

    def start_over(self) -> None:
        """The keys as at first."""
        self._fits = None
        self._take_source()

    def _take_source(self) -> None:
        """Another generator: the keys stay where they fit it."""
        explorer = self._explorer
        ready = explorer.source() is not None
        self.setEnabled(ready)
        if not ready:
            self._play.setChecked(False)
            self.keys.show_words("There is no generator yet.")
            return
        fits = explorer.z_size, len(explorer.classes)
        if fits != self._fits:
            self._fits = fits
            self._play.setChecked(False)
            self._begin(list(_FIRST_SEEDS))
        self._ask_soon()

    def _explorer_moved(self) -> None:
        """Its truncation may be another, or it may have woken."""
        if self._explorer.truncation != self._truncation or self._stale:
            self._truncation = self._explorer.truncation
            self._ask_soon()

    def _ask_soon(self) -> None:
        self._stale = True
        if self.isVisible():
            self._rest.start()

    def _ask(self) -> None:
        if self._keys and self._explorer.source() is not None:
            self._stale = not self._explorer.request(Channel.WALK, *self.way)  # it may be asleep

    def _answered(self, answer: Answer) -> None:
        if answer.whole and len(answer.pictures) == len(self._keys):
            self.keys.show_pictures(answer.pictures, columns=len(answer.pictures))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._rest.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody looks at does not play."""
        self._play.setChecked(False)
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._lower.setDirection(direction.TopToBottom if self.width() < _NARROW else direction.LeftToRight)
