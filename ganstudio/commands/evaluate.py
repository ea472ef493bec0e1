"""evaluate: how good a model's pictures are, beside as many real ones."""

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ganstudio.commands import evaluation_report
from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.images import Labels, Pictures
from ganstudio.latent import models
from ganstudio.latent.models import Model

if TYPE_CHECKING:
    from ganstudio.evaluation.features import Features

SAMPLES = 10_000
_LEAST = 10  # pictures on each side
_ROWS, _NEAREST, _LOOKED_AT = 10, 5, 1000  # of the sheet of neighbours; samples that these rows are chosen from
_SCALE = 2  # of pictures on it


@dataclasses.dataclass(frozen=True)
class _Real:
    """Pictures of a model's data: `train`, which it learned from, with `labels`; `test`, to be measured against."""

    train: Pictures
    labels: Labels
    test: Pictures


def evaluate(
    name: str,
    samples: int | None,
    seed: int,
    json_file: Path | None,
    sheet: Path | None,
    truncation: float = 1.0,
) -> str:
    """Measure a model's pictures against test pictures, write what is to be written; the table.

    name : a bundled model, a run or a generator file.  samples : how many pictures; None: 10,000, or as many as there
    are training pictures to compare with.  sheet : FILE.png for samples beside their nearest training pictures.
    truncation : 0..1, what z is multiplied with.

    Raises InputError, before anything is measured, when something was asked for that cannot be.
    """
    _check(samples, seed, json_file, sheet)
    if not 0 <= truncation <= 1:
        raise InputError(f"--truncation must be from 0 to 1; got {truncation:g}.")
    model = models.find(name)
    real = _real(model)
    count = samples or min(SAMPLES, len(real.train))

    from ganstudio.evaluation import features, report

    data = model.config.data
    seeing = features.choose(data.name, data.size, data.channels)
    _say(f"Making {count:,} pictures with {model.title}.")
    fakes = _fakes(model, count, seed, truncation, real.labels)
    _say(f"Measuring with {seeing.name}: {seeing.note}.")
    against = report.side(real.test, seeing)
    measured = report.compare(report.side(fakes, seeing), against, seeing)
    chosen = np.sort(np.random.default_rng(0).permutation(len(real.train))[:count])
    beside = report.compare(report.side(real.train[chosen], seeing), against, seeing)
    found = evaluation_report.Verdict(
        model.name, model.step, data.name, seed, truncation, seeing.note, measured, beside
    )
    if sheet is not None:
        found = dataclasses.replace(found, memory=_neighbours(fakes, real, seeing, sheet))
    if json_file is not None:
        _write(json_file, json.dumps(dataclasses.asdict(found), indent=1).encode())
    return evaluation_report.table(found)


def _check(samples: int | None, seed: int, *files: Path | None) -> None:
    if samples is not None and not _LEAST <= samples <= 1_000_000:
        raise InputError(f"--samples must be from {_LEAST} to 1,000,000; got {samples}.")
    if not 0 <= seed < 2**32:
        raise InputError(f"--seed must be from 0 to {2**32 - 1:,}; got {seed}.")
    for file in files:
        if file is not None and not file.parent.is_dir():
            raise InputError(f"There is no folder {file.parent} to write {file.name} in.")
        if file is not None and (file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK)):
            raise InputError(f"{file} cannot be written.")
    sheet = files[-1]
    if sheet is not None and sheet.suffix != ".png":
        raise InputError(f"--neighbours must end in .png; got {sheet}.")


def _real(model: Model) -> _Real:
    """The data of a model; of the UCI digits, which have no test pictures, every other one serves as such."""
    data, limit = model.config.data, model.config.engine.data_limit
    known = catalog.load(data.name, size=data.size, channels=data.channels, limit=limit)
    labels = known.labels.astype(np.int64)
    if known.info.drawn:
        return _Real(known.images[1::2], labels[1::2], known.images[::2])
    test = catalog.load(data.name, size=data.size, channels=data.channels, limit=limit, split="test")
    return _Real(known.images, labels, test.images[:SAMPLES])


def _fakes(model: Model, count: int, seed: int, truncation: float, labels: Labels) -> Pictures:
    """Pictures of the model; of a class-conditional one with classes as often as in the training data."""
    from ganstudio.latent.paths import noise
    from ganstudio.latent.sampler import Sampler

    sampler = Sampler.from_model(model)
    drawn = np.random.default_rng(seed).choice(labels, count)
    wanted = drawn if sampler.classes > labels.max() else None
    return sampler.sample(noise(count, sampler.z_size, seed) * np.float32(truncation), wanted)


def _neighbours(fakes: Pictures, real: _Real, seeing: "Features", out: Path) -> evaluation_report.Memory:
    """Write the samples most like a training picture, each with its nearest ones in pixels, then in features; what
    distances say of memory.

    Most alike: nearest to it for how near that picture's own nearest is, or thin strokes would always come first.
    """
    from ganstudio.evaluation import neighbours

    _say("Finding the nearest training pictures.")
    some = fakes[:_LOOKED_AT]
    by_pixels, apart = neighbours.nearest(some, real.train, _NEAREST)
    usual = neighbours.nearest(real.test[:_LOOKED_AT], real.train)[1]
    own = neighbours.nearest(real.train[by_pixels[:, 0]], real.train, 2)[1][:, 1]
    likeness = apart[:, 0] / np.maximum(own, 1e-6)
    rows = np.argsort(likeness, kind="stable")[:_ROWS]
    by_features, _ = neighbours.nearest(seeing.extract(some[rows]), seeing.extract(real.train), _NEAREST)
    both = np.concatenate([by_pixels[rows], by_features], 1)
    _write(out, _png(neighbours.sheet(some[rows], real.train, both), 1 + 2 * _NEAREST))
    return evaluation_report.Memory(
        len(some), float(np.median(apart[:, 0])), float(np.median(usual)), float(likeness.min())
    )


def _png(pictures: Pictures, columns: int) -> bytes:
    import io

    from PIL import Image

    from ganstudio import images

    buffer, large = io.BytesIO(), pictures.repeat(_SCALE, axis=1).repeat(_SCALE, axis=2)
    Image.fromarray(images.tile(large, columns, gap=4, background=64)).save(buffer, "png")
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
