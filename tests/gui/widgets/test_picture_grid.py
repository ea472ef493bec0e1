import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage

from ganstudio import images
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.picture_grid import PictureGrid


def marked_pictures() -> np.ndarray:
    """Nine pictures of 4 x 4 pixels; each has its own level, and a brighter first pixel."""
    pictures = np.broadcast_to(np.arange(9)[:, None, None] * 10, (9, 4, 4)).astype(np.uint8).copy()
    pictures[:, 0, 0] = 255
    return pictures


@pytest.fixture
def grid(qtbot) -> PictureGrid:
    grid = PictureGrid("pictures")
    qtbot.addWidget(grid)
    grid.resize(100, 100)
    grid.show()
    return grid


def test_pixels_are_whole_and_never_blurred(grid: PictureGrid) -> None:
    grid.show_pictures(marked_pictures(), columns=3)
    shot = grid.grab().toImage()
    grey = {shot.pixelColor(x, y).red() for x in range(5, 95) for y in range(5, 95) if _is_grey(shot.pixelColor(x, y))}
    background = QColor(grid.palette().window().color())
    assert grey <= {*range(0, 90, 10), 255, background.red(), background.green(), background.blue()}
    layout = grid.arrangement()
    assert layout is not None
    for index in range(9):
        place = grid.centre_of(index)
        assert shot.pixelColor(place).red() == index * 10
        assert grid.picture_at(QPointF(place)) == index


def lengths(line: np.ndarray) -> np.ndarray:
    """Lengths of the stretches of equal values in a line."""
    ends = np.flatnonzero(np.diff(line.astype(int))) + 1
    return np.diff([0, *ends, len(line)])


@pytest.mark.parametrize("side", [56, 70, 100, 131, 177, 240])
def test_each_pixel_is_a_rectangle_of_one_colour_at_any_size(grid: PictureGrid, side: int) -> None:
    """Their sides differ by at most one pixel of the screen, and a picture looks the same wherever it stands."""
    rng = np.random.default_rng(side)
    pictures = np.repeat(rng.permutation(256)[None, :144].reshape(1, 12, 12), 4, 0).astype(np.uint8)
    grid.resize(side, side)
    grid.show_pictures(pictures, columns=2)
    layout = grid.arrangement()
    assert layout is not None
    shot = grid.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(shot.constBits(), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    cells = [grid._cell(index, layout) for index in range(4)]
    shown = [rows[each.top() : each.bottom() + 1, each.left() : each.right() + 1] for each in cells]
    across, down = lengths(shown[0][0]), lengths(shown[0][:, 0])
    for counts in (across, down):
        assert len(counts) == 12
        assert counts.max() - counts.min() <= 1
    expected = pictures[0].repeat(down, 0).repeat(across, 1)
    for each in shown:
        assert np.array_equal(each, expected)


def _is_grey(colour: QColor) -> bool:
    return colour.red() == colour.green() == colour.blue()


def test_pictures_with_alpha_show_what_is_below_them_and_are_not_transposed(grid: PictureGrid) -> None:
    pictures = np.zeros((4, 8, 16, 4), np.uint8)
    pictures[:, :, 8:] = (255, 0, 0, 255)  # the right half an opaque red, the left half nothing
    grid.show_pictures(pictures, columns=2)
    shot = grid.grab().toImage()
    for index in range(4):
        middle, aside = grid.centre_of(index), QPoint(8, 0)
        assert shot.pixelColor(middle + aside) == QColor(255, 0, 0)
        assert shot.pixelColor(middle - aside).getRgb()[:3] in {(grey,) * 3 for grey in images.CHECK_GREYS}


def test_colour_pictures_and_odd_widths(grid: PictureGrid) -> None:
    """Rows of 3 x 5 bytes are not aligned to four bytes, as Qt's own images are."""
    pictures = np.zeros((2, 5, 5, 3), np.uint8)
    pictures[0, ..., 0], pictures[1, ..., 2] = 200, 100
    grid.show_pictures(pictures, columns=2)
    shot = grid.grab().toImage()
    assert shot.pixelColor(grid.centre_of(0)).getRgb()[:3] == (200, 0, 0)
    assert shot.pixelColor(grid.centre_of(1)).getRgb()[:3] == (0, 0, 100)


@pytest.mark.parametrize("colour", ["real", "fake"])
def test_the_border_says_what_the_pictures_are(grid: PictureGrid, colour: str) -> None:
    grid.set_colour(colour)
    grid.show_pictures(marked_pictures(), columns=3)
    shot = grid.grab().toImage()
    row = {shot.pixelColor(x, 50).name().upper() for x in range(shot.width())}
    assert theme.current().colour(colour) in row


def test_painted_tells_the_stamp_once(qtbot, grid: PictureGrid) -> None:
    grid.show_text("nothing yet")
    stamps: list[float] = []
    grid.painted.connect(stamps.append)
    grid.show_pictures(marked_pictures(), stamp=12.5)
    qtbot.waitUntil(lambda: stamps == [12.5])
    grid.repaint()
    assert stamps == [12.5]


def test_a_picture_is_chosen_by_click_or_by_keys(qtbot, grid: PictureGrid) -> None:
    chosen: list[int] = []
    grid.chosen.connect(chosen.append)
    grid.show_pictures(marked_pictures(), columns=3)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.centre_of(4))
    assert chosen == []  # pictures of the data set lead nowhere
    grid.set_selectable(True)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.centre_of(4))
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))  # beside the pictures
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    assert chosen == [4, 4]  # the keys began at 0, went down a row and one to the right


def test_a_picture_that_goes_is_no_longer_pointed_at(qtbot, grid: PictureGrid) -> None:
    grid.set_selectable(True)
    grid.show_pictures(marked_pictures(), columns=3)
    qtbot.mouseMove(grid, grid.centre_of(8))
    with qtbot.waitSignal(grid.pointed, check_params_cb=lambda index: index == -1):
        grid.show_pictures(marked_pictures()[:3], columns=3)
    qtbot.mouseMove(grid, grid.centre_of(1))
    with qtbot.waitSignal(grid.pointed, check_params_cb=lambda index: index == -1):
        grid.show_text("No pictures")


def test_a_checkerboard_shows_through_transparent_pictures_at_every_picture_alike(grid: PictureGrid) -> None:
    light, dark = images.CHECK_GREYS
    pictures = np.zeros((4, 32, 32, 4), np.uint8)
    pictures[:, 16:] = (0, 0, 128, 128)  # half of a blue below
    grid.show_pictures(pictures, columns=2)
    shot, layout = grid.grab().toImage(), grid.arrangement()
    assert layout is not None
    assert layout.scale == 1
    for index in range(4):
        corner = grid._cell(index, layout).topLeft()
        row = [shot.pixelColor(corner + QPoint(x, 0)).getRgb()[:3] for x in (0, 7, 8, 16)]
        assert row == [(light,) * 3, (light,) * 3, (dark,) * 3, (light,) * 3]
        red, green, blue, _ = shot.pixelColor(corner + QPoint(0, 16)).getRgb()
        assert (red, green, blue) == pytest.approx(
            (light * 127 / 255, light * 127 / 255, 128 + light * 127 / 255), abs=1
        )


def test_pictures_with_alpha_are_enlarged_by_whole_scales(grid: PictureGrid) -> None:
    grid.show_pictures(np.zeros((1, 32, 24, 4), np.uint8))
    assert grid.arrangement().scale == 2  # 92 px of room for 32
    grid.show_pictures(np.zeros((1, 32, 24, 3), np.uint8))
    assert grid.arrangement().scale > 2.5
    grid.resize(260, 200)
    grid.show_pictures(np.zeros((1, 128, 96, 4), np.uint8))
    assert 1 < grid.arrangement().scale < 2  # no sprite
    assert grid._cell(0, grid.arrangement()).size().toTuple() == (144, 192)  # its own shape


def test_grey_pictures_four_pixels_wide_are_not_taken_for_transparent(grid: PictureGrid) -> None:
    grid.show_pictures(np.zeros((1, 4, 4), np.uint8))
    assert grid.grab().toImage().pixelColor(grid.centre_of(0)) == QColor(0, 0, 0)
