"""Conversion of colours to sRGB by the profile that is embedded in a picture."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # of a profile, and Pillow's mode that it describes
_MAX_DIFFERENCE = 2  # of 255, between the colours of sRGB and of a profile that need not be applied
_PROBES_A_CHANNEL = 6


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[str, ...]]:
    """Return a picture in sRGB, and what was done.

    Parameters
    ----------
    image
        `L`, `LA`, `RGB`, `RGBA`, `CMYK` or `LAB`.
    profile
        The ICC profile in its file.

    Returns
    -------
    tuple
        `L`, `LA`, `RGB` or `RGBA`; and `profile-converted`, `profile-ignored` (broken, or of other colours) or nothing,
        because there is no profile or it is sRGB.
    """
    note: tuple[str, ...]
    has_alpha = image.mode in ("LA", "RGBA")
    colours = image.convert(image.mode[:-1]) if has_alpha else image
    try:
        transform = _transform(profile, colours.mode) if profile or colours.mode == "LAB" else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        transform, note = None, ("profile-ignored",)
    else:
        note = ("profile-converted",) if transform is not None and colours.mode != "LAB" else ()
    if transform is None:
        return (image.convert("RGB") if image.mode in ("CMYK", "LAB") else image), note
    converted = transform.apply(colours)
    if colours.mode == "L":
        converted = converted.convert("L")
    if has_alpha:
        converted.putalpha(image.getchannel("A"))
    return converted, note


@lru_cache(maxsize=64)
def _transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the transform to sRGB, None if the profile is sRGB. Raises ValueError if it is of other colours."""
    srgb = ImageCms.createProfile("sRGB")
    if profile is None:
        source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    else:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space
        if _SPACES.get(space) != mode:
            raise ValueError(f"a profile of {space} for {mode}")
    # A transform is shared by threads, which its cache of the last colour would not bear.
    transform = ImageCms.buildTransform(source, srgb, mode, "RGB", flags=ImageCms.Flags.NOCACHE)
    if mode in ("RGB", "L") and _changes_nothing(transform, mode):
        return None
    return transform


def _changes_nothing(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    probe = _probe(mode)
    before, after = (np.asarray(each.convert("RGB")).astype(int) for each in (probe, transform.apply(probe)))
    return int(np.abs(after - before).max()) <= _MAX_DIFFERENCE


def _probe(mode: str) -> Image.Image:
    """Return a picture with colours from everywhere in the space."""
    if mode == "L":
        return Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    steps = np.linspace(0, 255, _PROBES_A_CHANNEL).astype(np.uint8)
    return Image.fromarray(np.stack(np.meshgrid(steps, steps, steps), -1).reshape(1, -1, 3))
