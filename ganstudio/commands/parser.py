"""The parser of the command line, and how a command adds itself to it."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn, Protocol

from ganstudio.commands import WRONG_USE
from ganstudio.commands.suggestions import suggest

Run = Callable[[argparse.Namespace], int]  # does what was typed; returns the exit code

DATA_HELP = "folder of the data sets (else GANSTUDIO_DATA, else this computer's data folder)"


class Container(Protocol):
    """A parser, or a group of its arguments."""

    def add_argument(self, *names: str, **options: Any) -> argparse.Action:
        """Add an argument."""


class Parser(argparse.ArgumentParser):
    """Argument parser that takes no shortened flags and describes an error in one sentence, without the usage.

    Attributes
    ----------
    flags
        Flags added with `add_flag`.
    """

    def __init__(self, **options: Any) -> None:
        formatter = argparse.RawDescriptionHelpFormatter
        super().__init__(**{"formatter_class": formatter, **options, "allow_abbrev": False})
        self.flags: list[str] = []
        self.register("type", int, _whole_number)
        self.register("type", float, _number)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and exit with code 2."""
        self.exit(WRONG_USE, f"{self.prog}: {message}. See {self.prog} --help.\n")

    def add_flag(self, *names: str, container: Container | None = None, **options: Any) -> None:
        """Add an argument with these flags, to `container` if it belongs in a group; they may then be suggested."""
        (container or self).add_argument(*names, **options)
        self.flags += names


class Commands:
    """The commands of a parser.

    Attributes
    ----------
    parsers
        The parser of each command, by its name.
    """

    def __init__(self, parser: Parser) -> None:
        self._subparsers = parser.add_subparsers(
            title="commands", metavar="COMMAND", dest="command", parser_class=Parser
        )
        self.parsers: dict[str, Parser] = {}

    def add(self, name: str, run: Run, help: str, usage: str | None = None) -> Parser:
        """Add a command and return its parser, which has the flag --data already."""
        parser = self._subparsers.add_parser(name, help=help, description=help, usage=usage)
        # SUPPRESS: `ganstudio --data DIR train` must not lose its folder to the inner default.
        parser.add_flag("--data", metavar="DIR", default=argparse.SUPPRESS, help=DATA_HELP)
        parser.set_defaults(run=run)
        self.parsers[name] = parser
        return parser


def _whole_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a whole number, such as 64; got {text!r}") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"it must be a number, such as 0.5; got {text!r}") from None


def one_of(values: Iterable[str]) -> Callable[[str], str]:
    """Return a `type` for arguments that takes only these values, and suggests the nearest for another one."""
    known = list(values)

    def check(value: str) -> str:
        if value not in known:
            raise argparse.ArgumentTypeError(
                f"{value} is unknown.{suggest(value, known)} Choose one of: {', '.join(known)}"
            )
        return value

    return check


def add_run_argument(parser: Parser) -> None:
    """Add the argument RUN, a run of this computer."""
    parser.add_argument("folder", metavar="RUN", type=Path, help="a run by name, title or folder")


def add_out_argument(parser: Parser) -> None:
    """Add the flag --out of commands that make a run."""
    parser.add_flag("--out", metavar="RUN", type=Path, help="folder of the new run [a new one among the runs]")


def add_seed_argument(parser: Parser, help: str = "seed of the random noise [0]") -> None:
    """Add the flag --seed."""
    parser.add_flag("--seed", metavar="S", type=int, default=0, help=help)
