"""Controls of the walk's playback: play and pause, position, loop, pace."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from ganstudio.gui.explorer.buttons import make_button
from ganstudio.gui.explorer.walk import Walk, WalkPlayer
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.slider import Slider

_STEPS_PER_KEY = 100  # of the position slider
_STEPS_PER_SECOND = 10  # of the pace slider
_MIN_KEY_SECONDS, _MAX_KEY_SECONDS, _FIRST_KEY_SECONDS = 0.2, 5.0, 1.5
_PACE_WIDTH = 92  # px: "1.5 s per picture"


class PlaybackBar(QWidget):
    """Play button, position slider and loop box of a walk.

    Parameters
    ----------
    walk
        What is played.
    parent
        Qt's parent.
    """

    scrubbed = Signal(float)  # the user moved the slider to that position, in keys
    played = Signal(float)  # playback has come to that position, in keys

    def __init__(self, walk: Walk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._walk = walk
        self._player = WalkPlayer(walk, self)
        self._time = Slider(0, 1, parent=self)
        self._time.setObjectName("walkTimeSlider")
        self._time.setAccessibleName("position in the walk")
        self._time.setToolTip("Position in the walk. Drag it to go to any point.")
        self._time.setSingleStep(_STEPS_PER_KEY // 10)
        self._time.setPageStep(_STEPS_PER_KEY)
        self._loop = QCheckBox("loop", self)
        self._loop.setObjectName("walkLoopBox")
        self._loop.setAccessibleName("loop")
        self._loop.setToolTip("At the end, go back to the first key picture and play again.")
        self._loop.setChecked(walk.is_loop)
        self._play = make_button(
            "play", "Plays the walk from key picture to key picture, or pauses it.", self, "walkPlayButton"
        )
        self._play.setCheckable(True)
        theme.set_icon(self._play, "play", "pause")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE)
        row.addWidget(self._play)
        row.addWidget(self._time, 1)
        row.addWidget(self._loop)
        self._player.moved.connect(self._show_played)
        self._player.ended.connect(self.pause)
        self._time.valueChanged.connect(self._scrub)
        self._loop.toggled.connect(self._set_loop)
        self._play.toggled.connect(self._play_or_pause)

    @property
    def position(self) -> float:
        """Position in the walk, in keys."""
        return self._player.position

    def set_position(self, position: float) -> None:
        """Go to a position, without the signal that the user did."""
        self._player.position = position
        with QSignalBlocker(self._time):
            self._time.setValue(round(position * _STEPS_PER_KEY))
        self._time.update()

    def set_key_seconds(self, seconds: float) -> None:
        """Set the time from key to key."""
        self._player.key_seconds = seconds

    def pause(self) -> None:
        """Pause the playback."""
        self._play.setChecked(False)

    def show_length(self) -> None:
        """Show that the walk has another length."""
        length = self._walk.length
        with QSignalBlocker(self._time):
            self._time.setRange(0, max(1, length * _STEPS_PER_KEY))
        self.set_position(min(self.position, float(length)))
        if not length:
            self.pause()
        self._play.setEnabled(length > 0)

    def _scrub(self, value: int) -> None:
        self.pause()
        self.scrubbed.emit(min(value / _STEPS_PER_KEY, float(self._walk.length)))

    def _set_loop(self, is_loop: bool) -> None:
        self._walk.is_loop = is_loop
        self.show_length()

    def _play_or_pause(self, playing: bool) -> None:
        self._play.setText("pause" if playing else "play")
        if playing:
            self._player.play()
        else:
            self._player.pause()

    def _show_played(self, position: float) -> None:
        self.set_position(position)
        self.played.emit(position)


class PaceControl(QWidget):
    """Slider for the time from key to key, with its value.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    changed = Signal(float)  # seconds

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        slider = self._slider = Slider(
            round(_MIN_KEY_SECONDS * _STEPS_PER_SECOND), round(_MAX_KEY_SECONDS * _STEPS_PER_SECOND), parent=self
        )
        slider.setObjectName("walkPaceSlider")
        slider.setAccessibleName("seconds per key picture")
        slider.setToolTip("Time from one key picture to the next.")
        self._text = Label("", self)
        self._text.setProperty("muted", True)
        self._text.setProperty("small", True)
        self._text.setFixedWidth(_PACE_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE // 2)
        row.addWidget(slider, 1)
        row.addWidget(self._text)
        slider.valueChanged.connect(self._show)
        slider.resetRequested.connect(self.reset)
        self.reset()

    @property
    def key_seconds(self) -> float:
        """Time from key to key, seconds."""
        return self._slider.value() / _STEPS_PER_SECOND

    def reset(self) -> None:
        """Go back to the first pace."""
        self._slider.setValue(round(_FIRST_KEY_SECONDS * _STEPS_PER_SECOND))

    def _show(self) -> None:
        self._text.setText(f"{self.key_seconds:.1f} s per picture")
        self.changed.emit(self.key_seconds)
