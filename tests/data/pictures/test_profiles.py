"""Colours of other spaces become those of sRGB."""

import numpy as np
import pytest
from PIL import Image, ImageCms

from ganstudio.data.pictures.recipe import Channels
from support.icc import SRGB_PRIMARIES, cmyk_profile, grey_profile, rgb_profile
from support.picture_files import encoded, read

COLOUR = (64, 128, 192)
KINDS = [("png", {}), ("jpeg", {"quality": 100, "subsampling": 0}), ("tiff", {}), ("webp", {"lossless": True})]


def from_linear(value: int) -> int:
    """sRGB's curve, IEC 61966-2-1."""
    part = value / 255
    return round(255 * (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055))


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_linear_light_becomes_srgb(kind: str, options: dict[str, object]) -> None:
    content = encoded(Image.new("RGB", (16, 16), COLOUR), kind, icc_profile=rgb_profile(1.0), **options)
    made = read(content)
    assert made.notes == ("profile-converted",)
    assert np.abs(made.pixels.astype(int) - [from_linear(value) for value in COLOUR]).max() <= 2


def test_primaries_count() -> None:
    red, green, blue = SRGB_PRIMARIES
    content = encoded(Image.new("RGB", (8, 8), (250, 0, 0)), "png", icc_profile=rgb_profile(2.2, (green, red, blue)))
    assert np.abs(read(content).pixels.astype(int) - (0, 250, 0)).max() <= 4


def test_alpha_is_not_converted() -> None:
    content = encoded(Image.new("RGBA", (8, 8), (*COLOUR, 255)), "png", icc_profile=rgb_profile(1.0))
    made = read(content, channels=Channels.RGBA).pixels
    assert np.abs(made.astype(int) - [*(from_linear(value) for value in COLOUR), 255]).max() <= 1
    clear = encoded(Image.new("RGBA", (8, 8), (*COLOUR, 0)), "png", icc_profile=rgb_profile(1.0))
    assert not read(clear, channels=Channels.RGBA).pixels.any()


@pytest.mark.parametrize("image", [Image.new("L", (8, 8), 64), Image.new("LA", (8, 8), (64, 255))])
def test_grey_has_profiles_of_its_own(image: Image.Image) -> None:
    made = read(encoded(image, "png", icc_profile=grey_profile(1.0)), channels=Channels.GRAY)
    assert made.notes == ("profile-converted",)
    assert np.abs(made.pixels.astype(int) - from_linear(64)).max() <= 1
    deep = Image.fromarray(np.full((8, 8), 64 * 257, np.uint16))
    made = read(encoded(deep, "png", icc_profile=grey_profile(1.0)), channels=Channels.GRAY)
    assert np.abs(made.pixels.astype(int) - from_linear(64)).max() <= 1


def test_srgb_itself_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8))
    made = read(encoded(noise, "png", icc_profile=profile))
    assert made.notes == ()
    assert np.array_equal(made.pixels, np.asarray(noise))


@pytest.mark.parametrize(
    ("mode", "profile"),
    [
        ("RGB", b"no profile"),
        ("RGB", rgb_profile(1.0)[:150]),
        ("RGB", rgb_profile(1.0)[:128] + b"\xff" * 100),
        ("RGB", grey_profile(1.0)),
        ("RGB", cmyk_profile((128, 128, 128, 20))),
        ("L", rgb_profile(1.0)),
    ],
    ids=["text", "cut", "garbage", "grey", "cmyk", "of colours"],
)
def test_a_profile_that_is_broken_or_of_other_colours_is_ignored_and_said(mode: str, profile: bytes) -> None:
    made = read(encoded(Image.new(mode, (8, 8), COLOUR if mode == "RGB" else 64), "png", icc_profile=profile))
    assert made.notes == ("profile-ignored",)
    assert (made.pixels == (COLOUR if mode == "RGB" else 64)).all()


@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_inks_are_ink_and_not_light(kind: str) -> None:
    """Adobe's JPEG files store the inverse."""
    for inks, colour in (((0, 0, 0, 0), (255, 255, 255)), ((255, 0, 0, 0), (0, 255, 255)), ((0, 0, 0, 255), (0, 0, 0))):
        made = read(encoded(Image.new("CMYK", (16, 16), inks), kind))
        assert made.notes == ("cmyk",)
        assert np.abs(made.pixels.astype(int) - colour).max() <= 2


def test_inks_have_the_colours_of_their_profile() -> None:
    profile = cmyk_profile((128, 200, 220, 40))  # L* of the inks alone, of 255; all are grey
    for inks, light in (((255, 0, 0, 0), 128), ((0, 0, 0, 255), 40), ((0, 255, 255, 0), 200 * 220 / 255)):
        made = read(encoded(Image.new("CMYK", (16, 16), inks), "tiff", icc_profile=profile))
        assert made.notes == ("cmyk", "profile-converted")
        y = ((light / 255 * 100 + 16) / 116) ** 3  # CIE L*, above 8
        assert np.abs(made.pixels.astype(int) - from_linear(y * 255)).max() <= 8  # the darkest ink becomes darker
    broken = read(encoded(Image.new("CMYK", (16, 16), (255, 0, 0, 0)), "tiff", icc_profile=b"none"))
    assert broken.notes == ("cmyk", "profile-ignored")
    assert (broken.pixels == (0, 255, 255)).all()


def test_lab_is_read_as_colours() -> None:
    made = read(encoded(Image.new("LAB", (8, 8), (137, 128, 128)), "tiff"))  # L* 53.7, a* and b* 0
    assert np.abs(made.pixels.astype(int) - 128).max() <= 2
