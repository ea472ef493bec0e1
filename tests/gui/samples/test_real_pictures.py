"""Real pictures of the data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import load
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.points import density_picture, drawings
from ganstudio.data.points.distributions import BUILT_IN
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from ganstudio.gui.workers.real_pictures import RealRequest, RealThread, real_pictures
from ganstudio.sizes import image_size
from support.imports import bring_in, pictures
from support.panels import GRID, SMALL
from support.picture_folder import classes, save
from support.samples_panel import choose, fake_of, real_of


def test_real_pictures_come_from_the_data_set(qtbot, panel: SamplesPanel) -> None:
    choose(qtbot, panel, View.REAL)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    shown = real_of(panel).pictures
    assert shown.shape == (GRID**2, 28, 28)
    every = {each.tobytes() for each in load("digits", size=28, channels=1).images}
    assert all(each.tobytes() in every for each in shown)
    assert not fake_of(panel).isVisible()


def test_a_missing_data_set_is_reported(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    model.data_home = tmp_path / "empty"
    model.begin(cfg.change(SMALL, "data.name", "kmnist"))
    choose(qtbot, panel, View.REAL)
    qtbot.waitUntil(lambda: "download" in real_of(panel).accessibleDescription(), timeout=20_000)


def test_real_pictures_are_the_same_for_a_seed_and_have_the_networks_size() -> None:
    data = cfg.DataConfig("digits", 32, 3)
    shown = real_pictures(RealRequest(data, 5, 1, None))
    assert shown.shape == (5, 32, 32, 3)
    assert np.array_equal(shown, real_pictures(RealRequest(data, 5, 1, None)))
    assert not np.array_equal(shown, real_pictures(RealRequest(data, 5, 2, None)))
    assert len(real_pictures(RealRequest(data, 10_000, 1, None))) == 1797


def test_own_pictures_that_are_not_square_are_shown_as_they_are_trained_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "data"))
    (tmp_path / "own").mkdir()
    rng = np.random.default_rng(0)
    for number in range(3):
        Image.fromarray(rng.integers(0, 256, (16, 24, 4), np.uint8)).save(tmp_path / "own" / f"{number}.png")
    done = bring_in(tmp_path / "own", recipe=Recipe(16, 24, Channels.RGBA))
    shown = real_pictures(RealRequest(cfg.DataConfig("own", "16x24", 4), 3, 1, None))
    assert sorted(map(np.ndarray.tobytes, shown)) == sorted(map(np.ndarray.tobytes, pictures(done)))


def test_a_run_shows_the_version_of_own_pictures_that_it_began_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GANSTUDIO_DATA", str(tmp_path / "data"))
    source = classes(tmp_path / "own", ("ant", "bee"), 2)
    first = bring_in(source)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.toml").touch()
    catalog.keep_for_run("own", first.info.fingerprint, tmp_path / "run")
    save(source / "ant" / "9.png")
    assert bring_in(source, is_update=True).info.count == 5
    data = cfg.DataConfig("own", image_size(first.info.height, first.info.width), first.info.channels)
    assert len(real_pictures(RealRequest(data, 9, 1, None, first.info.fingerprint))) == 4
    assert len(real_pictures(RealRequest(data, 9, 1, None))) == 5


def test_real_points_are_one_picture_of_the_drawing_that_a_run_keeps(tmp_path: Path) -> None:
    data = cfg.DataConfig("lab-moons", 64, 3)
    (moons,) = real_pictures(RealRequest(data, 1, 1, None))
    expected = BUILT_IN["lab-moons"].sample(density_picture.SHOWN, 1)[0]
    assert np.array_equal(moons, density_picture.draw_density(expected, (64, 64), 3, density_picture.REAL))
    kept = tmp_path / "points.png"
    kept.write_bytes(drawings.encode(drawings.draw_strokes([drawings.Stroke(((0.5, 0.5),), 0.2)])))
    (drawn,) = real_pictures(RealRequest(cfg.DataConfig("gone", 64, 1), 1, 1, None, kept=kept))
    assert drawn.max() == drawn[:32, 32:].max() > 200
    assert not drawn[32:].any()


def test_the_thread_that_reads_real_pictures_survives_an_error(qtbot, monkeypatch) -> None:
    thread = RealThread()
    wanted = RealRequest(cfg.DataConfig("digits"), 5, 1, None)
    with monkeypatch.context() as patch:
        patch.setattr("ganstudio.gui.workers.real_pictures._choose", lambda *_: 1 / 0)
        with qtbot.waitSignal(thread.failed, timeout=20_000) as got:
            thread.request(wanted)
        assert "ZeroDivisionError" in got.args[0].details
    with qtbot.waitSignal(thread.answered, timeout=20_000):
        thread.request(wanted)
    assert thread.stop()
