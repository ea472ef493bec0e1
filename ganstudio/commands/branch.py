"""`ganstudio branch`: make a new run that starts from a checkpoint of another one."""

import argparse
import shlex
from collections.abc import Mapping
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands, add_out_argument, add_run_argument
from ganstudio.commands.setting_flags import add_setting_flags

_USAGE = """\
ganstudio branch RUN [--at STEP] [--out RUN] [--epochs N | --steps N] [--GROUP.SETTING VALUE ...]"""


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    help = "Make a new run that starts from a checkpoint of another one."
    parser = commands.add("branch", run, help, usage=_USAGE)
    add_run_argument(parser)
    parser.add_flag(
        "--at", metavar="STEP", type=int, help="start from the newest checkpoint at or before this step [its newest]"
    )
    add_out_argument(parser)
    add_setting_flags(parser, [setting for setting in cfg.SETTINGS.values() if setting.on_branch])


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    print(branch(arguments.folder, arguments.at, arguments.settings, arguments.out))
    return DONE


def branch(parent: Path, at: int | None, changes: Mapping[str, str], out: Path | None) -> str:
    """Make a branch and return what to print: where it is and how to resume it.

    Parameters
    ----------
    parent
        The run to start from: its folder, name or title.
    at
        Start from the newest checkpoint that is not after this step. None: the newest.
    changes
        Values of settings that differ from the parent's, by dotted name.
    out
        Folder of the branch. None: a new one among the runs.
    """
    from ganstudio.runs import lookup
    from ganstudio.runs.branch import branch as make_branch

    made = make_branch(lookup.find(parent), at, changes, out)
    return (
        f"{made.name} starts at step {made.info.parent_step:,} of {made.info.parent}. "
        f"To resume it: ganstudio resume {shlex.quote(str(made.path))}"
    )
