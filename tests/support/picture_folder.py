"""Folders of pictures: a few for tests, and ten thousand of all kinds for measurements."""

import io
import os
import random
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

Bytes = npt.NDArray[np.uint8]

_KINDS = (
    *("jpg", "jpg", "jpg", "JPG", "png", "png", "webp", "gif", "bmp", "tif", "palette", "grey", "deep", "cmyk"),
    "wrong",
)
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0), (0, 255, 255), (255, 0, 255))


def save(
    path: Path, colour: Iterable[int] | int = (200, 30, 60), size: tuple[int, int] = (8, 8), **options: object
) -> Path:
    """Save a picture (width, height) of one colour: grey, RGB or RGBA."""
    path.parent.mkdir(parents=True, exist_ok=True)
    values = (colour,) if isinstance(colour, int) else tuple(colour)
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[len(values)]
    Image.new(mode, size, values if len(values) > 1 else values[0]).save(path, **options)
    return path


def encoded(colour: tuple[int, ...] = (200, 30, 60), size: tuple[int, int] = (8, 8), form: str = "png") -> bytes:
    """Return the file of a picture of one colour."""
    buffer = io.BytesIO()
    Image.new({3: "RGB", 4: "RGBA"}[len(colour)], size, colour).save(buffer, form)
    return buffer.getvalue()


def classes(folder: Path, names: Iterable[str] = ("ant", "bee"), each: int = 3) -> Path:
    """Fill a folder with folders of pictures, each of another colour."""
    for number, name in enumerate(names):
        for index in range(each):
            red, green, blue = COLOURS[number % len(COLOURS)]
            save(folder / name / f"{index + 1}.png", (red, green, max(0, blue - 5 * index)))
    return folder


def bomb_png(width: int = 60_000, height: int = 60_000) -> bytes:
    """Return a small PNG file that claims to be a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def make_mixed(folder: Path, count: int, seed: int = 0) -> dict[str, int]:
    """Fill a folder with files of many formats, sizes and modes in nested classes, some hidden, broken or odd.

    Returns
    -------
    dict
        How many files of each kind were made; "read" are those that can be read.
    """
    rng, made = random.Random(seed), dict.fromkeys(("read", "broken", "hidden", "other", "bomb"), 0)
    noise = np.random.default_rng(seed).integers(0, 256, (512, 512, 4), np.uint8)
    smooth = np.asarray(Image.fromarray(noise[:32, :32]).resize((2048, 1536), Image.Resampling.BICUBIC))
    for number in range(count):
        place = folder / f"class {number % 7}" / (f"part {number % 3}" if number % 2 else "")
        place.mkdir(parents=True, exist_ok=True)
        name, draw = place / f"picture {number}", rng.random()
        if draw < 0.02:
            name.with_suffix(".png").write_bytes(encoded(size=(40, 40))[: rng.randrange(20, 80)])
            made["broken"] += 1
        elif draw < 0.03:
            (place / f"._picture {number}.jpg").write_bytes(b"\0\5\x16\7")
            made["hidden"] += 1
        elif draw < 0.04:
            name.with_suffix(".txt").write_text("This is a text about the picture beside it.")
            made["other"] += 1
        elif draw < 0.042:
            name.with_suffix(".png").write_bytes(bomb_png())
            made["bomb"] += 1
        else:
            _save_any(name, smooth, rng)
            made["read"] += 1
    return made


def _save_any(name: Path, smooth: Bytes, rng: random.Random) -> None:
    large = rng.random() < 0.02
    width, height = (
        (rng.randrange(1200, 2048), rng.randrange(900, 1536))
        if large
        else (rng.randrange(24, 400), rng.randrange(24, 400))
    )
    left, top = rng.randrange(2048 - width + 1), rng.randrange(1536 - height + 1)
    image = Image.fromarray(smooth[top : top + height, left : left + width])
    kind = rng.choice(_KINDS)
    rgb = image.convert("RGB")
    match kind:
        case "png":
            image.save(name.with_suffix(".png"), compress_level=1)
        case "webp":
            rgb.save(name.with_suffix(".webp"), quality=60, method=0)
        case "gif" | "palette":
            image.convert("P").save(name.with_suffix(".gif" if kind == "gif" else ".png"))
        case "bmp" | "tif":
            rgb.save(name.with_suffix(f".{kind}"))
        case "grey":
            rgb.convert("L").save(name.with_suffix(".png"), compress_level=1)
        case "deep":
            deep = np.asarray(rgb.convert("L")).astype(np.uint16) * 257
            Image.fromarray(deep).save(name.with_suffix(".png"), compress_level=1)
        case "cmyk":
            rgb.convert("CMYK").save(name.with_suffix(".jpg"), quality=80)
        case "wrong":
            with name.with_suffix(".png").open("wb") as file:
                rgb.save(file, "jpeg")
        case _:
            rgb.save(name.with_suffix(f".{kind}"), quality=80)


def touch_later(path: Path) -> None:
    """Let a file seem to have been changed."""
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns + 1_000_000_000))
