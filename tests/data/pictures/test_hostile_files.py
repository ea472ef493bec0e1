"""Damaged files: read, or refused with a verdict, in bounded memory."""

import io
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganstudio.data.pictures.decode import prepare, value_range
from ganstudio.data.pictures.header import read_header
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.data.pictures.verdicts import PictureError
from support.hostile import attempt, bounded_memory, damaged_bytes
from support.icc import cmyk_profile, rgb_profile
from support.picture_files import encoded, exif, smooth

pytestmark = pytest.mark.fuzz

SMALL = smooth(20, 18)
FILES = [
    encoded(SMALL, "png", exif=exif(6), icc_profile=rgb_profile(1.0)),
    encoded(SMALL.convert("P"), "png", transparency=bytes(range(200))),
    encoded(Image.fromarray(np.arange(360, dtype=np.uint16).reshape(20, 18)), "png", transparency=9),
    encoded(SMALL, "jpeg", exif=exif(8), icc_profile=rgb_profile(1.0)),
    encoded(SMALL.convert("CMYK"), "tiff", icc_profile=cmyk_profile((9, 9, 9, 9))[:400]),
    encoded(SMALL, "mpo", save_all=True, append_images=[SMALL]),
    encoded(SMALL, "webp", save_all=True, append_images=[SMALL], exif=exif(3)),
    encoded(SMALL, "avif"),
    encoded(SMALL, "ico", sizes=[(18, 20)]),
    encoded(SMALL, "gif", save_all=True, append_images=[SMALL]),
    encoded(Image.fromarray(np.linspace(-1, 2, 360, dtype=np.float32).reshape(20, 18)), "tiff"),
    encoded(SMALL, "tga", compression="tga_rle"),
]
RECIPES = [
    Recipe(8, 8, Channels.RGB),
    Recipe(8, 12, Channels.RGBA, Fit.PAD, "transparent"),
    Recipe(24, 24, Channels.GRAY, Fit.NATIVE, "edge"),
]


@given(st.sampled_from(FILES).flatmap(damaged_bytes), st.sampled_from(RECIPES))
def test_a_damaged_file_is_read_or_refused(content: bytes, recipe: Recipe) -> None:
    with warnings.catch_warnings(), bounded_memory(300):
        warnings.simplefilter("ignore")  # Pillow's, about what it mends by itself
        made, refusal = attempt(lambda: prepare(io.BytesIO(content), recipe), PictureError)
        if made is None:
            assert refusal.endswith(".")
        else:
            assert made.pixels.shape == (recipe.height, recipe.width, recipe.channels.count)
        attempt(lambda: read_header(io.BytesIO(content)), PictureError)
        attempt(lambda: value_range(io.BytesIO(content)), PictureError)
