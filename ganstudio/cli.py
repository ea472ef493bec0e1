"""The command line: collects the commands, runs the one that was typed, and reports errors.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. GANSTUDIO_DEBUG=1 shows the traceback of an error.
"""

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from types import FrameType

from ganstudio import __version__, extensions, preferences
from ganstudio.commands import (
    DONE,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    bench,
    branch,
    classifier,
    datasets,
    doctor,
    evaluate,
    explain,
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
from ganstudio.errors import FROM_WINDOW, InputError, StudioError, reason
from ganstudio.system import cores, homes, installing, log_file, paths, signals
from ganstudio.system.streams import StandardStreams, Stream

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
    explain,
    sample,
    bench,
    datasets,
    export,
    evaluate,
    classifier,
    doctor,
)
_PRODUCE_FILES = ("train", "resume")  # commands that have done what they are for, even if nobody could read about it


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    Parameters
    ----------
    argv
        Words after the program's name. None: those of this process, which is the program's own: it is logged.
    """
    with StandardStreams() as streams, signals.handled(_interrupt):
        arguments, code = None, DONE
        homes.ignore_odd_variables()
        _leave_deleted_folder()
        try:
            arguments = parse(sys.argv[1:] if argv is None else argv)
            with contextlib.ExitStack() as log:
                if argv is None:
                    cores.set_default()
                    log.enter_context(log_file.recording(paths.log_file(), arguments.command or "window"))
                code = _run(arguments)
        except Exception as error:
            code = _report_error(error)
        except KeyboardInterrupt:
            code = _report(INTERRUPTED, "Interrupted.")
        finally:
            streams.stdout.flush()
        return code or _report_output(streams.stdout, arguments.command if arguments else None)


def _leave_deleted_folder() -> None:
    """Change the current folder if it is gone: libraries that look up where they are would end the program."""
    try:
        os.getcwd()  # noqa: PTH109
    except OSError:
        there = homes.home_or_root()
        os.chdir(there)
        print(
            f"The current folder was deleted. Names without a full path are now looked for in {there}.", file=sys.stderr
        )


def _interrupt(number: int, _frame: FrameType | None) -> None:
    """End what is being done as Ctrl+C does; a run in training has a handler of its own, which saves."""
    raise KeyboardInterrupt


def _run(arguments: argparse.Namespace) -> int:
    try:
        if arguments.data is not None:
            check_data_folder(arguments.data)
            paths.set_data_home(arguments.data)
        for problem in filter(None, (preferences.problem(), *extensions.problems())):
            print(problem, file=sys.stderr)
        return int(arguments.run(arguments))
    except StudioError as error:
        log_file.LOGGER.warning("%s: %s", type(error).__name__, error)
        raise
    except Exception:
        log_file.LOGGER.exception("An error that nobody expected")
        raise


def _report_error(error: Exception) -> int:
    """Print what went wrong and return the exit code."""
    if isinstance(error, StudioError):
        code = WRONG_USE if isinstance(error, InputError) else FAILED
        return _report(code, str(error) if FROM_WINDOW in os.environ else error.typed)
    if sentence := installing.explain(error):
        return _report(FAILED, sentence)
    if isinstance(error, MemoryError):
        return _report(FAILED, "There is not enough memory for this. Other programs may take it, or a limit is set.")
    if isinstance(error, OSError) and error.strerror:
        what = f"{error.filename} cannot be used" if error.filename else "The system refused what was asked of it"
        return _report(FAILED, f"{what}: {reason(error)}.")
    text = f"Unexpected {type(error).__name__}: {error}"
    return _report(
        FAILED, f"{text} (GANSTUDIO_DEBUG=1 shows where it occurred; to report it: ganstudio doctor --report)"
    )


def _report(code: int, sentence: str) -> int:
    if os.environ.get("GANSTUDIO_DEBUG") == "1":
        traceback.print_exc()
    print(sentence, file=sys.stderr)
    return code


def _report_output(stdout: Stream, command: str | None) -> int:
    """Say if not all output could be written, unless its reader has ended; return the exit code."""
    if stdout.error is None:
        return DONE
    if not isinstance(stdout.error, BrokenPipeError):
        print(f"Not all output could be written: {reason(stdout.error)}.", file=sys.stderr)
    return DONE if command in _PRODUCE_FILES else FAILED


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
