"""Training and resuming in several processes on this computer: torchrun starts this program several times."""

import logging
import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import tomli_w
from torch.distributed import run as torchrun
from torch.distributed.elastic.multiprocessing import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure

from ganstudio import config as cfg
from ganstudio.commands import DONE, FAILED, INTERRUPTED, WRONG_USE, checks
from ganstudio.runs import places
from ganstudio.system import atomic, cores, signals
from ganstudio.system.existence import is_file
from ganstudio.training import validation
from ganstudio.training.device.hardware import choose_device
from ganstudio.training.distributed.process_group import check_gpus


def train(config: cfg.RunConfig, out: Path | None) -> int:
    """Train a new run in the folder `out`, or a new one among the runs, and return the exit code.

    Raises
    ------
    ConfigError
        The settings cannot be used with this number of processes.
    """
    processes = config.engine.processes
    _check(config, processes)
    if out is None:
        with places.reserved_run_path(config) as folder:
            return train(config, folder)
    with atomic.scratch_folder() as folder:
        settings = folder / "settings.toml"
        checks.write(settings, tomli_w.dumps(cfg.to_dict(config)).encode())
        return _launch(processes, ["train", "--config", str(settings), "--out", str(out)], out)


def resume(folder: Path, changes: Mapping[str, str], processes: int, at: int | None = None) -> int:
    """Resume a run in several processes and return the exit code; see `ganstudio.commands.resume.resume`."""
    flags = [word for path, text in changes.items() for word in (cfg.find(path).flag, text)]
    flags += [] if at is None else ["--at", str(at)]
    return _launch(processes, ["resume", str(folder), *flags], folder)


def _check(config: cfg.RunConfig, processes: int) -> None:
    """Report once, here, what would fail in every process."""
    validation.check_batch(config, processes)
    if choose_device(config.engine.device).type == "cuda":
        check_gpus(processes)


def _launch(processes: int, arguments: list[str], folder: Path) -> int:
    """Run this program with `arguments` in several processes and return the exit code."""
    logging.disable(logging.ERROR)  # a stop or a failure is reported below, in one sentence
    if cores.is_default():
        os.environ[cores.VARIABLE] = str(max(1, cores.max_threads() // processes))
    if not any(number.name == "SIGHUP" for number in signals.ending()):  # `nohup` has it ignored
        os.environ.setdefault("PET_SIGNALS_TO_HANDLE", "SIGTERM,SIGINT,SIGQUIT")
    words = ["--standalone", "--nproc-per-node", str(processes), "-m", "ganstudio", *arguments]
    try:
        torchrun.run(torchrun.parse_args(words))  # type: ignore[no-untyped-call]
    except SignalException:
        return INTERRUPTED
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        if failure.exitcode == WRONG_USE:
            return WRONG_USE  # the process has printed why
        print(f"Process {rank} of {processes} failed, so all were stopped: {_why(failure)}", file=sys.stderr)
        if is_file(folder / "run.toml"):
            print(f"To resume: ganstudio resume {shlex.quote(str(folder))}")
        return FAILED
    return DONE


def _why(failure: ProcessFailure) -> str:
    """Return a line: the error that a process recorded, or how it was ended."""
    left = failure.error_file_data.get("message")
    if isinstance(left, dict):
        return str(left["message"]).removeprefix("StudioError: ").strip().splitlines()[0]
    return f"signal {-failure.exitcode}." if failure.exitcode < 0 else f"exit code {failure.exitcode}."
