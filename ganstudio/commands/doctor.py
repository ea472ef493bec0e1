"""`ganstudio doctor`: show what this computer has, what is missing, and how to get it."""

import argparse

from ganstudio import doctor
from ganstudio.commands import DONE, FAILED
from ganstudio.commands.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("doctor", run, "Show versions and devices, what is missing, and how to get it.")
    parser.add_flag(
        "--report",
        action="store_true",
        help="a report of a problem, to send to others: also the last lines of the log, without your name and folders",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    if arguments.report:
        print(doctor.write_report())
        return DONE
    text, can_train = doctor.examine()
    print(text)
    return DONE if can_train else FAILED
