"""Flags of each command; those of settings are made from the configuration's declaration."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.export.formats import FORMATS
from ganstudio.latent import models
from ganstudio.settings import Setting, describe_accepted

_SHORT = ("engine.device", "engine.processes")  # settings that may be typed without their group


def train_flags(parser: argparse.ArgumentParser) -> None:
    _preset_flag(parser)
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        help="settings in a file: the run.toml of a run, or one like a preset's; takes precedence over the preset",
    )
    parser.add_argument("--out", metavar="RUN", type=Path, help="folder of the new run [a new one among the runs]")
    setting_flags(parser, cfg.SETTINGS.values())


def resume_flags(parser: argparse.ArgumentParser) -> None:
    _run_flags(parser, "go back to the newest checkpoint at or before this step, and discard what came later")
    setting_flags(parser, [each for each in cfg.SETTINGS.values() if each.on_resume])


def branch_flags(parser: argparse.ArgumentParser) -> None:
    _run_flags(parser, "begin at the newest checkpoint at or before this step [its newest]")
    parser.add_argument("--out", metavar="RUN", type=Path, help="folder of the new run [a new one among the runs]")
    setting_flags(parser, [each for each in cfg.SETTINGS.values() if each.on_branch])


def _run_flags(parser: argparse.ArgumentParser, at: str) -> None:
    parser.add_argument("folder", metavar="RUN", type=Path, help="a run by name, title or folder")
    parser.add_argument("--at", metavar="STEP", type=int, help=at)


def _preset_flag(parser: argparse.ArgumentParser) -> None:
    width = max(map(len, presets.names())) + 2
    parser.epilog = (
        "Any setting can be given by its dotted name. Where neither the command line nor the preset sets it,\nthe "
        "default in brackets applies. A switch (true|false) alone means true; --no-GROUP.SETTING means "
        "false.\n\npresets:\n" + "\n".join(f"  {name:{width}}{presets.load(name).title}" for name in presets.names())
    )
    parser.add_argument("--preset", metavar="NAME", help=f"starting point [{presets.DEFAULT}]")


def bench_flags(parser: argparse.ArgumentParser) -> None:
    _preset_flag(parser)
    parser.add_argument("--seconds", metavar="S", type=float, default=10.0, help="length of each measurement [10]")
    parser.add_argument("--rounds", metavar="N", type=int, default=3, help="measurements beside the plain loop [3]")
    parser.add_argument("--json", metavar="FILE", type=Path, help="file for all figures")
    parser.add_argument(
        "--write", metavar="FILE", type=Path, help="text file whose table, between two marks, gets a row: README.md"
    )
    apart = ("epochs", "steps", "seconds", "engine.processes")  # how long, and of how many processes, a run is
    setting_flags(parser, [each for path, each in cfg.SETTINGS.items() if path not in apart])


def setting_flags(parser: argparse.ArgumentParser, settings: Iterable[Setting]) -> None:
    """A flag for each of these settings; what was typed lands, as text, in `arguments.settings` by dotted name."""
    groups: dict[str, argparse._ActionsContainer] = {"": parser.add_argument_group("the run")}
    length = groups[""].add_mutually_exclusive_group()
    for known in settings:
        if known.group not in groups:
            groups[known.group] = parser.add_argument_group(f"{known.group}: {_summary(known.group)}")
        names = [known.flag, *([f"--{known.name}"] if known.path in _SHORT else [])]
        (length if known.path in ("epochs", "steps") else groups[known.group]).add_argument(
            *names, action=_Remember, path=known.path, metavar=_metavar(known), help=_help(known)
        )
    parser.set_defaults(settings={})


def switches() -> set[str]:
    """Flags that are true or false, as they may be typed alone."""
    return {known.flag for known in cfg.SETTINGS.values() if known.type is bool}


def _summary(group: str) -> str:
    return (type(getattr(cfg.RunConfig(), group)).__doc__ or "").splitlines()[0].removesuffix(".")


def _metavar(known: Setting) -> str:
    if known.choices:
        return "|".join(str(choice) for choice in known.choices)
    return {bool: "true|false", int: "N", float: "X", str: "NAME"}[known.type]


def _help(known: Setting) -> str:
    """The setting's own words, its limits, and its default in brackets."""
    words = describe_accepted(known)
    limits = f" {words[0].upper()}{words[1:]}." if known.type in (int, float) and not known.choices else ""
    default = str(known.default).lower() if known.type is bool else known.default
    default = f"{default:.10g}" if known.type is float else default
    return f"{known.full_help}{limits} [{default}]".replace("%", "%%")


class _Remember(argparse.Action):
    """Puts a setting's text under its dotted name; a name given twice keeps the last."""

    def __init__(self, option_strings: Sequence[str], dest: str, path: str, **options: Any) -> None:
        self.path = path
        super().__init__(option_strings, "settings", default=argparse.SUPPRESS, **options)

    def __call__(
        self, parser: argparse.ArgumentParser, space: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        space.settings = {**space.settings, self.path: values}


def sample_flags(parser: argparse.ArgumentParser) -> None:
    named = parser.add_mutually_exclusive_group(required=True)
    named.add_argument("folder", metavar="RUN", nargs="?", help="a run by name, title or folder")
    named.add_argument(
        "--model",
        metavar="|".join((*models.BUNDLED, "RUN", "FILE")),
        help="a model that comes with the program, a run, or a generator file",
    )
    parser.add_argument("--count", metavar="N", type=int, default=64, help="how many pictures [64]")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="seed of the random noise [0]")
    parser.add_argument(
        "--classes",
        metavar="A,B,...",
        help="classes by number or name, which the pictures take in turn, from a class-conditional run [all]",
    )
    parser.add_argument("--label", metavar="A", help="one class, by number or name, for all pictures")
    parser.add_argument(
        "--truncation",
        metavar="T",
        type=float,
        default=1.0,
        help="factor for the noise, 0 to 1; the lower, the more typical and alike the pictures [1]",
    )
    parser.add_argument(
        "--out", metavar="FILE", type=Path, required=True, help="FILE.png: a grid. FILE.npy: uint8 N,H,W or N,H,W,C"
    )


def export_flags(parser: argparse.ArgumentParser) -> None:
    kinds = FORMATS.values()
    lines = []
    for kind in kinds:
        needs = f"needs ganstudio[{kind.extra}]" if kind.extra else ""
        lines.append(f"  {kind.name:13}{', '.join(kind.contents):42}{needs}".rstrip())
    parser.epilog = "formats, and what each can contain, the default first:\n" + "\n".join(lines)
    parser.add_argument(
        "folder",
        metavar="RUN",
        help="a run by name, title or folder; for a generator also a bundled model or a generator file",
    )
    parser.add_argument(
        "--format", metavar="NAME", choices=list(FORMATS), required=True, help=("one of the formats below")
    )
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="file to write; tensorboard: a folder")
    contents = list(dict.fromkeys(content for each in kinds for content in each.contents))
    parser.add_argument(
        "--what", choices=contents, default="", metavar="WHAT", help="what to export [the format's default]"
    )
    parser.add_argument("--step", metavar="N", type=int, help="as the run was at this step [the newest]")
    parser.add_argument(
        "--scale", metavar="N", type=int, default=0, help=("size of a pixel, 1 to 64 [one that is easy to see]")
    )
    parser.add_argument("--fps", metavar="X", type=float, default=0.0, help="frames a second [as needed, 20 at most]")
    parser.add_argument("--seconds", metavar="S", type=float, default=0.0, help="length of an animation [10 at most]")
    parser.add_argument("--count", metavar="N", type=int, default=64, help="pictures of a sprite sheet [64]")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="seed of the random noise [0]")
    parser.add_argument(
        "--classes", metavar="A,B,...", help="classes by number or name, which samples take in turn [all]"
    )
    parser.add_argument("--no-caption", action="store_true", help="leave out the step below the frames of an animation")
    parser.add_argument(
        "--follow", action="store_true", help="tensorboard: keep writing while the run trains, until it ends or Ctrl+C"
    )


def classifier_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="FILE", type=Path, required=True, help="FILE.safetensors to write")
    parser.add_argument("--epochs", metavar="N", type=int, default=16, help="passes over the training pictures [16]")
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="seed of all random numbers [0]")


def evaluate_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL|RUN", help="a bundled model, a run by name, title or folder, or a generator file"
    )
    parser.add_argument(
        "--samples", metavar="N", type=int, help="how many pictures [10,000, or the number of training pictures]"
    )
    parser.add_argument("--seed", metavar="S", type=int, default=0, help="seed of the random noise [0]")
    parser.add_argument("--truncation", metavar="X", type=float, default=1.0, help="factor for the noise, 0 to 1 [1]")
    parser.add_argument("--json", metavar="FILE", type=Path, help="file for all figures")
    parser.add_argument(
        "--neighbours", metavar="FILE.png", type=Path, help="picture of samples beside their nearest training pictures"
    )
