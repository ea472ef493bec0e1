"""Following a run on a terminal to its end, or to Ctrl+C."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from ganstudio.coach.listener import Listener
from ganstudio.commands import DONE, FAILED, INTERRUPTED
from ganstudio.commands.console import Console
from ganstudio.commands.dry_run import print_options
from ganstudio.events import EndReason, Event, Failed, Finished, Measured, Started, Tick
from ganstudio.runs import event_log
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.stages import ignore_stage
from ganstudio.system import signals, streams
from ganstudio.system.existence import exists

if TYPE_CHECKING:
    from ganstudio.runs.runner import Runner


def follow(runner: "Runner") -> int:
    """Print what happens until the run ends, and return the exit code.

    The first interrupt (Ctrl+C) saves the run, the second one quits at once. Where nobody reads the output any more, as
    after `ganstudio train | head`, the run is saved and ends, too.
    """
    console, code = Console(), DONE
    coach = Listener(runner.folder)
    console.say(f"Run folder: {runner.folder.path}")
    with catch_interrupts(runner.control):
        try:
            for event in runner.events():
                console.handle(event)
                say_findings(coach, event, runner.control, console)
                if isinstance(event, Started) and event.device == "cpu":
                    advise(console)
                event_log.record(event)
                if streams.reader_has_gone():
                    runner.control.interrupt()
                if isinstance(event, Finished):
                    code = print_end(event, runner.folder)
                elif isinstance(event, Failed):
                    code = print_failure(event)
                    if event.out_of_memory:
                        print_options(runner.folder.config, ignore_stage)
        finally:
            console.close()
    return code


def say_findings(coach: Listener, event: Event, control: Control, console: Console) -> None:
    """Print what the coach finds in a run as it begins and when it is over, and have the history keep it."""
    coach.take(event)
    if not isinstance(event, Tick | Measured):
        return
    for mark, finding in coach.news():
        control.note(mark)
        console.say(f"Coach: {mark.text}.")
        if finding is not None and finding.remedies:
            console.say(f"       {finding.remedies[0].text}.")


def advise(console: Console) -> None:
    """Say if there is a card that could train, and this PyTorch cannot use it."""
    from ganstudio.training.device import nvidia

    if text := nvidia.advice():
        console.say(text)


@contextmanager
def catch_interrupts(control: Control | None = None, again_quits: bool = True) -> Iterator[list[int]]:
    """Collect signals to end the program in a list (see `ganstudio.system.signals`); the first one interrupts a run.

    Parameters
    ----------
    control
        Of the run, which is interrupted at once: a measurement that is going on is cancelled.
    again_quits
        Whether a second signal by a person quits the program at once.
    """
    arrived: list[int] = []

    def handle(number: int, frame: FrameType | None) -> None:
        before = [earlier for earlier in arrived if signals.is_impatient(earlier)]
        arrived.append(number)
        if control is not None:
            control.interrupt()
        if again_quits and before and signals.is_impatient(number):
            os._exit(INTERRUPTED)
        if again_quits and len(arrived) == 1:
            streams.write_now("\nSaving. Press Ctrl+C again to quit at once.\n")

    with signals.handled(handle):
        yield arrived


def print_end(event: Finished, folder: RunFolder) -> int:
    """Print how a run ended and where its results are stored; return the exit code."""
    if event.reason != EndReason.DONE:
        print(f"Interrupted at step {event.step:,}, saved. To resume: ganstudio resume {shlex.quote(str(folder.path))}")
        return INTERRUPTED
    sheet = folder.path / "results.png"
    print(f"Done at step {event.step:,}." + (f" Results, epoch by epoch: {sheet}" if exists(sheet) else ""))
    return DONE


def print_failure(event: Failed, with_traceback: bool = False) -> int:
    """Print what went wrong and return the exit code; GANSTUDIO_DEBUG=1 always adds the traceback."""
    parts = [event.message, event.kept]
    if with_traceback or os.environ.get("GANSTUDIO_DEBUG") == "1":
        parts.insert(0, event.details)
    print("\n".join(part for part in parts if part), file=sys.stderr)
    return FAILED
