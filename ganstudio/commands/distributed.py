"""Training and resuming in each of the processes that torchrun started."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from torch.distributed.elastic.multiprocessing.errors import get_error_handler

from ganstudio import config as cfg
from ganstudio.coach.listener import Listener
from ganstudio.commands import DONE, FAILED, WRONG_USE
from ganstudio.commands.beginning import print_beginning
from ganstudio.commands.console import Console
from ganstudio.commands.following import catch_interrupts, print_end, print_failure, say_findings
from ganstudio.commands.startup_progress import Stages, print_line
from ganstudio.errors import InputError, StudioError
from ganstudio.events import Failed, Finished
from ganstudio.runs import multiprocess
from ganstudio.runs.control import Control
from ganstudio.runs.multiprocess import RankRunner
from ganstudio.runs.runner import Runner
from ganstudio.system import signals
from ganstudio.training.distributed import job
from ganstudio.training.distributed.job import Job
from ganstudio.training.distributed.process_group import ProcessGroup, RankZeroFailed
from ganstudio.training.distributed.world import World
from ganstudio.training.state import Diverged

SILENT_SECONDS = 10.0  # in which torchrun's other processes start usually

Begin = Callable[[World, Control], Runner | RankRunner]


def train(choose: Callable[[], cfg.RunConfig], out: Path | None) -> int:
    """Train a new run, or resume it where torchrun starts the job again; return the exit code.

    Parameters
    ----------
    choose
        Returns the configuration; called in the first process only.
    out
        Folder of the run. None: a new one among the runs.
    """
    return _take_part(lambda world, control: multiprocess.start(world, choose, out, control))


def resume(folder: Path, changes: Mapping[str, str], at: int | None = None) -> int:
    """Resume the run in `folder` and return the exit code; see `ganstudio.commands.resume.resume`."""
    return _take_part(lambda world, control: multiprocess.resume(world, folder, changes, control, at))


def _take_part(begin: Begin) -> int:
    """Return this process's exit code; a stopped run counts as done, or torchrun would start it again."""
    rank = 0
    try:
        described = job.read()
        rank = described.rank
        with _meet(described) as world:
            return _follow(begin, world)
    except RankZeroFailed:
        return WRONG_USE
    except Diverged as error:  # all find it at once, and the first process says it
        _leave(error)
    except StudioError as error:
        print(f"{'' if rank == 0 else f'Process {rank}: '}{error.typed}", file=sys.stderr, flush=True)
        return WRONG_USE if isinstance(error, InputError) else FAILED
    except Exception as error:
        print(f"Process {rank} failed.\n{traceback.format_exc()}", file=sys.stderr)
        _leave(error)


def _meet(described: Job) -> ProcessGroup:
    """Wait for the other processes; say so at once if they may never come, else where it takes long.

    A signal ends the process meanwhile, as nothing is there to be saved, and the wait takes no notice of Python's
    handlers.
    """
    if not described.is_of_torchrun:
        print(described.reason_to_wait, file=sys.stderr, flush=True)
    with Stages(print_line, SILENT_SECONDS) as stages, signals.handled(signal.SIG_DFL):
        stages(described.waiting)
        return ProcessGroup()


def _follow(begin: Begin, world: World) -> int:
    """Train to the end; the first process prints what happens."""
    control, console = Control(), Console() if world.rank == 0 else None
    with catch_interrupts(control, again_quits=False):
        run = begin(world, control)
        coach = Listener(run.folder) if isinstance(run, Runner) else None
        if console and isinstance(run, Runner):
            print_beginning(run)
            console.say(f"Run folder: {run.folder.path}")
        for event in run.events():
            if console:
                console.handle(event)
            if console and coach:
                say_findings(coach, event, run.control, console)
            if isinstance(event, Failed):
                print_failure(event, with_traceback=True)
                _leave(StudioError(f"{event.message}\n{event.details}"))
            if isinstance(event, Finished) and isinstance(run, Runner):
                print_end(event, run.folder)
    return DONE


def _leave(error: Exception) -> NoReturn:
    """Tell torchrun why and end at once: an orderly end would wait for others, which may wait for this process."""
    handler = get_error_handler()
    handler.initialize()
    try:
        raise error  # what is recorded is the error being handled
    except Exception:
        handler.record_exception(error)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(FAILED)
