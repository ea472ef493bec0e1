"""Grids, samples, sprite sheets and the results sheet as PNG, enlarged without blurring.

Pictures with an alpha channel keep it; its colours are premultiplied until they are written.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, PngImagePlugin

from ganstudio import images
from ganstudio.errors import ExportError
from ganstudio.events import Samples
from ganstudio.export import curves
from ganstudio.export.files import atomic_file
from ganstudio.export.finish import make_finish
from ganstudio.export.job import Content, Job
from ganstudio.images import Labels, Pictures
from ganstudio.latent.paths import noise
from ganstudio.picture_text import draw_text, text_width
from ganstudio.runs import results
from ganstudio.runs.folder import RunFolder
from ganstudio.sizes import image_size
from ganstudio.system.existence import exists

if TYPE_CHECKING:
    from ganstudio.latent.sampler import Sampler

MAX_BYTES = 2**28  # of a picture in memory; Pillow takes some times as much while it writes
MAX_SIDE = 1024  # pixels: the longest side of a picture, unless a scale is given
_BAR_HEIGHT = 28  # pixels, of a caption
_TEXT_SIZE, _LEAST_TEXT_SIZE = 15, 7  # pixels, of a caption
LONGEST_GRID_CAPTION = "step 1,000,000   epoch 0.123"  # of all but very long runs
_TEXT_GREY, _BAR_GREY = 200, 18


def write_png(job: Job, content: Content) -> str:
    """Write a picture as PNG and return a description of it.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export.
    """
    picture, facts, description = _DRAW[content](job)
    if job.max_side:
        picture.thumbnail((job.max_side, job.max_side))
    text = PngImagePlugin.PngInfo()
    for name, value in facts.items():
        text.add_text(name, str(value))
    with atomic_file(job.out) as temp:
        picture.save(temp, "png", pnginfo=text)
    return description


def enlarge(picture: Pictures, scale: int, max_side: int = MAX_SIDE) -> Pictures:
    """Repeat each pixel of a picture (H, W[, C]) `scale` times both ways; 0: as often as fits in `max_side` pixels.

    Raises
    ------
    ExportError
        The picture would be too large.
    """
    scale = scale or max(1, max_side // max(picture.shape[:2]))
    height, width, channels = (*picture.shape, 1)[:3]
    check_size(height, width, channels, scale)
    return images.repeat_pixels(picture, scale)


def check_size(height: int, width: int, channels: int, scale: int) -> None:
    """Check that a picture, enlarged, is not too large for memory.

    Raises
    ------
    ExportError
        It is.
    """
    bytes_unscaled = height * width * channels
    if bytes_unscaled * scale**2 <= MAX_BYTES:
        return
    largest = math.isqrt(MAX_BYTES // bytes_unscaled) if bytes_unscaled else 0
    cure = f"Choose a scale of at most {largest}." if largest else "Choose fewer pictures."
    size = f"{width * scale:,} x {height * scale:,} pixels"
    raise ExportError(f"A picture of {size} would be too large: {bytes_unscaled * scale**2 / 1e9:,.1f} GB. {cure}")


def to_image(picture: Pictures) -> Image.Image:
    """Return a picture (H, W[, C]) for a file: with alpha, its colours are no longer premultiplied."""
    return Image.fromarray(images.unpremultiply(picture))


def add_caption(picture: Pictures, text: str, longest: str = "") -> Pictures:
    """Return the picture (H, W[, C]) with an opaque line of text below, smaller where the picture is narrow.

    The size fits `longest`, too: with the same one, the captions of all frames of a film have one size.
    """
    bar = Image.new("L", (picture.shape[1], _BAR_HEIGHT), _BAR_GREY)
    margin = _BAR_HEIGHT / 4
    room = bar.width - 2 * margin
    size = _fitting_size(text, room, _fitting_size(longest, room, _TEXT_SIZE))
    draw_text(bar, (margin, _BAR_HEIGHT / 2), text, size, _TEXT_GREY)
    line = np.asarray(bar.convert({1: "L", 3: "RGB", 4: "RGBA"}[picture.shape[2] if picture.ndim == 3 else 1]))
    return np.concatenate([picture, line])


@lru_cache(maxsize=64)
def _fitting_size(text: str, room: float, most: int) -> int:
    """Return the size, pixels, `most` or less, in which a text is no wider than the room, or the least one."""
    sizes = range(most, _LEAST_TEXT_SIZE, -1)
    return next((size for size in sizes if text_width(text, size) <= room), _LEAST_TEXT_SIZE)


def grid_caption(samples: Samples) -> str:
    """Return the caption of a grid: "step 1,200   epoch 2.6"."""
    return f"step {samples.step:,}   epoch {samples.epoch:.3g}"


def newest_grid(run: RunFolder, step: int | None) -> Samples:
    """Read the newest sample grid that is not after `step`; None: the newest of all.

    Raises
    ------
    ExportError
        There is none.
    """
    for at, path in reversed(run.samples()):
        if (step is None or at <= step) and exists(path):  # a run that is being trained thins out its grids
            return run.read_samples(path)
    when = "" if step is None else f" up to step {step:,}"
    raise ExportError(f"{run.path} has no sample grid{when} yet: let it train for a few seconds first.")


def sample_labels(job: Job, classes: int, count: int) -> Labels | None:
    """Return the class of each of `count` samples, those of the job in turn.

    Parameters
    ----------
    job
        Its `labels` are the classes to take; empty: all.
    classes
        How many the generator knows; 0: it is not class-conditional.
    count
        Number of samples.

    Returns
    -------
    Labels or None
        (count,); None for a generator that knows no classes.

    Raises
    ------
    ExportError
        The job names a class that the generator does not know.
    """
    if not classes:
        if job.labels:
            raise ExportError("This generator is not class-conditional, so no class can be chosen.")
        return None
    unknown = [label for label in job.labels if not 0 <= label < classes]
    if unknown:
        raise ExportError(f"There is no class {unknown[0]}: this generator knows 0 to {classes - 1}.")
    return np.resize(np.array(job.labels or range(classes), np.int64), count)


_Drawn = tuple[Image.Image, dict[str, object], str]  # picture, facts for its metadata, description


def _draw_grid(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    samples = newest_grid(run, job.step)
    finished = make_finish(job, run)(samples.pictures)
    sheet = enlarge(images.tile(finished, run.config.output.grid), job.scale)
    facts: dict[str, object] = {"run": run.name, "step": samples.step, "epoch": samples.epoch}
    return to_image(sheet), facts, f"grid of step {samples.step:,}"


def _draw_sample(job: Job) -> _Drawn:
    model, sampler = job.generator()
    picture = make_finish(job, model)(_make_samples(job, sampler, 1))[0]
    facts: dict[str, object] = {"model": model.name, "step": model.step, "seed": job.seed}
    image = to_image(enlarge(picture, job.scale, MAX_SIDE // 2))
    return image, facts, f"sample of {model.name}, step {model.step:,}, seed {job.seed}"


def _draw_sprites(job: Job) -> _Drawn:
    """Draw cells of one size, edge to edge, row by row; unscaled unless a scale is given: programs read these."""
    if not 1 <= job.count <= 100_000:
        raise ExportError(f"A sprite sheet must have 1 to 100,000 pictures; got {job.count:,}.")
    model, sampler = job.generator()
    columns, scale, data = math.ceil(math.sqrt(job.count)), job.scale or 1, model.config.data
    check_size(columns * data.height, columns * data.width, data.channels, scale)
    pictures = make_finish(job, model)(_make_samples(job, sampler, job.count))
    height, width = data.height * scale, data.width * scale
    facts: dict[str, object] = {
        "model": model.name, "step": model.step, "seed": job.seed, "cell": image_size(height, width),
        "cell_width": width, "cell_height": height, "columns": columns, "count": job.count,
    }  # fmt: skip
    sheet = to_image(enlarge(images.tile(pictures, columns), scale))
    cells = f"{width}x{height}" if width == height else f"{width} (width) x {height} (height)"
    return sheet, facts, f"{job.count:,} samples in cells of {cells} pixels, {columns} per row"


def _make_samples(job: Job, sampler: "Sampler", count: int) -> Pictures:
    z = noise(count, sampler.z_size, job.seed) * np.float32(job.truncation)
    labels = sample_labels(job, sampler.classes, count)
    parts: list[Pictures] = []
    for start in range(0, count, sampler.at_once):
        job.report(start, count)
        part = slice(start, start + sampler.at_once)
        parts.append(sampler.sample(z[part], None if labels is None else labels[part]))
    job.report(count, count)
    return np.concatenate(parts)


def _draw_results(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    sheet = results.render(run)
    if sheet is None:
        raise ExportError(f"{run.path} has no sample grid yet: let it train for a few seconds first.")
    return sheet, {"run": run.name}, f"results of {run.display_name}"


def _draw_curves(job: Job) -> _Drawn:
    run = RunFolder.open(job.run)
    return curves.render(run), {"run": run.name}, f"curves of {run.display_name}"


def _draw_plane(job: Job) -> _Drawn:
    from ganstudio.export.plane import PlaneSource  # and with it torch

    source = PlaneSource(job)
    step = source.snapshots[-1][0]
    return source.picture(-1), {"run": source.run.name, "step": step}, f"the plane at step {step:,}"


_DRAW: dict[Content, Callable[[Job], _Drawn]] = {
    Content.GRID: _draw_grid,
    Content.SAMPLE: _draw_sample,
    Content.SPRITES: _draw_sprites,
    Content.RESULTS: _draw_results,
    Content.PLANE: _draw_plane,
    Content.CURVES: _draw_curves,
}
