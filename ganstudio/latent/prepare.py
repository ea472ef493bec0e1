"""Conversion of a user's picture to a generator's size and channels; digits are centred as in MNIST."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from ganstudio.data.resize import resize_pictures, to_grey
from ganstudio.errors import InputError, reason
from ganstudio.images import Pictures
from ganstudio.sizes import ImageSize, sides
from ganstudio.system import reading

MAX_PIXELS = 50_000_000  # more is refused before anything is decoded
_BOX_FRACTION = 20 / 28  # of the picture's side: the box that a digit fills
_MIN_INK_FRACTION = 0.1  # of the strongest stroke; what is fainter is background
# Pillow's names.
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "JPEG2000", "PPM", "ICO", "TGA")
_BLOCK = 1 << 20  # pixels that are converted at a time, to save memory


def prepare(picture: Path | Pictures, size: ImageSize, channels: int, centred: bool = False) -> Pictures:
    """Convert a picture to the size and channels of a generator's.

    Parameters
    ----------
    picture
        A file; or pixels (H, W) or (H, W, C), uint8, premultiplied if they have alpha.
    size
        Side of the result, pixels, or "96x128" for height x width.
    channels
        1: grey, 3: colour, 4: colour, premultiplied, and alpha.
    centred
        Whether it shows a digit, to be centred as in MNIST; otherwise its middle is taken, as large as the shape of
        the result allows.

    Returns
    -------
    numpy.ndarray
        (height, width) or (height, width, channels), uint8.

    Raises
    ------
    InputError
        The file is no picture or too large, or there is nothing to centre.
    """
    pixels = read(picture) if isinstance(picture, Path) else np.asarray(picture, np.uint8)
    middle = digit(pixels, max(sides(size))) if centred else _middle(pixels, *sides(size))
    resized: Pictures = resize_pictures(middle[None], size, channels)[0]
    return resized


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
    try:
        with reading.open_file(path) as opened, Image.open(opened, formats=_formats()) as file:
            if file.width * file.height > MAX_PIXELS:
                raise InputError(f"{path.name} has {file.width:,} x {file.height:,} pixels, which is too large.")
            return _pixels(ImageOps.exif_transpose(file))
    except InputError:
        raise
    except IsADirectoryError:
        raise InputError(f"{path.name} cannot be read as a picture: it is a folder.") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{path.name} has too many pixels.") from None
    except UnidentifiedImageError:  # an OSError whose text only names the file again
        raise InputError(f"{path.name} is not a picture. Use a PNG, JPEG, WebP, GIF, BMP or TIFF file.") from None
    except MemoryError:
        raise InputError(f"{path.name} cannot be read as a picture: there is not enough memory.") from None
    except Exception as error:  # a broken file raises nearly anything
        raise InputError(f"{path.name} cannot be read as a picture: {reason(error)}.") from None


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


def _pixels(image: Image.Image) -> Pictures:
    if image.mode.startswith(("I", "F")):
        return _from_wide(np.asarray(image))
    if "A" in image.getbands() or "transparency" in image.info:
        image = _on_opposite(image.convert("RGBA"))
    return np.array(image.convert("L" if image.mode in ("1", "L") else "RGB"))


def _from_wide(values: npt.NDArray[Any]) -> Pictures:
    """Convert 16 bits, or numbers of 0 to 1, to 8 bits: scaled, not clipped."""
    highest = max((float(block[np.isfinite(block)].max(initial=0.0)) for block in _blocks(values)), default=0.0)
    unit = 1.0 if highest <= 1.0 else 255.0 if highest <= 255.0 else max(65535.0, highest)
    narrow = np.empty(values.shape, np.uint8)
    for block, out in zip(_blocks(values), _blocks(narrow), strict=True):
        finite = np.where(np.isfinite(block), block, 0)
        out[:] = (np.clip(finite / unit, 0.0, 1.0) * 255).round()
    return narrow


def _on_opposite(image: Image.Image) -> Image.Image:
    """Composite an RGBA picture on white or black, whichever its opaque part stands out from."""
    bright = opaque = 0
    for block in _blocks(np.asarray(image)):
        weight = block[..., 3].astype(np.int64)
        bright += int((block[..., :3].sum(-1, dtype=np.int64) * weight).sum())
        opaque += int(weight.sum())
    background = Image.new("RGBA", image.size, "white" if bright < 128 * 3 * max(opaque, 1) else "black")
    return Image.alpha_composite(background, image).convert("RGB")


def _blocks(pixels: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
    """Yield views of some rows at a time."""
    rows = max(1, _BLOCK // max(1, pixels.shape[1]))
    for start in range(0, len(pixels), rows):
        yield pixels[start : start + rows]


@cache
def _formats() -> tuple[str, ...]:
    """Return those of our formats that the installed Pillow reads."""
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _middle(pixels: Pictures, tall: int, wide: int) -> Pictures:
    """Return the largest middle part whose sides are as `tall` to `wide`."""
    height, width = pixels.shape[:2]
    part_height = max(1, min(height, round(width * tall / wide)))
    part_width = max(1, min(width, round(height * wide / tall)))
    top, left = (height - part_height) // 2, (width - part_width) // 2
    return pixels[top : top + part_height, left : left + part_width]


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
