"""The window of the smallest GAN: settings, the plane of fake and D, and what the path does, in a sentence."""

from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from ganstudio.dirac.motion import describe, measure_motion
from ganstudio.dirac.settings import GameSettings
from ganstudio.events import Failed
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import DialogBody, Scrolled, room_for_dialog
from ganstudio.gui.smallest_gan import player
from ganstudio.gui.smallest_gan.controls import GameControls
from ganstudio.gui.smallest_gan.files import GameFiles
from ganstudio.gui.smallest_gan.phase_plot import SHORT_TRAIL, PhasePlot
from ganstudio.gui.smallest_gan.player import Player
from ganstudio.gui.smallest_gan.side_plots import PointsPlot, StepsPlot
from ganstudio.gui.widgets import space_key
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.smallest_gan import FieldRequest, GameThread
from ganstudio.plots.curve_data import Floats

_SIZE = QSize(1080, 680)  # px, where the screen has room
_CONTROLS_WIDTH = 252  # px
_SIDE_WIDTH = 220  # px
_SENTENCE_DELAY = 200  # ms between two sentences
_INTRODUCTION = (
    "All data is one real point, at 0. G makes one fake, at θ. D is a straight line with slope ψ. "
    "The ring marks the equilibrium: the fake lies on the real point, and D is flat."
)
_FIRST = "Press Play, or drag the start to another place. The arrows show where the losses push D and G."
_TRAILS: tuple[int | None, ...] = (None, SHORT_TRAIL, 0)
_PACES = (player.MIN_PACE, player.PACE, player.MAX_PACE)


class SmallestGanWindow(QDialog):
    """Window of a game of two numbers; it is not modal, so that training can continue."""

    failed = Signal(object)  # Failed, with details: an error that nobody expected

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smallestGanWindow")
        self.setWindowTitle("The smallest GAN")
        self._thread = GameThread(self)
        self.player = Player(self._thread, self)
        self.files = GameFiles(self)
        self.controls = GameControls()
        self.plot = PhasePlot(self)
        self.points_plot = PointsPlot("pointsPlot", "D's line through the two points: G follows its slope", self)
        self.steps_plot = StepsPlot("stepsPlot", "Both numbers over the newest 600 steps", self)
        self.sentence = WrappedLabel(_FIRST, self)
        self._trouble = ""  # why nothing can be computed, or written
        self._sentence_timer = QTimer(self, singleShot=True, interval=_SENTENCE_DELAY)
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_path()
        self.plot.want_field()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def stop(self) -> bool:
        """End the threads; return False if one did not end in time."""
        self.player.play(False)
        ended = [self._thread.stop(), self.files.stop()]
        return all(ended)

    # Building

    def _make_buttons(self) -> None:
        self.play_button = make_button("gamePlayButton", "Play", "Go on step after step, or pause (Space)", self)
        self.play_button.setProperty("main", True)
        self.step_button = make_button("gameStepButton", "Step", "Go one step (S)", self)
        self.reset_button = make_button("gameResetButton", "Reset", "Back to the start (R)", self)
        self.save_button = QToolButton(self)
        self.save_button.setObjectName("gameSaveButton")
        self.save_button.setText("Save")
        self.save_button.setToolTip("Save the plot as a picture or a drawing, or the path as a table")
        self.save_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.save_button.setMenu(self.files.menu())
        self.trail = ChoiceRow(
            "trail",
            (
                ("whole", "whole trail", "Show the whole path"),
                ("short", "short trail", f"Show the newest {SHORT_TRAIL} steps"),
                ("none", "no trail", "Show only where the path is now"),
            ),
            self,
        )
        self.trail.setObjectName("gameTrail")
        self.pace = ChoiceRow(
            "pace",
            tuple(
                (name, f"{pace} steps a second", f"{pace} steps a second")
                for name, pace in zip(("slow", "medium", "fast"), _PACES, strict=True)
            ),
            self,
        )
        self.pace.setObjectName("gamePace")
        self.pace.button(_PACES.index(player.PACE)).setChecked(True)
        for keys, call in (("Space", self._toggle), ("S", self.player.step), ("R", self._reset)):
            QShortcut(QKeySequence(keys), self, call)
        space_key.leave_space_to_start(self)

    def _lay_out(self) -> None:
        sides = QHBoxLayout()
        sides.setSpacing(SPACE * 2)
        sides.addLayout(self._left())
        sides.addWidget(self.plot, 1)
        sides.addLayout(self._right())
        body = DialogBody(self)
        whole = QVBoxLayout(body)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        introduction = WrappedLabel(_INTRODUCTION, self)
        introduction.setProperty("muted", True)
        whole.addWidget(introduction)
        whole.addLayout(sides, 1)
        self.sentence.setObjectName("gameSentence")
        self.sentence.setMinimumHeight(2 * self.sentence.fontMetrics().height())  # the plot keeps its height
        whole.addWidget(self.sentence)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(Scrolled(body, self))

    def _left(self) -> QVBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE // 2)
        for button in (self.play_button, self.step_button, self.reset_button):
            buttons.addWidget(button, 1)
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        scrolled = Scrolled(self.controls, self)
        scrolled.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolled.setFixedWidth(_CONTROLS_WIDTH)
        column.addWidget(scrolled, 1)
        rows = QGridLayout()
        rows.setVerticalSpacing(SPACE // 2)
        rows.setColumnStretch(1, 1)
        for row, (name, choices) in enumerate((("trail", self.trail), ("pace", self.pace))):
            label = Label(name, self)
            label.setProperty("muted", True)
            rows.addWidget(label, row, 0)
            rows.addWidget(choices, row, 1)
        column.addLayout(rows)
        column.addLayout(buttons)
        return column

    def _right(self) -> QVBoxLayout:
        close = make_button("closeGameButton", "Close", "Close this window (Esc)", self)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self.save_button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        for plot in (self.points_plot, self.steps_plot):
            plot.setFixedWidth(_SIDE_WIDTH)
            column.addWidget(plot, 1)
        column.addLayout(bottom)
        return column

    def _connect(self) -> None:
        self.controls.changed.connect(self._change)
        self.play_button.clicked.connect(self._toggle)
        self.step_button.clicked.connect(self.player.step)
        self.reset_button.clicked.connect(self._reset)
        self.trail.changed.connect(self._set_trail)
        self.pace.changed.connect(self._set_pace)
        self.plot.startMoved.connect(self._move_start)
        self.plot.dragged.connect(self._hold)
        self.plot.fieldWanted.connect(self._find_field)
        self.player.moved.connect(self._show_path)
        self.player.restarted.connect(self._show_path)
        self.player.playingChanged.connect(self._show_state)
        self._thread.fieldFound.connect(self._show_field)
        self._thread.refused.connect(self._fail)
        self._thread.failed.connect(self._fail)
        self._sentence_timer.timeout.connect(self._show_sentence)
        self.files.saveRequested.connect(self.save)
        self.files.written.connect(self._say_written)
        self.files.failed.connect(self._fail_file)

    # What the user does

    @Slot()
    def _toggle(self) -> None:
        self.player.play(not self.player.is_playing)

    @Slot()
    def _reset(self) -> None:
        self.player.restart()

    @Slot(float, float)
    def _move_start(self, theta: float, psi: float) -> None:
        self.player.restart((theta, psi))

    @Slot(bool)
    def _hold(self, is_held: bool) -> None:
        self.player.is_held = is_held

    @Slot(int)
    def _set_trail(self, index: int) -> None:
        self.plot.set_trail(_TRAILS[index])

    @Slot(int)
    def _set_pace(self, index: int) -> None:
        self.player.pace = _PACES[index]

    @Slot(object)
    def _change(self, game: GameSettings) -> None:
        self._trouble = ""
        self.player.set_game(game)
        self.plot.set_max_slope(game.max_slope)
        self.plot.want_field()
        self._sentence_timer.start()

    @Slot(object)
    def save(self, path: Path) -> None:
        """Save the plot in a file, or the path where its name ends in .csv."""
        self.files.save(path, self.player.game, self.player.path, self.plot.half_height, self._describe())

    # What is shown

    @Slot(object)
    def _find_field(self, points: Floats) -> None:
        self._thread.find_field(FieldRequest(self.player.game, points))

    @Slot(object, object)
    def _show_field(self, request: FieldRequest, arrows: Floats) -> None:
        if request.game == self.player.game:
            self.plot.show_field(request.points, arrows)

    @Slot()
    def _show_path(self) -> None:
        path = self.player.path
        self.plot.show_path(path, self.player.start)
        self.points_plot.show_path(path)
        self.steps_plot.show_path(path)
        if not self._sentence_timer.isActive():
            self._sentence_timer.start()

    @Slot()
    def _show_state(self) -> None:
        playing = self.player.is_playing
        self.play_button.setText("Pause" if playing else "Play")
        for button in (self.play_button, self.step_button):
            button.setEnabled(not self.player.is_over)
        self._sentence_timer.start()

    def _describe(self) -> str:
        """Return what the path does, measured since the settings were changed last."""
        path = self.player.path[self.player.measured_from :]
        if len(path) < 2 and not self.player.left_everything:
            return _FIRST
        words = describe(measure_motion(path, self.player.left_everything))
        if self.player.steps >= player.MAX_STEPS:
            words += f" The path ends after {player.MAX_STEPS:,} steps; Reset begins anew."
        return words

    @Slot()
    def _show_sentence(self) -> None:
        self._say(self._trouble or self._describe(), bool(self._trouble))

    def _say(self, text: str, is_alarm: bool = False) -> None:
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)
        self.sentence.setProperty("alarm", is_alarm)
        self.sentence.update()

    # Errors and files

    @Slot(object)
    def _fail(self, failed: Failed) -> None:
        """Say why nothing can be computed; a loss of another package may be at fault."""
        self._trouble = failed.message
        self.player.fail()
        self.plot.clear_field()
        self._show_sentence()
        if failed.details:
            self.failed.emit(failed)

    @Slot(object)
    def _fail_file(self, failed: Failed) -> None:
        self._sentence_timer.stop()
        self._say(failed.message, True)
        if failed.details:
            self.failed.emit(failed)

    @Slot(str)
    def _say_written(self, path: str) -> None:
        self._sentence_timer.stop()
        self._say(f"Saved: {path}")

    # Events

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.player.play(False)

    @override
    def event(self, event: QEvent) -> bool:
        return space_key.presses_button(event) or super().event(event)
