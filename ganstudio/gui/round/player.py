"""Player of stages: forwards and backwards through the rounds that were recorded, by hand or at a pace."""

from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.gui.round.stages import Stage, stages_of
from ganstudio.round_record import RoundRecord

MIN_PACE, PACE, MAX_PACE = 0.2, 1.2, 3.0  # seconds a stage
MAX_ROUNDS = 20  # that can be gone back through


class StagePlayer(QObject):
    """Player of stages.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    moved = Signal()  # another stage is shown, or none
    playingChanged = Signal()
    roundWanted = Signal()  # there is no stage after this one yet

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rounds: deque[tuple[Stage, ...]] = deque(maxlen=MAX_ROUNDS)
        self._round = 0  # index of the one that is shown
        self.number = 0  # of the stage in it
        self.is_waiting = False  # for the next round
        self._timer = QTimer(self, interval=round(PACE * 1000))
        self._timer.timeout.connect(self.go_on)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Stages of the round that is shown; none before the first round."""
        return self._rounds[self._round] if self._rounds else ()

    @property
    def stage(self) -> Stage | None:
        """The stage that is shown."""
        return self.stages[self.number] if self.stages else None

    @property
    def is_playing(self) -> bool:
        """Whether stages follow one another."""
        return self._timer.isActive()

    @property
    def can_go_back(self) -> bool:
        """Whether there is a stage before this one."""
        return self.number > 0 or self._round > 0

    # What the user does

    def set_pace(self, seconds: float) -> None:
        """Show each stage that long."""
        self._timer.setInterval(round(1000 * min(MAX_PACE, max(MIN_PACE, seconds))))

    def play(self, is_playing: bool) -> None:
        """Go on stage after stage, and round after round; or stop doing so."""
        if is_playing != self.is_playing:
            self._timer.start() if is_playing else self._timer.stop()
            self.playingChanged.emit()

    def go_on(self) -> None:
        """Go to the next stage: after the last one to the next round, which has to be trained first if it is new."""
        if self.number + 1 < len(self.stages):
            self.go_to(self.number + 1)
        else:
            self.go_to_next_round()

    def go_back(self) -> None:
        """Go to the stage before, of the round before it if there is one."""
        self.play(False)
        if self.number > 0:
            self.go_to(self.number - 1)
        elif self._round > 0:
            self._round -= 1
            self.go_to(len(self.stages) - 1)

    def go_to(self, number: int) -> None:
        """Go to a stage of the round that is shown."""
        if self.stages:
            self.number = min(max(0, number), len(self.stages) - 1)
            self.moved.emit()

    def go_to_next_round(self) -> None:
        """Go to the first stage of the next round, or ask for it."""
        if self._round + 1 < len(self._rounds):
            self._round += 1
            self.go_to(0)
        elif not self.is_waiting:
            self.is_waiting = True
            self.roundWanted.emit()

    # What happens to the run

    def take(self, record: RoundRecord) -> None:
        """Show the first stage of a round that was recorded."""
        self.is_waiting = False
        if not record.updates:
            return
        kept = [stages for stages in self._rounds if stages[0].record.step < record.step]  # others have been rewound
        self._rounds = deque([*kept, stages_of(record)], MAX_ROUNDS)
        self._round = len(self._rounds) - 1
        if self.is_playing:
            self._timer.start()  # the first stage is shown as long as the others
        self.go_to(0)

    def clear(self) -> None:
        """Forget all rounds: another run is open."""
        self._rounds.clear()
        self._round = self.number = 0
        self.give_up()
        self.moved.emit()

    def give_up(self) -> None:
        """Wait for no round any more, and stop."""
        self.is_waiting = False
        self.play(False)
