"""The commands. Flags of settings are made from the configuration's declaration; heavy imports wait for their command.

Exit codes: 0 done, 1 failed, 2 wrong use, 130 interrupted. GANSTUDIO_DEBUG=1 shows the traceback of an error.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from ganstudio import __version__, length, preferences, presets
from ganstudio import config as cfg
from ganstudio.commands import DONE, FAILED, INTERRUPTED, WRONG_USE, flags, suggestions
from ganstudio.errors import FROM_WINDOW, InputError, StudioError

Command = Callable[[argparse.Namespace], int]

_OPENING = """\
GAN Studio trains generative adversarial networks before your eyes.
Without a command it opens the window."""

_TRAIN_USAGE = """\
ganstudio train [--preset NAME] [--config FILE] [--data DIR] [--out RUN] [--epochs N | --steps N]
                       [--seed S] [--device cpu|cuda|...] [--processes N] [--GROUP.SETTING VALUE ...]"""

_RESUME_USAGE = """\
ganstudio resume RUN [--at STEP] [--epochs N | --steps N] [--device cpu|cuda|...] [--processes N]
                        [--GROUP.SETTING VALUE ...]"""

_BRANCH_USAGE = """\
ganstudio branch RUN [--at STEP] [--out RUN] [--epochs N | --steps N] [--GROUP.SETTING VALUE ...]"""

_BENCH_USAGE = """\
ganstudio bench [--preset NAME] [--data DIR] [--device cpu|cuda|...] [--seconds S] [--rounds N]
                       [--json FILE] [--write FILE] [--GROUP.SETTING VALUE ...]"""

_DATA_HELP = "folder of the data sets (else GANSTUDIO_DATA, else this computer's data folder)"


class Parser(argparse.ArgumentParser):
    """No guessing of shortened flags, and errors in one sentence in place of the usage of fifty flags."""

    def __init__(self, **options: Any) -> None:
        formatter = argparse.RawDescriptionHelpFormatter
        super().__init__(**{"formatter_class": formatter, **options, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USE, f"{self.prog}: {message}. See {self.prog} --help.\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        suggestions.check_choice(action, value)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; its exit code."""
    try:
        parser, commands = build()
        arguments = parse(parser, commands, list(sys.argv[1:] if argv is None else argv))
        if arguments.data is not None:
            suggestions.check_folder(arguments.data)
            # The window, resuming and every thread find the data by the same rule: paths.data_home.
            os.environ["GANSTUDIO_DATA"] = arguments.data
        if problem := preferences.problem():
            print(problem, file=sys.stderr)
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        return _end(INTERRUPTED, "Interrupted.")
    except BrokenPipeError:  # whoever read our output has gone, as in `ganstudio datasets | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except StudioError as error:
        code = WRONG_USE if isinstance(error, InputError) else FAILED
        return _end(code, str(error) if FROM_WINDOW in os.environ else error.typed)
    except Exception as error:
        return _end(FAILED, f"Unexpected {type(error).__name__}: {error} (GANSTUDIO_DEBUG=1 shows where it occurred.)")


def _end(code: int, sentence: str) -> int:
    if os.environ.get("GANSTUDIO_DEBUG") == "1":
        traceback.print_exc()
    print(sentence, file=sys.stderr)
    return code


# ---- what may be typed ------------------------------------------------------------------------------------------


def build() -> tuple[Parser, dict[str, Parser]]:
    """The parser, and those of its commands by name."""
    parser = Parser(prog="ganstudio", description=_OPENING)
    parser.add_argument("--version", action="version", version=f"GAN Studio {__version__}")
    parser.add_argument("--data", metavar="DIR", help=_DATA_HELP)
    parser.set_defaults(run=window, folder=None)
    adding = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=Parser)

    def command(name: str, run: Command, help: str, **more: Any) -> Parser:
        added: Parser = adding.add_parser(name, help=help, description=help, **more)
        # SUPPRESS: `ganstudio --data DIR train` must not lose its folder to the inner default.
        added.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=_DATA_HELP)
        added.set_defaults(run=run)
        return added

    opener = command("open", window, "Open a run in the window: finished, interrupted or still training.")
    opener.add_argument(
        "folder", metavar="RUN", type=Path, help="a run by name, title or folder; or FILE.ganrun, a run in one file"
    )
    flags.train_flags(command("train", train, "Train without a window.", usage=_TRAIN_USAGE))
    flags.resume_flags(
        command("resume", resume, "Go on with a run from its newest checkpoint, or an older one.", usage=_RESUME_USAGE)
    )
    flags.branch_flags(
        command("branch", branch, "Make a new run that starts from a checkpoint of another one.", usage=_BRANCH_USAGE)
    )
    command("runs", list_runs, "List the runs.")
    flags.sample_flags(
        command("sample", sample, "Make pictures with a model: a run's newest generator, or a bundled one.")
    )
    flags.bench_flags(command("bench", bench, "Measure how fast a preset trains on this machine.", usage=_BENCH_USAGE))
    lister = command("datasets", datasets, "List the data sets, or download one.")
    inner = lister.add_subparsers(metavar="download NAME", dest="action", parser_class=Parser)
    loader = inner.add_parser("download", description="Download a data set, with checksums.")
    loader.add_argument("name", metavar="NAME", help="a data set, as `ganstudio datasets` lists it")
    loader.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=_DATA_HELP)
    flags.export_flags(command("export", export, "Export a run, or what it learned, for other programs."))
    flags.evaluate_flags(command("evaluate", evaluate, "Measure a model's pictures against real ones."))
    flags.classifier_flags(command("classifier", classifier, "Train the bundled digit classifier again, on MNIST."))
    command("doctor", doctor, "Show versions and devices, what is missing, and how to get it.")
    return parser, dict(adding.choices)


def parse(parser: Parser, commands: dict[str, Parser], argv: list[str]) -> argparse.Namespace:
    """What was typed; an unknown flag raises InputError with the nearest known one."""
    arguments, extra = parser.parse_known_args(suggestions.spelt_out(argv, flags.switches()))
    if not extra:
        return arguments
    inner = commands.get(arguments.command, parser)
    unknown = extra[0].split("=")[0]
    hint = suggestions.flags_like(unknown, list(inner._option_string_actions)) if unknown.startswith("-") else ""
    raise InputError(f"{inner.prog} does not know {unknown}.{hint or f' See {inner.prog} --help.'}")


# ---- the commands -----------------------------------------------------------------------------------------------


def window(arguments: argparse.Namespace) -> int:
    """Open the window, with a run or without."""
    from ganstudio.commands.window import open_window

    return open_window(arguments.folder)


def train(arguments: argparse.Namespace) -> int:
    """Train a new run."""
    from ganstudio.commands import train

    config = _config(arguments, keep_epochs=_names_length(arguments))
    if words := _new_length(arguments, config):
        print(words, file=sys.stderr)
    return train.train(config, arguments.out)


def _config(arguments: argparse.Namespace, keep_epochs: bool = True) -> cfg.RunConfig:
    """The preset, with the settings of a file, moved to the data set that was typed, with all that was typed."""
    from ganstudio.data import moving

    config = _beginning(arguments)
    if "data.name" in arguments.settings:
        config = moving.moved(config, arguments.settings["data.name"], keep_epochs)
    if _names_length(arguments):  # what was typed decides, not what the preset has besides
        for name in ("steps", "seconds"):
            config = cfg.change(config, name, 0)
    for path, text in arguments.settings.items():
        config = cfg.change(config, path, text)
    return config


def _beginning(arguments: argparse.Namespace) -> cfg.RunConfig:
    """The preset, with the settings of a file."""
    file = getattr(arguments, "config", None)
    name = arguments.preset or (None if file else presets.DEFAULT)
    config = presets.load(name).config if name else cfg.RunConfig()
    return presets.read(file, config) if file else config


def _names_length(arguments: argparse.Namespace) -> bool:
    return not set(length.SETTINGS).isdisjoint(arguments.settings)


def _new_length(arguments: argparse.Namespace, config: cfg.RunConfig) -> str:
    """What another data set made of the length of the run, in words."""
    from ganstudio.data import moving

    first = os.environ.get("RANK", "0") == "0"  # of the processes that train together
    return moving.in_words(_beginning(arguments), config) if first and not _names_length(arguments) else ""


def resume(arguments: argparse.Namespace) -> int:
    """Go on with a run."""
    from ganstudio.commands import train

    return train.resume(arguments.folder, arguments.settings, arguments.at)


def branch(arguments: argparse.Namespace) -> int:
    """Make a run that begins where another one was."""
    from ganstudio.commands import runs

    print(runs.branch(arguments.folder, arguments.at, arguments.settings, arguments.out))
    return DONE


def list_runs(arguments: argparse.Namespace) -> int:
    """List the runs."""
    from ganstudio.commands import runs

    print(runs.table())
    return DONE


def sample(arguments: argparse.Namespace) -> int:
    """Write pictures of a model."""
    from ganstudio.commands import sample

    asked = arguments.classes, arguments.label, arguments.truncation
    model = arguments.model or arguments.folder
    print(sample.sample(model, arguments.count, arguments.seed, arguments.out, *asked))
    return DONE


def bench(arguments: argparse.Namespace) -> int:
    """Measure the speed of a preset."""
    from ganstudio.commands import bench as benchmarks

    files = arguments.json, arguments.write
    table = benchmarks.bench(_config(arguments), arguments.seconds, arguments.rounds, *files)
    print(table)
    return DONE


def datasets(arguments: argparse.Namespace) -> int:
    """List the data sets, or download one."""
    from ganstudio.commands import datasets

    print(datasets.download(arguments.name) if arguments.action == "download" else datasets.table())
    return DONE


def export(arguments: argparse.Namespace) -> int:
    """Write a run, or part of it, in another format."""
    from ganstudio.commands import export
    from ganstudio.export.job import Content, Job

    names = ("out", "step", "scale", "fps", "seconds", "count", "seed", "follow")
    wishes = {name: getattr(arguments, name) for name in names}
    content = Content(arguments.what) if arguments.what else None
    job = Job(run=arguments.folder, content=content, caption=not arguments.no_caption, **wishes)
    print(export.export(arguments.format, job, arguments.classes))
    return DONE


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure a model's pictures."""
    from ganstudio.commands import evaluate

    files = arguments.json, arguments.neighbours
    print(evaluate.evaluate(arguments.model, arguments.samples, arguments.seed, *files, arguments.truncation))
    return DONE


def classifier(arguments: argparse.Namespace) -> int:
    """Make the digit classifier again."""
    from ganstudio.commands import classifier as making

    print(making.make(arguments.out, arguments.epochs, arguments.seed))
    return DONE


def doctor(arguments: argparse.Namespace) -> int:
    """Say what is here and what is missing."""
    from ganstudio.doctor import examine

    text, able = examine()
    print(text)
    return DONE if able else FAILED
