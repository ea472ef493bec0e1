"""Which files are opened, by their content: the formats that are read, and those that are named but not read.

Pillow's `Image.open` is not used, because it refuses large pictures before their size can be judged (a JPEG of 200
megapixels can be read at an eighth), warns of others, and picks plug-ins that start other programs, such as EPS.
"""

import struct
from typing import BinaryIO

from PIL import (  # importing a plug-in registers its format
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TgaImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from ganstudio.data.pictures.guard import damaged
from ganstudio.data.pictures.verdicts import EXPORT, PictureError, Verdict

MAX_PIXELS = 50_000_000  # that are decoded; more is refused before
MAX_JPEG_PIXELS = 10 * MAX_PIXELS  # of a JPEG that is decoded at a part of its size
_PREFIX_BYTES = 1024
_ACCEPTED_BYTES = 16  # that Pillow's plug-ins expect to be shown
_READERS: tuple[type[ImageFile.ImageFile], ...] = (
    JpegImagePlugin.JpegImageFile,  # also the first, full picture of an MPO, as phones make them
    PngImagePlugin.PngImageFile,
    WebPImagePlugin.WebPImageFile,
    AvifImagePlugin.AvifImageFile,
    GifImagePlugin.GifImageFile,
    BmpImagePlugin.BmpImageFile,
    BmpImagePlugin.DibImageFile,
    TiffImagePlugin.TiffImageFile,
    PpmImagePlugin.PpmImageFile,
    Jpeg2KImagePlugin.Jpeg2KImageFile,
    IcoImagePlugin.IcoImageFile,
    TgaImagePlugin.TgaImageFile,  # last: it has no signature
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_NAMED = {  # by their first bytes
    b"%!PS": "EPS",
    b"\xc5\xd0\xd3\xc6": "EPS",
    b"%PDF": "PDF",
    b"8BPS": "Photoshop",
    b"\xff\x0a": "JPEG XL",
    b"\x00\x00\x00\x0cJXL ": "JPEG XL",
    b"SIMPLE  =": "FITS",
    b"gimp xcf": "GIMP",
    b"v/1\x01": "OpenEXR",
    b"FUJIFILMCCD-RAW": "camera raw",
    b"IIRO": "camera raw",
    b"IIU\x00": "camera raw",
}
_NAMED_STARTS = tuple(_NAMED)


def open_picture(file: BinaryIO) -> ImageFile.ImageFile:
    """Read the header of a picture file and return Pillow's object for it; nothing is decoded, except of an icon.

    Raises
    ------
    PictureError
        It is no picture, or of a format that is not read, or its header is broken.
    OSError
        The file cannot be read.
    """
    file.seek(0)
    prefix = file.read(_PREFIX_BYTES)
    _refuse_named(prefix)
    damage: Exception | None = None
    for reader in _READERS:
        accepts = Image.OPEN[str(reader.format)][1]
        accepted = accepts(prefix.ljust(_ACCEPTED_BYTES, b"\0")) if accepts is not None else True
        if isinstance(accepted, str):  # says that this Pillow was built without the format
            raise PictureError(Verdict.UNSUPPORTED, f"{reader.format} is not read by this computer's Pillow; {EXPORT}")
        if not accepted:
            continue
        try:
            return _opened(reader, file)
        except (SyntaxError, ValueError, IndexError, TypeError, struct.error) as error:
            damage = damage or (error if accepts is not None else None)
    if damage is not None:
        raise damaged(damage) from damage
    raise PictureError(Verdict.NOT_A_PICTURE, "its content is not that of a picture" if prefix else "it is empty")


def check_size(width: int, height: int, limit: int | None = None) -> None:
    """Raise PictureError if a picture has more pixels than `limit`, by default `MAX_PIXELS`."""
    limit = MAX_PIXELS if limit is None else limit
    if width * height > limit:
        millions = f"{limit / 1_000_000:g} million"
        raise PictureError(Verdict.TOO_LARGE, f"it has {height:,} x {width:,} pixels, and {millions} are the limit")


def _opened(reader: type[ImageFile.ImageFile], file: BinaryIO) -> ImageFile.ImageFile:
    file.seek(0)
    if reader is IcoImagePlugin.IcoImageFile:
        _check_icon(file)
        file.seek(0)
    image = reader(file, "")
    if isinstance(image, TiffImagePlugin.TiffImageFile) and _is_raw(image):
        raise PictureError(Verdict.UNSUPPORTED, f"camera raw files are not read; {EXPORT}")
    return image


def _refuse_named(prefix: bytes) -> None:
    """Raise PictureError for formats that people take for pictures that can be read everywhere."""
    if prefix[4:8] == b"ftyp":
        length = min(len(prefix), int.from_bytes(prefix[:4], "big"))
        brands = {prefix[at : at + 4] for at in (8, *range(16, length, 4))}
        if brands & _HEIC_BRANDS and b"avif" not in brands:
            raise PictureError(Verdict.UNSUPPORTED, "it is in Apple's HEIC format; export it as JPEG")
    if prefix.startswith(_NAMED_STARTS):
        name = next(name for start, name in _NAMED.items() if prefix.startswith(start))
        raise PictureError(Verdict.UNSUPPORTED, f"{name} files are not read; {EXPORT}")
    if (prefix[:2] == b"II" and prefix[8:10] == b"CR") or prefix[4:12] == b"ftypcrx ":
        raise PictureError(Verdict.UNSUPPORTED, f"camera raw files are not read; {EXPORT}")
    if prefix.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") and b"<svg" in prefix:
        raise PictureError(Verdict.UNSUPPORTED, f"SVG files are not read; {EXPORT}")


def _is_raw(image: TiffImagePlugin.TiffImageFile) -> bool:
    """Return whether a TIFF is a camera's raw file, of which Pillow would read the small preview."""
    tags = image.tag_v2
    return 50706 in tags or (330 in tags and tags.get(254, 0) == 1)  # DNGVersion; SubIFDs beside a reduced picture


def _check_icon(file: BinaryIO) -> None:
    """Check the sizes in an icon file, which Pillow decodes as it opens it; what lies in it may be of any size."""
    for entry in IcoImagePlugin.IcoFile(file).entry:
        file.seek(entry.offset)
        head = file.read(24)
        if head[:8] == b"\x89PNG\r\n\x1a\n":
            width, height = struct.unpack(">II", head[16:24])
        else:
            width, height = struct.unpack("<ii", head[4:12])
        check_size(abs(width), abs(height))
