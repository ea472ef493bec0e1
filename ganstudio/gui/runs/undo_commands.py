"""Undo commands for changes to runs in the list."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ganstudio.gui.model.undo import Command
from ganstudio.gui.workers.run_list import RunsThread
from ganstudio.gui.workers.trash import Deletion
from ganstudio.system.existence import is_file


@dataclass(frozen=True)
class LabelChange:
    """What a run is labelled with; None leaves it as it is.

    Parameters
    ----------
    path : Path
        Folder of the run.
    title : str, optional
        Its title.
    pinned : bool, optional
        Whether it is pinned.
    """

    path: Path
    title: str | None = None
    pinned: bool | None = None


class _RunsCommand(Command):
    """A change that the thread of the list makes, and that `panel` shows."""

    def __init__(self, text: str, thread: RunsThread, panel: QWidget) -> None:
        super().__init__(text)
        self._thread = thread
        self._panel = panel

    def is_visible(self) -> bool:
        """Return whether the list is visible."""
        return self._panel.isVisible()


class RelabelRuns(_RunsCommand):
    """Runs got another title, or were pinned or unpinned.

    Parameters
    ----------
    text : str
        What was changed, as in "Undo renaming of first".
    thread : RunsThread
        Makes the changes.
    panel : QWidget
        Shows the runs.
    old, new : list of LabelChange
        The labels before and after.
    """

    def __init__(
        self, text: str, thread: RunsThread, panel: QWidget, old: list[LabelChange], new: list[LabelChange]
    ) -> None:
        super().__init__(text, thread, panel)
        self._old = old
        self._new = new

    def take_back(self) -> None:
        """Write the old labels."""
        self._relabel(self._old)

    def do_again(self) -> None:
        """Write the new labels."""
        self._relabel(self._new)

    def fits(self) -> bool:
        """Return whether the runs still exist."""
        return all(is_file(change.path / "run.toml") for change in self._new)

    def _relabel(self, changes: list[LabelChange]) -> None:
        for change in changes:
            self._thread.relabel(change.path, change.title, change.pinned)


class DeleteRuns(_RunsCommand):
    """Runs were moved to the trash.

    Parameters
    ----------
    thread : RunsThread
        Moves them.
    panel : QWidget
        Shows the runs.
    deletion : Deletion
        The runs.
    can_delete : callable
        Returns whether the run in a folder can be deleted now.
    """

    def __init__(
        self, thread: RunsThread, panel: QWidget, deletion: Deletion, can_delete: Callable[[Path], bool]
    ) -> None:
        count = len(deletion.names)
        super().__init__(f"deletion of {deletion.names[0] if count == 1 else f'{count} runs'}", thread, panel)
        self.deletion = deletion
        self._can_delete = can_delete
        deletion.can_be_undone = True

    def take_back(self) -> None:
        """Bring the runs back from the trash."""
        self.deletion.moves_in_progress += 1
        self._thread.put_back(self.deletion)

    def do_again(self) -> None:
        """Move the runs to the trash again."""
        self.deletion.moves_in_progress += 1
        self._thread.trash(self.deletion)

    def fits(self) -> bool:
        """Return whether the runs are still where the command needs them."""
        if self.deletion.moves_in_progress:
            return True
        return self.deletion.can_be_restored if self.is_done else all(map(self._can_delete, self.deletion.paths))
