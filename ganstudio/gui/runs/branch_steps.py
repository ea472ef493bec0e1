"""List of the checkpoints that a branch can start from."""

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import epoch_at
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.text import DOT


class BranchSteps(ChoiceBox):
    """The checkpoints of a run, newest first.

    Parameters
    ----------
    model : RunModel
        The run.
    """

    def __init__(self, model: RunModel) -> None:
        super().__init__()
        self._model = model
        self.setObjectName("branchStepCombo")
        self.setAccessibleName("Step to branch from")
        self.setToolTip("Checkpoints of the run: only they contain everything that is needed to continue")

    def step(self) -> int | None:
        """Return the chosen step; None if there is none."""
        step = self.currentData()
        return None if step is None else int(step)

    def refresh(self) -> None:
        """Offer the checkpoints; keep the chosen one, else choose the one nearest to the viewed step."""
        before, model = self.step(), self._model
        points = list(reversed(model.rewind_points))
        self.clear()
        for point in points:
            self.addItem(f"step {point:,} {DOT} epoch {epoch_at(model, point):,.1f}", point)
        is_live = before is None or model.viewed_step is None  # the newest, even while one is being saved
        chosen = model.find_rewind_point() if is_live else before
        self.setCurrentIndex(points.index(chosen) if chosen in points else len(points) - 1)  # else the oldest
