"""How pictures are best imported and trained on: size, channels, fit, mirror and preset, each with its reason."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ganstudio import sizes
from ganstudio.data.pictures import fit as fitting
from ganstudio.data.pictures.converter import Converter
from ganstudio.data.pictures.parallel import count_threads
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.data.pictures.scan import Scan, ScannedFile
from ganstudio.data.pictures.sources import Source
from ganstudio.data.pictures.verdicts import PictureError
from ganstudio.errors import DataError

USUAL_SIDE = 64  # pixels of the shorter side: what a laptop trains in an evening
MAX_SPRITE_SIDE = 64  # pixels; larger pictures are no sprites
SPRITES = "sprites"  # preset
FEW = 100  # pictures below which a GAN learns them by heart
_SAME_SHAPE = 0.01  # of a side
_SQUARE_WITHIN = 1.12  # times that the sides of a square may differ
_NEARLY_ALL = 0.9  # of the pictures are small, where they are called sprites
_GAIN_OF_TWICE = 0.1  # share of the sprites that find room in twice the pixels only, and are worth them
_SAMPLED = 8  # pictures that the time is measured with


@dataclass(frozen=True)
class Advice:
    """What is advised for the pictures of a scan.

    Parameters
    ----------
    recipe
        Size, channels, fit and paper.
    mirror
        Whether mirrored pictures may be trained on as well.
    preset
        Name of the settings to train with.
    reasons
        A sentence for each of "size", "channels", "fit", "mirror", "preset".
    warnings
        Sentences on what will make training hard.
    """

    recipe: Recipe
    mirror: bool
    preset: str
    reasons: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def suggest_recipe(scan: Scan) -> Advice:
    """Return what is advised for the pictures of a scan.

    Raises
    ------
    DataError
        There are no pictures.
    """
    if not scan.pictures:
        raise DataError(f"There is no picture in {scan.path}.")
    channels, why_channels = _choose_channels(scan)
    is_sprites = _are_sprites(scan)
    height, width, why_size = _choose_native_size(scan) if is_sprites else _choose_size(scan)
    fit, why_fit = _choose_fit(is_sprites, channels)
    minimum, maximum = scan.value_limits()
    paper = "transparent" if channels is Channels.RGBA else "white"
    recipe = Recipe(height, width, channels, fit, paper, maximum, minimum)
    mirror, why_mirror = _choose_mirror(scan)
    preset, why_preset = choose_preset(recipe)
    reasons = {
        "size": why_size,
        "channels": why_channels,
        "fit": why_fit,
        "mirror": why_mirror,
        "preset": why_preset,
    }
    return Advice(recipe, mirror, preset, reasons, tuple(_warnings(scan)))


def preset_for(recipe: Recipe) -> str:
    """Return the name of the settings to train with, for pictures that are imported like this."""
    if recipe.fit is Fit.NATIVE:
        return SPRITES
    longer = max(recipe.height, recipe.width)
    return f"own-{next((side for side in (64, 128) if longer <= side), 256)}"


def choose_preset(recipe: Recipe) -> tuple[str, str]:
    """Return the name of the settings to train with, as `preset_for` does, and a sentence on them."""
    preset = preset_for(recipe)
    if preset == SPRITES:
        return preset, "Settings for pixel art: pictures are moved by whole pixels only."
    side = preset.removeprefix("own-")
    return preset, f"Settings for a few pictures of up to {side} x {side} pixels."


def count_bytes(scan: Scan, recipe: Recipe) -> int:
    """Return the bytes that the pictures will take on the disk."""
    return len(scan.pictures) * recipe.height * recipe.width * recipe.channels.count


def count_enlarged(scan: Scan, recipe: Recipe) -> int:
    """Return the number of pictures that are smaller than the size, and will be enlarged."""

    def is_enlarged(file: ScannedFile) -> bool:
        try:
            return file.header is not None and fitting.place(file.header.width, file.header.height, recipe).enlarged
        except PictureError:
            return False

    return sum(map(is_enlarged, scan.pictures))


def estimate_seconds(source: Source, scan: Scan, recipe: Recipe, now: Callable[[], float] = time.perf_counter) -> float:
    """Return about how long the import will take on this computer, measured with a few of the pictures."""
    count = len(scan.pictures)
    if not count:
        return 0.0
    chosen = [scan.pictures[int(number)] for number in np.linspace(0, count - 1, min(count, _SAMPLED))]
    began = now()
    Converter(source, recipe).convert(chosen)
    return (now() - began) / len(chosen) * count / count_threads()


# ---- what is chosen -------------------------------------------------------------------------------------------------


def _choose_channels(scan: Scan) -> tuple[Channels, str]:
    count = len(scan.pictures)
    alpha = scan.count(lambda header: header.has_alpha)
    grey = scan.count(lambda header: header.mode in ("1", "L", "LA", "La", "F") or header.mode.startswith("I"))
    if alpha * 2 > count:
        return Channels.RGBA, f"{_share(alpha, count)} may have transparent parts, which are kept."
    if grey == count:
        return Channels.GRAY, "All pictures are grey."
    if alpha:
        return Channels.RGB, f"{alpha:,} of {count:,} pictures may have transparent parts, which become paper."
    return Channels.RGB, f"{_share(count - grey, count)} are in colour."


def _are_sprites(scan: Scan) -> bool:
    """Return whether most pictures look like pixel art: small, and in colours that are counted or with alpha."""
    count = len(scan.pictures)
    small = scan.count(lambda header: max(header.width, header.height) <= MAX_SPRITE_SIDE)
    plain = scan.count(lambda header: header.has_alpha or header.mode == "P")
    return small >= _NEARLY_ALL * count and plain * 2 > count


def _choose_size(scan: Scan) -> tuple[int, int, str]:
    heights, widths = _sides(scan)
    if (
        len(scan.dimensions) == 1
        and sizes.is_possible(heights[0], widths[0])
        and min(heights[0], widths[0]) <= USUAL_SIDE
    ):
        return heights[0], widths[0], f"All pictures have {heights[0]} x {widths[0]} pixels; none is resampled."
    aspect = float(np.median(np.array(widths) / np.array(heights)))
    shorter = int(np.median(np.minimum(heights, widths)))
    side = max(sizes.MIN_SIDE, min(USUAL_SIDE, shorter))
    shape = _describe_shape(scan, aspect)
    if 1 / _SQUARE_WITHIN <= aspect <= _SQUARE_WITHIN:
        smaller = (each for each in range(sizes.MIN_SIDE, sizes.SQUARES[0]) if sizes.is_possible(each, each))
        square = max(each for each in (*smaller, *sizes.SQUARES) if each <= side)
        return square, square, f"{shape}. Twice the side takes four times as long."
    wanted = (side, round(side * aspect)) if aspect > 1 else (round(side / aspect), side)
    height, width = sizes.nearest_sizes(*wanted, count=1)[0]
    is_same = math.isclose(width / height, aspect, rel_tol=_SAME_SHAPE)
    suits = "has the same shape" if is_same else "comes nearest to that shape"
    return height, width, f"{shape}; this size {suits}. Twice the sides take four times as long."


def _describe_shape(scan: Scan, aspect: float) -> str:
    """Return what shape pictures have, the middle one of them if they differ."""
    if len(scan.dimensions) == 1:
        (height, *_), (width, *_) = _sides(scan)
        return f"All pictures have {height} x {width} pixels (height x width)"
    if 1 / _SQUARE_WITHIN <= aspect <= _SQUARE_WITHIN:
        return "The middle shape is about square"
    return f"The middle shape is {aspect:.2f} to 1 (width to height)"


def _choose_native_size(scan: Scan) -> tuple[int, int, str]:
    """Return the size in which most sprites find room; one twice as large must have room for a tenth of them more.

    Every picture is enlarged to it, and training takes as many times longer.
    """
    heights, widths = (np.array(each) for each in _sides(scan))
    possible = range(sizes.MIN_SIDE, sizes.MAX_SIDE + 1)
    rooms = [(height, width) for height in possible for width in possible if sizes.is_possible(height, width)]
    fitting = {room: int(((heights <= room[0]) & (widths <= room[1])).sum()) for room in rooms}

    def worth(room: tuple[int, int]) -> float:
        return fitting[room] / len(heights) - _GAIN_OF_TWICE * math.log2(math.prod(room))

    height, width = max(rooms, key=worth)
    larger = len(heights) - fitting[height, width]
    kept = "No pixel is resampled"
    if not larger:
        return height, width, f"{kept}, and every picture finds room."
    of_all = f"{larger:,} of {len(heights):,} pictures"
    return height, width, f"{kept}. {of_all} are larger and may be left out; a larger size trains slower."


def _choose_fit(is_sprites: bool, channels: Channels) -> tuple[Fit, str]:
    """Return a fit, and the reason: true of any size and paper, as others may be chosen."""
    if is_sprites:
        return Fit.NATIVE, "The pictures are small and have few colours: their pixels are kept as they are."
    if channels is Channels.RGBA:
        return Fit.PAD, "Nothing is cut off; what is beside a picture becomes paper."
    return Fit.CROP, "The middle of each picture, as much of it as this shape allows."


def _choose_mirror(scan: Scan) -> tuple[bool, str]:
    photos = scan.formats["JPEG"] + scan.formats["MPO"]
    if photos * 2 > len(scan.pictures):
        return True, f"{_share(photos, len(scan.pictures))} are photos, which look as real mirrored."
    return False, "Text, digits, flags and drawings are other pictures if they are mirrored."


def _warnings(scan: Scan) -> list[str]:
    count = len(scan.pictures)
    if count < FEW:
        return [
            f"{count:,} pictures are few: a GAN needs some hundreds to make new ones instead of learning them by heart."
        ]
    return []


def _sides(scan: Scan) -> tuple[list[int], list[int]]:
    headers = [file.header for file in scan.pictures if file.header is not None]
    return [header.height for header in headers], [header.width for header in headers]


def _share(part: int, whole: int) -> str:
    return f"All {whole:,} pictures" if part == whole else f"{part:,} of {whole:,} pictures"
