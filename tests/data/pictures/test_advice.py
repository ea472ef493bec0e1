"""What is advised for the pictures of a source: size, channels and fit."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio.data.pictures.advice import Advice, suggest_recipe
from ganstudio.data.pictures.recipe import Channels, Fit
from support.imports import look
from support.picture_files import read
from support.picture_folder import save

CLEAR, RED = (200, 0, 0, 128), (200, 0, 0)


def advice(folder: Path, colour: Sequence[int], *sizes: tuple[int, int]) -> Advice:
    """What is advised for pictures of these sizes (width, height)."""
    for number, size in enumerate(sizes):
        save(folder / f"{number}.png", tuple(colour), size)
    return suggest_recipe(look(folder))


def side(of: Advice) -> tuple[int, int]:
    return of.recipe.height, of.recipe.width


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(16, 16)] * 20, (16, 16)),
        ([(16, 16)] * 19 + [(16, 12)], (16, 16)),
        ([(16, 16)] * 16 + [(32, 20)] * 4, (20, 32)),
        ([(16, 16)] * 19 + [(16, 256)], (16, 16)),
        ([(16, 16)] * 18 + [(300, 300)] * 2, (16, 16)),
        ([(16, 16)] * 17 + [(48, 40), (64, 64), (64, 64)], (16, 16)),
        ([(14, 22)] * 20, (24, 16)),
    ],
    ids=["equal", "smaller", "two sizes", "a strip", "larger than any size", "sixteen times as large", "odd"],
)
def test_pixel_art_keeps_its_pixels_and_finds_room(
    tmp_path: Path, sizes: list[tuple[int, int]], expected: tuple[int, int]
) -> None:
    found = advice(tmp_path, CLEAR, *sizes)
    assert (found.preset, found.recipe.fit, found.recipe.channels) == ("sprites", Fit.NATIVE, Channels.RGBA)
    assert side(found) == expected
    larger = sum(width > expected[1] or height > expected[0] for width, height in sizes)
    assert (f"{larger} of 20 pictures are larger" in found.reasons["size"]) == bool(larger)


def test_pictures_of_which_many_are_large_are_no_pixel_art(tmp_path: Path) -> None:
    found = advice(tmp_path, CLEAR, *[(16, 16)] * 6, *[(200, 200)] * 4)
    assert (found.preset, found.recipe.fit) == ("own-64", Fit.PAD)


@pytest.mark.parametrize(("sides", "expected"), [(18, 16), (8, 8), (30, 28), (50, 32), (500, 64)])
def test_a_square_is_no_larger_than_most_pictures(tmp_path: Path, sides: int, expected: int) -> None:
    found = advice(tmp_path, RED, *[(sides, sides)] * 2, (sides + 1, sides))
    assert side(found) == (expected, expected)
    assert found.recipe.fit is Fit.CROP


def test_numbers_up_to_one_beside_sixteen_bits_become_as_bright(tmp_path: Path) -> None:
    ramp = np.arange(64, dtype=np.uint16).reshape(8, 8) * 1040
    pictures = {"deep.png": ramp, "numbers.tiff": (ramp / 65535).astype(np.float32)}
    for name, values in pictures.items():
        Image.fromarray(values).save(tmp_path / name)
    white = suggest_recipe(look(tmp_path)).recipe.maximum
    for name in pictures:
        read_back = read((tmp_path / name).read_bytes(), channels=Channels.GRAY, maximum=white).pixels[..., 0]
        assert np.array_equal(read_back, np.round(ramp / 257))


def test_a_shape_that_no_size_has_gets_the_nearest_and_is_told_so(tmp_path: Path) -> None:
    found = advice(tmp_path, RED, (610, 400), (600, 400), (590, 400))
    assert found.reasons["size"].startswith("The middle shape is 1.50 to 1 (width to height); this size has the same")
    found = advice(tmp_path, RED, (700, 400), (690, 400), (680, 400))
    assert "1.73 to 1 (width to height); this size comes nearest to that shape." in found.reasons["size"]
