"""`ganstudio sample`: make pictures with a model, as one picture, as numbers, or as a picture each."""

import argparse
from pathlib import Path

from ganstudio.commands import DONE
from ganstudio.commands.checks import check_seed, check_truncation, refuse_for_points
from ganstudio.commands.export import add_finish_flags
from ganstudio.commands.parser import Commands, add_seed_argument
from ganstudio.commands.sample_files import check_size, kind_of, write_grid, write_samples
from ganstudio.errors import InputError
from ganstudio.latent import models


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    help = "Make pictures with a model: a run's newest generator, or a bundled one."
    parser = commands.add("sample", run, help)
    model = parser.add_mutually_exclusive_group(required=True)
    model.add_argument("folder", metavar="RUN", nargs="?", help="a run by name, title or folder")
    parser.add_flag(
        "--model",
        container=model,
        metavar="|".join((*models.BUNDLED, "RUN", "FILE")),
        help="a model that comes with the program, a run, or a generator file",
    )
    parser.add_flag("--count", metavar="N", type=int, default=64, help="how many pictures [64]")
    add_seed_argument(parser)
    parser.add_flag(
        "--classes",
        metavar="A,B,...",
        help="classes by number or name, which the pictures take in turn, from a class-conditional run [all]",
    )
    parser.add_flag("--label", metavar="A", help="one class, by number or name, for all pictures")
    parser.add_flag(
        "--truncation",
        metavar="T",
        type=float,
        default=1.0,
        help="factor for the noise, 0 to 1; the lower, the more typical and alike the pictures [1]",
    )
    parser.add_flag(
        "--out",
        metavar="FILE",
        required=True,
        help="FILE.png: a grid. FOLDER/: a PNG for each picture, with labels and seeds. FILE.zip: the same in one "
        "file, as stylegan3 reads it. FILE.npz: numpy's arrays arr_0, uint8 N,H,W,C, and arr_1, the labels. FILE.npy: "
        "uint8 N,H,W or N,H,W,C. FILE.csv: label and pixels. NAME-images-idx3-ubyte.gz: as MNIST. Of points: "
        "FILE.csv, .npy or .npz: x and y; FILE.png: where they lie",
    )
    add_finish_flags(parser)


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    text = sample(
        arguments.model or arguments.folder,
        arguments.count,
        arguments.seed,
        arguments.out,
        classes=arguments.classes,
        label=arguments.label,
        truncation=arguments.truncation,
        alpha_threshold=arguments.alpha_threshold,
        palette=arguments.palette,
    )
    print(text)
    return DONE


def sample(
    model: str | Path,
    count: int,
    seed: int,
    out: str | Path,
    *,
    classes: str | None = None,
    label: str | None = None,
    truncation: float = 1.0,
    alpha_threshold: float | None = None,
    palette: int = 0,
) -> str:
    """Write pictures of a model to a file and return what to print about them.

    Parameters
    ----------
    model
        A bundled model's name, a run's folder or name, or a generator file.
    count, seed
        Number of pictures; seed of the noise.
    out
        FILE.png, a grid as square as can be; FOLDER/ or FILE.zip, a PNG for each; FILE.npz or FILE.npy, numbers, uint8;
        FILE.csv; NAME-images-idx3-ubyte.gz.
    classes
        Numbers or names of classes, separated by commas, which the pictures take in turn. None: all of them.
    label
        One class for all pictures, instead of `classes`.
    truncation
        Factor for z, 0..1: the lower, the more alike and typical the pictures.
    alpha_threshold, palette
        As in `Job`.

    Raises
    ------
    InputError
        Something cannot be done as typed.
    """
    kind = kind_of(out)
    _check(count, seed, truncation)
    models.find(model)
    if classes is not None and label is not None:
        raise InputError("Give either --label, one class for all pictures, or --classes, several in turn.")
    from ganstudio.commands.classes import parse_classes
    from ganstudio.export.finish import make_finish
    from ganstudio.export.job import Job
    from ganstudio.export.samples.source import SampleSource
    from ganstudio.latent.sampler import Sampler

    found = models.find(model)  # again: while torch was imported, training may have replaced that snapshot
    words = classes.split(",") if classes is not None else [label] if label is not None else []
    flag = "--classes" if label is None else "--label"
    turns = parse_classes(words, len(words), found, flag).tolist() if words else []
    if found.config.makes_points:
        from ganstudio.commands.point_files import write_points

        refuse_for_points(found.title, {"--alpha-threshold": alpha_threshold, "--palette": palette or None})
        return write_points(found, count, seed, truncation, turns, Path(out))
    finish = make_finish(Job(model, Path(out), alpha_threshold=alpha_threshold, palette=palette), found)
    source = SampleSource(found, Sampler.from_model(found), count, seed, truncation, tuple(turns), finish)
    check_size(kind, count, source.shape)
    if kind is None:
        write_grid(source.whole(), Path(out))
    else:
        write_samples(source, kind, Path(out))
    return f"{count:,} picture{'' if count == 1 else 's'} in {out}"


def _check(count: int, seed: int, truncation: float) -> None:
    if count < 1:
        raise InputError(f"--count must be at least 1; got {count}.")
    check_seed(seed)
    check_truncation(truncation)
