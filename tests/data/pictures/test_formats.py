"""Which files are opened at all."""

import io
import struct
import subprocess
import zlib

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from ganstudio.data.pictures import decode, formats
from ganstudio.data.pictures.header import Header, read_header
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from support.hostile import bounded_memory
from support.picture_files import encoded, exif, read, smooth

SMALL = smooth(16, 24)


def refusal(content: bytes, **changes: object) -> PictureError:
    with pytest.raises(PictureError) as error:
        read(content, **changes)
    return error.value


@pytest.mark.parametrize(
    "kind", ["jpeg", "png", "webp", "avif", "gif", "bmp", "dib", "tiff", "tga", "ppm", "ico", "jpeg2000"]
)
def test_pictures_are_known_by_their_content(kind: str) -> None:
    options = {"sizes": [(24, 16)]} if kind == "ico" else {}
    content = encoded(SMALL, kind, **options)
    header = read_header(io.BytesIO(content))
    assert (header.format, header.width, header.height) == (kind.upper(), 24, 16)
    plain = read(encoded(SMALL, "png"), height=16, width=24).pixels.astype(int)
    assert np.abs(read(content, height=16, width=24).pixels - plain).mean() < 9


def test_a_header_says_all_without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.fromarray(np.zeros((20, 30), np.uint16))
    content = encoded(image, "png", exif=exif(6), icc_profile=b"any", transparency=5)
    monkeypatch.setattr(Image.Image, "load", None)
    assert read_header(io.BytesIO(content)) == Header(
        format="PNG",
        mode="I;16",
        width=20,
        height=30,
        frames=1,
        has_alpha=True,
        is_sixteen_bit=True,
        is_float=False,
        orientation=6,
        has_profile=True,
    )


def heic(*brands: bytes) -> bytes:
    names = b"".join((brands[0], bytes(4), *brands[1:]))
    return struct.pack(">I4s", 8 + len(names), b"ftyp") + names + bytes(100)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (heic(b"heic", b"mif1", b"heic"), "Apple's HEIC format; export it as JPEG"),
        (heic(b"mif1", b"mif1", b"heic"), "Apple's HEIC format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "EPS files are not read; export it as PNG or JPEG"),
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\0\1" + bytes(40), "Photoshop"),
        (b'\xef\xbb\xbf<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'<?xml version="1.0" encoding="utf-8"?>\n<!-- made by hand -->\n<svg width="9"/>', "SVG"),
        (b"\xff\x0a" + bytes(30), "JPEG XL"),
        (b"II*\0\x10\0\0\0CR\2\0" + bytes(30), "camera raw"),
        (encoded(SMALL, "tiff", tiffinfo={50706: b"\1\4\0\0"}), "camera raw"),
    ],
    ids=["heic", "mif1", "eps", "pdf", "psd", "svg", "svg in xml", "jxl", "cr2", "dng"],
)
def test_formats_that_people_have_are_named(content: bytes, words: str) -> None:
    error = refusal(content)
    assert error.verdict is Verdict.UNSUPPORTED
    assert words in error.named("IMG_1.HEIC")
    assert error.named("IMG_1.HEIC").startswith("IMG_1.HEIC cannot be read as a picture: ")


@pytest.mark.parametrize("content", [b"", b"x", b"no picture at all\n" * 9, bytes(1000), b"PK\3\4" + bytes(60)])
def test_other_files_are_no_pictures(content: bytes) -> None:
    assert refusal(content).verdict is Verdict.NOT_A_PICTURE


CUT_HEADER = encoded(SMALL, "png")[:37]  # in the middle of the second chunk's head


def test_what_begins_as_a_picture_is_broken() -> None:
    """Said in plain words, not in those of the program that reads them: broken PNG file (chunk b'')."""
    for content in (
        b"\x89PNG\r\n\x1a\n" + b"x" * 90,
        b"\xff\xd8\xff\xe0" + b"x" * 90,
        b"GIF89a",
        b"BM" + bytes(40),
        CUT_HEADER,
    ):
        told = refusal(content)
        assert told.verdict in (Verdict.BROKEN, Verdict.UNSUPPORTED)
        assert told.why in (
            "it is damaged",
            "it is cut off; its end is missing",
            "this variant of its format is not read; export it as PNG or JPEG",
        )


def test_no_picture_is_handed_to_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pillow has Ghostscript draw an EPS, whatever its name is."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **options: started.append(words))
    monkeypatch.setattr(EpsImagePlugin, "has_ghostscript", lambda: True)
    assert refusal(encoded(SMALL, "eps")).verdict is Verdict.UNSUPPORTED
    assert not started


def png_of_size(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (head, data)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("size", [(7072, 7072), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    """Also beyond the sizes at which Pillow warns and refuses, in a way that is no warning here."""
    with bounded_memory(2):
        error = refusal(png_of_size(*size))
    assert error.verdict is Verdict.TOO_LARGE
    assert f"{size[0]:,} x {size[1]:,} pixels, and 50 million are the limit" in str(error)
    assert read_header(io.BytesIO(png_of_size(*size))).width == size[0]


def test_a_bomb_in_an_icon_is_refused_by_its_header() -> None:
    inner = png_of_size(20_000, 20_000)
    content = struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(inner), 22) + inner
    with bounded_memory(2):
        assert refusal(content).verdict is Verdict.TOO_LARGE


def test_of_a_jpeg_the_size_counts_at_which_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_PIXELS", 20_000)
    image = smooth(160, 240)  # 38,400 pixels, 2,400 of them at a quarter
    assert read(encoded(image, "jpeg")).box == (40, 0, 200, 160)
    for content in (encoded(image, "jpeg", progressive=True), encoded(image, "png")):
        assert refusal(content).verdict is Verdict.TOO_LARGE
    assert refusal(encoded(image, "jpeg"), height=128, width=128).verdict is Verdict.TOO_LARGE
    monkeypatch.setattr(decode, "MAX_JPEG_PIXELS", 30_000)
    assert refusal(encoded(image, "jpeg")).verdict is Verdict.TOO_LARGE
