"""Thread that makes a new run from a checkpoint of another; it copies files, so it is not done in the GUI thread."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.workers.worker import Worker


class BranchThread(Worker):
    """Thread that makes a branch of a run.

    Parameters
    ----------
    parent_run : Path
        Folder of the run that the branch comes from.
    step : int or None
        Step at which it branches off; None: the newest checkpoint.
    changes : dict
        Settings that differ, by dotted name.
    title : str
        Title of the branch; "" for none.
    opens : bool
        Whether the branch is to be opened; `created` carries it.
    parent : QObject, optional
        Qt's parent.
    """

    created = Signal(object, bool)  # Path, whether to open it

    action = "The branch could not be created"
    kept = "The original run is not affected."

    def __init__(
        self,
        parent_run: Path,
        step: int | None,
        changes: dict[str, Any],
        title: str,
        opens: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__("branchThread", parent)
        self._parent_run, self._step = parent_run, step
        self._changes, self._title = changes, title
        self._opens = opens

    def work(self) -> None:
        """Make the branch."""
        from ganstudio.runs import branch, labels

        created = branch.branch(self._parent_run, self._step, self._changes)
        if self._title:
            labels.write(created.path, labels.Label(title=self._title))
        self.created.emit(created.path, self._opens)
