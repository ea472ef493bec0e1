"""Every way in which a file stores its pixels, brought to 8 bits of grey, RGB or RGBA."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from ganstudio.data.pictures import profiles
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict

Numbers = npt.NDArray[Any]
Bytes = npt.NDArray[np.uint8]
Narrow = Callable[[Numbers], Bytes]

SIXTEEN_BIT_WHITE = 65535.0
_BLOCK_PIXELS = 1 << 20  # that are converted at a time, to save memory


def to_eight_bits(image: Image.Image, narrow: Narrow) -> tuple[Image.Image, tuple[str, ...]]:
    """Return a decoded picture as `L`, `RGB` or `RGBA` (not premultiplied) of sRGB, and notes of what was done.

    Parameters
    ----------
    image
        Decoded.
    narrow
        Makes 8 bits of the numbers (H, W) of pictures that have more, as `narrow_by` does.
    """
    has_numbers = image.mode.startswith("I") or image.mode == "F"
    plain = _from_numbers(image, narrow) if has_numbers else _plain(image)
    notes: tuple[str, ...] = ("cmyk",) if plain.mode == "CMYK" else ()
    profile = image.info.get("icc_profile")
    if profile or plain.mode in ("CMYK", "LAB"):
        plain, note = profiles.to_srgb(plain, profile)
        notes += note
    return plain.convert("RGBA") if plain.mode == "LA" else plain, notes


def narrow_by(recipe: Recipe) -> Narrow:
    """Return the function that makes 8 bits of more, with the black and white of a recipe."""

    def narrow(values: Numbers) -> Bytes:
        check_numbers(values)
        is_float = values.dtype.kind == "f"
        black = recipe.minimum or 0.0
        white = recipe.maximum if recipe.maximum is not None else 1.0 if is_float else SIXTEEN_BIT_WHITE
        return scale(values, black, white)

    return narrow


def check_numbers(values: Numbers) -> None:
    """Raise PictureError if there are values that are not numbers."""
    if values.dtype.kind == "f" and not all(np.isfinite(block).all() for block in row_blocks(values)):
        raise PictureError(Verdict.BROKEN, "some of its pixels are not numbers (NaN or infinite)")


def scale(values: Numbers, black: float, white: float) -> Bytes:
    """Return numbers as 0..255: `black` becomes 0, `white` 255; what lies beyond is clipped, what is no number is 0."""
    if values.dtype == np.uint16:
        return np.asarray(_table(black, white)[values], np.uint8)
    return _scale(values, black, white)


@lru_cache(maxsize=4)
def _table(black: float, white: float) -> Bytes:
    """Return what each number of 16 bits becomes."""
    return _scale(np.arange(1 << 16)[None], black, white).ravel()


def _scale(values: Numbers, black: float, white: float) -> Bytes:
    scaled = np.empty(values.shape, np.uint8)
    for block, out in zip(row_blocks(values), row_blocks(scaled), strict=True):
        finite = np.where(np.isfinite(block), block, black).astype(np.float64)
        out[:] = (np.clip((finite - black) / (white - black), 0.0, 1.0) * 255).round()
    return scaled


def row_blocks(values: Numbers) -> Iterator[Numbers]:
    """Yield views of some rows at a time."""
    rows = max(1, _BLOCK_PIXELS // max(1, values.shape[1]))
    for start in range(0, len(values), rows):
        yield values[start : start + rows]


def numbers_of(image: Image.Image) -> Numbers:
    """Return the pixels (H, W) of a decoded picture with more than 8 bits: more is brighter."""
    values = np.asarray(image)
    if (
        isinstance(image, TiffImagePlugin.TiffImageFile)
        and image.tag_v2.get(262) == 0
        and image.mode.startswith("I;16")
    ):
        return 65535 - values  # "white is zero", which Pillow minds with 8 bits only
    return values


def _from_numbers(image: Image.Image, narrow: Narrow) -> Image.Image:
    values = numbers_of(image)
    grey = Image.fromarray(narrow(values))
    transparent = image.info.get("transparency")
    if not isinstance(transparent, int):
        return grey
    alpha = Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))
    return Image.merge("LA", (grey, alpha))


def _plain(image: Image.Image) -> Image.Image:
    """Return a picture without palette, and with its transparency as a channel."""
    transparent = image.info.get("transparency")
    if image.mode in ("LA", "RGBA", "CMYK", "LAB") or (image.mode in ("L", "RGB") and transparent is None):
        return image
    if image.mode in ("1", "L"):
        return image.convert("L" if transparent is None else "LA")
    if image.mode == "RGB" and isinstance(transparent, tuple) and max(transparent) > 255:  # of 16 bits
        image.info["transparency"] = tuple(value >> 8 for value in transparent)  # as Pillow keeps the upper 8 of pixels
    has_alpha = image.mode.endswith(("A", "a")) or transparent is not None
    return image.convert("RGBA" if has_alpha else "RGB")
