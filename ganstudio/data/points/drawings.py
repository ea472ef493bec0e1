"""Sets of points that the user draws: strokes or a picture become a density, kept as one PNG in the data folder.

DATA/points/NAME.png    grey: the brighter a pixel, the more points; the longer side reaches from -1 to 1. Strokes it
                        was made of are in its text chunk "strokes", so that they can be changed later.
"""

import hashlib
import io
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from ganstudio.data.pictures import stored
from ganstudio.data.points.distributions import DensityMap
from ganstudio.errors import DataError, UserFolder, reason
from ganstudio.system import atomic, paths, reading

if TYPE_CHECKING:
    from PIL import Image

FOLDER = "points"  # in the data folder
MAX_SIDE = 256  # pixels
SUFFIX = ".png"
_STROKES = "strokes"
_MAX_BYTES = 16 << 20  # of a file; ours have some thousands
_MAX_PIXELS = 1 << 26
_FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
_MIN_CONTRAST = 0.02  # of a picture's brightest place beside its paper


class Stroke(msgspec.Struct, frozen=True):
    """A line drawn by hand.

    Parameters
    ----------
    points
        Corners (x, y), -1..1; a single one is a dot.
    width
        Of the line, in units of the plane.
    erase
        Whether it takes away what was drawn before.
    """

    points: tuple[tuple[float, float], ...]
    width: float = 0.05
    erase: bool = False


def draw_strokes(strokes: Sequence[Stroke], ground: DensityMap | None = None) -> DensityMap:
    """Return the density of strokes: the same wherever one is, however often.

    Parameters
    ----------
    strokes
        In the order in which they were drawn.
    ground
        What they are drawn on; None: nothing.

    Raises
    ------
    DataError
        Nothing of them is within -1..1.
    """
    from PIL import Image, ImageDraw

    if ground is not None and not strokes:
        return ground
    image = Image.new("L", (MAX_SIDE, MAX_SIDE))
    if ground is not None:
        image.paste(*_centred(ground))
    pen = ImageDraw.Draw(image)
    for stroke in strokes:
        places = [((x + 1) / 2 * MAX_SIDE, (1 - y) / 2 * MAX_SIDE) for x, y in stroke.points]
        if not all(math.isfinite(number) for place in places for number in place):
            continue
        radius = max(0.5, stroke.width / 4 * MAX_SIDE)
        fill = 0 if stroke.erase else 255
        pen.line(places, fill=fill, width=max(1, round(2 * radius)))
        for x, y in places:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return _density(np.asarray(image, np.float64), "The drawing is empty: draw at least one stroke.")


def _centred(density: DensityMap) -> "tuple[Image.Image, tuple[int, int]]":
    """Return a density as a picture of the size of a drawing, and where it belongs in one."""
    from PIL import Image

    image = Image.fromarray(np.ceil(density.weights / density.weights.max() * 255).astype(np.uint8))
    scale = MAX_SIDE / max(image.size)
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height)), ((MAX_SIDE - width) // 2, (MAX_SIDE - height) // 2)


def read_picture(path: Path) -> DensityMap:
    """Return the density that a picture shows: points are where it is opaque, or differs from its paper.

    The paper counts where nothing is transparent: drawing programs also store pictures on paper with an alpha of 1.

    Raises
    ------
    DataError
        It cannot be read, or shows nothing.
    """
    from PIL import Image, ImageOps

    try:
        with reading.open_file(path) as file, Image.open(file, formats=_FORMATS) as image:
            if image.width * image.height > _MAX_PIXELS:
                raise ValueError(f"it has {image.width:,} x {image.height:,} pixels")
            image.draft("L", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(image)
            shown = upright.convert("LA" if upright.has_transparency_data else "L")
            shown.thumbnail((MAX_SIDE, MAX_SIDE))
            grey, *alpha = (np.asarray(band, np.float64) / 255 for band in shown.split())
    except Exception as error:  # a broken picture raises nearly anything
        raise DataError(f"{path} cannot be read as a picture: {reason(error)}.") from None
    weights = alpha[0] if alpha and alpha[0].min() < 1 else np.abs(grey - _paper(grey))
    weights[weights < _MIN_CONTRAST] = 0
    return _density(weights, f"{path} shows nothing: all of it is like its border. Points are where a picture differs.")


def _paper(pixels: npt.NDArray[np.float64]) -> float:
    """Return the usual grey of the border."""
    return float(np.median(np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))))


def _density(weights: npt.NDArray[np.float64], if_empty: str) -> DensityMap:
    if not weights.any():
        raise DataError(if_empty)
    return DensityMap(weights / weights.max())


# ---- in the data folder ---------------------------------------------------------------------------------------------


def list_names(home: Path | None = None) -> list[str]:
    """Return the names of all sets that were drawn; none if the folder cannot be read."""
    try:
        with os.scandir(paths.data_home(home) / FOLDER) as found:
            names = [entry.name.removesuffix(SUFFIX) for entry in found if entry.name.endswith(SUFFIX)]
    except OSError:
        return []
    return sorted((name for name in names if stored.is_name(name)), key=str.casefold)


def path_of(name: str, home: Path | None = None) -> Path:
    """Return the file of a set, whether there is one or not."""
    return paths.data_home(home) / FOLDER / f"{name}{SUFFIX}"


def exists(name: str, home: Path | None = None) -> bool:
    """Return whether there is a set of that name."""
    return stored.is_name(name) and path_of(name, home).is_file()


def save(
    name: str,
    density: DensityMap,
    strokes: Sequence[Stroke] = (),
    home: Path | None = None,
    taken: tuple[str, ...] = (),
    replace: bool = False,
) -> Path:
    """Write a set and return its file.

    Parameters
    ----------
    name
        Its name.
    density
        Where its points are.
    strokes
        What it was made of.
    home
        The data folder; None: the usual one.
    taken
        Names that others have.
    replace
        Whether it may take the place of a set that was drawn before. Runs that began with that one keep it.

    Raises
    ------
    DataError
        The name cannot be used, or the file not be written.
    """
    stored.check_name(name, (*taken, *(() if replace else list_names(home))))
    path = path_of(name, home)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, [encode(density, strokes)], durable=True)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {reason(error)}.", place=UserFolder.DATA) from None
    return path


def remove(name: str, home: Path | None = None) -> None:
    """Remove a set; runs that began with it keep it. Raises DataError."""
    path = path_of(name, home)
    try:
        atomic.remove(path)
    except OSError as error:
        raise DataError(f"{path} cannot be removed: {reason(error)}.", place=UserFolder.DATA) from None


def encode(density: DensityMap, strokes: Sequence[Stroke] = ()) -> bytes:
    """Return a density as the content of a file."""
    from PIL import Image, PngImagePlugin

    text = PngImagePlugin.PngInfo()
    if strokes:
        text.add_text(_STROKES, msgspec.json.encode(list(strokes)).decode(), zip=True)
    pixels = np.ceil(density.weights / density.weights.max() * 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png", pnginfo=text)
    return buffer.getvalue()


def read(path: Path) -> bytes:
    """Return the content of a file of a set. Raises DataError if it cannot be read."""
    try:
        return reading.read_bytes(path, _MAX_BYTES)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {reason(error)}.", place=UserFolder.DATA) from None


def decode(content: bytes, path: Path) -> DensityMap:
    """Return the density in the content of a file; `path` is for the error.

    Raises
    ------
    DataError
        It is damaged, or not grey.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
            if image.mode != "L" or max(image.size) > 4 * MAX_SIDE:
                raise ValueError(f"it has {image.width:,} x {image.height:,} pixels of mode {image.mode}")
            weights = np.asarray(image, np.float64)
    except Exception as error:  # a broken picture raises nearly anything
        raise DataError(f"{path} is not a density of points, a small grey PNG: {reason(error)}.") from None
    return _density(weights, f"{path} is black all over, so that there are no points in it.")


def read_strokes(name: str, home: Path | None = None) -> list[Stroke]:
    """Return the strokes that a set was made of; [] if it was made of a picture, or its strokes cannot be read."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(read(path_of(name, home))), formats=("PNG",)) as image:
            return msgspec.json.decode(str(image.info[_STROKES]), type=list[Stroke])
    except Exception:  # a broken picture raises nearly anything
        return []


def fingerprint(content: bytes) -> str:
    """Return what tells versions of a set apart."""
    return hashlib.sha256(content).hexdigest()
