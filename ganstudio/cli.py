"""The command line: collects the commands, runs the one that was typed, and reports errors.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. GANSTUDIO_DEBUG=1 shows the traceback of an error.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from ganstudio import __version__, paths, preferences
from ganstudio.commands import (
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    bench,
    branch,
    classifier,
    datasets,
    doctor,
    evaluate,
    export,
    open,
    resume,
    runs,
    sample,
    train,
)
from ganstudio.commands.checks import check_data_folder
from ganstudio.commands.parser import DATA_HELP, Commands, Parser
from ganstudio.commands.setting_flags import list_switches
from ganstudio.commands.suggestions import spell_out_switches, suggest, suggest_flags
from ganstudio.errors import FROM_WINDOW, InputError, StudioError

_OPENING = """\
GAN Studio trains generative adversarial networks before your eyes.
Without a command it opens the window."""

# In the order in which --help lists them. Their heavy imports wait until a command runs.
_COMMANDS = (
    open,
    train,
    resume,
    branch,
    runs,
    sample,
    bench,
    datasets,
    export,
    evaluate,
    classifier,
    doctor,
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    argv
        Words after the program's name. None: those of this process.
    """
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        if arguments.data is not None:
            check_data_folder(arguments.data)
            paths.set_data_home(arguments.data)
        if problem := preferences.problem():
            print(problem, file=sys.stderr)
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return _report(INTERRUPTED, "Interrupted.")
    except BrokenPipeError:  # the reader of our output has ended, as in `ganstudio datasets | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except StudioError as error:
        code = WRONG_USE if isinstance(error, InputError) else FAILED
        return _report(code, str(error) if FROM_WINDOW in os.environ else error.typed)
    except Exception as error:
        text = f"Unexpected {type(error).__name__}: {error} (GANSTUDIO_DEBUG=1 shows where it occurred.)"
        return _report(FAILED, text)


def _report(code: int, sentence: str) -> int:
    if os.environ.get("GANSTUDIO_DEBUG") == "1":
        traceback.print_exc()
    print(sentence, file=sys.stderr)
    return code


def build() -> tuple[Parser, dict[str, Parser]]:
    """Return the parser of the whole command line, and those of its commands by name."""
    parser = Parser(prog="ganstudio", description=_OPENING)
    parser.add_argument("--version", action="version", version=f"GAN Studio {__version__}")
    parser.add_flag("--data", metavar="DIR", help=DATA_HELP)
    parser.set_defaults(run=open.run, folder=None)
    commands = Commands(parser)
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser, commands.parsers


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what was typed.

    Raises
    ------
    InputError
        A command or flag is unknown; the sentence suggests the nearest.
    """
    parser, commands = build()
    words = spell_out_switches(list(argv), list_switches())
    _check_command(words, commands)
    arguments, unknown = parser.parse_known_args(words)
    if not unknown:
        return arguments
    inner = commands.get(arguments.command, parser)
    word = unknown[0].split("=")[0]
    hint = suggest_flags(word, inner.flags) if word.startswith("-") else ""
    raise InputError(f"{inner.prog} does not know {word}.{hint or f' See {inner.prog} --help.'}")


def _check_command(words: list[str], commands: dict[str, Parser]) -> None:
    before = Parser(prog="ganstudio", add_help=False)
    before.add_flag("--data")
    rest = before.parse_known_args(words)[1]
    if rest and not rest[0].startswith("-") and rest[0] not in commands:
        raise InputError(
            f"There is no command {rest[0]}.{suggest(rest[0], commands)} Choose one of: {', '.join(commands)}."
        )
