"""How pictures fill a room."""

import pytest

from ganstudio.gui.widgets.arrangement import Arrangement, arrange, fit_shape

DIGIT = (28, 28)
ROOMS = [(375, 600), (640, 350), (460, 460), (240, 300), (231, 231), (1400, 700), (1000, 300), (700, 400), (97, 803)]


def used(layout: Arrangement, size: tuple[int, int], room: tuple[int, int]) -> tuple[float, float]:
    """Shares of the room's width and height."""
    pieces = (layout.columns, layout.rows)
    each = zip(pieces, size, room, strict=True)
    shares = [(n * max(1, int(side * layout.scale)) + (n - 1) * layout.gap) / all_ for n, side, all_ in each]
    return shares[0], shares[1]


@pytest.mark.parametrize("room", ROOMS, ids=str)
@pytest.mark.parametrize(("count", "period"), [(64, 1), (100, 10), (64, 8), (60, 10), (1, 1), (9, 1)])
def test_pictures_fill_the_room_at_any_size(room: tuple[int, int], count: int, period: int) -> None:
    layout = arrange(count, DIGIT, room, preferred_columns=8, period=period)
    width, height = used(layout, DIGIT, room)
    assert width <= 1
    assert height <= 1
    assert max(width, height) >= 0.85
    if period == 1:
        assert layout.columns * layout.rows >= count
    else:
        assert layout.columns % period == 0
        assert count // 2 <= layout.columns * layout.rows <= count


@pytest.mark.parametrize(
    ("count", "room", "columns", "scale"),
    [
        (64, (470, 470), 8, 2),
        (64, (700, 400), 11, 2),  # other columns than the run's show larger pictures
        (64, (231, 231), 8, 1),
        (1, (120, 300), 1, 4),
    ],
)
def test_a_whole_scale_is_taken_where_little_is_lost(
    count: int, room: tuple[int, int], columns: int, scale: int
) -> None:
    layout = arrange(count, DIGIT, room, preferred_columns=8)
    assert (layout.columns, layout.scale, layout.gap) == (columns, scale, scale)


def test_a_scale_between_is_taken_where_much_would_be_lost() -> None:
    layout = arrange(64, DIGIT, (460, 460), preferred_columns=8)
    assert layout.columns == 8
    assert 1.9 < layout.scale < 2


def test_a_grid_of_classes_keeps_a_class_in_each_column() -> None:
    """900 x 600 showed 8 columns of 10 classes, and the first start 11."""
    for room in ROOMS:
        assert arrange(100, DIGIT, room, preferred_columns=10, period=10).columns % 10 == 0
    assert arrange(64, DIGIT, (640, 350), preferred_columns=8, period=10).rows == 6  # four pictures would make no row
    assert arrange(5, DIGIT, (640, 350), period=10) == arrange(5, DIGIT, (640, 350))  # fewer pictures than classes


def test_pictures_that_do_not_fit_are_shrunk() -> None:
    layout = arrange(64, (64, 64), (300, 200))
    assert 0 < layout.scale < 1


def test_full_rows_of_at_least_so_many() -> None:
    layout = arrange(64, DIGIT, (430, 440), min_count=24)
    assert layout.columns * layout.rows >= 24
    assert layout.scale > arrange(64, DIGIT, (430, 440)).scale
    assert arrange(16, DIGIT, (430, 440), min_count=24).columns == 4


def test_a_sprite_is_enlarged_by_whole_scales_whatever_is_lost() -> None:
    for room in ROOMS:
        scale = arrange(36, (16, 24), room, preferred_columns=6, whole_scale=True).scale
        assert scale.is_integer() or scale < 1
    assert arrange(1, (32, 32), (120, 120)).scale == 3.75
    assert arrange(1, (32, 32), (120, 120), whole_scale=True).scale == 3
    assert (
        0 < arrange(36, (32, 32), (120, 120), whole_scale=True).scale < 1
    )  # smaller than its pixels: as large as fits


@pytest.mark.parametrize("size", [(16, 64), (64, 16), (48, 64)], ids=str)
def test_pictures_that_have_places_keep_their_columns(size: tuple[int, int]) -> None:
    for room in ROOMS:
        layout = arrange(25, size, room, preferred_columns=5, keep_columns=True)
        assert (layout.columns, layout.rows) == (5, 5)
        width, height = used(layout, size, room)
        assert width <= 1
        assert height <= 1
    assert arrange(25, (16, 64), (400, 400), preferred_columns=5).columns > 5


def test_a_shape_fits_a_room_and_is_as_large_as_can_be() -> None:
    assert fit_shape((300, 200), (28, 28)) == (200, 200)
    assert fit_shape((300, 200), (64, 48)) == (266, 200)
    assert fit_shape((300, 200), (48, 96)) == (100, 200)
    assert fit_shape((300, -5), (48, 96)) == (0, 0)
