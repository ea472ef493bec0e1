"""The window of the coach."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSpacerItem, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.coach.finding import Remedy, RemedyKind, effect_text
from ganstudio.coach.windows import WARM_UP_STEPS
from ganstudio.events import RunStatus
from ganstudio.gui.coach.card import FindingCard
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import FittingDialog, Scrolled, room_for_dialog
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import one_line

MAX_FINDINGS = 3
_SIZE = QSize(520, 300)  # px, where the screen has room; it grows with what is found


class CoachWindow(FittingDialog):
    """Window with at most `MAX_FINDINGS` findings of the open run, the worst first; it is not modal.

    Parameters
    ----------
    model
        The open run.
    watcher
        Finds what is shown.
    parent
        Qt's parent.
    """

    changeRequested = Signal(str, object)  # dotted name of a setting, value
    branchRequested = Signal(object, object)  # step or None, changes by dotted name

    def __init__(self, model: RunModel, watcher: CoachWatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("coachWindow")
        self.setWindowTitle("Coach")
        self._model = model
        self._watcher = watcher
        self.cards: list[FindingCard] = []
        self.summary = WrappedLabel("", self)
        self.summary.setObjectName("coachSummary")
        body = QWidget(self)
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE)
        self._column.addSpacerItem(QSpacerItem(_SIZE.width() - 6 * SPACE, 0))
        self._column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*(SPACE * 2,) * 4)
        whole.setSpacing(SPACE)
        whole.addWidget(self.summary)
        whole.addWidget(Scrolled(body, self), 1)
        close = make_button("closeCoachButton", "Close", "Close this window (Esc); the coach watches on", self)
        close.clicked.connect(self.reject)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        watcher.changed.connect(self._show)
        watcher.judged.connect(self._refresh)
        for signal in (model.statusChanged, model.reset, model.measured):
            signal.connect(self._show)
        self._show()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _show(self, *_: object) -> None:
        """Show what is found now."""
        found = [finding for finding in self._watcher.findings if finding.is_open]
        self.summary.setText(" ".join(filter(None, (self._recovery(), self._summary(len(found))))))
        can_edit = self._model.status != RunStatus.FOLLOWING
        shown = [(replace(card.finding, effect=None), card.can_edit) for card in self.cards]
        if shown == [(replace(finding, effect=None), can_edit) for finding in found[:MAX_FINDINGS]]:
            for card, finding in zip(self.cards, found, strict=False):
                card.show_effect(finding.effect)  # it changes all the time: the buttons stay
            return
        for card in self.cards:
            self._column.removeWidget(card)
            delete_later(card)
        self.cards = [FindingCard(finding, can_edit, self._watcher, self) for finding in found[:MAX_FINDINGS]]
        for index, card in enumerate(self.cards):
            self._column.insertWidget(index, card)
            card.remedyRequested.connect(self._apply)

    def _refresh(self) -> None:
        """Have the sentence and the evidence follow the run."""
        if self.isVisible():
            self._show()
            for card in self.cards:
                card.evidence.refresh()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._refresh()

    def _recovery(self) -> str:
        """Return what the last change of a setting has ended, as a sentence; "" if none did."""
        over = [finding for finding in self._watcher.findings if finding.cleared_by]
        if not over:
            return ""
        last = max(over, key=lambda finding: finding.cleared or 0)
        text = f"Over since step {last.cleared:,}: {one_line(last.title)}, after {one_line(last.cleared_by)}."
        return f"{text} {effect_text(last.effect)}" if last.effect else text

    def _summary(self, count: int) -> str:
        model = self._model
        if not len(model.history):
            return "The coach watches the run that is open, and says here what goes wrong and what may mend it."
        if count > MAX_FINDINGS:
            return f"The worst {MAX_FINDINGS} of {count} findings:"
        if count:
            return "1 finding:" if count == 1 else f"{count} findings:"
        if model.step < WARM_UP_STEPS:
            return f"Nothing found so far. Most faults are told only after {WARM_UP_STEPS} steps."
        if not model.measures:
            return "Nothing found in the losses and settings. What G makes has not been measured yet."
        return "Nothing found in the losses, the measurements, the grids and the settings."

    def _apply(self, remedy: Remedy) -> None:
        if remedy.back_to is not None or remedy.kind == RemedyKind.BRANCH:
            self.branchRequested.emit(remedy.back_to, dict(remedy.changes))
            return
        for path, value in remedy.changes.items():
            self.changeRequested.emit(path, value)
