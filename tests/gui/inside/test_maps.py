"""Maps of the layers: they follow the explorer, and the picture answers when a channel is changed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ganstudio import config as cfg
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.inside.map_colours import colour_maps
from ganstudio.gui.inside.maps_panel import GENERATED, REAL, MapsPanel
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from support.explorer import Kit, kit
from support.window import TINY, WAIT

DCGAN = replace(TINY, data=cfg.DataConfig("digits", 28), network=cfg.NetworkConfig("dcgan", 12, 8))
AS_IT_IS, OFF, TWICE, PAINT, ERASE = range(5)


def shown(qtbot, model: RunModel, explorer: Explorer, thread) -> InsideWindow:
    window = InsideWindow(model, explorer, thread)
    qtbot.addWidget(window)
    window.resize(1100, 660)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: any(card.x() > 200 for card in window.diagram.row("D").cards), timeout=WAIT)
    return window


@pytest.fixture
def opened(qtbot, dressed, thread, tmp_path: Path) -> Iterator[tuple[InsideWindow, Kit]]:
    made = kit(tmp_path, thread, DCGAN)
    window = shown(qtbot, made.model, made.explorer, thread)
    window.diagram.row("G").cards[1].click()  # 8 maps of 14x14
    qtbot.waitUntil(lambda: window.looker.seen is not None and window.looker.seen.seen.count == 8, timeout=WAIT)
    yield window, made
    window.close()
    assert window.stop()


def colour_at(widget: QWidget, place: QPoint) -> QColor:
    return widget.grab().toImage().pixelColor(place)


def mixed(share: float) -> QColor:
    """The colour of a value, as a share of the largest: negative ones purple, positive ones green."""
    palette = theme.current()
    ground, full = QColor(palette.window), QColor(palette.d_loss if share < 0 else palette.good)
    parts = zip(ground.getRgb()[:3], full.getRgb()[:3], strict=True)
    return QColor(*(round(a + abs(share) * (b - a)) for a, b in parts))


def alike(one: QColor, other: QColor) -> bool:
    return max(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)) <= 2


def made_by(kit: Kit, change=None, layers: int = 6) -> tuple[np.ndarray, torch.Tensor]:
    """What the layers of G make of the explorer's z, and the picture if that is changed."""
    with torch.no_grad():
        made = kit.sampler.G.layers[:layers](torch.from_numpy(kit.explorer.z[None]))
        before = made[0].numpy().copy()
        if change is not None:
            change(made[0])
        return before, kit.sampler.G.layers[layers:](made)


def as_picture(x: torch.Tensor) -> np.ndarray:
    from ganstudio.images import to_uint8

    return to_uint8(x)


def change(qtbot, panel: MapsPanel, index: int) -> None:
    qtbot.mouseClick(panel.change.button(index), Qt.MouseButton.LeftButton)


def test_maps_have_the_colours_of_their_values_and_follow_the_explorer_in_the_same_order(opened, qtbot) -> None:
    window, kit = opened
    panel, looker = window.maps, window.looker
    maps, _ = made_by(kit)
    order = np.argsort(-np.abs(maps).mean((1, 2)), kind="stable")
    assert looker.seen.seen.channels.tolist() == order.tolist()
    assert looker.channel == order[0]
    qtbot.waitUntil(lambda: panel.large.width() > 100, timeout=WAIT)
    strongest = maps[order[0]]
    for row, column in ((0, 0), (5, 9), np.unravel_index(strongest.argmax(), (14, 14))):
        found = colour_at(panel.large, panel.large.centre_of(row, column).toPoint())
        assert alike(found, mixed(strongest[row, column] / maps.max()))
    assert panel.legend.texts[1].startswith(f"{maps.max():.2f}"[:3])
    kit.explorer.randomise(7)
    qtbot.waitUntil(lambda: np.array_equal(looker.seen.request.z[0], kit.explorer.z), timeout=WAIT)
    maps, _ = made_by(kit)
    assert looker.seen.seen.channels.tolist() == order.tolist()
    assert np.allclose(looker.seen.seen.maps, maps[order], atol=1e-5)
    assert np.array_equal(panel.before.pictures, kit.makes(kit.explorer.z[None]))
    panel.sort_button.click()
    anew = np.argsort(-np.abs(maps).mean((1, 2)), kind="stable").tolist()
    qtbot.waitUntil(lambda: looker.seen.seen.channels.tolist() == anew, timeout=WAIT)
    kit.explorer.set_truncation(0.5)
    qtbot.waitUntil(lambda: np.allclose(looker.seen.request.z[0], kit.explorer.z * 0.5), timeout=WAIT)


def test_another_theme_has_its_colours(opened, qtbot, qapp) -> None:
    window, kit = opened
    large, (maps, _) = window.maps.large, made_by(kit)
    strongest = maps[window.looker.channel]
    place = np.unravel_index(strongest.argmin(), (14, 14))
    before = colour_at(large, large.centre_of(*place).toPoint())
    theme.apply(qapp, "light")
    now = mixed(strongest[place] / maps.max())
    assert not alike(before, now)
    qtbot.waitUntil(lambda: alike(colour_at(large, large.centre_of(*place).toPoint()), now), timeout=WAIT)
    theme.apply(qapp, "dark")


def test_numbers_that_ran_away_have_colours_too(dressed) -> None:
    maps = np.array([[[np.nan, np.inf, -np.inf, 0.0]]], np.float32)
    colours = [QColor(*(int(each) for each in pixel)) for pixel in colour_maps(maps, np.array([np.inf]))[0, 0]]
    assert all(map(alike, colours, map(mixed, (0.0, 0.0, 0.0, 0.0))))
    colours = [QColor(*(int(each) for each in pixel)) for pixel in colour_maps(maps, np.array([2.0]))[0, 0]]
    assert all(map(alike, colours, map(mixed, (0.0, 1.0, -1.0, 0.0))))


def test_weak_maps_are_seen_on_a_scale_of_their_own(opened, qtbot) -> None:
    window, kit = opened
    maps, _ = made_by(kit)
    weakest = int(window.looker.seen.seen.channels[-1])
    window.looker.choose(weakest)
    place = np.unravel_index(np.abs(maps[weakest]).argmax(), (14, 14))
    share = maps[weakest][place] / maps.max()
    assert 0 < share < 0.95

    def colour() -> QColor:
        return colour_at(window.maps.large, window.maps.large.centre_of(*place).toPoint())

    assert alike(colour(), mixed(share))
    window.maps.scale.button(1).click()
    assert alike(colour(), mixed(1.0))
    assert window.maps.legend.texts == ("", "its own largest")


def test_a_channel_switched_off_doubled_and_left_again(opened, qtbot) -> None:
    window, kit = opened
    panel, looker = window.maps, window.looker
    qtbot.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=panel.grid.centre_of(2))
    channel = int(looker.seen.seen.channels[2])
    assert looker.channel == channel
    assert panel.after.pictures is None
    for index, factor in ((OFF, 0.0), (TWICE, 2.0)):
        change(qtbot, panel, index)
        _, x = made_by(kit, lambda maps, factor=factor: maps[channel].mul_(factor))
        qtbot.waitUntil(lambda x=x: np.array_equal(panel.after.pictures, as_picture(x)), timeout=WAIT)
    looker.choose(int(looker.seen.seen.channels[0]))
    assert panel.change.index == AS_IT_IS  # of this channel
    looker.choose(channel)
    assert panel.change.index == TWICE
    change(qtbot, panel, AS_IT_IS)
    assert looker.edits == ()
    assert panel.after.pictures is None
    assert not panel.undo_button.isEnabled()


def test_cells_are_painted_and_erased_with_mouse_and_keys_and_all_is_undone(opened, qtbot) -> None:
    window, kit = opened
    panel, looker = window.maps, window.looker
    large, channel = panel.large, looker.channel
    at = [large.centre_of(3, column).toPoint() for column in (4, 5)]
    qtbot.mousePress(large, Qt.MouseButton.LeftButton, pos=at[0])
    qtbot.mouseMove(large, at[1])
    qtbot.mouseRelease(large, Qt.MouseButton.LeftButton, pos=at[1])
    assert panel.change.index == PAINT
    change(qtbot, panel, ERASE)
    large.setFocus()
    qtbot.keyClick(large, Qt.Key.Key_Down)  # the first key shows the cursor in a corner
    qtbot.keyClick(large, Qt.Key.Key_Right)
    qtbot.keyClick(large, Qt.Key.Key_Space)
    edit = looker.edit
    assert np.argwhere(edit.strong).tolist() in ([[3, 4], [3, 5]], [[3, 4]])  # offscreen, a drag may be a press
    assert np.argwhere(edit.out).tolist() == [[0, 1]]

    def painted(maps: torch.Tensor) -> None:
        maps[channel][torch.from_numpy(edit.strong)] = maps.max()
        maps[channel, 0, 1] = 0

    _, x = made_by(kit, painted)
    qtbot.waitUntil(lambda: np.array_equal(panel.after.pictures, as_picture(x)), timeout=WAIT)
    cell = large._cell(3, 4)
    assert alike(colour_at(large, cell.center()), mixed(1.0))
    assert alike(colour_at(large, large._cell(0, 1).center()), mixed(0.0))
    panel.undo_button.click()
    assert looker.edits == ()
    assert not alike(colour_at(large, cell.center()), mixed(1.0))


def test_d_judges_what_g_makes_or_a_picture_of_the_data(opened, qtbot) -> None:
    window, kit = opened
    panel, looker = window.maps, window.looker
    assert not panel.judged.isVisible()
    window.diagram.row("D").cards[0].click()
    qtbot.waitUntil(lambda: looker.seen is not None and not looker.seen.request.is_generator, timeout=WAIT)
    assert panel.judged.isVisible()
    picture = kit.makes(kit.explorer.z[None])
    assert np.array_equal(panel.before.pictures, picture)
    assert f"D(x) is {kit.sampler.critic.opinion(picture)[0]:.2f}." in panel.says.text()
    seen = []
    for _ in range(2):  # the second press shows another one
        qtbot.mouseClick(panel.judged.button(REAL), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(
            lambda: looker.seen.request.picture is not None and looker.seen.request.picture.tolist() not in seen,
            timeout=WAIT,
        )
        seen.append(looker.seen.request.picture.tolist())
        assert f"D(x) is {kit.sampler.critic.opinion(panel.before.pictures)[0]:.2f}" in panel.says.text()
    change(qtbot, panel, OFF)
    qtbot.waitUntil(lambda: "with the change" in panel.says.text(), timeout=WAIT)
    kit.model.begin(replace(DCGAN, data=cfg.DataConfig("digits", 32)))  # that picture does not fit these networks
    qtbot.waitUntil(lambda: panel.judged.index == GENERATED, timeout=WAIT)
    assert looker._picture is None


def test_before_start_there_are_no_maps_but_those_of_the_bundled_model(qtbot, dressed, thread) -> None:
    model = RunModel(DCGAN)
    window = shown(qtbot, model, Explorer(model, thread), thread)
    assert window.looker.seen is None
    assert "bundled model" in window.maps.grid.accessibleDescription()
    assert not window.maps.change.isEnabled()
    window.source.button(1).click()
    qtbot.waitUntil(lambda: window.looker.seen is not None, timeout=WAIT)
    assert window.maps.change.isEnabled()
    assert "bundled" in window.introduction.text()
    window.diagram.row("G").cards[2].click()
    qtbot.waitUntil(lambda: window.looker.seen is not None and window.maps.sum_button.isEnabled(), timeout=WAIT)
    window.maps.sum_button.click()
    assert window.sums.isVisible()
    window.source.button(0).click()
    assert window.looker.seen is None  # at once: the layers of other networks are not known yet
    assert not window.maps.sum_button.isEnabled()
    assert not window.sums.isVisible()
    window.source.button(1).click()
    qtbot.waitUntil(lambda: window.looker.seen is not None, timeout=WAIT)
    window.hide()
    asked = window.looker._asked
    window._explorer.randomise(3)
    assert window.looker._asked is asked  # hidden, it asks for nothing
    window.source.button(0).click()
    window.show()
    qtbot.waitUntil(lambda: "settings" in window.introduction.text(), timeout=WAIT)
    qtbot.waitUntil(lambda: window.looker.seen is None, timeout=WAIT)
    assert window.stop()
