"""Grids, samples, sprite sheets and the results sheet as PNG: every pixel a square of whole pixels, never blurred."""

import math

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from ganstudio import images
from ganstudio.errors import ExportError
from ganstudio.events import Samples
from ganstudio.export import curves
from ganstudio.export.files import writing
from ganstudio.export.job import Floats, Job, Sampler
from ganstudio.images import Labels, Pictures
from ganstudio.runs import results
from ganstudio.runs.folder import RunFolder

PICTURE = 1024  # pixels: the longest side that a scale chosen for a picture leads to
_BAR, _TEXT, _LIGHT, _PAPER = 28, 15, 200, 18  # px, px, greys of text and bar: the caption


def write_png(job: Job, what: str) -> str:
    """Write one of the pictures as PNG; what to say. Raises StudioError."""
    picture, facts, words = _PICTURES[what](job)
    text = PngImagePlugin.PngInfo()
    for name, value in facts.items():
        text.add_text(name, str(value))
    with writing(job.out) as temp:
        picture.save(temp, "png", pnginfo=text)
    return f"{words} in {job.out}"


def crisp(picture: Pictures, scale: int, longest: int = PICTURE) -> Pictures:
    """The picture with each pixel repeated `scale` times both ways; 0: as often as `longest` pixels have room for."""
    scale = scale or max(1, longest // max(picture.shape[:2]))
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def captioned(picture: Pictures, words: str) -> Pictures:
    """The picture with a line of words below."""
    bar = Image.new("L", (picture.shape[1], _BAR), _PAPER)
    font = ImageFont.load_default(_TEXT)
    ImageDraw.Draw(bar).text((_BAR / 4, _BAR / 2), words, _LIGHT, font, anchor="lm")
    line = np.asarray(bar)
    return np.concatenate([picture, line if picture.ndim == 2 else np.repeat(line[..., None], 3, axis=2)])


def caption(samples: Samples) -> str:
    """ "step 1,200   epoch 2.6"."""
    return f"step {samples.step:,}   epoch {samples.epoch:.3g}"


def newest_grid(run: RunFolder, step: int | None) -> Samples:
    """The newest sample grid that is not after `step` and can be read. Raises ExportError."""
    for at, path in reversed(run.samples()):
        if (step is None or at <= step) and path.exists():  # a run that is being trained thins out its grids
            return run.read_samples(path)
    when = "" if step is None else f" up to step {step:,}"
    raise ExportError(f"{run.path} has no sample grid{when} yet: let it train for a few seconds first.")


def labels(job: Job, classes: int, count: int) -> Labels | None:
    """Classes of `count` samples; None for a generator without. Raises ExportError."""
    if not classes:
        if job.labels:
            raise ExportError("This generator is not class-conditional, so no class can be chosen.")
        return None
    wrong = [each for each in job.labels if not 0 <= each < classes]
    if wrong:
        raise ExportError(f"There is no class {wrong[0]}: this generator knows 0 to {classes - 1}.")
    return np.resize(np.array(job.labels or range(classes), np.int64), count)


def one_hot(chosen: Labels | None, classes: int) -> Floats | None:
    """Labels (N,) as mixes (N, classes)."""
    return None if chosen is None else np.eye(classes, dtype=np.float32)[chosen]


_Drawn = tuple[Image.Image, dict[str, object], str]


def _grid(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    samples = newest_grid(run, job.step)
    sheet = crisp(images.tile(samples.pictures, run.config.output.grid), job.scale)
    facts: dict[str, object] = {"run": run.name, "step": samples.step, "epoch": samples.epoch}
    return Image.fromarray(sheet), facts, f"The grid of step {samples.step:,}"


def _sample(job: Job) -> _Drawn:
    model, sampler = job.generator()
    picture = _samples(job, sampler, 1)[0]
    facts: dict[str, object] = {"model": model.name, "step": model.step, "seed": job.seed}
    image = Image.fromarray(crisp(picture, job.scale, PICTURE // 2))
    return image, facts, f"A sample of {model.name}, step {model.step:,}, seed {job.seed},"


def _sprites(job: Job) -> _Drawn:
    """Cells of one size, edge to edge, row by row; unscaled unless a scale is given: programs read these."""
    if not 1 <= job.count <= 100_000:
        raise ExportError(f"A sprite sheet must have 1 to 100,000 pictures; got {job.count:,}.")
    model, sampler = job.generator()
    pictures = _samples(job, sampler, job.count)
    columns = math.ceil(math.sqrt(job.count))
    scale = job.scale or 1
    side = pictures.shape[1] * scale
    facts: dict[str, object] = {
        "model": model.name, "step": model.step, "seed": job.seed, "cell": side, "columns": columns, "count": job.count
    }  # fmt: skip
    sheet = Image.fromarray(crisp(images.tile(pictures, columns), scale))
    return sheet, facts, f"{job.count:,} samples in cells of {side}x{side} pixels, {columns} a row,"


def _samples(job: Job, sampler: Sampler, count: int) -> Pictures:
    latent = job.latent
    assert latent is not None  # there is a sampler
    z = latent.noise(count, sampler.z_size, job.seed)
    chosen = labels(job, sampler.classes, count)
    parts: list[Pictures] = []
    for start in range(0, count, 64):
        job.tell(start, count)
        part = slice(start, start + 64)
        parts.append(sampler.sample(z[part], None if chosen is None else chosen[part]))
    job.tell(count, count)
    return np.concatenate(parts)


def _results(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    sheet = results.render(run)
    if sheet is None:
        raise ExportError(f"{run.path} has no sample grid yet: let it train for a few seconds first.")
    return sheet, {"run": run.name}, f"The results of {run.display_name}"


def _curves(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    return curves.picture(run), {"run": run.name}, f"The curves of {run.display_name}"


_PICTURES = {"grid": _grid, "sample": _sample, "sprites": _sprites, "results": _results, "curves": _curves}
