"""Conversion of a user's picture to a generator's size and channels; digits are centred as in MNIST."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.data.pictures import modes
from ganstudio.data.pictures.decode import Decoded, decode, fitted
from ganstudio.data.pictures.fit import choose_reduction, place
from ganstudio.data.pictures.header import Header
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.data.resize import as_image, resize_pictures, to_grey
from ganstudio.errors import InputError, reason
from ganstudio.images import Pictures
from ganstudio.sizes import ImageSize, sides
from ganstudio.system import reading

_BOX_FRACTION = 20 / 28  # of the picture's side: the box that a digit fills
_MIN_INK_FRACTION = 0.1  # of the strongest stroke; what is fainter is background
_CHANNELS = {each.count: each for each in Channels}


def prepare(
    picture: Path | Pictures,
    size: ImageSize,
    channels: int,
    centred: bool = False,
    recipe: Recipe | None = None,
) -> Pictures:
    """Convert a picture to the size and channels of a generator's.

    Parameters
    ----------
    picture
        A file; or pixels (H, W), (H, W, 3) or, with premultiplied alpha, (H, W, 4), uint8.
    size
        Side of the result, pixels, or "96x128" for height x width.
    channels
        1: grey, 3: colour, 4: colour and alpha, premultiplied.
    centred
        Whether it shows a digit, to be centred as in MNIST; otherwise its middle is taken, as large as the shape of
        the result allows.
    recipe
        What the pictures were made into that the generator learned from, if they were imported: this one is fitted,
        scaled and put on paper as they were.

    Returns
    -------
    numpy.ndarray
        (height, width) or (height, width, channels), uint8.

    Raises
    ------
    InputError
        The file is no picture or too large, or there is nothing to centre.
    """
    height, width = sides(size)
    if centred:
        pixels = read(picture) if isinstance(picture, Path) else np.asarray(picture, np.uint8)
        drawn: Pictures = resize_pictures(digit(pixels, max(height, width))[None], size, channels)[0]
        return drawn
    own = Recipe(height, width, _CHANNELS[channels])
    recipe = replace(recipe, height=height, width=width, channels=own.channels) if recipe is not None else None
    if isinstance(picture, Path):
        decoded = _decode(picture, recipe, lambda header: choose_reduction(place(*header.size, recipe or own)))
        if recipe is None and channels < Channels.RGBA.count and decoded.image.mode == "RGBA":
            decoded = replace(decoded, image=_on_opposite(decoded.image))
    else:
        image = as_image(np.asarray(picture, np.uint8))
        decoded = Decoded(image, image.size)
    placement = place(*decoded.size, recipe or own)
    made, _ = fitted(decoded, placement, recipe or own)
    return made[..., 0] if channels == 1 else made


def read(path: Path) -> Pictures:
    """Read the pixels of a picture file: upright, the first frame, without transparency.

    Transparent pixels become the opposite of the opaque ones: white around dark strokes, black around bright ones.
    Formats that other programs would have to decode, such as EPS, are not read.

    Returns
    -------
    numpy.ndarray
        (H, W) or (H, W, 3), uint8.

    Raises
    ------
    InputError
        The file is no picture, or too large.
    """
    image = _decode(path).image
    return np.array(_on_opposite(image) if image.mode == "RGBA" else image)


def digit(pixels: Pictures, size: int) -> Pictures:
    """Centre a digit as MNIST's are.

    Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": it is scaled to a box of 20 pixels of
    28, its aspect ratio kept, and its centre of mass put in the middle of the picture.

    Parameters
    ----------
    pixels
        (H, W) or (H, W, 3), uint8, dark on bright or bright on dark.
    size
        Side of the result, pixels.

    Returns
    -------
    numpy.ndarray
        (size, size), uint8, white on black.

    Raises
    ------
    InputError
        There are no strokes.
    """
    ink = _ink(to_grey(pixels[None])[0])
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        raise InputError("The picture seems to be empty: no stroke stands out from its background.")
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = _BOX_FRACTION * size / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    small = np.asarray(
        Image.fromarray(cut).resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    )
    return _placed(small, size)


def _decode(path: Path, recipe: Recipe | None = None, plan: Callable[[Header], int] = lambda header: 1) -> Decoded:
    narrow = _by_own_range if recipe is None else modes.narrow_by(recipe)
    try:
        with reading.open_file(path) as file:
            return decode(file, narrow, plan)
    except IsADirectoryError:
        raise InputError(f"{path.name} cannot be read as a picture: it is a folder.") from None
    except OSError as error:
        raise InputError(f"{path.name} cannot be read as a picture: {reason(error)}.") from None
    except PictureError as error:
        if error.verdict is Verdict.NOT_A_PICTURE:
            raise InputError(f"{path.name} is not a picture. Use a PNG, JPEG, WebP, GIF, BMP or TIFF file.") from None
        if error.verdict is Verdict.UNSUPPORTED:
            raise InputError(f"{path.name} is not a picture that is read here: {error.why}.") from None
        raise InputError(error.named(path.name)) from None


def _by_own_range(values: modes.Numbers) -> Pictures:
    """Convert 16 bits, or numbers of 0 to 1, to 8 bits, by what a picture holds that belongs to no data set."""
    blocks = modes.row_blocks(values)
    highest = max((float(block[np.isfinite(block)].max(initial=0.0)) for block in blocks), default=0.0)
    white = 1.0 if highest <= 1.0 else 255.0 if highest <= 255.0 else max(modes.SIXTEEN_BIT_WHITE, highest)
    return modes.scale(values, 0.0, white)


def _on_opposite(image: Image.Image) -> Image.Image:
    """Composite an RGBA picture on white or black, whichever its opaque part stands out from."""
    bright = opaque = 0
    for block in modes.row_blocks(np.asarray(image)):
        weight = block[..., 3].astype(np.int64)
        bright += int((block[..., :3].sum(-1, dtype=np.int64) * weight).sum())
        opaque += int(weight.sum())
    background = Image.new("RGBA", image.size, "white" if bright < 128 * 3 * max(opaque, 1) else "black")
    return Image.alpha_composite(background, image).convert("RGB")


def _ink(pixels: Pictures) -> Pictures:
    """Return how much each pixel of a grey picture differs from its edge, 0..255: the strongest 255, background 0."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    difference = np.abs(pixels.astype(np.float64) - np.median(edge))
    strongest = float(difference.max())
    if strongest < 255 * _MIN_INK_FRACTION:
        return np.zeros_like(pixels)
    difference[difference < strongest * _MIN_INK_FRACTION] = 0.0
    ink: Pictures = (difference * (255 / strongest)).round().astype(np.uint8)
    return ink


def _placed(small: Pictures, size: int) -> Pictures:
    """Place a digit in a picture of that size, its centre of mass in the middle, or as near to it as there is room."""
    mass = small.astype(np.float64)
    centre = (np.indices(small.shape) * mass).sum((1, 2)) / mass.sum()  # pixels; MNIST's are at 14 of 28
    room = size - np.array(small.shape)
    top, left = np.clip(np.round(size / 2 - centre).astype(int), 0, room)
    placed = np.zeros((size, size), np.uint8)
    placed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return placed
