import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from ganstudio.gui.widgets.slider import Slider


def wheel(slider: Slider, eighths: int) -> None:
    place = QPointF(slider.rect().center())
    event = QWheelEvent(
        place,
        slider.mapToGlobal(place),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)


@pytest.fixture
def slider(qtbot) -> Slider:
    slider = Slider(-300, 300, origin=0)
    slider.setSingleStep(10)
    qtbot.addWidget(slider)
    slider.resize(200, 20)
    slider.show()
    return slider


def test_a_slider_goes_where_it_is_clicked_and_dragged(qtbot, slider: Slider) -> None:
    at = [QPoint(round(slider.x_of(value)), 10) for value in (150, -150)]
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=at[0])
    assert abs(slider.value() - 150) <= 2
    qtbot.mouseMove(slider, at[1])
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at[1])
    assert abs(slider.value() + 150) <= 2
    assert not slider.isSliderDown()


def test_wheel_steps_and_small_turns_add_up(slider: Slider) -> None:
    wheel(slider, 120)
    assert slider.value() == 10
    for _ in range(4):
        wheel(slider, -30)
    assert slider.value() == 0


def test_double_click_asks_for_a_reset(qtbot, slider: Slider) -> None:
    with qtbot.waitSignal(slider.resetRequested):
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton)
