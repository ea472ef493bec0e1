"""Films as GIF and WebP, by Pillow: they loop, and their pixels stay as they are."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganstudio.errors import ExportError
from ganstudio.export.files import writing
from ganstudio.export.frames import Film, film
from ganstudio.export.job import Job
from ganstudio.images import Pictures

_FOREVER = 0
_GIF_CLOCK = 10  # ms: a GIF counts in these, and browsers slow down what changes faster than every second one
_MOST = 1 << 30  # bytes of all frames together


def write_gif(job: Job, what: str) -> str:
    """Write a GIF; what to say. Raises StudioError, Cancelled.

    Grey pictures keep all 256 greys. Colours are the 256 that serve the film as a whole best, without dithering, whose
    noise would crawl over still parts and not compress.
    """
    made = film(job, what)
    palette = _palette(made.some())
    pictures = (_indexed(each, palette) for each in made.frames(job))
    # Pillow joins frames that are alike, so a film is handed over with the times of all its frames.
    return _write(job, made, pictures, _GIF_CLOCK, {"format": "GIF", "optimize": False, "disposal": 1})


def write_webp(job: Job, what: str) -> str:
    """Write an animated WebP without loss; what to say. Raises StudioError, Cancelled."""
    made = film(job, what)
    pictures = (Image.fromarray(each).convert("RGB") for each in made.frames(job))
    return _write(job, made, pictures, 1, {"format": "WEBP", "lossless": True, "quality": 50})


def _write(job: Job, made: Film, pictures: Iterator[Image.Image], clock: int, options: dict[str, Any]) -> str:
    with writing(job.out) as temp:
        whole = _all(pictures)
        delays = times(len(whole), made.fps, made.hold, clock)
        first, *rest = whole
        first.save(temp, save_all=True, append_images=rest, duration=delays, loop=_FOREVER, **options)
        size = _size(temp)
    return f"{made.words}: {len(whole):,} frames, {sum(delays) / 1000:.1f} s, {size} in {job.out}"


def times(count: int, fps: float, hold: float, clock: int) -> list[int]:
    """How long each frame stays, ms: whole ticks of `clock` ms, so spread that all together last what they should.

    At least two ticks each: browsers slow down what changes faster.
    """
    ends = [1000 * number / fps for number in range(count)] + [1000 * (count / fps + hold)]
    ticks = [round(each / clock) for each in ends]
    return [clock * max(2, after - before) for before, after in itertools.pairwise(ticks)]


def _all(pictures: Iterator[Image.Image]) -> list[Image.Image]:
    """Every frame: Pillow holds a whole film in memory. Raises ExportError where that is too much."""
    whole: list[Image.Image] = []
    for picture in pictures:
        whole.append(picture)
        if len(whole) * picture.width * picture.height * len(picture.getbands()) > _MOST:
            raise ExportError("The animation is too large: take fewer seconds, fewer frames a second or a lower scale.")
    return whole


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


def _palette(some: list[Pictures]) -> Image.Image | None:
    """A picture whose palette serves all of them; None where they are grey."""
    if not some or some[0].ndim == 2:
        return None
    return Image.fromarray(np.concatenate(some)).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def _indexed(picture: Pictures, palette: Image.Image | None) -> Image.Image:
    image = Image.fromarray(picture)
    return image if palette is None else image.quantize(palette=palette, dither=Image.Dither.NONE)
