from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QToolTip, QWidget

from ganstudio import config as cfg
from ganstudio.data.catalog import load
from ganstudio.events import Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.panel import BOTH, FIXED, FRESH, REAL, SamplesPanel
from ganstudio.gui.widgets.widgets import PictureGrid
from ganstudio.gui.workers.real_pictures import RealRequest, RealThread, real_pictures
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import models
from ganstudio.training import rng
from support.file_dialog import answer, asked
from support.panels import CONDITIONAL, GRID, SMALL, Z_SIZE, alike, expected, grid, play


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel) -> Iterator[SamplesPanel]:
    thread = SampleThread()
    panel = SamplesPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(500, 400)
    panel.show()
    yield panel
    assert panel.stop()
    assert thread.stop()


def fake_of(panel: SamplesPanel) -> PictureGrid:
    return next(each for each in panel.findChildren(PictureGrid) if each.accessibleName() == "generated pictures")


def real_of(panel: SamplesPanel) -> PictureGrid:
    return next(each for each in panel.findChildren(PictureGrid) if each.accessibleName() == "real pictures")


def choose(qtbot, panel: SamplesPanel, index: int) -> None:
    texts = ["fixed z", "fresh z", "real", "both"]
    button = next(each for each in panel.findChildren(QToolButton) if each.text() == texts[index])
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert panel.shown == index


@pytest.fixture(autouse=True)
def _no_bundled_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that need one write their own."""
    monkeypatch.setattr(models, "bundled", lambda name: None)


def test_says_how_to_start_before_a_run(panel: SamplesPanel) -> None:
    assert "Press Space to start" in fake_of(panel).accessibleDescription()
    assert panel.sheet() is None


def test_the_newest_grid_is_shown_as_it_comes(panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    for step in (0, 10, 20):
        play(model, tmp_path, step)
        assert np.array_equal(fake_of(panel).pictures, grid(step).pictures)


def test_the_viewed_step_is_shown_and_live_comes_back(panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0, 10, 20)
    model.view(10)
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)
    play(model, tmp_path, 30)
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)
    model.view(None)
    assert np.array_equal(fake_of(panel).pictures, grid(30).pictures)


def test_another_run_does_not_show_the_pictures_of_the_last(
    panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 0, 10)
    model.begin(SMALL)
    assert fake_of(panel).pictures is None


def test_fresh_pictures_of_the_newest_snapshot(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    choose(qtbot, panel, FRESH)
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


def test_a_grid_by_class_says_which_class_each_column_shows(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    def caption() -> str:
        return panel._caption.text() if panel._caption.isVisible() else ""

    play(model, tmp_path, 0)
    assert caption() == ""
    wide = cfg.change(CONDITIONAL, "output.grid", 10)
    model.begin(wide)
    model.set_status("starting")
    pictures = np.zeros((100, 28, 28), np.uint8)
    model.handle(Samples(0, 0.0, pictures))
    assert panel._source.class_names() == tuple("0123456789")
    assert caption() == "Columns: 0 1 2 3 4 5 6 7 8 9"
    assert fake_of(panel).arrangement().columns % 10 == 0
    model.begin(CONDITIONAL)  # four columns: four of the classes
    model.handle(Samples(0, 0.0, pictures[:16]))
    assert caption() == "Columns: 0 1 2 3"
    choose(qtbot, panel, REAL)
    assert "Columns" not in caption()


def test_draw_again_is_there_for_fresh_z_alone(qtbot, panel: SamplesPanel) -> None:
    again = panel.findChild(QToolButton, "drawAgainButton")
    for index in (FIXED, FRESH, REAL, BOTH):
        choose(qtbot, panel, index)
        assert again.isVisible() == (index == FRESH)


def test_real_pictures_come_from_the_data_set(qtbot, panel: SamplesPanel) -> None:
    choose(qtbot, panel, REAL)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    shown = real_of(panel).pictures
    assert shown.shape == (GRID**2, 28, 28)
    every = {each.tobytes() for each in load("digits", size=28, channels=1).images}
    assert all(each.tobytes() in every for each in shown)
    assert not fake_of(panel).isVisible()


def test_real_beside_fake(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, BOTH)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    assert real_of(panel).isVisible()
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)


@pytest.mark.parametrize("room", [(690, 440), (460, 330), (390, 720)])
@pytest.mark.parametrize("settings", [CONDITIONAL, SMALL])
def test_real_and_fake_are_shown_in_one_size(
    qtbot, panel: SamplesPanel, model: RunModel, room: tuple[int, int], settings: cfg.RunConfig
) -> None:
    """Also where the classes of the fakes ask for so many columns; which stay one class each."""
    panel.resize(*room)
    model.begin(cfg.change(settings, "output.grid", 10))
    model.set_status("starting")
    model.handle(Samples(0, 0.0, np.zeros((100, 28, 28), np.uint8)))
    choose(qtbot, panel, BOTH)
    qtbot.waitUntil(lambda: real_of(panel).pictures is not None, timeout=20_000)
    real, fake = real_of(panel).arrangement(), fake_of(panel).arrangement()
    assert real == fake
    if settings is CONDITIONAL:
        assert fake.columns % 10 == 0
    choose(qtbot, panel, REAL)
    alone = real_of(panel).arrangement()
    assert alone.columns * alone.rows >= 100  # as many as there are, again


def test_a_missing_data_set_is_said_in_words(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    model.data_home = tmp_path / "empty"
    model.begin(cfg.change(SMALL, "data.name", "kmnist"))
    choose(qtbot, panel, REAL)
    qtbot.waitUntil(lambda: "download" in real_of(panel).accessibleDescription(), timeout=20_000)


def test_real_pictures_are_the_same_for_a_seed_and_have_the_networks_size() -> None:
    data = cfg.DataConfig("digits", 32, 3)
    pictures = real_pictures(RealRequest(data, 5, 1, None))
    assert pictures.shape == (5, 32, 32, 3)
    assert np.array_equal(pictures, real_pictures(RealRequest(data, 5, 1, None)))
    assert not np.array_equal(pictures, real_pictures(RealRequest(data, 5, 2, None)))
    assert len(real_pictures(RealRequest(data, 10_000, 1, None))) == 1797


def test_the_thread_of_real_pictures_survives_an_error(qtbot, monkeypatch) -> None:
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


def test_a_clicked_picture_of_fixed_z_opens_its_own_z(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    import torch

    play(model, tmp_path, 0, 10)
    with qtbot.waitSignal(panel.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(4))
    fixed = torch.randn(GRID**2, Z_SIZE, generator=rng.make_generator(SMALL.seed, "fixed")).numpy()
    assert np.array_equal(got.args[0], fixed[4])


def test_a_clicked_fresh_picture_opens_its_own_z(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    choose(qtbot, panel, FRESH)
    qtbot.waitUntil(lambda: fake_of(panel).accessibleDescription() == "9 fresh pictures at step 0", timeout=20_000)
    shown = fake_of(panel).pictures
    with qtbot.waitSignal(panel.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(7))
    assert alike(shown[7:8], expected(tmp_path, 0, got.args[0][None]))


def test_the_grid_is_saved_as_a_picture(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    with qtbot.waitSignal(panel.written):
        qtbot.mouseClick(panel.findChild(QToolButton, "savePictureButton"), Qt.MouseButton.LeftButton)
        answer(panel, tmp_path / "shown")  # the ending is added
    saved = np.asarray(Image.open(tmp_path / "shown.png").convert("L"))
    assert saved.shape == (2 * (3 * 28 + 2),) * 2
    assert saved[0, 0] == 5
    assert saved[-1, -1] == 5 + 8


def test_a_picture_that_cannot_be_written_is_said(qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    with qtbot.waitSignal(panel.failed) as got:
        panel.save_picture(tmp_path / "no" / "such" / "folder.png")
    assert "could not be written" in got.args[0].message


def test_the_time_slider_goes_below(qtbot, panel: SamplesPanel) -> None:
    below = QWidget()
    below.setFixedHeight(30)
    panel.set_timeline(below)
    qtbot.waitUntil(lambda: below.isVisible() and below.y() > fake_of(panel).geometry().bottom())


def test_hidden_it_does_nothing_and_shown_again_it_is_up_to_date(
    panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 0)
    panel.hide()
    play(model, tmp_path, 10)
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)
    panel.show()
    assert np.array_equal(fake_of(panel).pictures, grid(10).pictures)


# What D thinks


def with_critic(folder: Path, step: int, settings: cfg.RunConfig = SMALL, **about: object) -> Path:
    """A snapshot of random networks that holds D, too."""
    import torch

    from ganstudio import networks
    from ganstudio.runs import checkpoint
    from ganstudio.training.state import discriminator_weights, half_precision_weights

    rng = torch.Generator().manual_seed(step)
    G, D = networks.generator(settings, rng), networks.discriminator(settings, rng)
    judge, meta = discriminator_weights(D, 0.0)
    path = folder / f"{step}.safetensors"
    checkpoint.save_snapshot(path, half_precision_weights(G) | judge, {"step": step, **meta, **about})
    return path


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    words: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, *_: words.append(text))
    return words


def opinion(path: Path, picture: np.ndarray) -> str:
    from ganstudio.latent.sampler import Sampler

    critic = Sampler.from_snapshot(path, SMALL).critic
    assert critic is not None
    return f"D: {100 * critic.opinion(picture[None])[0]:.0f}\N{NARROW NO-BREAK SPACE}% real"


def test_the_pointer_on_a_picture_asks_d_of_the_viewed_step(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, told: list[str]
) -> None:
    play(model, tmp_path, 0, 10)
    paths = {step: with_critic(tmp_path, step) for step in (0, 10)}
    shown = fake_of(panel)
    qtbot.mouseMove(shown, shown.centre_of(3))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert opinion(paths[10], grid(10).pictures[3]) in told[-1]
    assert "Picture 4 of 9" in told[-1]
    model.view(0)  # the pointer rests: the same place, another step
    qtbot.waitUntil(lambda: opinion(paths[0], grid(0).pictures[3]) in told[-1], timeout=20_000)


def test_d_is_asked_once_the_pointer_rests(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, told: list[str]
) -> None:
    play(model, tmp_path, 0)
    with_critic(tmp_path, 0)
    shown = fake_of(panel)
    for index in range(8):
        qtbot.mouseMove(shown, shown.centre_of(index))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    qtbot.wait(50)
    assert len(told) == 1
    assert "Picture 8 of 9" in told[0]
    qtbot.mouseMove(shown, shown.centre_of(2))
    qtbot.mouseMove(shown, QPoint(1, 1))  # beside the pictures: nobody is asked
    qtbot.wait(250)
    assert len(told) == 1


def test_without_d_the_tooltip_says_nothing_of_it(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, told: list[str]
) -> None:
    play(model, tmp_path, 0)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(0))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "Picture 1 of 9" in told[0]
    assert "D:" not in told[0]
    assert "real" not in told[0]


# The menu of a picture


def entry(menu: QMenu, text: str) -> QAction:
    return next(each for each in menu.actions() if each.text().startswith(text))


def test_a_picture_is_put_into_a_corner_of_the_morph_square(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    import torch

    play(model, tmp_path, 0)
    menu = panel.menu(5)
    with qtbot.waitSignal(panel.cornerRequested, timeout=20_000) as got:
        entry(entry(menu, "Put in").menu(), "bottom left").trigger()
    fixed = torch.randn(GRID**2, Z_SIZE, generator=rng.make_generator(SMALL.seed, "fixed")).numpy()
    assert got.args[0] == 2
    assert np.array_equal(got.args[1], fixed[5])
    assert got.args[2] is None
    with qtbot.waitSignal(panel.latentRequested, timeout=20_000) as got:
        entry(menu, "Open in").trigger()
    assert np.array_equal(got.args[0], fixed[5])
    menu.close()


def test_one_picture_is_saved_large_and_crisp(panel: SamplesPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 5)
    out = tmp_path / "one.png"
    menu = panel.menu(7)
    entry(menu, "Save this").trigger()
    proposed = Path(asked(panel).selectedFiles()[0])
    assert proposed.name == "run-sample-step-5-8.png"
    assert proposed.parent != Path.cwd()
    answer(panel, out)
    saved = np.asarray(Image.open(out).convert("L"))
    assert saved.shape == (28 * 9, 28 * 9)
    assert (saved == 5 + 7).all()
    menu.close()


def test_beside_the_pictures_the_menu_is_of_the_grid_alone(panel: SamplesPanel) -> None:
    menu = panel.menu(None)
    assert [each.text() for each in menu.actions()] == ["Save picture as\N{HORIZONTAL ELLIPSIS}", "Copy"]
    assert not any(each.isEnabled() for each in menu.actions())
    menu.close()


# Before there is a run


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> models.Model:
    """A generator file in the place of the bundled one."""
    about = {"name": "mnist-conditional", "config": cfg.to_dict(CONDITIONAL), "images": 1, "epoch": 1.0}
    path = with_critic(tmp_path, 7, CONDITIONAL, **about)
    found = models.of_file(path, "mnist-conditional", "MNIST digits by class (bundled)")
    monkeypatch.setattr(models, "bundled", lambda name: found)
    return found


def bundled_shown(qtbot, panel: SamplesPanel) -> np.ndarray:
    panel.refresh()
    shown = fake_of(panel)
    qtbot.waitUntil(lambda: shown.pictures is not None and len(shown.pictures) == 100, timeout=20_000)
    return shown.pictures


def test_without_a_run_the_bundled_model_is_shown(qtbot, bundled, panel: SamplesPanel, model: RunModel) -> None:
    first = bundled_shown(qtbot, panel).copy()
    caption = next(each for each in panel.findChildren(QLabel) if each.isVisible())
    assert "MNIST digits by class (bundled)" in caption.text()
    with qtbot.waitSignal(panel.latentRequested, timeout=20_000) as got:
        qtbot.mouseClick(fake_of(panel), Qt.MouseButton.LeftButton, pos=fake_of(panel).centre_of(12))
    assert got.args[1] == 2  # of ten classes in turn
    made = expected(bundled.path.parent, 7, got.args[0][None], CONDITIONAL, np.array([2]))
    assert alike(first[12:13], made)
    choose(qtbot, panel, FRESH)
    qtbot.mouseClick(panel.findChild(QToolButton, "drawAgainButton"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(fake_of(panel).pictures, first), timeout=20_000)


def test_start_takes_the_bundled_pictures_away(
    qtbot, bundled, panel: SamplesPanel, model: RunModel, tmp_path: Path
) -> None:
    bundled_shown(qtbot, panel)
    model.set_status("starting")
    assert "Getting ready" in fake_of(panel).accessibleDescription()
    assert not any(each.isVisible() and "bundled" in each.text() for each in panel.findChildren(QLabel))
    play(model, tmp_path, 0)
    assert np.array_equal(fake_of(panel).pictures, grid(0).pictures)
    model.close_run()
    model.set_status("idle")
    assert len(bundled_shown(qtbot, panel)) == 100


def test_the_bundled_models_d_is_asked_too(qtbot, bundled, panel: SamplesPanel, told: list[str]) -> None:
    bundled_shown(qtbot, panel)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(3))
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert "% real" in told[-1]
    assert "class 3" in told[-1]


def test_a_bundled_model_names_the_file_of_its_pictures(qtbot, bundled, panel: SamplesPanel, tmp_path: Path) -> None:
    bundled_shown(qtbot, panel)
    panel.ask_and_save()
    assert Path(asked(panel).selectedFiles()[0]).name == "mnist-conditional-samples.png"
    answer(panel, tmp_path / "in here" / "x.png")
    (tmp_path / "in here").mkdir()
    panel.ask_and_save()  # begins where one was last
    assert Path(asked(panel).directory().absolutePath()) == tmp_path / "in here"
    asked(panel).close()
