"""Animations as GIF and WebP, written by Pillow: they loop, and their pixels stay as they are."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from ganstudio.errors import ExportError
from ganstudio.export.files import atomic_file, size_text
from ganstudio.export.frames import Film, make_film
from ganstudio.export.job import Content, Job
from ganstudio.export.pictures import to_image
from ganstudio.images import Pictures

_LOOP_FOREVER = 0
_GIF_TICK_MS = 10  # a GIF counts in these, and browsers slow down what changes faster than every second one
_WEBP_TICK_MS = 1
_GIF_SIDE, _WEBP_SIDE = 65_535, 16_383  # pixels, at most
_MAX_BYTES = 1 << 30  # of all frames together


def write_gif(job: Job, content: Content) -> str:
    """Write a GIF and return a description of it.

    Grey pictures keep all 256 greys. Colours are the 256 that suit the film as a whole best, without dithering, whose
    noise would flicker in still parts and not compress. Transparent pictures are shown on the job's paper.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export.
    """
    film = make_film(job, content).on(job.paper)
    palette = _palette(film.palette_frames(), film.key_colours)
    images = (_to_palette(frame, palette) for frame in film.frames(job))
    # Pillow joins frames that are alike, so a film is handed over with the times of all its frames.
    return _write(job.out, film, images, _GIF_TICK_MS, _GIF_SIDE, {"format": "GIF", "optimize": False, "disposal": 1})


def write_webp(job: Job, content: Content) -> str:
    """Write a lossless animated WebP, transparent where its pictures are, and return a description of it.

    Raises
    ------
    StudioError
        The export is not possible.
    Cancelled
        The user cancelled the export.
    """
    film = make_film(job, content)
    images = (_to_colour(frame) for frame in film.frames(job))
    return _write(job.out, film, images, _WEBP_TICK_MS, _WEBP_SIDE, {"format": "WEBP", "lossless": True, "quality": 50})


def _write(
    out: Path, film: Film, images: Iterator[Image.Image], tick: int, max_side: int, options: dict[str, Any]
) -> str:
    with atomic_file(out) as temp:
        first, *rest = _all_frames(images, film.count, max_side)
        durations = frame_durations(1 + len(rest), film.fps, film.hold, tick)
        first.save(temp, save_all=True, append_images=rest, duration=durations, loop=_LOOP_FOREVER, **options)
        size = size_text(temp)
    return f"{film.description}: {1 + len(rest):,} frames, {sum(durations) / 1000:.1f} s, {size}"


def frame_durations(count: int, fps: float, hold: float, tick: int) -> list[int]:
    """Return how long each frame stays, in ms.

    Each is a whole number of ticks, spread so that all together last as long as they should; at least two ticks,
    because browsers slow down what changes faster.

    Parameters
    ----------
    count
        Number of frames.
    fps
        Frames per second.
    hold
        Seconds that the last frame stays beyond its own time.
    tick
        Resolution of the format's clock, ms.
    """
    ends = [1000 * number / fps for number in range(count)] + [1000 * (count / fps + hold)]
    ticks = [round(end / tick) for end in ends]
    return [tick * max(2, after - before) for before, after in itertools.pairwise(ticks)]


def _all_frames(images: Iterator[Image.Image], count: int, max_side: int) -> list[Image.Image]:
    """Collect all frames, as Pillow holds a whole film in memory; raise ExportError where that is too much."""
    collected: list[Image.Image] = []
    for image in images:
        if max(image.size) > max_side:
            side = f"{max(image.size):,} pixels"
            raise ExportError(f"A frame would be {side} wide or high; this format has {max_side:,}. Lower the scale.")
        if count * image.width * image.height * len(image.getbands()) > _MAX_BYTES:
            raise ExportError(
                "The animation is too large: choose fewer seconds, fewer frames per second or a lower scale."
            )
        collected.append(image)
    return collected


def _palette(frames: list[Pictures], key_colours: tuple[str, ...] = ()) -> Image.Image | None:
    """Return an image whose palette suits all frames, and has the key colours; None where they are grey."""
    if not frames or frames[0].ndim == 2:
        return None
    count = 256 - len(key_colours)
    image = Image.fromarray(np.concatenate(frames)).quantize(count, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    if key_colours:
        colours = (image.getpalette() or [])[: 3 * count]
        image.putpalette([*colours, *bytes.fromhex("".join(colour[1:] for colour in key_colours))])
    return image


def _to_colour(frame: Pictures) -> Image.Image:
    image = to_image(frame)
    return image if image.mode == "RGBA" else image.convert("RGB")


def _to_palette(frame: Pictures, palette: Image.Image | None) -> Image.Image:
    image = Image.fromarray(frame)
    return image if palette is None else image.quantize(palette=palette, dither=Image.Dither.NONE)
