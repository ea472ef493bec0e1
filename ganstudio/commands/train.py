"""train and resume: a run from the first step to the last, or to Ctrl-C."""

import os
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ganstudio import config as cfg
from ganstudio.commands import DONE, FAILED, INTERRUPTED
from ganstudio.commands.console import Console
from ganstudio.commands.startup_progress import Stages
from ganstudio.data import catalog
from ganstudio.events import EndReason, Failed, Finished
from ganstudio.runs import lookup
from ganstudio.runs import runner as runs
from ganstudio.runs.folder import RunFolder, new_run_path
from ganstudio.stages import READING
from ganstudio.training.distributed.process_group import is_started_by_torchrun


def train(config: cfg.RunConfig, out: Path | None) -> int:
    """Train a new run in the folder `out`, or in a new one among the runs; the exit code.

    Raises DataError, and nothing is made, where its data set is not on this computer.
    """
    from ganstudio.commands import distributed, launch  # these know this file

    def choose() -> cfg.RunConfig:
        catalog.check_here(config.data.name)
        return config

    if is_started_by_torchrun():
        return distributed.train(choose, out)
    config = choose()
    if config.engine.processes > 1:
        return launch.train(config, out or new_run_path(config))
    data, limit = config.data, config.engine.data_limit
    with Stages(_say) as stages:
        stages(READING)
        dataset = catalog.load(data.name, size=data.size, channels=data.channels, limit=limit)
        runner = runs.start(config, dataset, out or new_run_path(config), tell=stages)
    return follow(runner)


def resume(folder: Path, changes: Mapping[str, str], at: int | None = None) -> int:
    """Go on with the run in `folder`, or of that name, with `changes` to its settings by dotted name; the exit code.

    at : go back to the newest checkpoint that is not after this step.
    """
    from ganstudio.commands import distributed, launch

    if is_started_by_torchrun():
        return distributed.resume(folder, changes, at)
    folder = lookup.find(folder)
    processes = int(changes.get("engine.processes", RunFolder.open(folder).config.engine.processes))
    if processes > 1:
        return launch.resume(folder, changes, processes, at)
    with Stages(_say) as stages:
        runner = runs.resume(folder, changes, at=at, tell=stages)
    return follow(runner)


def _say(line: str) -> None:
    print(line, flush=True)


def follow(runner: runs.Runner) -> int:
    """Print what the run says until it ends; the exit code. The first Ctrl-C saves, the second quits at once."""
    console, code = Console(), DONE
    console.say(f"Run folder: {runner.folder.path}")
    with interrupts() as interrupted:
        try:
            for event in runner.events():
                console.handle(event)
                if interrupted:
                    runner.control.stop(EndReason.INTERRUPTED)
                if isinstance(event, Finished):
                    code = finished(event, runner.folder)
                elif isinstance(event, Failed):
                    code = failed(event)
        finally:
            console.close()
    return code


@contextmanager
def interrupts(again_quits: bool = True) -> Iterator[list[int]]:
    """Signals that arrived: the first one is only noted here, the second quits the program, if it is to.

    A handler runs between any two instructions of the main thread, even inside a lock of the run's control, so all
    else is left to whoever reads the list between two events.
    """
    arrived: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        arrived.append(number)
        if again_quits and len(arrived) > 1:
            os._exit(INTERRUPTED)
        if again_quits:
            os.write(2, b"\nSaving; once more quits at once.\n")

    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, handle) for number in signals]
    try:
        yield arrived
    finally:
        for number, old in zip(signals, before, strict=True):
            signal.signal(number, old)


def finished(event: Finished, folder: RunFolder) -> int:
    """Say how a run ended and where it lies; the exit code."""
    if event.reason != EndReason.DONE:
        print(f"Interrupted at step {event.step:,}, saved. To go on: ganstudio resume {shlex.quote(str(folder.path))}")
        return INTERRUPTED
    sheet = folder.path / "results.png"
    print(f"Done at step {event.step:,}." + (f" What it learned, epoch by epoch: {sheet}" if sheet.exists() else ""))
    return DONE


def failed(event: Failed, whole: bool = False) -> int:
    """Say what went wrong, with the `whole` traceback if wished for; the exit code."""
    parts = [event.message, event.kept]
    if whole or os.environ.get("GANSTUDIO_DEBUG") == "1":
        parts.insert(0, event.details)
    print("\n".join(part for part in parts if part), file=sys.stderr)
    return FAILED
