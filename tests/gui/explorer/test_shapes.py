"""The explorer with pictures that are not square and have an alpha channel."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QWidget

from ganstudio import config as cfg
from ganstudio.gui.explorer.axis_strip import AxisStrip
from ganstudio.gui.explorer.draw_canvas import DrawCanvas, capsule
from ganstudio.gui.explorer.draw_page import DrawPage
from ganstudio.gui.explorer.morph_page import MorphPage
from support.explorer import WAIT, Kit, kit, shown
from support.panels import SMALL, alike

WIDE = dataclasses.replace(SMALL, data=cfg.DataConfig("digits", size="24x48", channels=4))


@pytest.fixture
def made(tmp_path: Path, thread) -> Kit:
    return kit(tmp_path, thread, WIDE)


def test_the_canvas_is_drawn_on_where_the_pointer_is(qtbot, made: Kit) -> None:
    page = shown(qtbot, DrawPage(made.explorer))
    canvas = page.canvas
    assert canvas.picture.shape == (24, 48, 4)
    assert canvas.width() / canvas.height() == pytest.approx(2, abs=0.03)  # no room is lost beside the pictures
    assert page.result.size() == canvas.size()
    canvas.ink = (200, 100, 0)
    _draw(qtbot, canvas, (40, 4), (40, 20))
    drawn = canvas.picture
    assert drawn[12, 40].tolist() == [200, 100, 0, 255]
    assert drawn[:, :34].max() == 0  # transparent
    assert (drawn[..., :3] <= drawn[..., 3:]).all()  # its soft edge is premultiplied
    assert ((drawn[..., 3] > 0) & (drawn[..., 3] < 255)).any()
    _draw(qtbot, canvas, (40, 4), (40, 20), button=Qt.MouseButton.RightButton)
    assert canvas.picture[12, 40].tolist() == [0, 0, 0, 0]
    assert page.stop()


def _draw(
    qtbot, canvas: DrawCanvas, *places: tuple[int, int], button: Qt.MouseButton = Qt.MouseButton.LeftButton
) -> None:
    def at(x: float, y: float) -> QPoint:
        room = canvas.room
        return QPointF(
            room.left() + (x + 0.5) / 48 * room.width(), room.top() + (y + 0.5) / 24 * room.height()
        ).toPoint()

    qtbot.mousePress(canvas, button, pos=at(*places[0]))
    for place in places[1:]:
        qtbot.mouseMove(canvas, at(*place))
    qtbot.mouseRelease(canvas, button, pos=at(*places[-1]))


def test_a_stroke_covers_as_much_of_a_wide_picture_as_of_a_square_one() -> None:
    square, wide = (capsule(size, (6, 8), (20, 12), 2, 1.3) for size in (24, (24, 48)))
    assert wide.shape == (24, 48)
    assert np.array_equal(wide[:, :24], square)


def test_each_picture_of_the_morph_square_has_its_place(qtbot, made: Kit) -> None:
    page = shown(qtbot, MorphPage(made.explorer), (820, 220))
    field = page.field
    qtbot.waitUntil(lambda: field.pictures is not None, timeout=WAIT)
    side = round(len(field.pictures) ** 0.5)
    for grid, columns in ((field, side), (page.corners, 2)):
        layout = grid.arrangement()
        assert (layout.columns, layout.rows) == (columns, columns)
        cell = grid._cell(0, layout)
        assert (cell.width(), cell.height()) == (int(48 * layout.scale), int(24 * layout.scale))
    assert field.width() > 1.5 * field.height()
    for grid, columns in ((field, side), (page.corners, 2)):
        grid.setFixedSize(60, 300)  # where one picture in a row would be larger
        assert grid.arrangement().columns == columns
    z, _ = page.at(1.0, 0.0)
    (picture,) = made.makes(z[None])
    assert alike(field.pictures[[side - 1]], picture[None])
    assert field.picture_at(field.point_of(1.0, 0.0)) == side - 1


@pytest.mark.parametrize(("height", "width"), [(24, 48), (48, 24), (28, 28)])
def test_the_strip_is_filled_by_pictures_of_any_shape(qtbot, height: int, width: int) -> None:
    strip = AxisStrip()
    shown(qtbot, strip, (620, 60))
    count = strip.count_for(height, width)
    strip.show_parts(np.zeros((count, height, width), np.uint8), count)
    layout = strip.arrangement()
    assert layout.scale >= 1
    row = strip._cell(0, layout).united(strip._cell(layout.columns - 1, layout))
    assert row.width() > 612 - width
    assert layout.columns * layout.rows == count


def test_the_page_has_room_for_everything(qtbot, made: Kit) -> None:
    for size in ((300, 420), (460, 160), (900, 240)):
        page = shown(qtbot, DrawPage(made.explorer), size)
        for part in page.findChildren(QWidget):
            if part.isVisible() and part.parent() is page:
                assert page.rect().contains(part.geometry()), (size, part)
        assert page.stop()
