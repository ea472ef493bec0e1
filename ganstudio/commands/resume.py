"""`ganstudio resume`: continue a run."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.commands.parser import Commands, add_run_argument
from ganstudio.commands.setting_flags import add_setting_flags

_USAGE = """\
ganstudio resume RUN [--at STEP] [--epochs N | --steps N] [--device cpu|cuda|...] [--processes N]
                        [--GROUP.SETTING VALUE ...]"""


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("resume", run, "Resume a run from its newest checkpoint, or an older one.", usage=_USAGE)
    add_run_argument(parser)
    parser.add_flag(
        "--at",
        metavar="STEP",
        type=int,
        help="go back to the newest checkpoint at or before this step, and discard what came later",
    )
    add_setting_flags(parser, [setting for setting in cfg.SETTINGS.values() if setting.on_resume])


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    return resume(arguments.folder, arguments.settings, arguments.at)


def resume(folder: Path, changes: Mapping[str, str], at: int | None = None) -> int:
    """Resume a run and return the exit code.

    Parameters
    ----------
    folder
        The run: its folder, name or title.
    changes
        New values of settings, by dotted name.
    at
        Go back to the newest checkpoint that is not after this step. None: the newest.
    """
    from ganstudio.commands import distributed, launch
    from ganstudio.commands.following import follow
    from ganstudio.commands.startup_progress import Stages, print_line
    from ganstudio.runs import lookup
    from ganstudio.runs import runner as runs
    from ganstudio.runs.folder import RunFolder
    from ganstudio.training.distributed.job import is_started_by_torchrun

    if is_started_by_torchrun():
        return distributed.resume(folder, changes, at)
    folder = lookup.find(folder)
    processes = int(changes.get("engine.processes", RunFolder.open(folder).config.engine.processes))
    if processes > 1:
        return launch.resume(folder, changes, processes, at)
    with Stages(print_line) as stages:
        runner = runs.resume(folder, changes, at=at, tell=stages)
    return follow(runner)
