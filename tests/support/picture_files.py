"""Picture files in memory."""

import io
from typing import Any

import numpy as np
from PIL import Image

from ganstudio.data.pictures.decode import Prepared, prepare
from ganstudio.data.pictures.recipe import Channels, Recipe


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file of that kind has it."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def smooth(height: int, width: int, seed: int = 0) -> Image.Image:
    """Return an RGB picture that changes slowly, so that JPEG hardly changes it."""
    few = np.random.default_rng(seed).integers(60, 196, (4, 5, 3), np.uint8)
    return Image.fromarray(few).resize((width, height), Image.Resampling.BICUBIC)


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return a picture as it is stored if EXIF's orientation is to turn it upright."""
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    return image if back is None else image.transpose(back)


def exif(orientation: int) -> Image.Exif:
    """Return metadata with an orientation."""
    metadata = Image.Exif()
    metadata[0x0112] = orientation
    return metadata


def read(content: bytes, recipe: Recipe | None = None, **changes: Any) -> Prepared:
    """Prepare the content of a file; without a recipe, of 8 x 8 RGB with changes."""
    return prepare(
        io.BytesIO(content), recipe or Recipe(**{"height": 8, "width": 8, "channels": Channels.RGB, **changes})
    )
