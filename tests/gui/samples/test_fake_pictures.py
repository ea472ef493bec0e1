"""Generated pictures, and their z in other panels."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from ganstudio.training import rng
from support.export_dialog import open_run
from support.panels import GRID, SMALL, Z_SIZE, alike, expected, play
from support.samples_panel import choose, entry, fake_of


def test_fresh_pictures_of_the_newest_snapshot(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    choose(qtbot, panel, View.FRESH)
    assert fake_of(panel).pictures is None
    seen: list[np.ndarray] = []
    for step in (0, 10):
        play(model, tmp_path, step)
        qtbot.waitUntil(lambda at=step: f"step {at}" in fake_of(panel).accessibleDescription(), timeout=20_000)
        seen.append(fake_of(panel).pictures)
    assert seen[1].shape == (GRID**2, 28, 28)
    assert not np.array_equal(seen[0], seen[1])
    again = panel.findChild(QToolButton, "drawAgainButton")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(fake_of(panel).pictures, seen[1]), timeout=20_000)


def test_a_clicked_picture_of_fixed_z_opens_its_own_z(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    import torch

    play(model, tmp_path, 0, 10)
    with qtbot.waitSignal(panel.fakes.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(4))
    fixed = torch.randn(GRID**2, Z_SIZE, generator=rng.make_generator(SMALL.seed, "fixed")).numpy()
    assert np.array_equal(got.args[0], fixed[4])


def test_a_clicked_fresh_picture_opens_its_own_z(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, View.FRESH)
    qtbot.waitUntil(lambda: fake_of(panel).accessibleDescription() == "9 fresh pictures at step 0", timeout=20_000)
    shown = fake_of(panel).pictures
    with qtbot.waitSignal(panel.fakes.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(7))
    assert alike(shown[7:8], expected(tmp_path, 0, got.args[0][None]))


def test_a_picture_is_put_into_a_corner_of_the_morph_square(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    import torch

    play(model, tmp_path, 0)
    menu = panel.menu(5)
    with qtbot.waitSignal(panel.fakes.cornerRequested, timeout=20_000) as got:
        entry(entry(menu, "Put in").menu(), "bottom left").trigger()
    fixed = torch.randn(GRID**2, Z_SIZE, generator=rng.make_generator(SMALL.seed, "fixed")).numpy()
    assert got.args[0] == 2
    assert np.array_equal(got.args[1], fixed[5])
    assert got.args[2] is None
    with qtbot.waitSignal(panel.fakes.latentRequested, timeout=20_000) as got:
        entry(menu, "Open in").trigger()
    assert np.array_equal(got.args[0], fixed[5])
    menu.close()


def test_a_picture_of_the_grid_goes_into_a_corner_of_the_morph_square(open_window, qtbot, tmp_path):
    window = open_window(SMALL)
    open_run(window.model, tmp_path / "run")
    qtbot.waitUntil(lambda: window.latent.explorer.generator is not None)
    with qtbot.waitSignal(window.samples.fakes.cornerRequested, timeout=30_000) as got:
        window.samples.fakes.put_in_corner(4, 3)
    z, _ = window.latent.morph.at(1.0, 1.0)
    assert np.allclose(z, got.args[1], atol=1e-6)
    assert window.latent.morph.isVisible()
