"""What the beginning of a picture file says of it, read without decoding."""

import contextlib
from dataclasses import dataclass
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile, TiffImagePlugin

from ganstudio.data.pictures.formats import open_picture
from ganstudio.data.pictures.guard import errors_of_pictures

_SWAPPED = (5, 6, 7, 8)  # orientations of EXIF that exchange width and height

_METADATA = {"exif", "xmp", "XML:com.adobe.xmp", "Raw profile type exif"}  # Pillow's names of what may say it


@dataclass(frozen=True)
class Header:
    """What a picture file says of itself.

    Parameters
    ----------
    format, mode
        Pillow's names, such as `JPEG` and `RGB`.
    width, height
        Pixels, upright: as the orientation in the file says that it is to be shown.
    frames
        Pictures in the file; 2 stands for two or more in a GIF or TIFF, where counting takes long.
    has_alpha
        Whether some of it may be transparent.
    is_sixteen_bit, is_float
        Whether it is grey with more than 8 bits a pixel, whole numbers or floating-point ones. (Of colours with 16
        bits, Pillow keeps the upper 8.)
    orientation
        EXIF's, 1..8; 1 is upright. What a PNG says of it behind its pixels is known only to who decodes it.
    has_profile
        Whether a colour profile is embedded.
    """

    format: str
    mode: str
    width: int
    height: int
    frames: int
    has_alpha: bool
    is_sixteen_bit: bool
    is_float: bool
    orientation: int
    has_profile: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height


def read_header(file: BinaryIO) -> Header:
    """Read what a picture file says of itself.

    Parameters
    ----------
    file
        Opened for reading; can be sought in.

    Raises
    ------
    PictureError
        It is no picture, or of a format that is not read, or its header is broken. Size is not judged.
    """
    with errors_of_pictures(), open_picture(file) as image:
        return header_of(image)


def header_of(image: ImageFile.ImageFile) -> Header:
    """Return what `read_header` does of a picture that was opened and not yet decoded."""
    orientation = _orientation(image)
    width, height = image.size
    if orientation in _SWAPPED:
        width, height = height, width
    return Header(
        format=image.format or "",
        mode=image.mode,
        width=width,
        height=height,
        frames=_frames(image),
        has_alpha=image.mode.endswith(("A", "a")) or "transparency" in image.info,
        is_sixteen_bit=image.mode.startswith("I"),
        is_float=image.mode == "F",
        orientation=orientation,
        has_profile=bool(image.info.get("icc_profile")),
    )


def _orientation(image: ImageFile.ImageFile) -> int:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return 1  # Pillow turns these itself, and says their upright size
    if not _METADATA & image.info.keys():
        return 1
    with contextlib.suppress(Exception):  # broken metadata raises nearly anything, and does not spoil the pixels
        # Not the class's own: that of PNG decodes the picture to find metadata behind it.
        orientation = Image.Image.getexif(image).get(ExifTags.Base.Orientation, 1)
        if orientation in range(1, 9):
            return int(orientation)
    return 1


def _frames(image: ImageFile.ImageFile) -> int:
    with contextlib.suppress(Exception):  # the first picture may be whole nevertheless
        if image.format in ("GIF", "TIFF"):
            return 2 if getattr(image, "is_animated", False) else 1
        return max(1, int(getattr(image, "n_frames", 1)))
    return 1
