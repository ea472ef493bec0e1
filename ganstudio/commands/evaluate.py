"""`ganstudio evaluate`: measure a model's pictures against real ones."""

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.commands import DONE
from ganstudio.commands.checks import check_seed, check_truncation, check_writable, refuse_for_points, write_after_work
from ganstudio.commands.parser import Commands, add_seed_argument
from ganstudio.errors import InputError
from ganstudio.evaluation.inception.source import SHA256, SOURCE
from ganstudio.evaluation.inception.source import check as check_weights
from ganstudio.system.homes import expand

if TYPE_CHECKING:
    from ganstudio.latent.models import Model

MIN_SAMPLES, MAX_SAMPLES = 10, 1_000_000


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("evaluate", run, "Measure a model's pictures against real ones.")
    parser.epilog = f"{SOURCE}\nThey are loaded only if their SHA-256 is {SHA256[:8]}..., and nothing is downloaded."
    parser.add_argument(
        "model", metavar="MODEL|RUN", help="a bundled model, a run by name, title or folder, or a generator file"
    )
    parser.add_flag(
        "--samples",
        metavar="N",
        type=int,
        help="how many pictures [10,000, or the number of training pictures]; points: always 4,096",
    )
    add_seed_argument(parser)
    parser.add_flag("--truncation", metavar="X", type=float, default=1.0, help="factor for the noise, 0 to 1 [1]")
    parser.add_flag("--json", metavar="FILE", type=Path, help="file for all figures")
    parser.add_flag(
        "--neighbours", metavar="FILE.png", type=Path, help="picture of samples beside their nearest training pictures"
    )
    parser.add_flag(
        "--fid-weights",
        metavar="FILE",
        type=expand,
        nargs="?",
        const=Path(),
        help="also measure FID and KID as other programs do, with the weights of Inception; see below",
    )
    parser.add_flag(
        "--fid-references",
        metavar="N",
        type=int,
        help="for FID and KID: how many training pictures to compare with [all]",
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    text = evaluate(
        arguments.model,
        arguments.samples,
        arguments.seed,
        json_file=arguments.json,
        sheet=arguments.neighbours,
        truncation=arguments.truncation,
        fid_weights=arguments.fid_weights,
        fid_references=arguments.fid_references,
    )
    print(text)
    return DONE


def evaluate(
    name: str,
    samples: int | None,
    seed: int,
    *,
    json_file: Path | None,
    sheet: Path | None,
    truncation: float = 1.0,
    fid_weights: Path | None = None,
    fid_references: int | None = None,
) -> str:
    """Measure a model's pictures against test pictures, write the files, and return the table.

    Parameters
    ----------
    name
        A bundled model, a run or a generator file.
    samples
        How many pictures to make. None: 10,000, or as many as there are training pictures to compare with.
    seed, truncation
        Seed of the noise, and the factor that it is multiplied with, 0..1.
    json_file
        File for all figures. None: none is written.
    sheet
        FILE.png for samples beside their nearest training pictures. None: they are searched for only where the model
        learned from few.
    fid_weights
        File of the weights of Inception. None: FID and KID are not measured.
    fid_references
        How many training pictures FID and KID compare with. None: all.

    Raises
    ------
    InputError
        Something cannot be done as typed; nothing has been measured then.
    """
    _check(samples, seed, truncation)
    for file in (json_file, sheet):
        if file is not None:
            check_writable(file)
    if sheet is not None and sheet.suffix != ".png":
        raise InputError(f"--neighbours must end in .png; got {sheet}.")
    _check_inception(fid_weights, fid_references)

    from ganstudio.latent import models

    model = models.find(name)
    if model.config.makes_points:
        unfit = {"--samples": samples, "--neighbours": sheet, "--fid-weights": fid_weights}
        return _evaluate_points(model, seed, truncation, json_file, unfit)

    from ganstudio.commands import evaluation_report
    from ganstudio.commands.evaluation import Measurement
    from ganstudio.commands.inception_evaluation import InceptionMeasurement

    inception = InceptionMeasurement(fid_weights, _print_progress) if fid_weights is not None else None
    model = models.find(name)  # again: while torch was imported, training may have replaced that snapshot
    measurement = Measurement(model, samples, seed, truncation, _print_progress)
    result = measurement.compare()
    files: dict[Path, bytes] = {}
    if inception is not None:
        found = measurement.compare_by_inception(inception, fid_references)
        result = dataclasses.replace(result, inception=found)
    if sheet is not None or measurement.has_few_pictures:
        picture, distances = measurement.find_neighbours()
        result = dataclasses.replace(result, memory=distances)
        files |= {} if sheet is None else {sheet: picture}
    if json_file is not None:
        files[json_file] = json.dumps(dataclasses.asdict(result), indent=1).encode()
    table = evaluation_report.format_table(result)
    write_after_work(files, table)
    return table


def _evaluate_points(
    model: "Model", seed: int, truncation: float, json_file: Path | None, unfit: Mapping[str, object]
) -> str:
    """Measure a model that makes points; `unfit`: values of flags that are for pictures only, None where not given."""
    refuse_for_points(model.title, unfit)
    from ganstudio.commands.point_evaluation import evaluate_points, format_points

    result = evaluate_points(model, seed, truncation)
    table = format_points(result)
    content = json.dumps(dataclasses.asdict(result), indent=1).encode()
    write_after_work({json_file: content} if json_file is not None else {}, table)
    return table


def _check(samples: int | None, seed: int, truncation: float) -> None:
    if samples is not None and not MIN_SAMPLES <= samples <= MAX_SAMPLES:
        raise InputError(f"--samples must be from {MIN_SAMPLES} to {MAX_SAMPLES:,}; got {samples}.")
    check_seed(seed)
    check_truncation(truncation)


def _check_inception(weights: Path | None, references: int | None) -> None:
    if weights == Path():
        raise InputError(f"--fid-weights needs a file. {SOURCE}")
    if references is not None:
        if weights is None:
            raise InputError("--fid-references is for FID and KID: give --fid-weights FILE, too.")
        if references < MIN_SAMPLES:
            raise InputError(f"--fid-references must be at least {MIN_SAMPLES}; got {references}.")
    if weights is not None:
        check_weights(weights)


def _print_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
