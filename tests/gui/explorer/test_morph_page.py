from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from ganstudio.gui.explorer.morph_field import MorphField, pictures_along
from ganstudio.gui.explorer.morph_page import MorphPage
from ganstudio.gui.explorer.page_box import SeedBox
from support.explorer import WAIT, Kit, inside, kit, shown
from support.panels import CONDITIONAL, alike

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(tmp_path: Path, thread) -> Kit:
    return kit(tmp_path, thread, CONDITIONAL)


@pytest.fixture
def page(qtbot, made: Kit) -> MorphPage:
    return shown(qtbot, MorphPage(made.explorer))


def field(page: MorphPage) -> MorphField:
    return page.findChild(QWidget, "morphSquare")


def click(qtbot, page: MorphPage, name: str) -> None:
    qtbot.mouseClick(page.findChild(QPushButton, name), LEFT)


def press(qtbot, page: MorphPage, u: float, v: float) -> None:
    qtbot.mousePress(field(page), LEFT, pos=field(page).point_of(u, v).toPoint())


def test_the_square_shows_where_a_drag_leads(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: field(page).pictures is not None, timeout=WAIT)
    side = round(len(field(page).pictures) ** 0.5)
    assert side >= 5
    z, mix = page.at(0.0, 1.0)
    assert alike(field(page).pictures[[side * (side - 1)]], made.makes(z[None], mix[None]))
    z, mix = page.at(2 / (side - 1), 1 / (side - 1))
    assert alike(field(page).pictures[[side + 2]], made.makes(z[None], mix[None]))
    assert alike(page.corners.pictures, field(page).pictures[[0, side - 1, -side, -1]])


def test_the_explorer_follows_the_dragged_point(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: field(page).pictures is not None, timeout=WAIT)
    press(qtbot, page, 0.0, 0.0)
    corner, _ = page.at(0.0, 0.0)
    assert np.allclose(made.explorer.z, corner, atol=0.05 * np.abs(corner).max())
    qtbot.mouseMove(field(page), field(page).point_of(1.0, 0.0).toPoint())
    other, _ = page.at(1.0, 0.0)
    assert not np.allclose(corner, other, atol=0.5)
    press(qtbot, page, 0.5, 0.0)
    half = made.explorer.mix
    assert half.max() == pytest.approx(0.5, abs=0.03)  # of two classes each a half
    assert half.sum() == pytest.approx(1.0)
    qtbot.mousePress(field(page), LEFT, pos=QPoint(-50, 5000))  # beyond the square: on its edge
    assert field(page).point == (0.0, 1.0)
    assert np.array_equal(made.explorer.z, page.at(0.0, 1.0)[0])


def test_it_begins_on_the_picture_that_the_explorer_shows(qtbot, made: Kit) -> None:
    made.explorer.randomise(99)
    made.explorer.set_label(7)
    here = made.explorer.z
    page = shown(qtbot, MorphPage(made.explorer))
    assert field(page).point == (0.0, 0.0)
    assert np.allclose(page.at(0.0, 0.0)[0], here, atol=1e-5)
    assert page.at(0.0, 0.0)[1].argmax() == 7
    assert np.array_equal(made.explorer.z, here)  # nothing was taken from the person
    assert made.explorer.seed == 99


def test_arrow_keys_move_the_point(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: field(page).pictures is not None, timeout=WAIT)
    qtbot.keyClick(field(page), Qt.Key.Key_Home)  # to the middle
    qtbot.keyClick(field(page), Qt.Key.Key_Right)
    qtbot.keyClick(field(page), Qt.Key.Key_Down)
    assert field(page).point == pytest.approx((0.55, 0.55))
    assert np.array_equal(made.explorer.z, page.at(0.55, 0.55)[0])
    for _ in range(30):
        qtbot.keyClick(field(page), Qt.Key.Key_Left)
    assert field(page).point[0] == 0.0


def test_a_corner_from_the_explorer_from_a_seed_and_from_a_drawing(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: page.corners.pictures is not None, timeout=WAIT)
    made.explorer.randomise(77)
    made.explorer.set_label(5)
    qtbot.mouseClick(page.corners, LEFT, pos=page.corners.centre_of(3))
    click(qtbot, page, "morphCurrentButton")
    z, mix = page.at(1.0, 1.0)
    assert np.allclose(z, made.explorer.z, atol=1e-5)
    assert mix.argmax() == 5
    qtbot.waitUntil(lambda: alike(page.corners.pictures[[3]], made.makes(z[None], mix[None])), timeout=WAIT)

    seed = page.findChild(SeedBox, "morphSeedBox")
    qtbot.keyClick(page.corners, Qt.Key.Key_Up)  # to the top right one
    seed.selectAll()
    qtbot.keyClicks(seed, "42")
    qtbot.keyClick(seed, Qt.Key.Key_Return)
    made.explorer.randomise(42)
    assert np.allclose(page.at(1.0, 0.0)[0], made.explorer.z, atol=1e-5)
    assert page.at(1.0, 0.0)[1].argmax() == 2  # classes go in turn
    qtbot.keyClick(page.corners, Qt.Key.Key_Left)
    assert seed.text().endswith("\N{EN DASH}")  # the top left one came from no seed that was typed

    drawing = page.findChild(QPushButton, "morphDrawingButton")
    assert not drawing.isEnabled()
    drawn = np.linspace(-1, 1, made.explorer.z_size, dtype=np.float32)
    page.set_drawing(drawn, np.eye(10, dtype=np.float32)[8])
    qtbot.mouseClick(drawing, LEFT)
    assert np.allclose(page.at(0.0, 0.0)[0], drawn, atol=1e-5)
    assert page.at(0.0, 0.0)[1].argmax() == 8


def test_another_corner_moves_what_is_under_the_point(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: field(page).pictures is not None, timeout=WAIT)
    press(qtbot, page, 0.5, 0.5)
    before = made.explorer.z
    click(qtbot, page, "morphRandomButton")
    assert not np.allclose(made.explorer.z, before, atol=0.01)
    assert np.array_equal(made.explorer.z, page.at(*field(page).point)[0])
    made.explorer.randomise(3)  # moved away by another page: corners leave it alone
    away = made.explorer.z
    click(qtbot, page, "morphAllButton")
    assert np.array_equal(made.explorer.z, away)


def test_what_is_of_another_generator_is_left_out(page: MorphPage, made: Kit) -> None:
    before = page.at(0.3, 0.3)[0]
    page.set_corner(0, np.zeros(made.explorer.z_size + 1, np.float32))
    assert np.array_equal(page.at(0.3, 0.3)[0], before)


def test_truncation_reaches_the_square(qtbot, page: MorphPage, made: Kit) -> None:
    qtbot.waitUntil(lambda: field(page).pictures is not None, timeout=WAIT)
    made.explorer.set_truncation(0.2)
    z, mix = page.at(0.0, 0.0)
    qtbot.waitUntil(lambda: alike(field(page).pictures[:1], made.makes(0.2 * z[None], mix[None])), timeout=WAIT)


def test_as_many_pictures_as_fill_the_room_with_crisp_pixels() -> None:
    assert pictures_along(100, 28) == 5  # shrunk: not even five fit
    assert pictures_along(150, 28) == 5
    assert pictures_along(284, 28) == 9
    assert pictures_along(300, 28) == 5  # twice as large
    assert pictures_along(400, 64) == 6


@pytest.mark.parametrize("size", [(660, 190), (440, 132), (316, 225), (310, 420), (1200, 700)])
def test_all_parts_have_room(qtbot, dressed, page: MorphPage, size: tuple[int, int]) -> None:
    page.resize(*size)
    qtbot.wait(20)
    assert inside(page)() == []
    assert field(page).width() >= 120
