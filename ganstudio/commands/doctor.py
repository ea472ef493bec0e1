"""`ganstudio doctor`: show what this computer has, what is missing, and how to get it."""

import argparse

from ganstudio import doctor
from ganstudio.commands import DONE, FAILED
from ganstudio.commands.parser import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    commands.add("doctor", run, "Show versions and devices, what is missing, and how to get it.")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    text, can_train = doctor.examine()
    print(text)
    return DONE if can_train else FAILED
