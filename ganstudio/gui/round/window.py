"""The window of a round in stages: the diagram, what happens in words, and the buttons to go through it."""

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import RunStatus
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.round.diagram import RoundDiagram
from ganstudio.gui.round.player import MAX_PACE, MIN_PACE, PACE, StagePlayer
from ganstudio.gui.widgets import space_key
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.round_record import RoundRecord

_SIZE = QSize(1000, 640)  # px, where the screen has room
_LINES = 2  # of text that there is always room for
_TENTH = 10  # positions of the slider in a second
_WAITING = "The next round is being trained."
_EMPTY = "Press Next round: one round is trained, and its stages are shown here."
_NOT_STARTED = "Training has not started yet: the main window may have a question. The round follows once it has."


class StepSlider(Slider):
    """Slider that keeps the arrow keys to itself while it has the focus."""

    @override
    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in keys:
            event.accept()
            return True
        return super().event(event)


class RoundWindow(QDialog):
    """Window of the stages of a round; it is not modal, so that all else can be used beside it.

    Parameters
    ----------
    model
        The open run, which tells of rounds that were recorded.
    parent
        Qt's parent.
    """

    roundRequested = Signal()
    closed = Signal()

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("roundWindow")
        self.setWindowTitle("Round in stages")
        self._model = model
        self._note = ""  # why there is no round yet
        self.player = StagePlayer(self)
        self.diagram = RoundDiagram(self)
        self.title = Label("", self)
        self.title.setObjectName("roundTitle")
        self.title.setProperty("heading", True)
        self.sentence = WrappedLabel(_EMPTY, self)
        self.sentence.setObjectName("roundSentence")
        self._make_controls()
        self._lay_out()
        self._connect()
        self._show()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def request_round(self) -> None:
        """Ask for the next round, and show it once it is recorded."""
        if not self.player.is_waiting:
            self.player.is_waiting = True
            self._request()

    # Building

    def _make_controls(self) -> None:
        self.back_button = make_button("roundBackButton", "Back", "Go to the stage before (Left)", self)
        self.play_button = make_button("roundPlayButton", "Play", "Go on stage after stage, or pause (Space)", self)
        self.play_button.setProperty("main", True)
        self.next_button = make_button("roundNextButton", "Next", "Go to the next stage (Right)", self)
        self.round_button = make_button(
            "nextRoundButton", "Next round", "Train the next round, and go to its first stage (R)", self
        )
        self.close_button = make_button(
            "closeRoundButton", "Close", "Close this window (Esc); training goes on if it did before", self
        )
        self.stage_slider = StepSlider(0, 0, parent=self)
        self.stage_slider.setObjectName("roundStageSlider")
        self.stage_slider.setAccessibleName("stage of the round")
        self.stage_slider.setToolTip(as_tip("Goes to any stage of this round."))
        self.pace_slider = StepSlider(round(MIN_PACE * _TENTH), round(MAX_PACE * _TENTH), parent=self)
        self.pace_slider.setObjectName("roundPaceSlider")
        self.pace_slider.setAccessibleName("pace: seconds a stage")
        self.pace_slider.setToolTip(as_tip("How long each stage is shown while they play. Double-click for the usual."))
        self.pace_slider.setFixedWidth(80)
        self.pace_label = Label("", self)
        self.pace_label.setProperty("muted", True)
        for keys, call in (
            ("Left", self.player.go_back),
            ("Right", self._go_on),
            ("Space", self._toggle),
            ("R", self.player.go_to_next_round),
        ):
            QShortcut(QKeySequence(keys), self, call)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for button in (self.back_button, self.play_button, self.next_button):
            row.addWidget(button)
        row.addWidget(self.stage_slider, 1)
        row.addWidget(self.pace_slider)
        row.addWidget(self.pace_label)
        row.addWidget(self.round_button)
        row.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE * 2, SPACE, SPACE * 2, SPACE)
        whole.setSpacing(SPACE)
        whole.addWidget(self.title)
        whole.addWidget(self.diagram, 1)
        whole.addWidget(self.sentence)
        whole.addLayout(row)
        self.sentence.setMinimumHeight(_LINES * self.sentence.fontMetrics().lineSpacing())  # the diagram keeps its size
        space_key.leave_space_to_start(self)
        self.pace_slider.setValue(round(PACE * _TENTH))
        self._set_pace(self.pace_slider.value())
        self.diagram.setFocus()

    def _connect(self) -> None:
        player = self.player
        self.back_button.clicked.connect(player.go_back)
        self.play_button.clicked.connect(self._toggle)
        self.next_button.clicked.connect(self._go_on)
        self.round_button.clicked.connect(player.go_to_next_round)
        self.close_button.clicked.connect(self.reject)
        self.stage_slider.valueChanged.connect(self._go_to)
        self.pace_slider.valueChanged.connect(self._set_pace)
        self.pace_slider.resetRequested.connect(self._reset_pace)
        player.moved.connect(self._show)
        player.playingChanged.connect(self._show_state)
        player.roundWanted.connect(self._request)
        self._model.recorded.connect(self._take)
        self._model.reset.connect(player.clear)
        self._model.statusChanged.connect(self._status_changed)

    # What the user does

    @Slot()
    def _toggle(self) -> None:
        self.player.play(not self.player.is_playing)
        if self.player.is_playing:
            self.player.go_on()

    @Slot()
    def _go_on(self) -> None:
        self.player.play(False)
        self.player.go_on()

    @Slot(int)
    def _go_to(self, number: int) -> None:
        if number != self.player.number:
            self.player.play(False)
            self.player.go_to(number)

    @Slot(int)
    def _set_pace(self, position: int) -> None:
        seconds = position / _TENTH
        text = f"{seconds:.1f} s a stage"
        self.pace_label.setText(text)
        self.pace_slider.setAccessibleDescription(text)
        self.player.set_pace(seconds)

    @Slot()
    def _reset_pace(self) -> None:
        self.pace_slider.setValue(round(PACE * _TENTH))

    @Slot()
    def _request(self) -> None:
        self._note = ""
        self._show_state()
        self.roundRequested.emit()
        if not self._model.is_busy and self.player.is_waiting:
            self.player.give_up()
            self._note = _NOT_STARTED
            self._show_state()

    # What happens to the run

    @Slot(object)
    def _take(self, record: RoundRecord) -> None:
        if self.isVisible():
            self.player.take(record)

    @Slot(str)
    def _status_changed(self, status: str) -> None:
        self._note = ""
        if status in (RunStatus.SAVING, RunStatus.FINISHED, RunStatus.FAILED, RunStatus.IDLE):
            self.player.give_up()
        elif status == RunStatus.TRAINING and not self.player.is_waiting:
            self.player.play(False)  # the user lets the run go on
        self._show_state()

    # What is shown

    @Slot()
    def _show(self) -> None:
        stage, player = self.player.stage, self.player
        self.diagram.show_stage(stage)
        self.stage_slider.blockSignals(True)
        self.stage_slider.setRange(0, max(0, len(player.stages) - 1))
        self.stage_slider.setValue(player.number)
        self.stage_slider.blockSignals(False)
        if stage is None:
            self.title.setText("")
        else:
            place = f"stage {player.number + 1} of {len(player.stages)}"
            self.title.setText(f"Round {stage.record.step:,}, {place}: {stage.title}")
            self.stage_slider.setAccessibleDescription(f"{place}: {stage.title}")
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        player = self.player
        has_stage = player.stage is not None
        self.diagram.set_moving(player.is_playing and self.isVisible())
        self.play_button.setText("Pause" if player.is_playing else "Play")
        self.back_button.setEnabled(player.can_go_back)
        self.stage_slider.setEnabled(has_stage)
        for button in (self.play_button, self.next_button):
            button.setEnabled(has_stage)
        self.round_button.setEnabled(not player.is_waiting)
        stage = player.stage
        text = _WAITING if player.is_waiting else self._note or (_EMPTY if stage is None else stage.sentence)
        self.sentence.setText(text)
        self.sentence.setAccessibleName(text)

    # Events

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():  # as where the window is minimised
            self.player.give_up()
            self.diagram.enlarge(None)
            self.closed.emit()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.diagram.large is not None:  # one thing at a time
            self.diagram.enlarge(None)
        else:
            super().keyPressEvent(event)

    @override
    def event(self, event: QEvent) -> bool:
        return space_key.presses_button(event) or super().event(event)
