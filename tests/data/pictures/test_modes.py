"""Every way to store pixels: what they become, value by value."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from ganstudio.data.pictures.decode import value_range
from ganstudio.data.pictures.header import read_header
from ganstudio.data.pictures.recipe import Channels
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from support.picture_files import encoded, read

RAMP = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1040  # 0..65520
GREY = (np.arange(64, dtype=np.uint8) * 4).reshape(8, 8)
HALVES = np.repeat([[0, 255]], 8, axis=0).repeat(4, axis=1).astype(np.uint8)


def grey(content: bytes, **changes: object) -> np.ndarray:
    return read(content, channels=Channels.GRAY, **changes).pixels[..., 0]


def big_endian(values: np.ndarray) -> Image.Image:
    return Image.frombytes("I;16B", values.shape[::-1], values.astype(">u2").tobytes())


@pytest.mark.parametrize(
    "content",
    [
        encoded(Image.fromarray(RAMP), "png"),
        encoded(Image.fromarray(RAMP), "tiff"),
        encoded(big_endian(RAMP), "tiff"),
        encoded(Image.fromarray(RAMP), "tiff", compression="tiff_lzw"),
        encoded(Image.fromarray(RAMP.astype(np.int32)), "tiff"),
        encoded(Image.fromarray(RAMP.astype(np.int32)), "ppm"),
        encoded(Image.fromarray(RAMP), "jpeg2000", irreversible=False),
        encoded(Image.fromarray((RAMP / 65535).astype(np.float32)), "tiff"),
    ],
    ids=["png", "tiff", "big-endian", "lzw", "int32", "pgm", "jpeg2000", "float"],
)
def test_sixteen_bits_and_floats_are_scaled_and_not_clipped(content: bytes) -> None:
    assert np.array_equal(grey(content), np.round(RAMP / 257))
    header = read_header(io.BytesIO(content))
    assert header.is_sixteen_bit != header.is_float


def test_one_white_for_a_set_keeps_its_pictures_comparable() -> None:
    dark, bright = (encoded(Image.fromarray((RAMP // 16 // part).astype(np.uint16)), "png") for part in (2, 1))
    assert value_range(io.BytesIO(bright)) == (0, 4095)
    assert np.array_equal(grey(bright, maximum=4095), np.round(RAMP // 16 / 4095 * 255))
    assert np.array_equal(grey(dark, maximum=4095), np.round(RAMP // 16 // 2 / 4095 * 255))
    degrees = (np.arange(64) - 20).reshape(8, 8).astype(np.float32)
    heat = encoded(Image.fromarray(degrees), "tiff")
    assert value_range(io.BytesIO(heat)) == (-20, 43)
    assert np.array_equal(grey(heat, minimum=-20, maximum=43), np.round((degrees + 20) / 63 * 255))
    assert value_range(io.BytesIO(encoded(Image.fromarray(GREY), "png"))) is None
    assert np.array_equal(grey(encoded(Image.fromarray(GREY), "png"), maximum=4095), GREY)  # 8 bits stay


def test_white_may_be_zero() -> None:
    assert np.array_equal(grey(encoded(Image.fromarray(RAMP), "tiff", tiffinfo={262: 0})), 255 - np.round(RAMP / 257))


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_what_is_not_a_number_breaks_a_picture(odd: float) -> None:
    values = np.ones((8, 8), np.float32)
    values[3, 3] = odd
    content = encoded(Image.fromarray(values), "tiff")
    for reading in (lambda: read(content), lambda: value_range(io.BytesIO(content))):
        with pytest.raises(PictureError, match="not numbers") as error:
            reading()
        assert error.value.verdict is Verdict.BROKEN


def test_sixteen_bits_of_colour_keep_their_upper_half() -> None:
    rows = b"".join(b"\0" + RAMP[row].astype(">u2").repeat(3).tobytes() for row in range(8))
    assert np.array_equal(read(png(8, 8, 16, 2, rows)).pixels, (RAMP >> 8)[..., None].repeat(3, -1))
    clear = int(RAMP[0, 1]).to_bytes(2, "big") * 3  # only pixel 1 has it
    made = read(png(8, 8, 16, 2, rows, tRNS=clear), channels=Channels.RGBA).pixels[..., 3]
    assert made[0, :3].tolist() == [255, 0, 255]


def png(width: int, height: int, depth: int, kind: int, rows: bytes, **chunks: bytes) -> bytes:
    """Return a PNG of a kind that Pillow does not write."""

    def chunk(name: str, content: bytes) -> bytes:
        named = name.encode() + content
        return struct.pack(">I", len(content)) + named + struct.pack(">I", zlib.crc32(named))

    head = chunk("IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    middle = b"".join(chunk(name, content) for name, content in chunks.items())
    return b"\x89PNG\r\n\x1a\n" + head + middle + chunk("IDAT", zlib.compress(rows)) + chunk("IEND", b"")


@pytest.mark.parametrize("mode", ["1", "P"])
@pytest.mark.parametrize("kind", ["png", "tiff", "bmp"])
def test_pictures_of_few_colours_are_averaged_as_they_shrink(mode: str, kind: str) -> None:
    """Their indices cannot be, so Pillow takes the nearest, and numpy would hand out the indices themselves."""
    board = (np.indices((32, 32)).sum(0) % 2 * 255).astype(np.uint8)
    image = Image.fromarray(board)
    if mode == "P":
        image = image.convert("P")
        image.putpalette([200, 0, 0] * 255 + [0, 0, 100])  # the last index is blue, all others red
    content = encoded(image.convert("1") if mode == "1" else image, kind)
    assert read_header(io.BytesIO(content)).mode == mode
    assert (read(content).pixels == ([128] * 3 if mode == "1" else [100, 0, 50])).all()


def test_a_transparent_value_is_transparency_whatever_the_mode() -> None:
    binary = Image.fromarray(HALVES).convert("1")
    palette = Image.fromarray(HALVES // 255).convert("P")
    palette.putpalette([255, 0, 0, 0, 255, 0])
    colour = Image.merge("RGB", [Image.fromarray(HALVES)] * 3)
    for image, value, kind in (
        (Image.fromarray(HALVES), 255, "png"),
        (binary, 1, "png"),
        (palette, 1, "png"),
        (palette, bytes([255, 0]), "png"),
        (palette, 1, "gif"),
        (colour, (255, 255, 255), "png"),
        (Image.fromarray(HALVES.astype(np.uint16) * 257), 65535, "png"),
    ):
        content = encoded(image, kind, transparency=value)
        assert read_header(io.BytesIO(content)).has_alpha
        kept = read(content, channels=Channels.RGBA).pixels
        assert (kept[..., 3] == 255 - HALVES).all()
        assert (kept[:, 4:] == 0).all()
        made = read(content, paper="#204060")
        assert made.notes == ("transparency-on-paper",)
        assert (made.pixels[:, 4:] == (0x20, 0x40, 0x60)).all()
        assert (made.pixels[:, :4] == ((255, 0, 0) if image is palette else (0, 0, 0))).all()


@pytest.mark.parametrize(
    ("mode", "kind"), [("LA", "png"), ("LA", "tiff"), ("PA", "tiff"), ("RGBA", "png"), ("RGBA", "webp")]
)
def test_alpha_is_kept_and_colours_are_premultiplied(mode: str, kind: str) -> None:
    content = encoded(Image.new("RGBA", (8, 8), (200, 200, 200, 51)).convert(mode), kind, lossless=True)
    assert (read(content, channels=Channels.RGBA).pixels == (40, 40, 40, 51)).all()
    assert (read(content, paper="black").pixels == 40).all()
    assert (read(content).pixels == 244).all()  # 40 and 204 of white
    assert (grey(content) == 244).all()
    opaque = encoded(Image.new("RGB", (8, 8), (1, 2, 3)), "png")
    assert (read(opaque, channels=Channels.RGBA).pixels == (1, 2, 3, 255)).all()


def test_what_is_transparent_leaves_no_fringe() -> None:
    """The colour of what is transparent is arbitrary; here it is a loud green."""
    pixels = np.zeros((34, 34, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[:, :17] = (200, 100, 50, 255)
    for size in (8, 17, 50):  # Lanczos, box and bicubic
        made = read(encoded(Image.fromarray(pixels), "png"), height=size, width=size, channels=Channels.RGBA).pixels
        colour, alpha = made[..., :3].astype(int), made[..., 3:].astype(int)
        assert (colour <= alpha).all()
        assert np.abs(colour * 255 - alpha * (200, 100, 50)).max() <= 255 * 16  # as far as the filters go beyond
        on_black = read(encoded(Image.fromarray(pixels), "png"), height=size, width=size, paper="black").pixels
        assert np.array_equal(on_black, made[..., :3])


def test_no_colour_is_brighter_than_its_alpha() -> None:
    """Filters that sharpen go beyond the values that they are between, of colours and of alpha alike."""
    pixels = np.zeros((30, 30, 4), np.uint8)
    pixels[:, ::3] = (255, 40, 0, 255)
    pixels[::4] = (255, 255, 255, 90)
    for size in (13, 47):
        made = read(encoded(Image.fromarray(pixels), "png"), height=size, width=size, channels=Channels.RGBA).pixels
        assert (made[..., :3] <= made[..., 3:]).all()


def test_colours_become_luma_and_grey_becomes_three() -> None:
    red = encoded(Image.new("RGB", (8, 8), (255, 0, 0)), "png")
    assert (grey(red) == 76).all()
    assert (grey(encoded(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "png"), paper="#ff0000") == 76).all()
    assert np.array_equal(read(encoded(Image.fromarray(GREY), "png")).pixels, GREY[..., None].repeat(3, -1))
