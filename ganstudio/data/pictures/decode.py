"""A file made into the pixels that a network trains on: the one reader for import, projection and evaluation."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageFile, JpegImagePlugin

from ganstudio.data.pictures import fit, modes
from ganstudio.data.pictures.fit import Box, Bytes, Placement
from ganstudio.data.pictures.formats import MAX_JPEG_PIXELS, check_size, open_picture
from ganstudio.data.pictures.guard import errors_of_pictures
from ganstudio.data.pictures.header import Header, header_of
from ganstudio.data.pictures.integrity import check_integrity
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict

MIN_SIDE = 4  # pixels; what is smaller is a dot or a line, such as pages are laid out with
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FROM_RIGHT = (2, 3, 6, 7)  # orientations in which what is stored last comes to lie on the left
_FROM_BOTTOM = (3, 4, 7, 8)


@dataclass(frozen=True)
class Prepared:
    """A picture as a network takes it.

    Parameters
    ----------
    pixels
        (height, width, channels), uint8, C-contiguous; colours premultiplied where there is alpha.
    box
        What was taken of the upright picture: x0, y0, x1, y1, pixels.
    enlarged
        Whether it was enlarged.
    notes
        What was done that is not a matter of course: `animated` (the first frame was taken), `pages` (the first page
        was), `cmyk`, `profile-converted`, `profile-ignored`, `transparency-on-paper`.
    """

    pixels: Bytes
    box: Box
    enlarged: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Decoded:
    """A picture that was decoded.

    Parameters
    ----------
    image
        Upright; `L`, `RGB`, `RGBA` or, premultiplied, `RGBa`.
    size
        Width and height of the picture, pixels.
    reduction
        `image` is 1/`reduction` of that size.
    origin
        Where the picture begins in `image`, from the left and the top, pixels: the last pixel of a reduced picture may
        stand for a part of one, and is the first after it was turned.
    notes
        As in `Prepared`.
    """

    image: Image.Image
    size: tuple[int, int]
    reduction: int = 1
    origin: tuple[float, float] = (0.0, 0.0)
    notes: tuple[str, ...] = ()


def prepare(file: BinaryIO, recipe: Recipe) -> Prepared:
    """Read a picture and bring it to the shape of a data set. Any number of threads may do this at the same time.

    Parameters
    ----------
    file
        Opened for reading; can be sought in. It stays open.
    recipe
        What to make.

    Raises
    ------
    PictureError
        It cannot be read, or is too large or too small.
    """
    placements: list[Placement] = []

    def plan(header: Header) -> int:
        if min(header.width, header.height) < MIN_SIDE:
            raise PictureError(
                Verdict.TOO_SMALL,
                f"it has {header.height} x {header.width} pixels, and {MIN_SIDE} x {MIN_SIDE} are the least",
            )
        placements.append(fit.place(header.width, header.height, recipe))
        return fit.choose_reduction(placements[0])

    with errors_of_pictures():
        decoded = decode(file, modes.narrow_by(recipe), plan)
        pixels, notes = fitted(decoded, placements[0], recipe)
    return Prepared(pixels, placements[0].box, placements[0].enlarged, notes)


def decode(file: BinaryIO, narrow: modes.Narrow, plan: Callable[[Header], int] = lambda header: 1) -> Decoded:
    """Read a picture, upright.

    Parameters
    ----------
    file
        Opened for reading; can be sought in. It stays open.
    narrow
        Makes 8 bits of the numbers of pictures that have more.
    plan
        Says for a header by how much a JPEG may be reduced.

    Raises
    ------
    PictureError
        It cannot be read, or is too large.
    """
    with errors_of_pictures(), open_picture(file) as image:
        if image.format != "JPEG":
            check_size(*image.size)
        check_integrity(file, image)
        header = header_of(image)
        reduction = _reduce(image, plan(header))
        check_size(*image.size)
        image.load()
        plain, notes = modes.to_eight_bits(image, narrow)
        if header.orientation in _TURNS:
            plain = plain.transpose(_TURNS[header.orientation])
    if header.frames > 1:
        notes = ("pages" if header.format == "TIFF" else "animated", *notes)
    left = plain.width - header.width / reduction if header.orientation in _FROM_RIGHT else 0.0
    top = plain.height - header.height / reduction if header.orientation in _FROM_BOTTOM else 0.0
    return Decoded(plain, header.size, reduction, (left, top), notes)


def value_range(file: BinaryIO) -> tuple[float, float] | None:
    """Return the least and the greatest value in a picture of 16 bits or of floating-point numbers; None of others.

    Over a whole data set they give `Recipe.minimum` and `Recipe.maximum`: if each picture had a range of its own, the
    same brightness would become another one in each.

    Raises
    ------
    PictureError
        It cannot be read, is too large, or holds what is not a number.
    """
    with errors_of_pictures(), open_picture(file) as image:
        header = header_of(image)
        if not (header.is_sixteen_bit or header.is_float):
            return None
        check_size(*image.size)
        check_integrity(file, image)
        image.load()
        values = modes.numbers_of(image)
        modes.check_numbers(values)
        return float(values.min()), float(values.max())


def fitted(decoded: Decoded, placement: Placement, recipe: Recipe) -> tuple[Bytes, tuple[str, ...]]:
    """Return the pixels (height, width, channels) of a picture at its place on the recipe's paper, and its notes."""
    image, notes = decoded.image, decoded.notes
    if image.mode not in ("RGBA", "RGBa"):
        image = image.convert("L" if recipe.channels is Channels.GRAY else "RGB")
        pixels = np.asarray(fit.resample(image, placement, decoded.reduction, decoded.origin))
        pixels = pixels.reshape(*pixels.shape[:2], -1)
        if recipe.channels is Channels.RGBA:
            pixels = np.concatenate([pixels, np.full_like(pixels[..., :1], 255)], axis=-1)
    else:
        premultiplied = image if image.mode == "RGBa" else image.convert("RGBa")
        pixels = np.array(fit.resample(premultiplied, placement))
        if placement.method in fit.RINGING:
            np.minimum(pixels, pixels[..., 3:], out=pixels)
        if recipe.channels is not Channels.RGBA:
            if pixels[..., 3].min() < 255:
                notes = (*notes, "transparency-on-paper")
            pixels = _on_paper(pixels, recipe)
    return np.ascontiguousarray(fit.on_canvas(pixels, placement, recipe)), notes


def _on_paper(pixels: Bytes, recipe: Recipe) -> Bytes:
    """Return premultiplied pixels (H, W, 4) on the colour of the paper, grey or RGB."""
    # At most 255, as no colour is brighter than its alpha.
    colours = np.ascontiguousarray((pixels + _paper_behind(recipe.paper_colour)[pixels[..., 3]])[..., :3])
    if recipe.channels is Channels.GRAY:
        return np.asarray(Image.fromarray(colours).convert("L"))[..., None]
    return colours


@lru_cache(maxsize=8)
def _paper_behind(colour: tuple[int, int, int]) -> Bytes:
    """Return what is seen of the paper through each alpha, (256, 4); the last of four is 0."""
    through = 255 - np.arange(256, dtype=np.uint16)[:, None]
    return ((through * np.array([*colour, 0], np.uint16) + 127) // 255).astype(np.uint8)


def _reduce(image: ImageFile.ImageFile, reduction: int) -> int:
    """Have a JPEG decoded at a part of its size; return by how much."""
    if reduction == 1 or not isinstance(image, JpegImagePlugin.JpegImageFile):
        return 1
    width, height = image.size
    # What is stored in several passes is kept whole in memory until the last.
    check_size(width, height, None if image.info.get("progressive") else MAX_JPEG_PIXELS)
    drafted = image.draft(None, (max(1, width // reduction), max(1, height // reduction)))
    return 1 if drafted is None else round(width / drafted[1][2])
