"""StopChoice: what becomes of the run that is being trained when a branch of it is made."""

from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel


class StopChoice(QWidget):
    """Stop the run and open the branch, or go on training it; shown while a run is trained."""

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setAccessibleName("What happens to the run in training")
        self._stop = QRadioButton("Stop the run and open the branch")
        self._stop.setToolTip("The run is saved first and can go on later")
        self._stop.setObjectName("stopForBranch")
        self._keep = QRadioButton("Create the branch and keep training")
        self._keep.setToolTip("The branch waits in Runs")
        self._keep.setObjectName("keepTraining")
        self._stop.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(WrappedLabel("The run is being trained; it is saved before it stops."))
        for choice in (self._stop, self._keep):
            column.addWidget(choice)
        model.statusChanged.connect(self._show)
        self._show()

    @property
    def opens(self) -> bool:
        """Whether the branch is to be opened, which stops a run that goes."""
        return self.isHidden() or self._stop.isChecked()

    def _show(self, *_: object) -> None:
        self.setVisible(self._model.is_busy)
