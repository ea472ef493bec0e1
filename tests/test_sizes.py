"""Sizes that networks can make, how they are written, and the nearest ones."""

import pytest

from ganstudio.sizes import factor_sides, image_size, is_possible, nearest_sizes, pictures_at_once, read_size, sides


@pytest.mark.parametrize(
    ("height", "width", "base"),
    [
        (28, 28, (7, 7, 2)),
        (32, 32, (4, 4, 3)),
        (64, 64, (4, 4, 4)),
        (128, 128, (4, 4, 5)),
        (256, 256, (4, 4, 6)),
        (96, 128, (3, 4, 5)),
        (192, 256, (3, 4, 6)),
        (48, 24, (6, 3, 3)),
        (8, 8, (4, 4, 1)),
    ],
)
def test_base_is_the_smallest_map_with_both_sides_at_least_3(height: int, width: int, base: tuple[int, ...]) -> None:
    assert factor_sides(height, width) == base


@pytest.mark.parametrize(("height", "width"), [(30, 30), (7, 7), (4, 4), (28, 56), (96, 288), (96, 130), (0, 8)])
def test_sides_without_a_base_are_refused(height: int, width: int) -> None:
    with pytest.raises(ValueError, match=f"3 to 8 times the same power of two; got {height}x{width}"):
        factor_sides(height, width)
    assert not is_possible(height, width)


def test_a_size_over_256_has_a_base_but_is_not_offered() -> None:
    assert factor_sides(512, 512) == (4, 4, 7)
    assert not is_possible(512, 512)
    assert not is_possible(6, 6)


@pytest.mark.parametrize(
    ("height", "width", "nearest"),
    [
        (240, 320, [(192, 256), (96, 128)]),
        (320, 240, [(256, 192), (128, 96)]),
        (100, 100, [(96, 96), (112, 112)]),
        (96, 128, [(96, 128)]),
        (4000, 3000, [(256, 192), (128, 96)]),
        (1080, 1920, [(128, 224), (64, 112)]),
        (16, 256, [(48, 128), (24, 64)]),
        (0, 0, [(8, 8), (10, 10)]),
        (10**9, 1, [(256, 96), (128, 48)]),
    ],
)
def test_nearest_sizes_keep_the_shape_first(height: int, width: int, nearest: list[tuple[int, int]]) -> None:
    found = nearest_sizes(height, width, len(nearest))
    assert found == nearest
    assert all(is_possible(*size) and read_size(image_size(*size)) == image_size(*size) for size in found)


@pytest.mark.parametrize(
    ("most", "height", "width", "count"),
    [
        (64, 64, 64, 64), (250, 28, 28, 250), (250, 32, 32, 250), (250, 64, 64, 64), (64, 256, 256, 4),
        (64, 96, 128, 16), (2, 256, 256, 2), (64, 1000, 1000, 1),
    ],
)  # fmt: skip
def test_of_large_pictures_a_network_takes_fewer_at_a_time(most: int, height: int, width: int, count: int) -> None:
    assert pictures_at_once(most, height, width) == count


def test_a_square_is_written_as_its_side() -> None:
    assert (image_size(64, 64), image_size(96, 128)) == (64, "96x128")
    assert (sides(64), sides("64"), sides("96x128"), sides("96 \u00d7 128")) == (
        (64, 64),
        (64, 64),
        (96, 128),
        (96, 128),
    )
