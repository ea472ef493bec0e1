import functools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QPointingDevice, QTabletEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton

from ganstudio import config as cfg
from ganstudio.gui.explorer.draw_canvas import DrawCanvas, capsule
from ganstudio.gui.explorer.draw_page import DrawPage
from ganstudio.gui.explorer.panel import LatentPanel
from ganstudio.gui.explorer.picture_drop import picture_in
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.workers.sample_requests import Channel, Opinion
from ganstudio.latent import inversion
from support.explorer import WAIT, Kit, inside, kit, shown
from support.panels import CONDITIONAL, SMALL, play

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def made(tmp_path: Path, thread) -> Kit:
    return kit(tmp_path, thread)


@pytest.fixture
def page(qtbot, made: Kit) -> Iterator[DrawPage]:
    page = shown(qtbot, DrawPage(made.explorer))
    yield page
    assert page.stop()


def at(canvas: DrawCanvas, x: float, y: float) -> QPoint:
    """Where a pixel of the picture lies in the widget."""
    room, size = canvas.room, len(canvas.picture)
    return QPointF(room.left() + x / size * room.width(), room.top() + y / size * room.height()).toPoint()


def stroke(qtbot, canvas: DrawCanvas, *places: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(canvas, button, pos=at(canvas, *places[0]))
    for place in places[1:]:
        qtbot.mouseMove(canvas, at(canvas, *place))
    qtbot.mouseRelease(canvas, button, pos=at(canvas, *places[-1]))


def button(page: DrawPage, name: str) -> QPushButton:
    return page.findChild(QPushButton, name)


def test_a_soft_brush_draws_the_right_button_erases(qtbot, page: DrawPage) -> None:
    canvas = page.canvas
    assert canvas.objectName() == "drawCanvas"
    assert canvas.picture.shape == (28, 28)
    stroke(qtbot, canvas, (6, 14), (22, 14))
    drawn = canvas.picture
    assert drawn[13:15, 8:20].min() > 240
    assert drawn[:10].max() == 0
    assert ((drawn > 20) & (drawn < 235)).any()  # soft
    across = drawn[10:18, 14].astype(int)
    assert abs(across.argmax() - 3.5) <= 1  # about where it was drawn
    stroke(qtbot, canvas, (14, 8), (14, 20), button=RIGHT)
    assert canvas.picture[13:15, 14].max() < 20
    assert canvas.picture[13:15, 8].min() > 240


def test_a_stroke_that_crosses_itself_is_no_darker() -> None:
    cover = capsule(28, (4, 4), (24, 24), 1.5, 1.3)
    assert cover.max() == 1.0
    assert cover[4, 24 - 1] == 0.0
    assert np.allclose(cover, cover.T)
    dot = capsule(28, (14, 14), (14, 14), 3.0, 1.3)  # a press without a move
    assert np.pi * 2.5**2 < dot.sum() < np.pi * 3.6**2


def test_undo_and_clear(qtbot, page: DrawPage) -> None:
    canvas = page.canvas
    undo, clear = button(page, "undoButton"), button(page, "clearButton")
    assert not undo.isEnabled()
    assert not clear.isEnabled()
    assert not button(page, "projectButton").isEnabled()
    stroke(qtbot, canvas, (5, 5), (5, 20))
    first = canvas.picture
    stroke(qtbot, canvas, (20, 5), (20, 20))
    second = canvas.picture
    qtbot.mouseClick(clear, LEFT)
    assert canvas.is_blank
    qtbot.mouseClick(undo, LEFT)
    assert np.array_equal(canvas.picture, second)
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(canvas.picture, first)
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert canvas.is_blank
    assert not undo.isEnabled()


def test_the_brush_has_a_size(qtbot, page: DrawPage) -> None:
    slider = page.findChild(Slider, "brushSlider")
    stroke(qtbot, page.canvas, (14, 14))
    thin = int((page.canvas.picture > 0).sum())
    qtbot.mouseClick(button(page, "clearButton"), LEFT)
    slider.setValue(slider.maximum())
    stroke(qtbot, page.canvas, (14, 14))
    assert int((page.canvas.picture > 0).sum()) > 4 * thin


def test_a_pen_draws_by_its_pressure_and_erases_with_its_other_end(page: DrawPage) -> None:
    canvas = page.canvas

    def pen(kind: QEvent.Type, x: float, y: float, pressure: float, end: QPointingDevice.PointerType) -> None:
        device = QPointingDevice(
            "pen", 1, QPointingDevice.DeviceType.Stylus, end, QPointingDevice.Capability.Pressure, 1, 3
        )
        place, lifted = QPointF(at(canvas, x, y)), kind == QEvent.Type.TabletRelease
        none = Qt.MouseButton.NoButton
        QApplication.sendEvent(
            canvas,
            QTabletEvent(
                kind,
                device,
                place,
                place,
                pressure,
                0.0,
                0.0,
                0.0,
                0.0,
                0.0,
                Qt.KeyboardModifier.NoModifier,
                none if kind == QEvent.Type.TabletMove else LEFT,
                none if lifted else LEFT,
            ),
        )

    def line(y: float, pressure: float, end: QPointingDevice.PointerType) -> None:
        pen(QEvent.Type.TabletPress, 6, y, pressure, end)
        pen(QEvent.Type.TabletMove, 22, y, pressure, end)
        pen(QEvent.Type.TabletRelease, 22, y, pressure, end)

    tip, rubber = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
    line(7, 0.2, tip)
    line(20, 1.0, tip)
    light, strong = canvas.picture[:14].sum(dtype=int), canvas.picture[14:].sum(dtype=int)
    assert 0 < light < 0.7 * strong
    line(20, 1.0, rubber)
    assert canvas.picture[14:].sum(dtype=int) < 0.05 * strong


def test_d_scores_the_sketch_live(qtbot, page: DrawPage, made: Kit) -> None:
    score = page.findChild(QLabel, "drawScore")
    assert score.text().startswith("Draw")
    qtbot.mousePress(page.canvas, LEFT, pos=at(page.canvas, 8, 8))
    qtbot.mouseMove(page.canvas, at(page.canvas, 20, 20))  # the brush is still down

    def said() -> bool:
        chance = float(made.sampler.critic.opinion(page.canvas.picture[None])[0])
        return score.text() == f"D says {chance * 100:.0f}\N{NARROW NO-BREAK SPACE}% real"

    qtbot.waitUntil(said, timeout=WAIT)
    qtbot.mouseRelease(page.canvas, LEFT)
    page.canvas.clear()
    assert score.text().startswith("Draw")


def test_a_d_that_knows_classes_says_as_which(qtbot, thread, tmp_path: Path) -> None:
    made = kit(tmp_path, thread, CONDITIONAL)
    page = shown(qtbot, DrawPage(made.explorer))
    stroke(qtbot, page.canvas, (8, 8), (20, 20))
    critic, drawn = made.sampler.critic, page.canvas.picture[None]
    label = int(critic.likeliest(drawn)[0])  # of the bundled classifier: these are digits
    score = page.findChild(QLabel, "drawScore")
    qtbot.waitUntil(lambda: score.text().endswith(f", as {made.explorer.classes[label]}"), timeout=WAIT)
    assert f"{float(critic.opinion(drawn, np.array([label]))[0]) * 100:.0f}" in score.text()


def test_an_opinion_of_a_class_that_the_next_model_has_not_is_dropped(
    qtbot, thread, tmp_path: Path, monkeypatch
) -> None:
    made = kit(tmp_path, thread, CONDITIONAL)
    page = shown(qtbot, DrawPage(made.explorer))
    made.model.begin(SMALL)  # until it has a snapshot, the explorer shows a bundled model, which has classes
    assert made.explorer.classes
    requests = []
    monkeypatch.setattr(thread, "put", lambda channel, request: requests.append(request))
    stroke(qtbot, page.canvas, (8, 8), (20, 20))
    qtbot.waitUntil(lambda: bool(requests), timeout=WAIT)
    play(made.model, tmp_path, 0)
    assert not made.explorer.classes
    late = Opinion(requests[-1].stamp, np.array([0.7], np.float32), "", np.array([3]))
    before = page.findChild(QLabel, "drawScore").text()
    thread.on(Channel.SKETCH).answered.emit(late)
    assert page.findChild(QLabel, "drawScore").text() == before


def test_a_file_without_d_is_said_in_words(qtbot, thread, tmp_path: Path) -> None:
    made = kit(tmp_path, thread, with_d=False)
    page = shown(qtbot, DrawPage(made.explorer))
    stroke(qtbot, page.canvas, (8, 8), (20, 20))
    qtbot.waitUntil(lambda: "without its discriminator" in page.findChild(QLabel, "drawScore").text(), timeout=WAIT)


def test_project_moves_the_explorer_to_the_drawing(qtbot, page: DrawPage, made: Kit) -> None:
    target = made.makes(np.random.default_rng(5).standard_normal((1, made.explorer.z_size)))[0]
    page.canvas.set_picture(target)
    before = made.explorer.z
    with qtbot.waitSignal(page.projected, timeout=WAIT) as got:
        qtbot.mouseClick(button(page, "projectButton"), LEFT)
        assert button(page, "projectButton").text() == "Cancel"
    z, mix, picture = got.args
    assert np.array_equal(made.explorer.z, z)
    assert not np.array_equal(z, before)
    assert mix is None
    assert np.array_equal(page.result.pictures[0], picture)
    assert np.array_equal(picture, made.makes(z[None])[0])
    assert "on average" in page.findChild(QLabel, "drawWords").text()
    qtbot.waitUntil(lambda: button(page, "projectButton").text() == "Project", timeout=WAIT)
    with qtbot.waitSignal(page.cornerRequested, timeout=WAIT) as sent:
        page.findChild(QToolButton, "toCornerButton").menu().actions()[2].trigger()
    assert sent.args[0] == 2
    assert np.array_equal(sent.args[1], z)


def test_cancel_ends_it_and_leaves_the_explorer_alone(qtbot, page: DrawPage, made: Kit, monkeypatch) -> None:
    stroke(qtbot, page.canvas, (8, 8), (20, 20))
    monkeypatch.setattr(inversion, "STEPS", 10**9)
    monkeypatch.setattr(inversion, "project", functools.partial(inversion.project, seconds=60.0))
    before = made.explorer.z
    qtbot.mouseClick(button(page, "projectButton"), LEFT)
    qtbot.waitUntil(lambda: page.result.pictures is not None, timeout=WAIT)  # it shows what it has so far
    qtbot.mouseClick(button(page, "projectButton"), LEFT)
    qtbot.waitUntil(lambda: button(page, "projectButton").text() == "Project", timeout=WAIT)
    assert np.array_equal(made.explorer.z, before)
    assert page.findChild(QLabel, "drawWords").text() == "Cancelled."


def drop(target: object, data: QMimeData) -> tuple[bool, bool]:
    """Whether what is dragged over a widget is taken, and then what is dropped."""
    copy, left, none = Qt.DropAction.CopyAction, LEFT, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(20, 20), copy, data, left, none)
    QApplication.sendEvent(target, enter)
    event = QDropEvent(QPointF(20, 20), copy, data, left, none)
    QApplication.sendEvent(target, event)
    return enter.isAccepted(), event.isAccepted()


def urls(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_a_dropped_picture_is_brought_to_size_and_projected(qtbot, page: DrawPage, tmp_path: Path) -> None:
    big = np.zeros((120, 90, 3), np.uint8)
    big[20:100, 40:52] = 250
    file = tmp_path / "a one \N{SLIGHTLY SMILING FACE}.PNG"
    Image.fromarray(big).save(file)
    opened = []
    page.opened.connect(lambda: opened.append(True))
    with qtbot.waitSignal(page.projected, timeout=WAIT):
        assert drop(page.canvas, urls(file)) == (True, True)
        assert opened == [True]
    shown = page.canvas.picture
    assert shown.shape == (28, 28)
    assert shown[10:18].argmax(1).mean() == pytest.approx(13.5, abs=2)  # a digit: in the middle
    assert shown.max() > 200
    qtbot.mouseClick(button(page, "undoButton"), LEFT)
    assert page.canvas.is_blank


def test_what_is_no_picture_is_refused_in_words(qtbot, page: DrawPage, tmp_path: Path) -> None:
    text, broken = tmp_path / "a.txt", tmp_path / "broken.png"
    text.write_text("words")
    broken.write_bytes(b"\x89PNG no more")
    assert not any(drop(page.canvas, urls(text)))
    assert picture_in(urls(broken, broken)) is None
    words = page.findChild(QLabel, "drawWords")
    page.open_picture(broken)
    qtbot.waitUntil(lambda: "broken.png is not a picture" in words.text(), timeout=WAIT)
    assert words.property("alarm")
    assert not words.property("muted")
    qtbot.waitUntil(lambda: button(page, "projectButton").text() == "Project", timeout=WAIT)
    assert page.canvas.is_blank
    page.open_picture(tmp_path / "gone.png")
    qtbot.waitUntil(lambda: "gone.png" in words.text(), timeout=WAIT)


def test_a_colour_generator_has_a_colour_canvas(qtbot, thread, tmp_path: Path) -> None:
    colour = cfg.change(cfg.change(SMALL, "data.name", "cifar10"), "data.channels", 3)
    colour = cfg.change(colour, "data.size", 32)
    page = shown(qtbot, DrawPage(kit(tmp_path, thread, colour).explorer))
    assert page.canvas.picture.shape == (32, 32, 3)
    assert button(page, "brushColourButton").isVisible()
    page.canvas.ink = (200, 40, 0)
    stroke(qtbot, page.canvas, (8, 16), (24, 16))
    assert tuple(page.canvas.picture[16, 16]) == (200, 40, 0)


@pytest.mark.parametrize("size", [(660, 190), (440, 140), (316, 225), (310, 420), (1200, 700)])
def test_all_parts_have_room(qtbot, dressed, page: DrawPage, size: tuple[int, int]) -> None:
    page.resize(*size)
    qtbot.wait(20)
    assert inside(page)() == []
    assert page.canvas.width() >= 84
    assert page.result.isVisible()


def test_ending_the_window_ends_the_search(qtbot, page: DrawPage, made: Kit, monkeypatch) -> None:
    monkeypatch.setattr(inversion, "STEPS", 10**9)
    monkeypatch.setattr(inversion, "project", functools.partial(inversion.project, seconds=60.0))
    stroke(qtbot, page.canvas, (8, 8), (20, 20))
    qtbot.mouseClick(button(page, "projectButton"), LEFT)
    before = made.explorer.z
    assert page.stop()
    qtbot.waitUntil(lambda: button(page, "projectButton").text() == "Project", timeout=WAIT)
    assert np.array_equal(made.explorer.z, before)


def test_in_the_explorer_a_drop_on_the_preview_is_projected_and_put_into_a_corner(
    qtbot, made: Kit, thread, tmp_path: Path
) -> None:
    panel = shown(qtbot, LatentPanel(made.model, thread), (966, 200))
    panel.explorer.wake()
    Image.fromarray(np.pad(np.full((80, 12), 255, np.uint8), 30)).save(tmp_path / "one.png")
    with qtbot.waitSignal(panel.draw.projected, timeout=WAIT) as got:
        assert drop(panel.preview, urls(tmp_path / "one.png")) == (True, True)
        assert panel.draw.isVisible()
    z = got.args[0]
    assert np.array_equal(panel.z, z)
    qtbot.waitUntil(lambda: np.array_equal(panel.preview.pictures, made.makes(z[None])), timeout=WAIT)
    panel.draw.findChild(QToolButton, "toCornerButton").menu().actions()[1].trigger()
    assert panel.morph.isVisible()
    assert np.allclose(panel.morph.at(1.0, 0.0)[0], z, atol=1e-5)
    assert panel.stop()


def test_a_generator_of_points_has_no_picture_to_project(qtbot, tmp_path: Path, thread) -> None:
    of_points = kit(tmp_path, thread, cfg.change(SMALL, "network.name", "points"))
    page = shown(qtbot, DrawPage(of_points.explorer))
    assert not page.isEnabled()
    assert any("makes points of the plane" in label.text() for label in page.findChildren(QLabel))
    assert page.stop()
