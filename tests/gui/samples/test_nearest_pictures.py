"""The nearest training picture beside each generated one."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolButton

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import DATASETS
from ganstudio.data.dataset import Dataset
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.events import Failed, Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples import nearest_pictures
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.views import View
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.info import RunInfo
from support.imports import bring_in, paths, pictures
from support.panels import GRID, SMALL, snapshot
from support.samples_panel import choose, entry, fake_of

SIZE = (6, 9, 4)  # not square, transparent
OWN = dataclasses.replace(SMALL, data=cfg.DataConfig("own", "6x9", 4))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray, list[str]]:
    """The data folder with an imported set of twelve pictures, these, and the paths of their files."""
    home = tmp_path_factory.mktemp("own")
    (home / "own" / "<b>cats").mkdir(parents=True)
    rng = np.random.default_rng(0)
    for number in range(12):
        pixels = rng.integers(0, 256, SIZE, np.uint8)
        Image.fromarray(pixels).save(home / "own" / "<b>cats" / f"{number}.png")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANSTUDIO_DATA", str(home / "data"))
        done = bring_in(home / "own", recipe=Recipe(6, 9, Channels.RGBA))
        return home / "data", np.array(pictures(done)), paths(done)


@pytest.fixture
def own(imported, monkeypatch: pytest.MonkeyPatch) -> tuple[np.ndarray, list[str]]:
    """The pictures of the imported set, and the paths of their files."""
    monkeypatch.setenv("GANSTUDIO_DATA", str(imported[0]))
    return imported[1:]


def noise(seed: int = 1) -> np.ndarray:
    """Fakes that are like no training picture."""
    return np.random.default_rng(seed).integers(0, 256, (GRID**2, *SIZE), np.uint8)


def train(model: RunModel, fakes: np.ndarray, step: int = 0, config: cfg.RunConfig = OWN) -> None:
    """A run of the set has drawn these."""
    if not step:
        model.begin(config)
        model.set_status("training")
    model.handle(Samples(step, 0.0, fakes))


def button_of(panel: SamplesPanel) -> QToolButton:
    return panel.findChild(QToolButton, "nearestButton")


def nearest_of(panel: SamplesPanel) -> PictureGrid:
    return next(
        grid for grid in panel.findChildren(PictureGrid) if grid.accessibleName() == "nearest training pictures"
    )


def caption_of(panel: SamplesPanel) -> str:
    return panel.caption.full()


def show_nearest(qtbot, panel: SamplesPanel) -> np.ndarray:
    qtbot.mouseClick(button_of(panel), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: nearest_of(panel).pictures is not None, timeout=20_000)
    return nearest_of(panel).pictures


def test_each_picture_has_its_nearest_training_picture_beside_it(
    qtbot, own, panel: SamplesPanel, model: RunModel, tips: list[str]
) -> None:
    real, files = own
    fakes = noise()
    fakes[4] = real[7] // 2 * 2
    train(model, fakes)
    assert not nearest_of(panel).isVisible()
    shown = show_nearest(qtbot, panel)
    expected = np.square(fakes[:, None].astype(int) - real).reshape(len(fakes), len(real), -1).sum(2).argmin(1)
    assert np.array_equal(shown, real[expected])
    assert nearest_of(panel).isVisible()
    assert nearest_of(panel).arrangement() == fake_of(panel).arrangement()
    assert "1 of 9 is a near-copy" in caption_of(panel)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(4))
    play_tip(panel, 4)
    assert files[7].replace("<", "&lt;").replace(">", "&gt;") in tips[-1]
    assert "A near-copy: 0.0" in tips[-1]
    play_tip(panel, 3)
    assert "It differs" in tips[-1]


def test_where_the_search_fails_the_caption_counts_copies_no_more(
    qtbot, own, panel: SamplesPanel, model: RunModel
) -> None:
    train(model, noise())
    show_nearest(qtbot, panel)
    assert "no near-copies" in caption_of(panel)
    panel._nearest._thread.refused.emit(Failed("The data set is gone."))
    assert "near-copies" not in caption_of(panel)


def play_tip(panel: SamplesPanel, index: int) -> None:
    """The pointer rests on a nearest picture."""
    grid = nearest_of(panel)
    place = grid.centre_of(index)
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, place, grid.mapToGlobal(place)))


def test_the_tooltip_of_a_fake_names_its_nearest_training_picture(
    qtbot, own, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    train(model, own[0][:9])
    model.handle(snapshot(tmp_path, 0, OWN))
    show_nearest(qtbot, panel)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(2))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    assert "cats/2.png. A near-copy: 0.00 times" in tips[-1]
    assert "Picture 3 of 9" in tips[-1]


def test_a_step_of_the_past_and_a_new_grid_get_their_own(
    qtbot, own, panel: SamplesPanel, model: RunModel, tips: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, _ = own
    looks: list[str] = []
    look_up = catalog.look_up
    counting = SimpleNamespace(look_up=lambda name, home: looks.append(name) or look_up(name, home))
    monkeypatch.setattr(nearest_pictures, "catalog", counting)
    train(model, real[:9])
    assert np.array_equal(show_nearest(qtbot, panel), real[:9])
    train(model, real[3:], 10)
    play_tip(panel, 0)
    assert tips[-1] == ""  # nothing is said until these are looked for
    qtbot.waitUntil(lambda: np.array_equal(nearest_of(panel).pictures, real[3:]), timeout=20_000)
    model.view(0)
    qtbot.waitUntil(lambda: np.array_equal(nearest_of(panel).pictures, real[:9]), timeout=20_000)
    assert "9 of 9 are near-copies" in caption_of(panel)
    assert len(looks) == 1  # a slow disk is not asked at each step


def test_where_pictures_are_few_copies_are_counted_without_being_asked(
    qtbot, own, panel: SamplesPanel, model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes = noise()
    fakes[:2] = own[0][:2]
    train(model, fakes)
    qtbot.waitUntil(lambda: "2 of 9 are near-copies" in caption_of(panel), timeout=20_000)
    assert "half as far" in panel.caption.toolTip()
    train(model, noise(2), 10)
    qtbot.waitUntil(lambda: "no near-copies" in caption_of(panel), timeout=20_000)
    choose(qtbot, panel, View.REAL)
    assert "cop" not in caption_of(panel)
    choose(qtbot, panel, View.FIXED)
    monkeypatch.setattr(nearest_pictures, "FEW_PICTURES", 12)  # not fewer than the set has
    train(model, noise(3), 20)
    assert "cop" not in caption_of(panel)


def test_a_mirrored_copy_is_one_where_training_mirrors(
    qtbot, own, panel: SamplesPanel, model: RunModel, tips: list[str]
) -> None:
    mirrored = own[0][:9, :, ::-1]
    train(model, mirrored, config=cfg.change(OWN, "stabilise.mirror", True))
    assert np.array_equal(show_nearest(qtbot, panel), mirrored)
    play_tip(panel, 0)
    assert "0.png, mirrored. A near-copy" in tips[-1]


def test_a_large_set_is_not_looked_through_and_the_button_says_why(
    qtbot, own, panel: SamplesPanel, model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = cfg.change(cfg.change(cfg.change(SMALL, "data.name", "cifar10"), "data.size", 32), "data.channels", 3)
    train(model, np.zeros((GRID**2, 32, 32, 3), np.uint8), config=large)
    assert not button_of(panel).isEnabled()
    assert "50,000 pictures of this size are 154 MB" in button_of(panel).toolTip()
    train(model, noise())
    assert button_of(panel).isEnabled()
    assert "Not for" not in button_of(panel).toolTip()
    train(model, noise(), config=cfg.change(OWN, "data.name", "gone"))
    assert "gone is not here" in button_of(panel).toolTip()
    monkeypatch.setattr(
        "ganstudio.gui.workers.nearest_pictures.MAX_NUMBERS", 12 * 6 * 9 * 4 - 1
    )  # an older version had more
    train(model, noise())
    qtbot.mouseClick(button_of(panel), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "too many" in nearest_of(panel).accessibleDescription(), timeout=20_000)


def test_the_menu_of_a_picture_shows_them_and_takes_them_away(
    qtbot, own, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    real, _ = own
    train(model, real[:9])
    action = entry(panel.menu(0), "Nearest")
    assert not action.isChecked()
    action.trigger()
    qtbot.waitUntil(lambda: nearest_of(panel).pictures is not None, timeout=20_000)
    with qtbot.waitSignal(panel.saver.written):
        panel.saver.save(tmp_path / "both.png")
    again = entry(panel.menu(0), "Nearest")
    assert again.isChecked()
    again.trigger()
    assert not nearest_of(panel).isVisible()
    with qtbot.waitSignal(panel.saver.written):
        panel.saver.save(tmp_path / "one.png")
    with Image.open(tmp_path / "both.png") as both, Image.open(tmp_path / "one.png") as one:
        assert both.width > 2 * one.width
    choose(qtbot, panel, View.BOTH)
    assert not button_of(panel).isVisible()
    assert not any(each.text().startswith("Nearest") for each in panel.menu(0).actions())


def test_the_picture_beside_that_under_the_pointer_is_framed(qtbot, own, panel: SamplesPanel, model: RunModel) -> None:
    train(model, own[0][:9])
    show_nearest(qtbot, panel)
    grid = nearest_of(panel)
    before = grid.grab().toImage()
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(4))
    framed = grid.grab().toImage()
    assert framed != before
    model.view(0)  # the pointer rests
    assert grid.grab().toImage() == framed
    for view in (View.REAL, View.FIXED):
        choose(qtbot, panel, view)
    assert grid.grab().toImage() == before


def test_the_nearest_picture_of_mnist_is_named_by_its_number(
    qtbot, panel: SamplesPanel, model: RunModel, tips: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = np.random.default_rng(0).integers(0, 256, (1500, 28, 28), np.uint8)
    mnist = Dataset(DATASETS["mnist"], real, np.zeros(len(real), np.uint8))
    monkeypatch.setattr(catalog, "load", lambda *_, **__: mnist)
    train(model, real[-9:], config=cfg.change(SMALL, "data.name", "mnist"))
    show_nearest(qtbot, panel)
    play_tip(panel, 8)
    assert "Nearest training picture: number 1,500. A near-copy" in tips[-1]
    thread = panel._nearest._thread
    assert thread._pictures is real
    qtbot.mouseClick(button_of(panel), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: thread._pictures is None, timeout=20_000)  # it is let go


def test_where_the_data_of_an_opened_run_are_is_looked_up_once(
    qtbot, own, panel: SamplesPanel, model: RunModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.create(tmp_path / "run", OWN, RunInfo.now(OWN))
    looks: list[Path] = []
    monkeypatch.setattr(RunFolder, "data_home", lambda run: looks.append(run.path))
    model.begin(OWN, folder)
    for step in range(3):
        model.handle(Samples(step, 0.0, noise(step)))
    assert looks == [folder.path]  # a disk may be slow
    model.begin(OWN, folder)
    assert looks == [folder.path] * 2
