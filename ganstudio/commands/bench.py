"""`ganstudio bench`: measure how fast a preset trains here, beside a plain loop and the device's peak."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from ganstudio import config as cfg
from ganstudio.commands import DONE
from ganstudio.commands.checks import check_writable, write_after_work
from ganstudio.commands.parser import Commands
from ganstudio.commands.setting_flags import add_preset_flag, add_setting_flags, configure
from ganstudio.errors import InputError

MIN_SECONDS, MAX_SECONDS = 0.1, 3600.0
MAX_ROUNDS = 100
_USAGE = """\
ganstudio bench [--preset NAME] [--data DIR] [--device cpu|cuda|...] [--seconds S] [--rounds N]
                       [--json FILE] [--write FILE] [--GROUP.SETTING VALUE ...]"""
_WITHOUT_FLAG = ("epochs", "steps", "seconds", "engine.processes")  # how long, and of how many processes, a run is


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("bench", run, "Measure how fast a preset trains on this machine.", usage=_USAGE)
    add_preset_flag(parser)
    parser.add_flag("--seconds", metavar="S", type=float, default=10.0, help="length of each measurement [10]")
    parser.add_flag("--rounds", metavar="N", type=int, default=3, help="measurements beside the plain loop [3]")
    parser.add_flag("--json", metavar="FILE", type=Path, help="file for all figures")
    parser.add_flag(
        "--write", metavar="FILE", type=Path, help="text file whose table, between two marks, gets a row: README.md"
    )
    add_setting_flags(parser, [setting for path, setting in cfg.SETTINGS.items() if path not in _WITHOUT_FLAG])


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    config = configure(arguments.settings, arguments.preset)
    print(
        bench(
            config,
            seconds=arguments.seconds,
            rounds=arguments.rounds,
            json_file=arguments.json,
            readme=arguments.write,
        )
    )
    return DONE


def bench(config: cfg.RunConfig, *, seconds: float, rounds: int, json_file: Path | None, readme: Path | None) -> str:
    """Measure, write the files, and return the table.

    Parameters
    ----------
    config
        What to train.
    seconds, rounds
        Length of each measurement, and how many there are.
    json_file
        File for all figures. None: none is written.
    readme
        Text file whose table gets a row. None: none does.

    Raises
    ------
    InputError
        Something cannot be done as typed; nothing has been measured then.
    """
    from ganstudio.benchmark import readme as tables
    from ganstudio.benchmark import report
    from ganstudio.data import catalog

    _check(seconds, rounds, json_file)
    if readme is not None:
        tables.check(readme)

    from ganstudio.benchmark.measure import measure  # and with it torch

    if config.makes_points:
        raise InputError(
            "The plain loop that is measured beside trains on pictures: choose a preset for pictures, not one of the "
            "2-D lab."
        )
    catalog.check_available(config.data.name)
    dataset = catalog.load_for(config)

    date = datetime.now().astimezone().isoformat(timespec="seconds")
    result = measure(config, dataset, date, seconds, rounds, _print_progress)
    text = report.to_text(result)
    if json_file is not None:
        write_after_work({json_file: report.to_json(result).encode()}, text)
    if readme is not None:
        tables.write(readme, result)
    return text


def _check(seconds: float, rounds: int, json_file: Path | None) -> None:
    if not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise InputError(f"--seconds must be from {MIN_SECONDS:g} to {MAX_SECONDS:g}; got {seconds:g}.")
    if not 1 <= rounds <= MAX_ROUNDS:
        raise InputError(f"--rounds must be from 1 to {MAX_ROUNDS}; got {rounds}.")
    if json_file is not None:
        check_writable(json_file)


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
