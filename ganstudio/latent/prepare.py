"""A picture as a person has it -> one as a generator makes them: its size and channels; digits centred as MNIST's."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from ganstudio.data.resize import bring_to, grey
from ganstudio.errors import InputError
from ganstudio.images import Pictures

LARGEST = 50_000_000  # pixels; more is refused before anything is decoded
_BOX = 20 / 28  # side of the box that a digit fills, of the picture's side
_FAINT = 0.1  # of the strongest stroke; what is fainter is paper
_BROKEN = (OSError, ValueError, SyntaxError, EOFError)  # Pillow's, for files that are none


def prepare(picture: Path | Pictures, size: int, channels: int, centred: bool = False) -> Pictures:
    """The picture, uint8 (size, size) if `channels` is 1, (size, size, 3) if 3.

    picture : a file, or uint8 (H, W) or (H, W, 3).  centred : it is a digit, to be brought to where MNIST's lie;
    otherwise its middle square is taken.

    Raises InputError where the file is no picture, is too large, or shows nothing that could be centred.
    """
    pixels = read(picture) if isinstance(picture, Path) else np.asarray(picture, np.uint8)
    square = digit(pixels, size) if centred else _middle_square(pixels)
    fitting: Pictures = bring_to(square[None], size, channels)[0]
    return fitting


def read(path: Path) -> Pictures:
    """Pixels of a picture file, uint8 (H, W) or (H, W, 3): upright, the first frame, without transparency.

    What is transparent becomes the opposite of what is not: white around dark strokes, black around bright ones.

    Raises InputError.
    """
    try:
        with Image.open(path) as file:
            if file.width * file.height > LARGEST:
                raise InputError(f"{path.name} has {file.width:,} x {file.height:,} pixels, which is too large.")
            return _pixels(ImageOps.exif_transpose(file))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise InputError(f"{path.name} has too many pixels.") from None
    except UnidentifiedImageError:  # an OSError whose text only names the file again
        raise InputError(f"{path.name} is not a picture. Use a PNG, JPEG, WebP, GIF, BMP or TIFF file.") from None
    except _BROKEN as error:
        reason = getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__
        raise InputError(f"{path.name} cannot be read as a picture: {reason}.") from None


def digit(pixels: Pictures, size: int) -> Pictures:
    """A digit (H, W) or (H, W, 3), dark on bright or bright on dark, as MNIST has them: (size, size), white on black.

    Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": brought into a box of 20 pixels of 28,
    its shape kept, with the centre of its mass in the middle of the picture.

    Raises InputError where there are no strokes.
    """
    ink = _ink(grey(pixels[None])[0])
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not rows.size:
        raise InputError("The picture seems to be empty: no stroke stands out from its background.")
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = _BOX * size / max(cut.shape)
    height, width = (max(1, round(side * scale)) for side in cut.shape)
    small = np.asarray(
        Image.fromarray(cut).resize((width, height), Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    )
    return _placed(small, size)


def _pixels(image: Image.Image) -> Pictures:
    if image.mode.startswith(("I", "F")):
        return _from_wide(np.asarray(image, np.float64))
    if "A" in image.getbands() or "transparency" in image.info:
        image = _on_opposite(image.convert("RGBA"))
    return np.array(image.convert("L" if image.mode in ("1", "L") else "RGB"))


def _from_wide(values: npt.NDArray[np.float64]) -> Pictures:
    """Eight bits from sixteen, or from numbers of 0 to 1: scaled, not cut off."""
    highest = float(np.nanmax(values, initial=0.0))
    unit = 1.0 if highest <= 1.0 else 255.0 if highest <= 255.0 else max(65535.0, highest)
    return np.nan_to_num(np.clip(values / unit, 0.0, 1.0) * 255).round().astype(np.uint8)


def _on_opposite(image: Image.Image) -> Image.Image:
    """An RGBA picture on white or black, whichever its opaque part stands out from."""
    pixels = np.asarray(image, np.float64)
    weight = pixels[..., 3]
    brightness = float((pixels[..., :3].mean(-1) * weight).sum() / max(weight.sum(), 1.0))
    paper = Image.new("RGBA", image.size, "white" if brightness < 128 else "black")
    return Image.alpha_composite(paper, image).convert("RGB")


def _middle_square(pixels: Pictures) -> Pictures:
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def _ink(pixels: Pictures) -> Pictures:
    """How strongly each pixel of a grey picture stands out from its edge, 0..255, the strongest 255; paper is 0."""
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    apart = np.abs(pixels.astype(np.float64) - np.median(edge))
    strongest = float(apart.max())
    if strongest < 255 * _FAINT:
        return np.zeros_like(pixels)
    apart[apart < strongest * _FAINT] = 0.0
    ink: Pictures = (apart * (255 / strongest)).round().astype(np.uint8)
    return ink


def _placed(small: Pictures, size: int) -> Pictures:
    """A digit in a picture of that size, the centre of its mass in the middle, or as near to it as there is room."""
    mass = small.astype(np.float64)
    centre = (np.indices(small.shape) * mass).sum((1, 2)) / mass.sum()  # pixels; MNIST's lie at 14 of 28
    room = size - np.array(small.shape)
    top, left = np.clip(np.round(size / 2 - centre).astype(int), 0, room)
    placed = np.zeros((size, size), np.uint8)
    placed[top : top + small.shape[0], left : left + small.shape[1]] = small
    return placed
