"""What would make D call a picture more real, over the picture."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt

from ganstudio import config as cfg
from ganstudio.events import Saved
from ganstudio.gui.inside.map_colours import colour_over
from ganstudio.gui.inside.window import InsideWindow
from ganstudio.gui.widgets import theme
from ganstudio.latent.push import find_push
from ganstudio.latent.sampler import Sampler
from ganstudio.text import format_number
from support import models
from support.explorer import kit
from support.window import TINY, WAIT

COLOUR = replace(TINY, data=cfg.DataConfig("digits", 8, 3), network=cfg.NetworkConfig("mlp", 12, 8))
GENERATED, REAL = range(2)


def test_it_follows_the_picture_the_newest_weights_the_step_and_the_colour(qtbot, dressed, thread, tmp_path) -> None:
    run = kit(tmp_path, thread, COLOUR)
    window = InsideWindow(run.model, run.explorer, thread)
    qtbot.addWidget(window)
    window.resize(1100, 660)
    window.show()
    page, maps = window.gradient, window.maps
    qtbot.waitUntil(maps.gradient_button.isEnabled, timeout=WAIT)
    maps.gradient_button.click()  # while a layer of G is looked at
    qtbot.waitUntil(lambda: page.shown is not None, timeout=WAIT)
    z = run.explorer.z[None]
    expected = find_push(run.sampler, z, None, None, 4)
    assert np.allclose(page.shown.push.slope, expected.slope)
    assert np.array_equal(page.moved.pictures, expected.moved)
    assert f"D(x) is {expected.chance:.2f}; moved by 4 grey levels" in page.says.text()
    assert window.diagram.row("D").isVisible()
    assert not window.diagram.row("G").isVisible()

    page.colour.button(2).click()  # green
    green = expected.slope[1]
    row, column = (int(each) for each in np.unravel_index(green.argmin(), green.shape))
    place = page.overlay.centre_of(row, column)
    page.overlay.pointed.emit(*page.overlay.cell_at(QPointF(place)))
    falls = format_number(-float(green[row, column]))
    where = f"Row {row + 1}, column {column + 1}"
    assert page.says.text() == f"{where}: D wants it less green. One grey level less green lowers G's loss by {falls}."
    assert page.legend.texts[0].startswith("−")

    page.step.button(2).click()
    qtbot.waitUntil(lambda: "moved by 16 grey levels" in page.says.text(), timeout=WAIT)
    page.judged.button(REAL).click()
    qtbot.waitUntil(lambda: page.shown.request.picture is not None, timeout=WAIT)
    real = page.shown.request.picture
    assert np.array_equal(page.picture.pictures, real)
    page.judged.button(REAL).click()  # another one
    qtbot.waitUntil(lambda: page.shown.request.picture is not real, timeout=WAIT)

    models.write(tmp_path / "2.safetensors", COLOUR, seed=2, step=2)
    run.model.handle(Saved(2, "snapshot", str(tmp_path / "2.safetensors")))
    qtbot.waitUntil(lambda: page.shown.request.model.step == 2, timeout=WAIT)
    newest = Sampler.from_snapshot(tmp_path / "2.safetensors", COLOUR)
    assert np.allclose(page.shown.push.slope, find_push(newest, z, None, page.shown.request.picture, 16).slope)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert maps.isVisible()
    assert maps.judged.index == REAL
    window.close()
    assert window.stop()


def test_of_packs_it_says_why_there_is_none(qtbot, dressed, thread, tmp_path: Path) -> None:
    packed = replace(COLOUR, network=replace(COLOUR.network, packing=2))
    run = kit(tmp_path, thread, packed, with_d=False)
    window = InsideWindow(run.model, run.explorer, thread)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.maps.gradient_button.isEnabled, timeout=WAIT)
    window.maps.gradient_button.click()
    qtbot.waitUntil(lambda: "packing" in window.gradient.picture.accessibleDescription(), timeout=WAIT)
    assert not window.gradient.legend.isVisible()
    window.close()
    assert window.stop()


def test_strong_values_cover_the_picture_and_weak_ones_let_it_be_seen(dressed) -> None:
    values = np.array([[0.0, 1.0, -1.0, 0.5]], np.float32)
    picture = np.full((1, 4), 200, np.uint8)
    over = colour_over(values, 1.0, picture)
    palette = theme.current()
    assert over[0, 0].tolist() == [200, 200, 200]
    assert "#{:02X}{:02X}{:02X}".format(*over[0, 1]) == palette.good.upper()
    assert "#{:02X}{:02X}{:02X}".format(*over[0, 2]) == palette.d_loss.upper()
    assert np.allclose(over[0, 3], (200 + over[0, 1].astype(float)) / 2, atol=1)
    clear = np.zeros((1, 4, 4), np.uint8)  # transparent
    assert "#{:02X}{:02X}{:02X}".format(*colour_over(values, 1.0, clear)[0, 0]) == palette.window.upper()
