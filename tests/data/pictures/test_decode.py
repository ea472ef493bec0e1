"""Turned, animated, cut off, in many threads at once."""

import io
import struct
import threading
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

import numpy as np
import pytest
from PIL import Image, ImageFile

from ganstudio.data.pictures.decode import prepare, value_range
from ganstudio.data.pictures.header import read_header
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from support.hostile import attempt
from support.icc import rgb_profile
from support.picture_files import encoded, exif, read, smooth, turned

WIDE = Recipe(12, 20, Channels.RGB)


@pytest.mark.parametrize("kind", ["png", "webp", "tiff", "jpeg"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    """A large JPEG is decoded reduced before it is turned, to a size whose sides are exchanged."""
    upright = smooth(151, 251) if kind == "jpeg" else smooth(31, 51)
    options = {"jpeg": {"quality": 98, "subsampling": 0}, "webp": {"lossless": True}}.get(kind, {})
    content = encoded(turned(upright, orientation), kind, exif=exif(orientation), **options)
    header = read_header(io.BytesIO(content))
    assert (header.width, header.height) == upright.size
    made = read(content, WIDE)
    plain = read(encoded(upright, "png"), WIDE)
    assert made.box == plain.box == (0, 0, *upright.size)
    assert np.abs(made.pixels.astype(int) - plain.pixels).max() <= (2 if kind == "jpeg" else 0)


def test_orientation_may_be_said_in_other_places() -> None:
    upright = smooth(30, 50)
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    content = encoded(turned(upright, 6), "webp", lossless=True, xmp=xmp)
    assert np.array_equal(read(content, WIDE).pixels, read(encoded(upright, "png"), WIDE).pixels)
    metadata = exif(6).tobytes().removeprefix(b"Exif\0\0")
    plain = encoded(turned(upright, 6), "png")
    end = plain.index(b"IEND") - 4
    chunk = struct.pack(">I4s", len(metadata), b"eXIf") + metadata + struct.pack(">I", zlib.crc32(b"eXIf" + metadata))
    late = plain[:end] + chunk + plain[end:]  # behind the pixels
    assert read(late, WIDE).box == (0, 0, 50, 30)
    assert np.array_equal(read(late, WIDE).pixels, read(encoded(upright, "png"), WIDE).pixels)
    broken = encoded(upright, "webp", lossless=True, exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert np.array_equal(read(broken, WIDE).pixels, read(encoded(upright, "png"), WIDE).pixels)


def test_sixteen_bits_and_transparency_are_turned_as_well() -> None:
    values = np.arange(48, dtype=np.uint16).reshape(6, 8) * 1300
    recipe = Recipe(6, 8, Channels.GRAY)
    turned_values = encoded(Image.fromarray(np.rot90(values).copy()), "png", exif=exif(6))
    assert np.array_equal(read(turned_values, recipe).pixels[..., 0], np.round(values / 257))


@pytest.mark.parametrize("kind", ["gif", "png", "webp", "avif", "tiff"])
def test_of_several_pictures_the_first_is_taken_and_that_is_said(kind: str) -> None:
    colours = [(200, 10, 10), (10, 200, 10), (10, 10, 200)]
    frames = [Image.new("RGB", (16, 16), colour) for colour in colours]
    options = {"webp": {"lossless": True}, "avif": {"quality": 100}}.get(kind, {})
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert read_header(io.BytesIO(content)).frames == (2 if kind in ("gif", "tiff") else 3)
    made = read(content)
    assert made.notes == ("pages" if kind == "tiff" else "animated",)
    assert np.abs(made.pixels.astype(int) - colours[0]).max() <= (6 if kind == "avif" else 0)
    assert read(encoded(frames[0], kind)).notes == ()


def test_the_first_frame_of_an_animation_may_be_small_and_transparent() -> None:
    frame = Image.new("RGBA", (16, 16))
    frame.paste((200, 10, 10, 255), (4, 4, 12, 12))
    content = encoded(frame, "gif", save_all=True, append_images=[Image.new("RGBA", (16, 16), "blue")])
    made = read(content, height=16, width=16, channels=Channels.RGBA).pixels
    assert np.array_equal(made, np.asarray(frame))


def test_a_photo_of_a_phone_with_a_second_picture_is_a_photo() -> None:
    photo = smooth(48, 64)
    content = encoded(photo, "mpo", save_all=True, append_images=[Image.new("RGB", (64, 48))], quality=98)
    assert Image.open(io.BytesIO(content)).n_frames == 2
    header = read_header(io.BytesIO(content))
    assert (header.format, header.frames) == ("JPEG", 1)
    made = read(content, height=12, width=16)
    assert made.notes == ()
    assert np.abs(made.pixels.astype(int) - read(encoded(photo, "png"), height=12, width=16).pixels).max() <= 8


FILES = {
    f"{kind} {name}".strip(): encoded(smooth(41, 53).convert(mode), kind, **options)
    for kind, name, mode, options in (
        ("jpeg", "", "RGB", {}),
        ("jpeg", "progressive", "RGB", {"progressive": True}),
        ("jpeg", "inks", "CMYK", {}),
        ("png", "", "RGB", {}),
        ("png", "palette", "P", {}),
        ("png", "binary", "1", {}),
        ("webp", "", "RGB", {}),
        ("webp", "lossless", "RGB", {"lossless": True}),
        ("webp", "with metadata", "RGB", {"exif": exif(1)}),
        ("avif", "", "RGB", {}),
        ("gif", "", "P", {}),
        ("bmp", "", "RGB", {}),
        ("tiff", "", "RGB", {}),
        ("tiff", "deflate", "RGB", {"compression": "tiff_deflate"}),
        ("tga", "", "RGB", {}),
        ("tga", "run lengths", "RGB", {"compression": "tga_rle"}),
        ("ppm", "", "RGB", {}),
        ("ico", "", "RGB", {"sizes": [(53, 41)]}),
        ("jpeg2000", "", "RGB", {}),
    )
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_that_is_cut_off_is_broken_and_never_half_grey(name: str) -> None:
    content, recipe = FILES[name], Recipe(41, 53, Channels.RGB)
    whole = read(content, recipe).pixels
    for part in (0.2, 0.5, 0.9):
        with pytest.raises(PictureError) as error:
            read(content[: int(len(content) * part)], recipe)
        assert error.value.verdict is Verdict.BROKEN
    made, _ = attempt(lambda: read(content[:-8], recipe), PictureError)
    assert made is None or np.array_equal(made.pixels, whole)  # what is behind the pixels may be missing
    assert not ImageFile.LOAD_TRUNCATED_IMAGES


@pytest.mark.parametrize(
    "name", [name for name in FILES if name.split()[0] in ("jpeg", "png", "webp", "avif", "jpeg2000")]
)
def test_data_that_was_never_written_breaks_a_picture(name: str) -> None:
    content, recipe = FILES[name], Recipe(41, 53, Channels.RGB)
    for part in (0.5, 0.8):
        kept = int(len(content) * part)
        with pytest.raises(PictureError) as error:
            read(content[:kept] + bytes(len(content) - kept), recipe)
        assert error.value.verdict is Verdict.BROKEN


def test_a_png_that_has_changed_is_broken() -> None:
    """Pillow compares no checksums of pixels."""
    content = bytearray(FILES["png"])
    content[content.index(b"IDAT") + 4 + 1000] ^= 0x10
    with pytest.raises(PictureError, match=r"damaged|cut off") as error:
        read(bytes(content))
    assert error.value.verdict is Verdict.BROKEN


def test_what_follows_a_whole_picture_does_no_harm() -> None:
    for name in ("jpeg", "png", "webp", "gif", "bmp"):
        assert np.array_equal(read(FILES[name] + bytes(500)).pixels, read(FILES[name]).pixels)


def test_dots_and_lines_are_no_pictures_and_a_file_stays_open() -> None:
    for width, height in ((1, 1), (3, 500), (500, 3)):
        with pytest.raises(PictureError, match=f"{height} x {width} pixels") as error:
            read(encoded(Image.new("RGB", (width, height)), "png"))
        assert error.value.verdict is Verdict.TOO_SMALL
    file = io.BytesIO(FILES["jpeg"])
    first = prepare(file, WIDE)
    assert not file.closed
    assert np.array_equal(prepare(file, WIDE).pixels, first.pixels)


class FailingDisk(io.BytesIO):
    """A file on a disk that fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("reading", [lambda file: prepare(file, WIDE), read_header, value_range])
def test_a_file_that_cannot_be_read_is_not_called_broken(reading: Callable[[BinaryIO], object]) -> None:
    with pytest.raises(PictureError, match="Input/output error") as error:
        reading(FailingDisk(FILES["png"]))
    assert error.value.verdict is Verdict.UNREADABLE


def test_32_threads_read_the_same_as_one() -> None:
    """Profiles as well, whose transforms are shared."""
    linear = encoded(smooth(64, 64, 1), "png", icc_profile=rgb_profile(1.0))
    recipe = Recipe(8, 8, Channels.RGBA, Fit.PAD, "transparent")
    contents = [FILES["jpeg"], FILES["png palette"], FILES["webp"], FILES["tiff deflate"], linear, linear]
    alone = [read(content, recipe).pixels for content in contents]
    together = threading.Barrier(32)

    def work(number: int) -> bool:
        together.wait()
        return np.array_equal(read(contents[number % 6], recipe).pixels, alone[number % 6])

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(work, range(96)))


def test_a_jpeg_whose_end_was_never_written_is_broken() -> None:
    """The decoder makes grey of zeros, and takes a long row of them for all the rest of a picture."""
    dots = Image.fromarray(np.random.default_rng(0).integers(0, 2, (243, 321), np.uint8) * 255)
    content = encoded(dots, "jpeg")
    kept = len(content) // 2
    with pytest.raises(PictureError, match="cut off"):
        read(content[:kept] + bytes(len(content) - kept))
