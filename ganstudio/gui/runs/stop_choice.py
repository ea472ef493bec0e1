"""Choice of what happens to a run in training when a branch of it is made."""

from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel


class StopChoice(QWidget):
    """Choice between stopping the run to open the branch and training it further; shown while it is trained.

    Parameters
    ----------
    model : RunModel
        The run.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, model: RunModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setAccessibleName("What happens to the run in training")
        self._stop = QRadioButton("Stop the run and open the branch")
        self._stop.setToolTip("The run is saved first; you can continue it later")
        self._stop.setObjectName("stopForBranch")
        self._keep = QRadioButton("Create the branch and keep training")
        self._keep.setToolTip("You find the branch in Runs")
        self._keep.setObjectName("keepTraining")
        self._stop.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(WrappedLabel("The run is being trained; it is saved before it stops."))
        for button in (self._stop, self._keep):
            column.addWidget(button)
        model.statusChanged.connect(self._update)
        self._update()

    @property
    def opens_branch(self) -> bool:
        """Whether the branch is to be opened, which stops a run in training."""
        return self.isHidden() or self._stop.isChecked()

    def reset(self) -> None:
        """Choose to stop the run, as at first."""
        self._stop.setChecked(True)

    def _update(self) -> None:
        self.setVisible(self._model.is_busy)
