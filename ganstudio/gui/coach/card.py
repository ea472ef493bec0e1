"""One finding of the coach: what happens, the numbers, and buttons for what may mend it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from ganstudio import config as cfg
from ganstudio.coach.finding import Effect, Finding, Remedy, RemedyKind, Severity, effect_text, figure_text
from ganstudio.gui.coach.evidence import Evidence
from ganstudio.gui.coach.watcher import CoachWatcher
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.rich_text import wrapped
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.text import one_line

_TIPS = {
    RemedyKind.LIVE: "Takes effect at the next step, and can be undone.",
    RemedyKind.BRANCH: "Makes a branch with this setting and opens it; this run stays as it is.",
}
_GOES_BACK = "Makes a branch that begins there, with this setting, and opens it; this run stays as it is."


class FindingCard(QFrame):
    """Card with a finding.

    Parameters
    ----------
    finding
        What is shown.
    can_edit
        Whether settings of the open run can be changed here.
    watcher
        Knows the run, which the evidence is from.
    parent
        Qt's parent.
    """

    remedyRequested = Signal(object)  # Remedy

    def __init__(self, finding: Finding, can_edit: bool, watcher: CoachWatcher, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._watcher = watcher
        self.finding = finding
        self.can_edit = can_edit
        self.setObjectName(f"finding{finding.id}")
        self.setAccessibleName(finding.title)
        self.setProperty("card", "alarm" if finding.severity == Severity.RED else "plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.SPACE,) * 4)
        column.setSpacing(theme.SPACE // 2)
        title = WrappedLabel(f"{one_line(finding.title)}, since step {finding.began:,}", self)
        title.setProperty("heading", True)
        figures = WrappedLabel("; ".join(map(figure_text, finding.figures)), self)
        figures.setProperty("muted", True)
        for label in (title, WrappedLabel(finding.text, self), figures):
            column.addWidget(label)
        self.evidence = Evidence(finding, watcher, self)
        column.addWidget(self.evidence)
        self.effect = WrappedLabel("", self)
        column.addWidget(self.effect)
        self.show_effect(finding.effect)
        self._live: list[tuple[Remedy, QPushButton]] = []  # those that change the run itself
        self.buttons = [self._button(remedy, can_edit) for remedy in finding.remedies]
        for button in self.buttons:
            column.addWidget(button)
        watcher.model.configChanged.connect(self.show_settings)

    def show_effect(self, effect: Effect | None) -> None:
        """Say what changed after a change of the settings."""
        self.effect.setText(effect_text(effect) if effect else "")
        self.effect.setVisible(effect is not None)

    @Slot()
    def show_settings(self) -> None:
        """Show which remedies are in force: one that was undone can be tried again."""
        config = self._watcher.model.config
        for remedy, button in self._live:
            in_force = [cfg.read(config, path) == value for path, value in remedy.changes.items()]
            is_done = bool(in_force) and all(in_force)
            button.setEnabled(self.can_edit and not is_done)
            button.setText(_done(remedy) if is_done else remedy.text)

    def _button(self, remedy: Remedy, can_edit: bool) -> QWidget:
        """Return a button for a remedy, or its text where nothing can be done here."""
        if remedy.kind in (RemedyKind.NEW_RUN, RemedyKind.WAIT):
            return WrappedLabel(f"{remedy.text}.", self)
        button = QPushButton(remedy.text, self)
        button.setProperty("small", True)
        branches = remedy.back_to is not None
        button.setToolTip(wrapped(_GOES_BACK if branches else _TIPS[remedy.kind]))
        if remedy.kind == RemedyKind.LIVE and not branches and not can_edit:
            button.setEnabled(False)
            button.setToolTip(wrapped("Another program is training this run; this window only follows it."))
        elif remedy.kind == RemedyKind.LIVE and not branches:
            self._live.append((remedy, button))
        button.clicked.connect(lambda: self._request(remedy, button))
        return button

    def _request(self, remedy: Remedy, button: QPushButton) -> None:
        if remedy.kind == RemedyKind.LIVE and remedy.back_to is None:
            button.setEnabled(False)
            button.setText(_done(remedy))
        self.remedyRequested.emit(remedy)


def _done(remedy: Remedy) -> str:
    return f"{remedy.text}: done, Edit > Undo takes it back"
