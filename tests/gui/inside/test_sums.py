"""One value of a convolution, under the pointer: patch, kernel, products and sum."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from ganstudio import config as cfg
from ganstudio.events import Saved
from ganstudio.gui.inside.figures import TIMES
from ganstudio.gui.inside.sum_page import SumPage
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.inside_requests import LookRequest, Summed, SumsRequest
from ganstudio.text import MINUS
from support.explorer import Kit, kit
from support.window import TINY, WAIT

DCGAN = replace(TINY, data=cfg.DataConfig("digits", 28), network=cfg.NetworkConfig("dcgan", 12, 8))


@pytest.fixture
def opened(qtbot, dressed, thread, tmp_path: Path) -> Iterator[tuple[InsideWindow, Kit]]:
    made = kit(tmp_path, thread, DCGAN)
    window = InsideWindow(made.model, made.explorer, thread)
    qtbot.addWidget(window)
    window.resize(1100, 660)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.looker.seen is not None, timeout=WAIT)
    yield window, made
    window.close()
    assert window.stop()


def open_sums(qtbot, window: InsideWindow, row: str, card: int) -> SumPage:
    window.diagram.row(row).cards[card].click()
    qtbot.waitUntil(window.maps.sum_button.isEnabled, timeout=WAIT)
    window.maps.sum_button.click()
    page = window.sums
    layers = window.diagram.row(row).cards[card].stage.layers

    def is_there() -> bool:
        sums = page.sums
        is_last = sums is not None and sums.output == min(max(0, window.looker.channel), layers[0].outputs[0] - 1)
        return is_last and window.looker.seen is not None and page.output.width() > 150

    qtbot.waitUntil(is_there, timeout=WAIT)
    page._steps.stop()
    return page


def point_at(qtbot, widget, row: int, column: int) -> None:
    place = widget.centre_of(row, column).toPoint()
    qtbot.mouseMove(widget, place + QPoint(1, 1))
    qtbot.mouseMove(widget, place)
    widget.pointed.emit(row, column)  # offscreen, moves may be lost


def dotted(widget, row: int, column: int) -> bool:
    """Whether a cell has the frame of a marked one."""
    image: QImage = widget.grab().toImage()
    cell, text = widget._cell(row, column), QColor(theme.current().text)
    edge = {image.pixelColor(x, cell.top()).name() for x in range(cell.left(), cell.right())}
    return text.name() in edge


def layer_values(kit: Kit, upto: int) -> torch.Tensor:
    with torch.no_grad():
        return kit.sampler.G.layers[:upto](torch.from_numpy(kit.explorer.z[None]))[0]


def test_a_value_of_a_transposed_convolution_from_both_sides(opened, qtbot) -> None:
    window, kit = opened
    page = open_sums(qtbot, window, "G", 1)  # 16 maps of 7x7 become 8 of 14x14
    sums, weight = page.sums, kit.sampler.G.layers[3].weight.detach()
    taken, whole = layer_values(kit, 3), layer_values(kit, 4)
    assert sums.output == window.looker.channel
    assert np.allclose(page.sums.whole, whole[sums.output], atol=1e-5)
    point_at(qtbot, page.output, 5, 6)
    values, kernel, products = page.table.tables
    assert np.array_equal(kernel, weight[sums.channel, sums.output])
    assert int(np.isfinite(values).sum()) == 4  # stamps of 4x4 at steps of 2 overlap by 2x2
    assert np.nansum(products) == pytest.approx(sums.part[5, 6], abs=1e-5)
    assert page.table.total == f"sum: {np.nansum(products):.3f}".replace("-", MINUS)
    assert dotted(page.output, 5, 6)
    assert not dotted(page.output, 9, 9)
    assert [place for place in np.ndindex(7, 7) if dotted(page.input, *place)] == [(2, 2), (2, 3), (3, 2), (3, 3)]
    point_at(qtbot, page.input, 0, 3)
    values, kernel, products = page.table.tables
    assert np.isnan(values[0]).all()  # the first row of the stamp would be above the picture
    assert (values[1:] == taken[sums.channel, 0, 3].item()).all()
    assert "rows 1 to 3 and columns 6 to 9" in page.says.text()
    assert dotted(page.output, 2, 8)
    page.sums = replace(sums, padding=(4, 4))
    point_at(qtbot, page.input, 0, 0)
    assert page.says.text().endswith("Its stamp lies outside of the output.")


def test_a_value_of_a_convolution_and_another_input_map(opened, qtbot) -> None:
    window, _ = opened
    page = open_sums(qtbot, window, "D", 1)
    assert page.title.text().startswith(f"4{TIMES}4 convolution, stride 2. Point at the output")
    assert not window.diagram.row("G").isVisible()  # room for the page
    point_at(qtbot, page.output, 0, 3)
    values, _, products = page.table.tables
    assert np.isnan(values[0]).all()  # the padding
    assert not np.isnan(values[1:]).any()
    assert np.nansum(products) == pytest.approx(page.sums.part[0, 3], abs=1e-5)
    assert "12 products" in page.says.text()
    assert f"all 8 input maps. It is {page.sums.whole[0, 3]:.3f}".replace("-", MINUS) in page.says.text()
    other, late = int(page.sums.order[3]), Summed(page._asked, page.sums)
    qtbot.mouseClick(page.inputs, Qt.MouseButton.LeftButton, pos=page.inputs.centre_of(3))
    page._take(late)  # the answer to what was asked before
    page._take(Summed(replace(late.request, is_generator=True), replace(page.sums, bias=9.0)))  # of a namesake in G
    assert page.sums.bias == 0
    page.refresh()
    assert page._asked.taken == other
    qtbot.waitUntil(lambda: page.sums.channel == other, timeout=WAIT)
    assert page.input_name.text() == f"input map {other} of 0 to 7"


def test_of_the_only_input_map_nothing_is_said_of_others(opened, qtbot) -> None:
    window, _ = opened
    page = open_sums(qtbot, window, "D", 0)
    assert page.input_name.text() == "the only input map"
    point_at(qtbot, page.output, 0, 3)
    assert f"12 products add up to {page.sums.part[0, 3]:.3f}.".replace("-", MINUS) in page.says.text()
    assert "input map" not in page.says.text()


def test_it_walks_by_itself_until_pointed_at_and_follows_the_explorer(opened, qtbot) -> None:
    window, kit = opened
    page = open_sums(qtbot, window, "G", 2)
    page._at = (0, 0)
    page._steps.timeout.emit()
    assert page._points_at_input
    assert page._at == (0, 1)
    page._steps.start()
    page.output.setFocus()
    qtbot.keyClick(page.output, Qt.Key.Key_Down)
    assert not page._steps.isActive()
    assert page._at == (0, 0)
    kit.explorer.randomise(5)
    expected = layer_values(kit, 7)[0]
    qtbot.waitUntil(lambda: np.allclose(page.sums.whole, expected, atol=1e-5), timeout=WAIT)


def test_escape_goes_back_to_the_maps_and_a_stage_without_sums_too(opened, qtbot) -> None:
    window, _ = opened
    assert not window.maps.sum_button.isEnabled()  # z is projected: no convolution
    page = open_sums(qtbot, window, "G", 1)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert window.maps.isVisible()
    assert window.diagram.row("D").isVisible()
    window.maps.sum_button.click()
    assert page.isVisible()
    window.diagram.row("G").cards[0].click()
    assert window.maps.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


@pytest.mark.parametrize(
    "network", [replace(DCGAN.network, z_size=16), replace(DCGAN.network, conditional=True, classes=10)]
)
def test_no_network_is_asked_with_the_z_or_classes_of_another_run(
    opened, qtbot, thread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: cfg.NetworkConfig
) -> None:
    window, kit_ = opened
    page = open_sums(qtbot, window, "G", 1)
    put, asked = thread.put, []
    monkeypatch.setattr(thread, "put", lambda channel, request: (asked.append(request), put(channel, request)))
    (tmp_path / "other").mkdir()
    config = replace(DCGAN, network=network)
    kit(tmp_path / "other", thread, config)
    kit_.model.begin(config)
    kit_.model.handle(Saved(1, "snapshot", str(tmp_path / "other" / "1.safetensors")))
    qtbot.waitUntil(lambda: kit_.explorer.generator.config == config, timeout=WAIT)
    kit_.explorer.randomise(5)  # before the window has the networks of the other run
    qtbot.waitUntil(lambda: any(isinstance(each, SumsRequest | LookRequest) for each in asked), timeout=WAIT)
    assert page.sums is not None
    for each in asked:
        if isinstance(each, SumsRequest | LookRequest):
            taken = each.model.config.network
            assert (each.z.shape[1], each.mix is not None) == (taken.z_size, taken.conditional)
