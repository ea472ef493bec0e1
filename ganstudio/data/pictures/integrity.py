"""Damage that Pillow does not report: data that was never written or changed later decodes to grey or to noise.

A file that was allocated but not filled, as a full disk or an interrupted copy leaves it, is as long as it should be
and ends in zeros. Formats without compression are not examined: there, zeros are black.
"""

import zlib
from typing import BinaryIO

from PIL import ImageFile

from ganstudio.data.pictures.verdicts import CUT_OFF, PictureError, Verdict

_MIN_ZEROS = 64  # bytes; compressed data does not end in as many
_JPEG_END = b"\xff\xd9"
_CHUNK = 1 << 20  # bytes that are read at a time


def check_integrity(file: BinaryIO, image: ImageFile.ImageFile) -> None:
    """Raise PictureError if a picture that was opened and not yet decoded has such damage.

    EXIF behind the pixels of a PNG, where some programs put it, is added to what is known of the picture.
    """
    position = file.tell()
    if image.format == "JPEG":
        _check_jpeg(file)
    elif image.format == "PNG":
        _check_png(file, image)
    elif image.format == "WEBP":
        _check_webp(file)
    elif image.format == "AVIF" and not {"exif", "xmp"} & image.info.keys():  # which may end in zeros
        file.seek(0, 2)
        _check_end(file, file.tell())
    file.seek(position)


def _check_jpeg(file: BinaryIO) -> None:
    """Look for the end of the picture behind its header, at which `file` stands; nothing in between looks like it."""
    before = b""
    while block := file.read(_CHUNK):
        if _JPEG_END in before + block:
            return
        before = block[-1:]
    raise _cut_off()


def _check_png(file: BinaryIO, image: ImageFile.ImageFile) -> None:
    """Compare the checksums of the pixels' chunks, which Pillow skips."""
    file.seek(8)
    while len(head := file.read(8)) == 8:
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if kind == b"IEND":
            return
        if kind == b"IDAT":
            _check_chunk(file, kind, length)
        elif kind == b"eXIf" and length < _CHUNK and "exif" not in image.info:
            image.info["exif"] = b"Exif\0\0" + file.read(length)
            file.seek(4, 1)
        else:
            file.seek(length + 4, 1)
    raise _cut_off()


def _check_chunk(file: BinaryIO, kind: bytes, length: int) -> None:
    checksum = zlib.crc32(kind)
    while length and (block := file.read(min(length, _CHUNK))):
        checksum = zlib.crc32(block, checksum)
        length -= len(block)
    stored = file.read(4)
    if length or len(stored) < 4:
        raise _cut_off()
    if int.from_bytes(stored, "big") != checksum:
        raise PictureError(Verdict.BROKEN, "it is damaged (a checksum of its pixels is wrong)")


def _check_webp(file: BinaryIO) -> None:
    """Look at the end of the first picture's chunk; behind it may lie metadata, which may end in zeros."""
    file.seek(12)
    while len(head := file.read(8)) == 8:
        length = int.from_bytes(head[4:], "little")
        if head[:4] in (b"VP8 ", b"VP8L", b"ANMF"):
            _check_end(file, file.tell() + length)
            return
        file.seek(length + length % 2, 1)


def _check_end(file: BinaryIO, end: int) -> None:
    """Raise PictureError if what ends there in the file, ends in zeros."""
    if end > 2 * _MIN_ZEROS:
        file.seek(end - _MIN_ZEROS)
        if not any(file.read(_MIN_ZEROS)):
            raise _cut_off()


def _cut_off() -> PictureError:
    return PictureError(Verdict.BROKEN, CUT_OFF)
