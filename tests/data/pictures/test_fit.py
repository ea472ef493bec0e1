"""Where pictures of other shapes come to lie, with which filter, on which paper."""

import io

import numpy as np
import pytest
from PIL import Image

from ganstudio.data.pictures.fit import choose_reduction, place
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from support.picture_files import encoded, read, smooth

Filter = Image.Resampling


def noise(height: int, width: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))


def by_pillow(
    image: Image.Image, width: int, height: int, method: Filter, box: tuple[int, ...] | None = None
) -> np.ndarray:
    return np.asarray((image.crop(box) if box else image).resize((width, height), method))


@pytest.mark.parametrize(
    ("size", "box", "method"),
    [
        ((64, 48), (0, 0, 64, 48), Filter.BOX),  # 4 times
        ((32, 24), (0, 0, 32, 24), Filter.BOX),
        ((40, 30), (0, 0, 40, 30), Filter.LANCZOS),  # 2.5 times
        ((20, 15), (0, 0, 20, 15), Filter.LANCZOS),
        ((12, 9), (0, 0, 12, 9), Filter.BICUBIC),
        ((16, 12), (0, 0, 16, 12), None),
        ((65, 48), (0, 0, 64, 48), Filter.BOX),
        ((64, 51), (0, 1, 64, 49), Filter.BOX),
        ((90, 30), (25, 0, 65, 30), Filter.LANCZOS),
    ],
)
def test_the_middle_is_taken_and_the_filter_depends_on_the_factor_alone(
    size: tuple[int, int], box: tuple[int, int, int, int], method: Filter | None
) -> None:
    image = noise(size[1], size[0])
    made = read(encoded(image, "png"), height=12, width=16)
    assert made.box == box
    assert made.enlarged == (method is Filter.BICUBIC)
    expected = by_pillow(image, 16, 12, method, box) if method is not None else np.asarray(image.crop(box))
    assert np.array_equal(made.pixels, expected)
    assert made.pixels.flags.c_contiguous


def test_shrinking_averages_what_it_leaves_out() -> None:
    """Without it every fourth column would be taken, which is white."""
    stripes = Image.fromarray(np.tile(np.uint8([255, 0, 0, 0]), (32, 8)))
    assert (read(encoded(stripes, "png"), channels=Channels.GRAY).pixels == 64).all()


def test_stretching_takes_all_of_a_picture() -> None:
    image = noise(16, 32)
    made = read(encoded(image, "png"), height=8, width=8, fit=Fit.STRETCH)
    assert made.box == (0, 0, 32, 16)
    assert np.array_equal(made.pixels, by_pillow(image, 8, 8, Filter.BOX))
    grown = read(encoded(image, "png"), height=8, width=64, fit=Fit.STRETCH)
    assert grown.enlarged
    assert grown.pixels.shape == (8, 64, 3)


@pytest.mark.parametrize(
    ("paper", "colour"), [("white", (255,) * 3), ("black", (0,) * 3), ("#0a141e", (10, 20, 30)), ("edge", None)]
)
def test_padding_shows_all_of_a_picture_on_paper(paper: str, colour: tuple[int, ...] | None) -> None:
    image = noise(16, 32)
    for size, inner, before in (((8, 8), (8, 4), (0, 2)), ((8, 9), (9, 4), (0, 2)), ((20, 16), (16, 8), (0, 6))):
        made = read(encoded(image, "png"), height=size[0], width=size[1], fit=Fit.PAD, paper=paper)
        method = Filter.LANCZOS if 32 % inner[0] else Filter.BOX
        part = made.pixels[before[1] : before[1] + inner[1], before[0] : before[0] + inner[0]]
        assert np.array_equal(part, by_pillow(image, *inner, method))
        above, below = made.pixels[: before[1]], made.pixels[before[1] + inner[1] :]
        assert above.size
        assert (above == (part[0] if colour is None else colour)).all()
        assert (below == (part[-1] if colour is None else colour)).all()
        assert made.box == (0, 0, 32, 16)


def test_paper_is_grey_or_transparent_where_pictures_are() -> None:
    content = encoded(Image.new("RGB", (16, 8), (255, 0, 0)), "png")
    assert (
        read(content, channels=Channels.GRAY, fit=Fit.PAD, paper="#00ff00").pixels[:, 0, 0].tolist()
        == [150] * 2 + [76] * 4 + [150] * 2
    )
    clear = read(content, channels=Channels.RGBA, fit=Fit.PAD, paper="transparent").pixels[:, 0]
    assert clear.tolist() == [[0] * 4] * 2 + [[255, 0, 0, 255]] * 4 + [[0] * 4] * 2
    opaque = read(content, channels=Channels.RGBA, fit=Fit.PAD).pixels[:, 0]
    assert opaque[0].tolist() == [255] * 4


def test_native_pixels_are_copied_and_never_mixed() -> None:
    image = noise(5, 4)
    colours = {tuple(pixel) for pixel in np.asarray(image).reshape(-1, 3)}
    once = read(encoded(image, "png"), height=8, width=7, fit=Fit.NATIVE, paper="#010101")
    assert np.array_equal(once.pixels[1:6, 1:5], np.asarray(image))
    assert not once.enlarged
    twice = read(encoded(image, "png"), height=13, width=8, fit=Fit.NATIVE, paper="#010101")
    assert np.array_equal(twice.pixels[1:11], np.asarray(image).repeat(2, 0).repeat(2, 1))
    assert twice.enlarged
    for made in (once, twice):
        assert {tuple(pixel) for pixel in made.pixels.reshape(-1, 3)} == colours | {(1, 1, 1)}


def test_native_pixels_that_were_enlarged_are_reduced_again_and_others_refused() -> None:
    image = noise(6, 8)
    thrice = Image.fromarray(np.asarray(image).repeat(3, 0).repeat(3, 1))
    assert np.array_equal(read(encoded(thrice, "png"), height=6, width=8, fit=Fit.NATIVE).pixels, np.asarray(image))
    spoilt = thrice.copy()
    spoilt.putpixel((4, 5), (1, 2, 3))
    for other in (spoilt, noise(18, 24), noise(7, 8)):
        said = f"it has {other.height} x {other.width} pixels, more than the size has room for"
        with pytest.raises(PictureError, match=said) as error:
            read(encoded(other, "png"), height=6, width=8, fit=Fit.NATIVE)
        assert error.value.verdict is Verdict.TOO_LARGE


@pytest.mark.parametrize(
    ("size", "reduction"),
    [
        ((16 * 16, 12 * 16), 8),
        ((16 * 15, 12 * 15), 1),  # 15 is whole, and would not stay so
        ((16 * 12, 12 * 12), 4),
        ((16 * 10, 12 * 10), 2),
        ((16 * 4, 12 * 4), 2),
        ((16 * 3, 12 * 3), 1),
        ((260, 195), 8),  # 16.25
        ((250, 189), 4),
        ((8, 6), 1),
    ],
)
def test_a_reduced_picture_stays_twice_as_large_and_its_factor_whole(size: tuple[int, int], reduction: int) -> None:
    assert choose_reduction(place(*size, Recipe(12, 16, Channels.RGB))) == reduction


@pytest.mark.parametrize("width", [200, 201, 203, 207, 208])
def test_a_jpeg_that_is_decoded_reduced_shows_the_same(width: int) -> None:
    """Also where the reduced picture ends with a part of a pixel."""
    content = encoded(smooth(107, width), "jpeg", quality=95, subsampling=0)
    for fit in (Fit.CROP, Fit.STRETCH, Fit.PAD):
        recipe = Recipe(12, 16, Channels.RGB, fit, "black")
        assert choose_reduction(place(width, 107, recipe)) > 1
        reduced = read(content, recipe)
        whole = read(encoded(Image.open(io.BytesIO(content)), "png"), recipe)
        assert reduced.box == whole.box
        assert np.abs(reduced.pixels.astype(int) - whole.pixels).max() <= 6
