"""`ganstudio export`: write a run, or what it learned, in a format that other programs open."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands, Parser, add_seed_argument, one_of
from ganstudio.errors import InputError
from ganstudio.export.formats import FORMATS
from ganstudio.export.job import Content, Job, Paper
from ganstudio.plots.plane import FILE_LAYERS, FIRST_LAYERS, Layer
from ganstudio.system.existence import is_file
from ganstudio.system.homes import expand

if TYPE_CHECKING:
    from tqdm import tqdm


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("export", run, "Export a run, or what it learned, for other programs.")
    parser.epilog = "formats, and what each can contain, the default first:\n" + "\n".join(_list_formats())
    parser.add_argument(
        "folder",
        metavar="RUN",
        help="a run by name, title or folder; for a generator also a bundled model or a generator file",
    )
    parser.add_flag("--format", metavar="NAME", type=one_of(FORMATS), required=True, help="one of the formats below")
    parser.add_flag(
        "--out", metavar="FILE", type=Path, required=True, help="file to write; tensorboard, folder: a folder"
    )
    contents = dict.fromkeys(content for format in FORMATS.values() for content in format.contents)
    parser.add_flag("--what", metavar="WHAT", type=one_of(contents), help="what to export [the format's default]")
    _add_picture_flags(parser)
    parser.add_flag(
        "--follow", action="store_true", help="tensorboard: keep writing while the run trains, until it ends or Ctrl+C"
    )


def _list_formats() -> list[str]:
    lines = []
    for format in FORMATS.values():
        needs = f"needs ganstudio[{format.extra}]" if format.extra else ""
        lines.append(f"  {format.name:13}{', '.join(format.contents):46}{needs}".rstrip())
    return lines


def _add_picture_flags(parser: Parser) -> None:
    parser.add_flag("--step", metavar="N", type=int, help="as the run was at this step [the newest]")
    parser.add_flag(
        "--scale", metavar="N", type=int, default=0, help="size of a pixel, 1 to 64 [one that is easy to see]"
    )
    parser.add_flag("--fps", metavar="X", type=float, default=0.0, help="frames a second [as needed, 20 at most]")
    parser.add_flag("--seconds", metavar="S", type=float, default=0.0, help="length of an animation [10 at most]")
    parser.add_flag("--count", metavar="N", type=int, default=64, help="pictures of a sprite sheet, or samples [64]")
    parser.add_flag(
        "--truncation", metavar="T", type=float, default=1.0, help="factor for the noise of these, 0 to 1 [1]"
    )
    add_seed_argument(parser)
    parser.add_flag("--classes", metavar="A,B,...", help="classes by number or name, which samples take in turn [all]")
    parser.add_flag("--no-caption", action="store_true", help="leave out the step below the frames of an animation")

    parser.add_flag(
        "--paper",
        metavar="|".join(Paper),
        type=one_of(Paper),
        default=Paper.WHITE,
        help="gif, mp4: what is below transparent pictures [white]",
    )
    parser.add_flag(
        "--layers",
        metavar="A,B,...",
        type=_parse_layers,
        default=FIRST_LAYERS,
        help=f"plane: what is shown, of {', '.join(FILE_LAYERS)} [{','.join(FIRST_LAYERS)}]",
    )
    add_finish_flags(parser)


def _parse_layers(text: str) -> tuple[Layer, ...]:
    parse = one_of(FILE_LAYERS)
    return tuple(Layer(parse(name.strip())) for name in text.split(",") if name.strip())


def add_finish_flags(parser: Parser) -> None:
    """Add the flags of what is done to pictures, mostly sprites, before they are written."""
    parser.add_flag(
        "--alpha-threshold",
        metavar="T",
        type=float,
        nargs="?",
        const=0.5,
        help="make pixels opaque from this share of alpha on, and others transparent [0.5 if T is left out]",
    )
    parser.add_flag(
        "--palette",
        metavar="N",
        type=int,
        default=0,
        help="draw with the N colours, 2 to 256, that fit the training pictures best [all colours]",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    job = Job(
        run=arguments.folder,
        out=arguments.out,
        content=Content(arguments.what) if arguments.what else None,
        step=arguments.step,
        scale=arguments.scale,
        fps=arguments.fps,
        seconds=arguments.seconds,
        count=arguments.count,
        truncation=arguments.truncation,
        seed=arguments.seed,
        caption=not arguments.no_caption,
        paper=Paper(arguments.paper),
        alpha_threshold=arguments.alpha_threshold,
        palette=arguments.palette,
        layers=arguments.layers,
        follow=arguments.follow,
    )
    print(export(arguments.format, job, arguments.classes))
    return DONE


def export(name: str, job: Job, classes: str | None = None) -> str:
    """Write a job in a format, with a progress bar where it takes long, and return what to print about it.

    Parameters
    ----------
    name
        Name of the format.
    job
        What to write; its run may also be a run's name or title.
    classes
        Numbers or names of classes, separated by commas, which samples take in turn. None: all of them.

    Raises
    ------
    StudioError
        It cannot be written.
    """
    from tqdm import tqdm

    format = FORMATS[name]
    if format.suffix and job.out.suffix.lower() != format.suffix:
        raise InputError(f"--out must end in {format.suffix} for {name}; got {job.out}.")
    job = replace(job, run=_find_source(job.run), out=expand(job.out))
    if classes is not None:
        job = replace(job, labels=_parse_labels(job, classes))
    tqdm.monitor_interval = 0  # no thread to watch over the bar
    with tqdm(desc=name, disable=not (format.is_slow and sys.stderr.isatty())) as bar:
        return f"{job.out}: {format.write(replace(job, on_progress=_shown_by(bar)))}"


def _find_source(run: Path | str) -> Path | str:
    """Return the folder of the run of that name; a bundled model and a generator file as they are."""
    from ganstudio.latent import models
    from ganstudio.runs import lookup

    return run if run in models.BUNDLED or is_file(expand(run)) else lookup.find(run)


def _parse_labels(job: Job, classes: str) -> tuple[int, ...]:
    from ganstudio.commands.classes import parse_classes

    words = classes.split(",")
    return tuple(parse_classes(words, len(words), job.model(), "--classes").tolist())


def _shown_by(bar: "tqdm[object]") -> Callable[[int, int], None]:
    def show_progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return show_progress
