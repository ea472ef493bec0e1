from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QTabBar, QToolButton, QWidget

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.gui.explorer.axis_slider import AxisSlider
from ganstudio.gui.explorer.axis_strip import AxisStrip
from ganstudio.gui.explorer.page_box import PageBox, SeedBox
from ganstudio.gui.explorer.panel import LatentPanel
from ganstudio.gui.explorer.sliders_page import SlidersPage
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.workers.sample_requests import Answer, Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import models
from ganstudio.latent.directions import find
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler
from ganstudio.text import EN_DASH
from support.panels import CONDITIONAL, SMALL, Z_SIZE, alike, expected, play, snapshot

WAIT = 20_000  # ms


@pytest.fixture
def model(qapp) -> RunModel:
    return RunModel(SMALL)


@pytest.fixture
def panel(qtbot, model: RunModel, thread: SampleThread, no_bundled) -> LatentPanel:
    return show(qtbot, model, thread)


def show(qtbot, model: RunModel, thread: SampleThread, size: tuple[int, int] = (900, 240)) -> LatentPanel:
    panel = LatentPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(*size)
    panel.show()
    return panel


@pytest.fixture
def no_bundled(monkeypatch) -> None:
    """As in a copy of the program that comes without models."""
    monkeypatch.setattr("ganstudio.latent.models.bundled", lambda name: None)


def slider(panel: LatentPanel, place: int) -> Slider:
    return panel.findChild(Slider, f"latentSlider{place}")


def to_page(qtbot, panel: LatentPanel, page: int) -> PageBox:
    """By keyboard, as a user does; page 0 are the directions."""
    box = panel.findChild(PageBox)
    while box.value() < page:
        qtbot.keyClick(box, Qt.Key.Key_Up)
    return box


def preview(panel: LatentPanel) -> PictureGrid:
    return panel.findChild(PictureGrid, "latentPreview")


def shows(panel: LatentPanel, folder: Path, step: int) -> bool:
    return alike(preview(panel).pictures, expected(folder, step, panel.z[None]))


def with_directions(qtbot, panel: LatentPanel, model: RunModel, folder: Path) -> np.ndarray:
    """A snapshot, and its directions (10, z_size) once they are found."""
    with qtbot.waitSignal(panel.explorer.directions.found, timeout=WAIT):
        play(model, folder, 0)
    return panel.explorer.directions.current.vectors


def test_rests_with_words_until_there_is_a_snapshot(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    assert not slider(panel, 0).isEnabled()
    assert not panel.findChild(QPushButton, "randomLatentButton").isEnabled()
    assert "the sliders work from" in preview(panel).accessibleDescription()
    with_directions(qtbot, panel, model, tmp_path)
    assert slider(panel, 0).isEnabled()
    model.begin(SMALL)
    assert not slider(panel, 0).isEnabled()
    assert preview(panel).pictures is None


def test_the_ten_sliders_are_principal_directions(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    vectors = with_directions(qtbot, panel, model, tmp_path)
    before, target = panel.z, slider(panel, 3)
    assert target.accessibleName() == "direction 4"
    assert target.value() == round(float(before @ vectors[3]) * 100)
    place = QPoint(round(target.x_of(-200)), target.height() // 2)
    with qtbot.waitSignal(panel.painted, timeout=WAIT):
        qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=place)
    coordinates, were = vectors @ panel.z, vectors @ before
    assert abs(coordinates[3] + 2.0) < 0.1
    assert np.allclose(np.delete(coordinates, 3), np.delete(were, 3), atol=1e-4)
    across = panel.z - coordinates @ vectors
    assert np.allclose(across, before - were @ vectors, atol=1e-4)  # nothing else has moved
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)


def test_keys_and_wheel_step_and_a_double_click_resets(
    qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path
) -> None:
    vectors = with_directions(qtbot, panel, model, tmp_path)
    target = slider(panel, 1)
    qtbot.mouseDClick(target, Qt.MouseButton.LeftButton)
    assert float(panel.z @ vectors[1]) == pytest.approx(0.0, abs=1e-5)
    qtbot.keyClick(target, Qt.Key.Key_Right)
    assert float(panel.z @ vectors[1]) == pytest.approx(0.1, abs=1e-5)
    qtbot.keyClick(target, Qt.Key.Key_End)
    assert float(panel.z @ vectors[1]) == pytest.approx(3.0, abs=1e-5)


def test_z_stays_while_the_generator_learns(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    z = panel.z
    for step in (10, 20):
        play(model, tmp_path, step)
        qtbot.waitUntil(lambda at=step: shows(panel, tmp_path, at), timeout=WAIT)
    model.view(10)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 10), timeout=WAIT)
    play(model, tmp_path, 30)
    model.view(None)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 30), timeout=WAIT)
    assert np.array_equal(panel.z, z)


def test_pages_reach_every_number(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    page = panel.findChild(PageBox)
    assert page.text() == "directions"
    to_page(qtbot, panel, 2)
    assert page.text() == f"z 10{EN_DASH}19"
    target = slider(panel, 4)
    qtbot.keyClick(target, Qt.Key.Key_End)
    assert panel.z[14] == pytest.approx(3.0)
    assert target.accessibleName() == "z 14"
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.text() == f"z 20{EN_DASH}{Z_SIZE - 1}"
    assert [slider(panel, place).isVisible() for place in range(10)] == [True] * 3 + [False] * 7
    page.selectAll()
    qtbot.keyClicks(page, "14")
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert page.text() == f"z 10{EN_DASH}19"
    assert slider(panel, 4).value() == 300
    assert slider(panel, 9).isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Up)
    qtbot.keyClick(page, Qt.Key.Key_Up)
    assert page.text() == "directions"


def test_random_reset_and_seeds(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    to_page(qtbot, panel, 1)
    before, seed = panel.z, panel.findChild(SeedBox)
    assert seed.text() == "seed 0"
    qtbot.mouseClick(panel.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    assert not np.array_equal(panel.z, before)
    assert np.array_equal(panel.z, noise(1, Z_SIZE, seed.value())[0])  # so the picture can be found again
    assert slider(panel, 2).value() == round(float(np.clip(panel.z[2], -3, 3)) * 100)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)
    qtbot.mouseClick(panel.findChild(QPushButton, "resetLatentButton"), Qt.MouseButton.LeftButton)
    assert not panel.z.any()
    assert all(slider(panel, place).value() == 0 for place in range(10))
    assert seed.text() == f"seed {EN_DASH}"
    seed.selectAll()
    qtbot.keyClicks(seed, "12")
    assert np.array_equal(panel.z, noise(1, Z_SIZE, 12)[0])
    qtbot.keyClick(seed, Qt.Key.Key_Up)
    assert np.array_equal(panel.z, noise(1, Z_SIZE, 13)[0])
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)


def test_shows_a_z_from_elsewhere_exactly(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    """Numbers between the slider's steps, or beyond its ends, are not rounded by being shown."""
    with_directions(qtbot, panel, model, tmp_path)
    panel.findChild(Slider, "truncationSlider").setValue(40)
    z = np.full(Z_SIZE, 0.12345, np.float32)
    z[0] = 4.5
    panel.set_z(z)
    assert np.array_equal(panel.z, z)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)
    panel.set_z(np.zeros(Z_SIZE + 1, np.float32))  # of another run
    assert np.array_equal(panel.z, z)


def test_truncation_shrinks_the_picture_s_z(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    target = panel.findChild(Slider, "truncationSlider")
    z = panel.z
    qtbot.mouseClick(target, Qt.MouseButton.LeftButton, pos=QPoint(round(target.x_of(30)), target.height() // 2))
    assert panel.explorer.truncation == pytest.approx(0.3, abs=0.03)
    assert np.array_equal(panel.z, z)
    shrunk = expected(tmp_path, 0, z[None] * np.float32(panel.explorer.truncation))
    qtbot.waitUntil(lambda: alike(preview(panel).pictures, shrunk), timeout=WAIT)
    qtbot.mouseDClick(target, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)


def test_stale_answers_are_dropped(qtbot, panel: LatentPanel, model: RunModel, thread, tmp_path: Path) -> None:
    play(model, tmp_path, 0)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)
    late = Answer(Channel.PREVIEW, panel.z[None], 0, 0.5, np.full((1, 28, 28), 77, np.uint8))
    thread.on(Channel.PREVIEW).answered.emit(late)
    assert not np.array_equal(preview(panel).pictures, late.pictures)


def test_the_strip_shows_where_a_drag_would_lead(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    vectors = with_directions(qtbot, panel, model, tmp_path)
    strip = panel.findChild(AxisStrip)
    assert strip.isVisible()
    qtbot.keyClick(slider(panel, 6), Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: strip.pictures is not None, timeout=WAIT)

    def along() -> np.ndarray:
        base, values = panel.z - (panel.z @ vectors[6]) * vectors[6], np.linspace(-3, 3, len(strip.pictures))
        return (base + values[:, None] * vectors[6]).astype(np.float32)

    qtbot.waitUntil(lambda: alike(strip.pictures, expected(tmp_path, 0, along())), timeout=WAIT)
    assert strip.accessibleDescription() == f"{len(strip.pictures)} pictures along direction 7"
    assert 15 <= len(strip.pictures) <= 64  # as many as there is room for
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip.centre_of(0))
    assert float(panel.z @ vectors[6]) == pytest.approx(-3.0, abs=1e-5)
    assert slider(panel, 6).value() == -300


def test_a_drag_leaves_the_strip_along_its_axis_alone(
    qtbot, panel: LatentPanel, model: RunModel, thread: SampleThread, tmp_path: Path
) -> None:
    """Every picture that a drag needs then is the large one."""
    with_directions(qtbot, panel, model, tmp_path)
    qtbot.keyClick(slider(panel, 2), Qt.Key.Key_Right)
    strip = panel.findChild(AxisStrip)
    qtbot.waitUntil(lambda: strip.pictures is not None, timeout=WAIT)
    qtbot.wait(100)
    channels: list[Channel] = []
    for channel in (Channel.PREVIEW, Channel.STRIP, Channel.MORPH, Channel.WALK):
        panel.explorer.on(channel).answered.connect(lambda answer: channels.append(answer.channel))
    for value in range(-250, 250, 100):
        slider(panel, 2).setValue(value)
        qtbot.wait(30)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 0), timeout=WAIT)
    assert set(channels) == {Channel.PREVIEW}
    qtbot.keyClick(slider(panel, 3), Qt.Key.Key_Right)  # another axis, another strip
    qtbot.waitUntil(lambda: Channel.STRIP in channels, timeout=WAIT)


def test_the_strip_takes_little_of_the_time_while_a_run_trains(
    qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path, monkeypatch
) -> None:
    with_directions(qtbot, panel, model, tmp_path)
    model.set_status("training")
    qtbot.keyClick(slider(panel, 0), Qt.Key.Key_Right)  # the directions stay from now on
    strip = panel.findChild(AxisStrip)

    def is_of(step: int) -> bool:
        return alike(strip.pictures, expected(tmp_path, step, panel.explorer.along_active_axis(len(strip.pictures))))

    qtbot.waitUntil(lambda: strip.pictures is not None and is_of(0), timeout=WAIT)
    monkeypatch.setattr("ganstudio.gui.explorer.sliders_page._MAX_TIME_FRACTION", 1e-6)
    play(model, tmp_path, 10)
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 10), timeout=WAIT)
    qtbot.wait(80)
    assert is_of(0)  # the picture is of the new generator, the strip will be later
    qtbot.keyClick(slider(panel, 0), Qt.Key.Key_Right)  # or as soon as the person moves
    qtbot.waitUntil(lambda: is_of(10), timeout=WAIT)
    model.view(0)
    qtbot.waitUntil(lambda: is_of(0), timeout=WAIT)


def test_a_direction_gets_a_name_that_is_kept(
    qtbot, panel: LatentPanel, model: RunModel, thread: SampleThread, tmp_path: Path
) -> None:
    with_directions(qtbot, panel, model, tmp_path)
    qtbot.keyClick(slider(panel, 1), Qt.Key.Key_F2)
    editor = slider(panel, 1).parentWidget().findChild(QLineEdit)
    assert editor.isVisible()
    assert editor.text() == "direction 2"
    qtbot.keyClicks(editor, "slant")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert not editor.isVisible()
    assert slider(panel, 1).accessibleName() == "slant"
    to_page(qtbot, panel, 1)
    qtbot.keyClick(slider(panel, 1), Qt.Key.Key_F2)
    assert not editor.isVisible()  # numbers have no other names
    other = show(qtbot, model, thread)
    assert slider(other, 1).accessibleName() == "slant"
    qtbot.waitUntil(lambda: slider(other, 1).isEnabled(), timeout=WAIT)
    qtbot.keyClick(slider(other, 1), Qt.Key.Key_F2)
    editor = slider(other, 1).parentWidget().findChild(QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert slider(other, 1).accessibleName() == "direction 2"


def test_directions_are_found_again_when_asked_for(qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    with_directions(qtbot, panel, model, tmp_path)
    qtbot.keyClick(slider(panel, 0), Qt.Key.Key_Right)
    play(model, tmp_path, 10)
    old = panel.explorer.directions.current.vectors
    with qtbot.waitSignal(panel.explorer.directions.found, timeout=WAIT):
        qtbot.mouseClick(panel.findChild(QToolButton, "findDirectionsButton"), Qt.MouseButton.LeftButton)
    new = panel.explorer.directions.current.vectors
    assert not np.allclose(old, new)
    assert slider(panel, 0).value() == round(float(np.clip(panel.z @ new[0], -3, 3)) * 100)


def test_an_opened_run_has_the_directions_of_its_newest_generator(
    qtbot, panel: LatentPanel, model: RunModel, tmp_path: Path
) -> None:
    play(model, tmp_path, 1, 2, 3, 4)  # the search begins with the first, the others come meanwhile
    qtbot.waitUntil(lambda: panel.explorer.directions.current is not None and panel.explorer.directions.step == 4)
    spread = panel.explorer.directions.current.spread
    assert (np.diff(spread) <= 0).all()
    path = tmp_path / "4.safetensors"
    assert np.allclose(spread, find(Sampler.from_snapshot(path, SMALL).G, Z_SIZE).spread)


def test_a_run_with_another_latent_size(panel: LatentPanel, model: RunModel, tmp_path: Path) -> None:
    small = cfg.change(SMALL, "network.z_size", 4)
    model.begin(small)
    model.handle(snapshot(tmp_path, 0, small))
    assert len(panel.z) == 4
    assert [slider(panel, place).isVisible() for place in range(10)] == [True] * 4 + [False] * 6


def test_the_tabs_change_the_page(qtbot, panel: LatentPanel) -> None:
    tabs, page = panel.findChild(QTabBar, "explorerTabs"), panel.findChild(SlidersPage)
    assert [tabs.tabText(index) for index in range(tabs.count())] == ["sliders", "morph", "walk", "draw"]
    assert page.isVisible()
    for name in ("morphSquare", "drawCanvas"):
        qtbot.keyClick(tabs, Qt.Key.Key_Right)
        if name == "drawCanvas":
            qtbot.keyClick(tabs, Qt.Key.Key_Right)
        assert panel.findChild(QWidget, name).isVisible(), name
        assert not page.isVisible()


SIZES = [(300, 420), (330, 420), (660, 190), (960, 178), (760, 174), (1400, 400)]


@pytest.mark.parametrize("config", [SMALL, CONDITIONAL], ids=["plain", "classes"])
def test_nothing_overlaps_at_any_size(qtbot, thread, no_bundled, tmp_path: Path, dressed, config) -> None:
    model = RunModel(config)
    model.handle(snapshot(tmp_path, 0, config))
    panel = show(qtbot, model, thread)
    qtbot.waitUntil(lambda: slider(panel, 0).isEnabled(), timeout=WAIT)
    for size in SIZES:
        panel.resize(*size)
        qtbot.waitUntil(lambda: nothing_overlaps(panel), timeout=WAIT)


def nothing_overlaps(panel: LatentPanel) -> None:
    page = panel.findChild(SlidersPage)
    parts = [each for each in page.children() if isinstance(each, QWidget) and each.isVisible()]
    assert len([each for each in parts if isinstance(each, AxisSlider)]) == 10
    for number, one in enumerate(parts):
        assert page.rect().contains(one.geometry()), (one, panel.size())
        assert one.height() >= 14, (one, panel.size())
        assert not [other for other in parts[:number] if other.geometry().intersects(one.geometry())], one
    buttons = [each for each in panel.findChildren(QPushButton) if each.parent() is panel]
    for one in (preview(panel), page.parentWidget(), panel.findChild(SeedBox), *buttons):
        assert panel.rect().contains(one.geometry()), (one, panel.size())
    if panel.width() > 700:
        assert panel.findChild(AxisStrip).isVisible(), panel.size()


def bundle(folder: Path, config: cfg.RunConfig) -> Path:
    """A generator file as the program comes with, and its picture."""
    from PIL import Image

    from ganstudio.runs import checkpoint

    where = folder / "pretrained"
    where.mkdir()
    weights, _ = checkpoint.load_snapshot(Path(snapshot(folder, 1, config).path))
    path = where / "mnist-conditional.safetensors"
    about = {"name": "mnist-conditional", "config": cfg.to_dict(config), "step": 1, "epoch": 1.0, "images": 8}
    checkpoint.save_snapshot(path, weights, about)
    first = Sampler.from_snapshot(path, config).sample(noise(1, Z_SIZE, 0), np.array([0]))
    Image.fromarray(first[0]).save(where / "mnist-conditional.png")
    return path


def test_a_run_of_points_shows_no_digits_before_its_first_ones(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    bundle(tmp_path, CONDITIONAL)
    points = presets.load("lab-moons").config
    monkeypatch.setattr("ganstudio.system.paths.resources", lambda: tmp_path)
    model = RunModel(SMALL)
    panel = show(qtbot, model, thread)
    assert preview(panel).pictures is not None
    model.set_config(points)
    assert preview(panel).pictures is None
    assert preview(panel).accessibleDescription() == "Start a run: the sliders work from its first snapshot on."
    assert not slider(panel, 0).isEnabled()
    model.set_config(SMALL)
    assert panel.explorer.generator.name == models.INITIAL


def test_the_bundled_digits_are_there_at_once(qtbot, thread, tmp_path: Path, monkeypatch) -> None:
    path = bundle(tmp_path, CONDITIONAL)
    monkeypatch.setattr("ganstudio.system.paths.resources", lambda: tmp_path)
    model = RunModel(SMALL)
    panel = LatentPanel(model, thread)
    qtbot.addWidget(panel)
    panel.resize(900, 240)
    first = expected(tmp_path, 1, panel.z[None], CONDITIONAL, np.array([0]))
    assert alike(preview(panel).pictures, first)  # before it was shown, and without torch
    assert not thread.isRunning()
    panel.show()
    qtbot.waitUntil(lambda: slider(panel, 0).isEnabled(), timeout=WAIT)
    assert panel.explorer.generator.path == path
    with qtbot.waitSignal(panel.painted, timeout=WAIT):
        qtbot.keyClick(slider(panel, 0), Qt.Key.Key_End)
    moved = expected(tmp_path, 1, panel.z[None], CONDITIONAL, np.array([0]))
    qtbot.waitUntil(lambda: alike(preview(panel).pictures, moved), timeout=WAIT)
    assert not alike(moved, first)
    play(model, tmp_path, 7)  # a run: its own generator from now on
    qtbot.waitUntil(lambda: shows(panel, tmp_path, 7), timeout=WAIT)
    model.close_run()
    qtbot.waitUntil(lambda: alike(preview(panel).pictures, moved), timeout=WAIT)


def test_the_picture_that_comes_with_the_program_is_where_the_explorer_begins(qtbot, thread) -> None:
    bundled = models.bundled(models.INITIAL)
    if bundled is None:
        pytest.skip("this copy comes without models")
    panel = LatentPanel(RunModel(SMALL), thread)
    qtbot.addWidget(panel)
    made = Sampler.from_model(bundled).sample(panel.z[None], mix=panel.explorer.mix[None])
    assert alike(preview(panel).pictures, made)
