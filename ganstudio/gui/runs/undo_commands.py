"""What is done to runs in the list, as commands: renamed, pinned, deleted."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ganstudio.gui.model.undo import Command
from ganstudio.gui.runs.trash import Deletion
from ganstudio.gui.workers.run_list import RunsThread


@dataclass(frozen=True)
class Said:
    """What a person says of a run: None is left as it is."""

    path: Path
    title: str | None = None
    pinned: bool | None = None


class _OfRuns(Command):
    """Done by the thread of the list, which `panel` shows."""

    def __init__(self, text: str, thread: RunsThread, panel: QWidget) -> None:
        super().__init__(text)
        self._thread, self._panel = thread, panel

    def is_visible(self) -> bool:
        return self._panel.isVisible()


class Relabelled(_OfRuns):
    """Runs got a title, or were pinned or not."""

    def __init__(self, text: str, thread: RunsThread, panel: QWidget, old: list[Said], new: list[Said]) -> None:
        super().__init__(text, thread, panel)
        self._old, self._new = old, new

    def take_back(self) -> None:
        self._say(self._old)

    def do_again(self) -> None:
        self._say(self._new)

    def fits(self) -> bool:
        return all((each.path / "run.toml").is_file() for each in self._new)

    def _say(self, said: list[Said]) -> None:
        for each in said:
            self._thread.relabel(each.path, each.title, each.pinned)


class Deleted(_OfRuns):
    """Runs lie in the trash. `may_go` says whether a run may be deleted now."""

    def __init__(self, thread: RunsThread, panel: QWidget, deletion: Deletion, may_go: Callable[[Path], bool]) -> None:
        count = len(deletion.names)
        super().__init__(f"deletion of {deletion.names[0] if count == 1 else f'{count} runs'}", thread, panel)
        self.deletion, self._may_go = deletion, may_go
        deletion.can_be_undone = True

    def take_back(self) -> None:
        self.deletion.under_way += 1
        self._thread.put_back(self.deletion)

    def do_again(self) -> None:
        self.deletion.under_way += 1
        self._thread.trash(self.deletion)

    def fits(self) -> bool:
        if self.deletion.under_way:
            return True
        return self.deletion.can_come_back if self.is_done else all(map(self._may_go, self.deletion.paths))
