"""Changes of the points by hand: of the run being trained, of one that is to resume, or of the next one."""

from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.data.dataset import PointSource
from ganstudio.data.points import editing, sets
from ganstudio.data.points.distributions import Modes
from ganstudio.data.points.edited import Edited
from ganstudio.data.points.editing import Edition
from ganstudio.data.points.edits import Edit
from ganstudio.errors import StudioError
from ganstudio.events import Marked, MarkKind, RunStatus
from ganstudio.gui.model.notice import Notifier
from ganstudio.gui.model.run_control import RunControl
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import point_edits, run_config
from ganstudio.runs.drawing import drawing_path, edits_at

Edits = tuple[Edit, ...]
_FOLLOWED = (
    "Another program is training this run; this window only follows it, and cannot change its points. Branch creates a "
    "run that you can train here."
)
_PAST = (
    "The plane shows step {:,}, which is past. Points can be changed at the newest step only: press End to go there."
)
_BETWEEN = "Points can be changed once the run has begun, or has been saved."


class PointEditor(QObject):
    """Changes points: of the run under way at its next step, else of the run that is started or resumed next."""

    changed = Signal(object, object, str)  # how points were changed by hand before and after (Edits), and what by

    def __init__(self, model: RunModel, control: RunControl, notifier: Notifier, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._control = control
        self._notifier = notifier
        self._requested: Edits | None = None  # of the run under way, which takes each at its next step, with a mark
        self._set = self._set_now()
        model.reset.connect(self._forget_requests)
        model.statusChanged.connect(self._status_changed)
        model.marked.connect(self._confirm)
        model.configChanged.connect(self._drop_those_of_other_points)

    @property
    def edits(self) -> Edits:
        """How points are changed by hand, with what the run under way may not have taken yet."""
        if self._requested is not None:
            return self._requested
        pending = self._model.pending_edits
        return edits_at(self._model.marks, None) if pending is None else pending

    def edit(self, edit: Edit) -> bool:
        """Change the points, or say why not; return whether they are changed."""
        before = self.edits
        try:
            made = self._try(edit)
        except StudioError as error:
            self._notifier.say(str(error), topic="points")
            return False
        if made is None or not self._take(made.source.edits, edit, undo=False):
            return False
        self.changed.emit(before, self.edits, made.text)
        return True

    def redo(self, edit: Edit) -> None:
        """Make a change again that was taken back."""
        self._take((*self.edits, edit), edit, undo=False)

    def take_back(self, edit: Edit) -> None:
        """Take back the last change, which is this one."""
        if self.edits[-1:] == (edit,):
            self._take(self.edits[:-1], edit, undo=True)

    def _try(self, edit: Edit) -> Edition | None:
        """Return the points with a change; None if it changes nothing. Raises StudioError."""
        if why := self._why_not():
            raise StudioError(why)
        config = run_config(self._model)
        return editing.make_edit(self._source(), edit, config.optimizer.batch_size)

    def _why_not(self) -> str:
        model = self._model
        if model.status == RunStatus.FOLLOWING:
            return _FOLLOWED
        if model.status in (RunStatus.STARTING, RunStatus.SAVING):
            return _BETWEEN
        if model.viewed_step is not None and model.viewed_step < model.step:
            return _PAST.format(model.viewed_step)
        processes = model.config.engine.processes
        if processes > 1:
            return (
                f"Points can be changed by hand in runs of one process, and this one has {processes}. Set the "
                "processes to 1 first."
            )
        return ""

    def _source(self) -> PointSource:
        model, data = self._model, run_config(self._model).data
        kept = None if model.folder is None else drawing_path(model.folder)
        return sets.find_source(data.name, model.data_home, kept, self.edits, data.points)

    def _take(self, edits: Edits, edit: Edit, undo: bool) -> bool:
        """Have the run under way make a change, or the next one begin with it; return whether that is done."""
        if not self._control.is_training:
            self._model.set_pending_edits(edits)
            return True
        if not self._control.edit_points(edit, undo):
            return False
        self._requested = edits
        return True

    # What the run answers

    @Slot(object)
    def _confirm(self, mark: Marked) -> None:
        if mark.kind == MarkKind.WARNING or self._requested == edits_at(self._model.marks, None):
            self._forget_requests()  # a warning may be the refusal of a change

    @Slot()
    def _forget_requests(self) -> None:
        self._requested = None
        self._set = self._set_now()

    @Slot(str)
    def _status_changed(self, _: str) -> None:
        if not self._model.is_busy:
            self._forget_requests()

    # Another set of points

    def _set_now(self) -> str:
        return run_config(self._model).data.name if self._model.folder is not None else self._model.config.data.name

    @Slot()
    def _drop_those_of_other_points(self) -> None:
        before, self._set = self._set, self._set_now()
        if before == self._set or self._model.folder is not None:
            return
        if self._model.pending_edits:
            self._notifier.say(
                "The changes of the points by hand were of another data set, and are gone.", passing=True
            )
        self._model.set_pending_edits(None)


def modes_now(model: RunModel) -> Modes | None:
    """Return the modes of the points at the viewed step, where they are; None if they have none."""
    config = run_config(model)
    kept = None if model.folder is None else drawing_path(model.folder)
    if not config.makes_points or not sets.is_built_in(config.data.name) or (kept is not None and kept.is_file()):
        return None
    distribution = sets.find_source(config.data.name, edits=point_edits(model), count=config.data.points).distribution
    return distribution.places_of_modes if isinstance(distribution, Edited) else distribution.modes
