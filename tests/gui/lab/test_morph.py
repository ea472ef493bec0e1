"""The grid of noise on its way to the manifold."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QPushButton

from ganstudio.gui.lab import morph as module
from ganstudio.gui.lab.morph import Morph
from ganstudio.gui.lab.view import View
from ganstudio.gui.widgets import theme
from ganstudio.plots.plane import cells_of

VIEW = View(200, 200)


def squeezed(cells: int = 4) -> np.ndarray:
    """A manifold: the grid of noise in its right half."""
    line = np.linspace(0, 1, cells + 1)
    return np.stack(np.meshgrid(line, 2 * line - 1, indexing="ij"), axis=2)


@pytest.fixture
def button(qtbot) -> QPushButton:
    button = QPushButton(checkable=True)
    qtbot.addWidget(button)
    return button


@pytest.fixture
def morph(button: QPushButton) -> Morph:
    return Morph(button)


def point_at(button: QPushButton) -> None:
    at = QPointF(1, 1)
    QApplication.sendEvent(button, QEnterEvent(at, at, at))


def columns_of(morph: Morph) -> tuple[int, int]:
    """The columns from which and to which the grid is painted."""
    image = QImage(200, 200, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    morph.paint(painter, VIEW)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(200, 200, 4).astype(int)
    found = np.flatnonzero((pixels[..., 2] - pixels[..., 0] > 60).any(0))  # yellow
    return (int(found[0]), int(found[-1])) if len(found) else (0, 0)


def test_it_goes_from_a_square_to_the_manifold(morph: Morph, button: QPushButton) -> None:
    theme.use("dark")
    button.setChecked(True)
    morph.take(cells_of(squeezed()))
    assert not morph.is_running
    point_at(button)
    assert morph.is_running
    morph._animation.pause()
    left, middle, right = (round(VIEW.place(np.array([x, 0.0]))[0]) for x in (-1, 0, 1))
    seen = []
    for time in (0, module._DURATION // 2, module._DURATION - 1):
        morph._animation.setCurrentTime(time)
        seen.append(columns_of(morph))
    assert seen[0] == pytest.approx((left, right), abs=2)
    assert seen[1] == pytest.approx(((left + middle) / 2, right), abs=2)
    assert seen[2] == pytest.approx((middle, right), abs=2)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert not morph.is_running
    assert columns_of(morph) == (0, 0)


def test_noise_of_one_number_is_a_line_and_what_is_no_number_is_left_out(morph: Morph, button: QPushButton) -> None:
    button.setChecked(True)
    line = squeezed(8)[:, 4]
    line[3] = np.nan
    morph.take(cells_of(line))
    point_at(button)
    start, end = morph._ways
    assert len(start) == len(end) == 6  # both pieces at that corner
    assert start[0].tolist() == [[-1, 0], [-0.75, 0]]


def test_a_click_that_shows_the_manifold_waits_for_it(morph: Morph, button: QPushButton, qtbot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not morph.is_running
    morph.take(cells_of(squeezed()))
    assert morph.is_running
    morph.take(cells_of(squeezed()))  # the next one, while it moves
    assert morph.is_running
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not morph.is_running
    point_at(button)  # it is not shown
    assert not morph.is_running
