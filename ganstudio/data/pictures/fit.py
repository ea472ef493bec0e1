"""Where a picture of any size comes to lie in one of a fixed size, and with which filter it is resampled."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image

from ganstudio.data.pictures.recipe import Fit, Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict

Box = tuple[int, int, int, int]
Size = tuple[int, int]
Bytes = npt.NDArray[np.uint8]

RINGING = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC)  # go beyond the values that they are between
_REDUCTIONS = (8, 4, 2)  # at which a JPEG can be decoded
_MIN_REDUCED_FACTOR = 2  # what is decoded reduced is still that many times as large as the result


@dataclass(frozen=True)
class Placement:
    """Where a picture comes to lie.

    Parameters
    ----------
    box
        What is taken of the upright picture: x0, y0, x1, y1, pixels.
    size
        Width and height that it is resampled to.
    offset
        From the left and the top of the result.
    method
        Pillow's filter; None if every pixel stays as it is.
    """

    box: Box
    size: Size
    offset: Size
    method: Image.Resampling | None

    @property
    def enlarged(self) -> bool:
        """Whether it is enlarged."""
        return self.size[0] > self.box[2] - self.box[0] or self.size[1] > self.box[3] - self.box[1]


@lru_cache(maxsize=256)
def place(width: int, height: int, recipe: Recipe) -> Placement:
    """Return where an upright picture of that size comes to lie.

    Raises
    ------
    PictureError
        It is too large for `Fit.NATIVE`, which reduces only what was enlarged by a whole number before.
    """
    box = _crop_box(width, height, recipe) if recipe.fit is Fit.CROP else (0, 0, width, height)
    if recipe.fit is Fit.PAD:
        scale = min(recipe.width / width, recipe.height / height)
        size = max(1, round(width * scale)), max(1, round(height * scale))
    elif recipe.fit is Fit.NATIVE:
        size = _native_size(width, height, recipe)
    else:
        size = recipe.width, recipe.height
    source = box[2] - box[0], box[3] - box[1]
    method = choose_filter(source, size)
    if method is not None and recipe.fit is Fit.NATIVE:
        method = Image.Resampling.NEAREST
    return Placement(box, size, ((recipe.width - size[0]) // 2, (recipe.height - size[1]) // 2), method)


def choose_filter(source: Size, size: Size) -> Image.Resampling | None:
    """Return the filter from one size (width, height) to another; None where they are equal.

    A box covers whole pixels exactly if the factor is whole. Otherwise Lanczos keeps the most detail of larger
    pictures, but rings around the hard edges of enlarged ones.
    """
    if source == size:
        return None
    if all(old % new == 0 for old, new in zip(source, size, strict=True)):
        return Image.Resampling.BOX
    if any(new < old for old, new in zip(source, size, strict=True)):
        return Image.Resampling.LANCZOS
    return Image.Resampling.BICUBIC


def choose_reduction(placement: Placement) -> int:
    """Return by how much a JPEG may be reduced as it is decoded: 1, 2, 4 or 8.

    What is left is at least twice as large as the result, and where the filter is a box its factor stays whole.
    """
    if placement.method not in (Image.Resampling.BOX, Image.Resampling.LANCZOS):
        return 1
    x0, y0, x1, y1 = placement.box
    pairs = ((x1 - x0, placement.size[0]), (y1 - y0, placement.size[1]))
    for reduction in _REDUCTIONS:
        large = all(old >= new * reduction * _MIN_REDUCED_FACTOR for old, new in pairs)
        whole = placement.method is not Image.Resampling.BOX or all(old // new % reduction == 0 for old, new in pairs)
        if large and whole:
            return reduction
    return 1


def resample(
    image: Image.Image, placement: Placement, reduction: int = 1, origin: tuple[float, float] = (0.0, 0.0)
) -> Image.Image:
    """Return the part of an upright picture that is taken, in its new size.

    Parameters
    ----------
    image
        Grey, RGB, or with premultiplied alpha (`RGBa`); decoded at 1/`reduction` of its size.
    placement
        Where it comes to lie.
    reduction
        By how much it was reduced as it was decoded.
    origin
        Where it begins in `image`, from the left and the top.
    """
    x0, y0, x1, y1 = (side / reduction for side in placement.box)
    left, top = origin
    box = (x0 + left, y0 + top, min(x1 + left, image.width), min(y1 + top, image.height))
    around = math.floor(box[0]), math.floor(box[1]), math.ceil(box[2]), math.ceil(box[3])
    if around != (0, 0, *image.size):
        image = image.crop(around)  # or the filter would look at what is beside it
    if placement.method is None:
        return image
    if placement.method is Image.Resampling.NEAREST:
        _check_blocks(image, placement.size)
    inner = box[0] - around[0], box[1] - around[1], box[2] - around[0], box[3] - around[1]
    return image.resize(placement.size, placement.method, inner)


def on_canvas(pixels: Bytes, placement: Placement, recipe: Recipe) -> Bytes:
    """Return pixels (h, w, C) on the recipe's paper, (height, width, C)."""
    if pixels.shape[:2] == (recipe.height, recipe.width):
        return pixels
    (left, top), (height, width) = placement.offset, pixels.shape[:2]
    if recipe.paper == "edge":
        beside = ((top, recipe.height - height - top), (left, recipe.width - width - left), (0, 0))
        return np.pad(pixels, beside, mode="edge")
    canvas = np.empty((recipe.height, recipe.width, recipe.channels.count), np.uint8)
    canvas[:] = paper_pixel(recipe)
    canvas[top : top + height, left : left + width] = pixels
    return canvas


def paper_pixel(recipe: Recipe) -> tuple[int, ...]:
    """Return the channels of the paper, alpha premultiplied."""
    colour = recipe.paper_colour
    if recipe.channels.count == 1:
        return (Image.new("RGB", (1, 1), colour).convert("L").tobytes()[0],)
    if recipe.channels.count == 3:
        return colour
    return (0, 0, 0, 0) if recipe.paper == "transparent" else (*colour, 255)


def _crop_box(width: int, height: int, recipe: Recipe) -> Box:
    """Return the largest box in the middle with the aspect ratio of the result."""
    box_width = min(width, max(1, round(height * recipe.width / recipe.height)))
    box_height = min(height, max(1, round(width * recipe.height / recipe.width)))
    left, top = (width - box_width) // 2, (height - box_height) // 2
    return left, top, left + box_width, top + box_height


def _native_size(width: int, height: int, recipe: Recipe) -> Size:
    if factor := min(recipe.width // width, recipe.height // height):
        return width * factor, height * factor
    factor = max(-(-width // recipe.width), -(-height // recipe.height))
    if width % factor or height % factor:
        raise _too_large(width, height)
    return width // factor, height // factor


def _check_blocks(image: Image.Image, size: Size) -> None:
    """Raise PictureError if a picture that is to be reduced does not consist of squares of one colour."""
    if size[0] < image.width:
        small = image.resize(size, Image.Resampling.NEAREST)
        if small.resize(image.size, Image.Resampling.NEAREST).tobytes() != image.tobytes():
            raise _too_large(*image.size)


def _too_large(width: int, height: int) -> PictureError:
    why = "more than the size has room for; to reduce it would mix them"
    return PictureError(Verdict.TOO_LARGE, f"it has {height:,} x {width:,} pixels, {why}")
