"""The window of the inside of the networks, driven as a person would."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.inside.card import paint_maps
from ganstudio.gui.inside.figures import TIMES, count_briefly, count_in_words, shape_briefly, shape_in_words
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from support.window import TINY, WAIT, shown

DCGAN = replace(TINY, data=cfg.DataConfig("digits", 28), network=cfg.NetworkConfig("dcgan", 12, 8))


@pytest.fixture
def window(qtbot, dressed, thread) -> Iterator[InsideWindow]:
    model = RunModel(DCGAN)
    window = InsideWindow(model, Explorer(model, thread), thread)
    window.model = model
    qtbot.addWidget(window)
    window.resize(1000, 600)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: any(card.x() > 200 for card in window.diagram.row("D").cards), timeout=WAIT)
    yield window
    window.close()
    assert window.stop()


def plain(text: str) -> str:
    return text.replace(TIMES, "x")


def names(window: InsideWindow, row: str) -> list[str]:
    return [plain(card.accessibleName()) for card in window.diagram.row(row).cards]


def colours_of(widget: QWidget) -> dict[str, int]:
    image = widget.grab().toImage()
    found: dict[str, int] = {}
    for y in range(image.height()):
        for x in range(image.width()):
            name = image.pixelColor(x, y).name().upper()
            found[name] = found.get(name, 0) + 1
    return found


def test_it_follows_the_settings_until_they_cannot_be_built_and_again(window, qtbot) -> None:
    assert [name.partition(": ")[2] for name in names(window, "G")] == [
        "makes 16 maps of 7x7",
        "makes 8 maps of 14x14",
        "makes 1 map of 28x28",
    ]
    assert window.diagram.row("G").title.text() == "G makes a picture of z: 11,632 parameters, 134,848 multiplications."
    assert "settings" in window.introduction.text()
    window.model.set_config(cfg.change(window.model.config, "network.width", 16))
    qtbot.waitUntil(lambda: names(window, "G")[0].endswith("32 maps of 7x7"), timeout=WAIT)
    window.model.set_config(cfg.change(window.model.config, "data.size", "24x48"))
    qtbot.waitUntil(lambda: names(window, "G")[-1].endswith("24x48"), timeout=WAIT)
    window.model.set_config(cfg.change(window.model.config, "network.conditional", True))
    qtbot.waitUntil(lambda: names(window, "G")[0].startswith("class, joined to z"), timeout=WAIT)
    window.model.set_config(replace(window.model.config, network=replace(DCGAN.network, name="gone")))
    qtbot.waitUntil(window.problem.isVisible, timeout=WAIT)
    assert "gone" in window.problem.text()
    assert not window.diagram.row("G").cards
    window.model.set_config(DCGAN)
    qtbot.waitUntil(lambda: not window.problem.isVisible() and len(names(window, "D")) == 3, timeout=WAIT)


def test_layers_are_chosen_by_mouse_and_keys_and_say_what_they_do(window, qtbot) -> None:
    G, D = (window.diagram.row(name).cards for name in "GD")
    assert G[0].isChecked()
    assert window.focusWidget() is G[0]
    assert plain(window.details.says.text()) == "ReLU. 16 maps of 7x7 in and out. Negative values become 0."
    accent = theme.current().accent.upper()
    assert colours_of(G[0])[accent] > 100
    assert accent not in colours_of(G[1])
    qtbot.keyClick(G[0], Qt.Key.Key_Right)
    assert G[1].isChecked()
    assert window.focusWidget() is G[1]
    qtbot.keyClick(G[1], Qt.Key.Key_Down)
    assert D[1].isChecked()
    qtbot.keyClick(D[1], Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: len(shown(window.details, QToolButton)) == 3, timeout=WAIT)
    buttons = shown(window.details, QToolButton)
    assert [plain(each.text()) for each in buttons] == ["transposed 4x4", "batch norm", "ReLU"]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    assert plain(window.details.says.text()).startswith(
        "4x4 transposed convolution, stride 2. 16 maps of 7x7 in, 8 maps of 14x14 out. Each value stamps"
    )
    assert window.details.cost.text().startswith("2,048 parameters, 100,352 multiplications of weights and values (74")
    qtbot.mouseClick(D[2], Qt.MouseButton.LeftButton)
    assert not G[1].isChecked()
    assert plain(window.details.says.text()).startswith("Weighted sum to a logit. 16 maps of 7x7 in, 1 number out.")


def test_each_network_has_its_colour(window) -> None:
    for row, colour, other in (("G", "g_loss", "d_loss"), ("D", "d_loss", "g_loss")):
        found = colours_of(window.diagram.row(row).cards[0])
        assert found[theme.current().colour(colour).upper()] > 100
        assert theme.current().colour(other).upper() not in found


def test_more_maps_are_more_sheets_and_larger_maps_larger_ones(dressed) -> None:
    def painted(*sides: int) -> int:
        image = QImage(60, 60, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.black)
        painter = QPainter(image)
        paint_maps(painter, QRectF(0, 0, 60, 60), sides, QColor("#FF0000"))
        painter.end()
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(60, 60, 4)
        return int((pixels[..., 2] == 255).sum())

    assert painted(64, 8, 8) > 1.1 * painted(8, 8, 8) > 1.1 * painted(1, 8, 8) > 0
    assert painted(8, 64, 64) > 1.1 * painted(8, 8, 8) > 1.1 * painted(8, 8, 4)
    assert painted(512) > 1.1 * painted(16) > painted() > 0


def test_a_hidden_window_asks_for_nothing_and_is_up_to_date_when_shown(window, qtbot) -> None:
    window.close()
    window.model.set_config(cfg.change(window.model.config, "network.name", "mlp"))
    qtbot.wait(window._pause.interval() + 50)
    assert window._asked.network.name == "dcgan"
    window.show()
    qtbot.waitUntil(lambda: names(window, "D")[-1] == "fully connected: makes 1 number", timeout=WAIT)


def test_points_are_called_points(window, qtbot) -> None:
    window.model.set_config(replace(DCGAN, data=cfg.DataConfig("lab-ring-8"), network=cfg.NetworkConfig("points", 2)))
    qtbot.waitUntil(lambda: window.diagram.row("D").title.text().startswith("D judges a point"), timeout=WAIT)


@pytest.mark.parametrize(
    ("count", "brief", "said"),
    [(0, "0", "0"), (9_999, "9,999", "9,999"), (100_352, "100 k", "100,352"), (7_526_400, "7.53 M", "7.53 million")],
)
def test_counts_in_words(count: int, brief: str, said: str) -> None:
    assert (count_briefly(count), count_in_words(count)) == (brief, said)


def test_shapes_in_words() -> None:
    assert [plain(shape_in_words(sides)) for sides in ((), (1,), (64,), (1, 2, 3), (8, 7, 7))] == [
        "1 number",
        "1 number",
        "64 numbers",
        "1 map of 2x3",
        "8 maps of 7x7",
    ]
    assert plain(shape_briefly((8, 7, 7))) == "8 x 7x7"


def test_it_fits_a_small_screen(window) -> None:
    least = window.minimumSizeHint()
    assert least.width() <= 640
    assert least.height() <= 340
    window.resize(660, 340)  # a screen of 1366x768 at a scale of 2
    body = window.diagram.parentWidget()
    assert body.height() > window.height()  # it scrolls
    window.resize(1000, 600)
    assert body.height() == window.height()
