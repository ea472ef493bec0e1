"""Pictures of users, damaged: they are read or refused in a sentence that names the file."""

import io
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ganstudio.errors import InputError
from ganstudio.latent.prepare import prepare, read
from support.hostile import attempt, bounded_memory, damaged_bytes

pytestmark = pytest.mark.fuzz


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


PIXELS = Image.fromarray(np.random.default_rng(0).integers(0, 256, (24, 20, 3), np.uint8))
EXIF = Image.Exif()
EXIF[0x0112] = 6
FILES = [
    encoded(PIXELS, "png", exif=EXIF),
    encoded(PIXELS.convert("P"), "png", transparency=3),
    encoded(PIXELS.convert("RGBA"), "png"),
    encoded(Image.fromarray(np.arange(480, dtype=np.uint16).reshape(24, 20)), "png"),
    encoded(PIXELS, "jpeg", exif=EXIF),
    encoded(PIXELS.convert("CMYK"), "jpeg"),
    encoded(PIXELS, "webp", save_all=True, append_images=[PIXELS]),
    encoded(PIXELS, "gif", save_all=True, append_images=[PIXELS]),
    encoded(PIXELS, "bmp"),
    encoded(PIXELS, "tiff", compression="tiff_lzw"),
    encoded(PIXELS.convert("1"), "tiff"),
    encoded(Image.fromarray(np.linspace(-1, 2, 480, dtype=np.float32).reshape(24, 20)), "tiff"),
    encoded(PIXELS, "ppm"),
    encoded(PIXELS, "tga"),
    encoded(PIXELS, "ico"),
    encoded(PIXELS, "jpeg2000"),
    encoded(PIXELS, "eps"),
]


@given(st.sampled_from(FILES).flatmap(damaged_bytes), st.booleans())
def test_a_damaged_picture_is_read_or_refused_by_name(tmp_path: Path, content: bytes, centred: bool) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(content)
    with warnings.catch_warnings(), bounded_memory(300):
        warnings.simplefilter("ignore")  # Pillow's, about what it mends by itself
        pixels, refusal = attempt(lambda: read(path), InputError)
        if pixels is None:
            assert refusal.startswith("p.png ")
            return
        assert pixels.dtype == np.uint8
        assert pixels.ndim == 2 or pixels.shape[2] == 3
        if pixels.size <= 1_000_000:
            prepared, refusal = attempt(lambda: prepare(pixels, 28, 1, centred), InputError)
            assert "empty" in refusal if prepared is None else prepared.shape == (28, 28)
