"""Measuring a run that nobody trains: its newest checkpoint, as it would be measured while it trains."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from ganstudio.errors import RunError
from ganstudio.events import Measured
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.measuring import Measuring
from ganstudio.runs.plan import Plan
from ganstudio.runs.runner import make_trainer


def measure_again(
    path: Path, home: Path | None = None, call_off: Callable[[], bool] = lambda: False
) -> Measured | None:
    """Measure the newest checkpoint of the run in the folder `path` and add that to its history; None if called off.

    home : where data sets lie, if neither in the usual place nor where they lay when the run began.

    Raises RunError if the folder is no run, another program trains it, it holds no checkpoint or cannot be measured;
    DataError if its pictures are gone.
    """
    folder = RunFolder.open(path)
    held = folder.lock()
    try:
        plan = Plan.read(folder, home=home)
        if plan.state is None:
            raise RunError(f"{folder.display_name} has no checkpoint to measure.")
        trainer = make_trainer(plan.config, plan.dataset(), plan.state)
        with contextlib.closing(trainer.batches):
            found = Measuring(trainer, call_off).measure(thorough=True)
        if found is not None and not isinstance(found, Measured):
            raise RunError(found.text.replace(" Training goes on.", ""))
        if found is not None:
            _write(folder, found)
        return found
    finally:
        held.release()


def _write(folder: RunFolder, found: Measured) -> None:
    """Add it to the history, which then ends as it ended before."""
    end = folder.history().end
    try:
        folder.append(found)
        if end is not None:
            folder.append(history.end_mark(end, found.step))
    except OSError as error:
        raise RunError(f"The measurement cannot be written: {error.strerror or error}.") from error
