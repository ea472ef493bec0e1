"""`ganstudio train`: train a new run without a window."""

import argparse
import sys
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.commands.parser import Commands, add_out_argument
from ganstudio.commands.setting_flags import (
    add_preset_flag,
    add_setting_flags,
    configure,
    describe_new_length,
    is_first_process,
    names_length,
)
from ganstudio.errors import ShortOfMemoryError

_USAGE = """\
ganstudio train [--preset NAME] [--config FILE] [--data DIR] [--out RUN] [--epochs N | --steps N]
                       [--begin-from mnist|RUN[:STEP]|FILE] [--freeze-d N]
                       [--seed S] [--device cpu|cuda|...] [--processes N] [--dry-run] [--GROUP.SETTING VALUE ...]"""


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("train", run, "Train without a window.", usage=_USAGE)
    add_preset_flag(parser)
    parser.add_flag(
        "--config",
        metavar="FILE",
        type=Path,
        help="settings in a file: the run.toml of a run, or one like a preset's; takes precedence over the preset",
    )
    add_out_argument(parser)
    parser.add_flag(
        "--dry-run",
        action="store_true",
        help="do not train: print networks, memory, time, and when pictures become recognisable, after measuring this "
        "computer for some seconds",
    )
    add_setting_flags(parser, cfg.SETTINGS.values())


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    typed, preset, file = arguments.settings, arguments.preset, arguments.config
    config = configure(typed, preset, file, keep_epochs=names_length(typed))
    if text := describe_new_length(config, typed, preset, file):
        print(text, file=sys.stderr)
    if typed.get("begin.source") and is_first_process():
        from ganstudio.commands.beginning import take_networks

        config = take_networks(config, tuple(typed))
    if arguments.dry_run:
        from ganstudio.commands.dry_run import dry_run

        return dry_run(config)
    return train(config, arguments.out)


def train(config: cfg.RunConfig, out: Path | None) -> int:
    """Train a new run and return the exit code.

    Parameters
    ----------
    config
        Its settings.
    out
        Its folder. None: a new one among the runs.

    Raises
    ------
    DataError
        The data set is not on this computer; no folder has been made then.
    """
    from ganstudio.commands import distributed, launch
    from ganstudio.commands.beginning import print_beginning
    from ganstudio.commands.dry_run import print_options
    from ganstudio.commands.following import follow
    from ganstudio.commands.startup_progress import Stages, print_line
    from ganstudio.data import catalog
    from ganstudio.runs import runner as runs
    from ganstudio.stages import READING
    from ganstudio.training.distributed.job import is_started_by_torchrun

    def check_data() -> cfg.RunConfig:
        catalog.check_available(config.data.name)
        return config

    if is_started_by_torchrun():
        return distributed.train(check_data, out)
    check_data()
    if config.engine.processes > 1:
        return launch.train(config, out)
    with Stages(print_line) as stages:
        stages(READING)
        dataset = catalog.load_for(config)
        try:
            runner = runs.start(config, dataset, out, tell=stages)
        except ShortOfMemoryError:
            del dataset
            print_options(config, stages)
            raise
    print_beginning(runner)
    return follow(runner)
