"""BranchThread: makes a new run from a checkpoint of another. Copies files, so not in the GUI thread."""

import traceback
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from ganstudio.errors import StudioError
from ganstudio.events import Failed
from ganstudio.gui.workers.train import Worker


class BranchThread(Worker):
    """Branches off the run at `parent`, at `step` (None: its newest checkpoint), and gives the branch a title."""

    made = Signal(object, bool)  # Path, whether to open it
    failed = Signal(object)  # Failed

    def __init__(
        self,
        parent: Path,
        step: int | None,
        changes: dict[str, Any],
        title: str,
        opens: bool = True,
        owner: QObject | None = None,
    ) -> None:
        super().__init__("branchThread", owner)
        self._from, self._step, self._changes, self._title = parent, step, changes, title
        self._opens = opens

    def run(self) -> None:
        """Make the run; every error becomes `failed`."""
        kept = "The original run is not affected."
        try:
            self.made.emit(self._make(), self._opens)
        except (StudioError, OSError) as error:
            self.failed.emit(Failed(str(error), kept, traceback.format_exc()))
        except BaseException as error:
            message = f"The branch could not be created: {type(error).__name__}: {error}"
            self.failed.emit(Failed(message, kept, traceback.format_exc()))

    def _make(self) -> Path:
        from ganstudio.runs import branch, labels

        made = branch.branch(self._from, self._step, self._changes)
        if self._title:
            labels.write(made.path, labels.Label(title=self._title))
        return made.path
