"""Runs that were cut off: their program was killed or the computer went out, and nobody has gone on with them since."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ganstudio.errors import RunError
from ganstudio.runs import history, labels
from ganstudio.runs.folder import RunFolder
from ganstudio.system import lock


@dataclass(frozen=True)
class CutOff:
    """A run that was cut off.

    Parameters
    ----------
    path
        Its folder.
    name
        What the user calls it.
    reached
        The last step that its history tells of.
    time
        Of the last sign of life, in seconds as `time.time` counts them.
    began
        When the program that was cut off had begun, as an ISO date.
    """

    path: Path
    name: str
    reached: int
    time: float
    began: str

    @property
    def key(self) -> str:
        """What tells this from other times that this or another run was cut off."""
        return f"{self.began} {self.path}"

    def resumes_from(self) -> int | None:
        """Return the step of the newest checkpoint that can be used; None if there is none. Imports torch."""
        from ganstudio.runs import checkpoint, plan

        try:
            state, _, _ = checkpoint.newest_valid(self.path, check=plan.check_meta)
        except (RunError, OSError):
            return None
        return int(state.meta["step"])


def find(folders: Iterable[Path], known: Collection[str] = ()) -> list[CutOff]:
    """Return the runs in these folders that were cut off while this user trained them on this computer, newest first.

    Those that ended, that a program is writing, or that cannot be read are left out.

    Parameters
    ----------
    folders
        Folders that may be runs.
    known
        Keys of those to leave out.
    """
    found = {run.key: run for folder in folders for run in _look_at(folder) if run.key not in known}
    return sorted(found.values(), key=lambda run: run.time, reverse=True)


def _look_at(folder: Path) -> Iterator[CutOff]:
    left = lock.left_behind(folder / "run.lock")
    if left is None:
        return
    try:
        run = RunFolder.open(folder)
    except (RunError, OSError):
        return
    tick, end = history.read_last(run.path / "history.jsonl")
    if end is None and not run.is_running():
        name = labels.undated(run.display_name)
        yield CutOff(run.path, name, tick.step if tick else 0, left.last_sign, left.holder.started)
