"""The window of the smallest GAN, driven as a person would."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from ganstudio.dirac.game import advance
from ganstudio.dirac.settings import GameSettings, Penalty, Steps
from ganstudio.export import phase_chart
from ganstudio.gui.smallest_gan import player as player_module
from ganstudio.gui.smallest_gan.files import title
from ganstudio.gui.smallest_gan.window import SmallestGanWindow
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.smallest_gan import PathRequest
from ganstudio.objectives import OBJECTIVES, Objective
from support.file_dialog import answer
from support.window import WAIT


@pytest.fixture
def window(qtbot, dressed) -> Iterator[SmallestGanWindow]:
    window = SmallestGanWindow()
    window.failures = []
    window.failed.connect(window.failures.append)
    qtbot.addWidget(window)
    window.resize(1000, 640)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: window.plot.field is not None, timeout=WAIT)
    yield window
    assert window.stop()


def click(qtbot, window: SmallestGanWindow, name: str) -> None:
    qtbot.mouseClick(window.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def choose(window: SmallestGanWindow, name: str, text: str) -> None:
    box = window.findChild(QComboBox, name)
    box.setCurrentIndex(box.findText(text))


def take_steps(qtbot, window: SmallestGanWindow, count: int) -> None:
    for _ in range(count):
        window.player.step()
    qtbot.waitUntil(lambda: window.player._single_steps == 0, timeout=WAIT)


def colours_near(plot: QWidget, place: np.ndarray, reach: int = 2) -> set[str]:
    image = plot.grab().toImage()
    x, y = (round(float(each)) for each in place)
    around = range(-reach, reach + 1)
    return {image.pixelColor(x + i, y + j).name().upper() for i in around for j in around}


def test_play_goes_on_step_goes_once_and_reset_goes_back(window, qtbot) -> None:
    player = window.player
    click(qtbot, window, "gameStepButton")
    qtbot.waitUntil(lambda: player.steps == 1, timeout=WAIT)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert player.is_playing
    assert window.play_button.text() == "Pause"
    qtbot.waitUntil(lambda: player.steps > 8 and "of a turn" in window.sentence.text(), timeout=WAIT)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    resting = player.steps
    qtbot.wait(60)
    assert player.steps == resting
    assert not player.is_playing
    click(qtbot, window, "gameResetButton")
    assert player.path.tolist() == [[1.0, 1.0]]


def test_closing_pauses_and_ends_a_drag(window, qtbot) -> None:
    window.player.play(True)
    qtbot.mousePress(window.plot, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert window.player.is_held
    window.close()
    assert not window.player.is_playing
    assert not window.player.is_held


def test_the_path_is_the_game_that_the_form_shows(window, qtbot) -> None:
    choose(window, "gameLoss", "wasserstein")
    choose(window, "gameSteps", "simultaneous")
    take_steps(qtbot, window, 2)
    assert window.player.path[1:] == pytest.approx(advance(window.controls.game, (1.0, 1.0), 2))
    assert window.player.path[-1] == pytest.approx([1.19, 0.79])
    choose(window, "gamePenalty", "R1")
    window.controls.weight.slider.setValue(60)
    assert window.controls.game.weight == 10
    window.controls.d_lr.setValue(0.05)
    take_steps(qtbot, window, 1)  # goes on from there
    assert window.player.path[-1] == pytest.approx([1.19 + 0.079, 0.79 + 0.05 * (-1.19 - 7.9)])
    assert window.player.measured_from == 2
    window.controls.weight.slider.resetRequested.emit()
    assert window.controls.game.weight == 1


def test_a_form_without_a_penalty_has_no_weight_and_the_formulas_follow(window) -> None:
    assert not window.controls.weight.isEnabled()
    choose(window, "gamePenalty", "gradient penalty")
    choose(window, "gameLoss", "least-squares")
    assert window.controls.weight.isEnabled()
    d, loss, penalty = window.controls.formulas.formulas
    assert d in (r"D(x) = 0.500 + \psi x", r"D(x) = 0.5 + \psi x")
    assert r"\frac{1}{2}" in loss
    assert r"\lambda" in penalty
    assert "1/2" in window.controls.formulas.accessibleName()
    assert window.controls.formulas.height() > 60  # they are drawn one below the other
    assert window.controls.findChild(QWidget, "gameWeight").accessibleName() == "weight λ of the penalty"
    for name in ("R1", "R2"):  # not the other one, with which it shares an entry of the glossary
        choose(window, "gamePenalty", name)
        penalty = window.controls.formulas.formulas[-1]
        assert [each for each in ("R_1", "R_2") if each in penalty] == [name.replace("R", "R_")]


def test_arrows_point_along_the_game_and_follow_it(window, qtbot) -> None:
    points, arrows = window.plot.field
    assert np.abs(arrows[(points[:, 0] > 0) & (points[:, 1] > 0)]).min() > 0
    assert (arrows[:, 1] * points[:, 0] <= 0).all()  # D tilts away from the fake
    choose(window, "gamePenalty", "R1")
    qtbot.waitUntil(lambda: not np.array_equal(window.plot.field[1], arrows), timeout=WAIT)
    pulled = (window.plot.field[1] - arrows)[:, 1]
    np.testing.assert_allclose(pulled, -0.1 * points[:, 1], atol=1e-9)


def test_the_path_is_drawn_in_orange_as_long_as_its_trail(window, qtbot) -> None:
    choose(window, "gameLoss", "wasserstein")
    window.controls.g_lr.setValue(0.6)
    window.controls.d_lr.setValue(0.6)
    take_steps(qtbot, window, 3)
    view, path = window.plot.view(), window.player.path
    middle = view.place(path[1:3].mean(0, keepdims=True))[0]
    fake = theme.current().fake
    assert fake in colours_near(window.plot, middle)
    assert fake in colours_near(window.plot, view.place(path[-1:])[0])  # the dot
    window.trail.button(2).click()
    assert fake not in colours_near(window.plot, middle)
    window.trail.button(1).click()
    assert fake in colours_near(window.plot, middle)
    window.trail.button(0).click()
    click(qtbot, window, "gameResetButton")
    assert fake not in colours_near(window.plot, middle)
    real = view.place(np.array([[0.0, 0.9]]))[0]
    assert theme.current().real in colours_near(window.plot, real)


def test_the_start_is_dragged_and_moved_by_keys(window, qtbot) -> None:
    plot, player = window.plot, window.player
    there, further = (
        QPoint(*map(round, plot.view().place(np.array([each]))[0])) for each in ((-0.5, 1.5), (-1.0, 0.5))
    )
    take_steps(qtbot, window, 1)
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=there)
    assert player.start == pytest.approx((-0.5, 1.5), abs=0.02)
    assert player.steps == 0
    assert player.is_held
    qtbot.mouseMove(plot, further)
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton, pos=further)
    assert player.start == pytest.approx((-1.0, 0.5), abs=0.02)
    assert not player.is_held
    before = player.start
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.keyClick(plot, Qt.Key.Key_Down)
    assert player.start == pytest.approx((before[0] + 0.1, before[1] - 0.1))


def test_the_plot_grows_with_the_path_unless_the_user_zooms(window, qtbot) -> None:
    plot = window.plot
    window.player.restart((0.0, 1.9))
    plot.startMoved.emit(0.0, 3.0)
    assert plot.half_height == 4
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    window.player.restart((0.0, 3.5))
    assert plot.half_height == 2
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert plot.half_height == 4
    qtbot.waitUntil(lambda: np.abs(plot.field[0][:, 1]).max() > 3.5, timeout=WAIT)  # arrows for all of it


def test_an_answer_for_other_settings_is_not_shown(window) -> None:
    request = PathRequest(window.player._number, window.player.game, (1.0, 1.0), 1)
    window.controls.set_game(GameSettings("hinge", steps=Steps.SIMULTANEOUS))
    window.player._single_steps = 1
    window.player._take(request, [(9.0, 9.0)])
    assert window.player.steps == 0


def test_a_path_that_runs_away_stops_and_says_so(window, qtbot) -> None:
    window.controls.set_game(GameSettings("wasserstein", d_lr=2.0, g_lr=2.0, steps=Steps.SIMULTANEOUS))
    window.player.pace = 2000
    window.player.play(True)
    qtbot.waitUntil(lambda: window.sentence.text().startswith("Moves away without end"), timeout=WAIT)
    assert not window.player.is_playing
    assert not window.step_button.isEnabled()
    window.controls.set_game(GameSettings("wasserstein"))
    assert window.step_button.isEnabled()


def test_a_path_has_an_end(window, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(player_module, "MAX_STEPS", 3)
    window.player.pace = 2000
    window.player.play(True)
    qtbot.waitUntil(lambda: "The path ends after 3 steps" in window.sentence.text(), timeout=WAIT)
    assert window.player.steps == 3
    assert not window.play_button.isEnabled()


def test_a_loss_that_fails_says_why_and_another_goes_on(window, qtbot, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no batch of one")

    monkeypatch.setitem(OBJECTIVES, "theirs", Objective(fail, fail))
    window.controls.loss.addItem("theirs", "theirs")
    window.player.play(True)
    choose(window, "gameLoss", "theirs")
    qtbot.waitUntil(lambda: "no batch of one" in window.sentence.text(), timeout=WAIT)
    assert not window.player.is_playing
    assert window.plot.field is None
    assert window.failures[0].details
    choose(window, "gameLoss", "hinge")
    click(qtbot, window, "gameStepButton")
    qtbot.waitUntil(lambda: window.player.steps > 0 and window.plot.field is not None, timeout=WAIT)
    qtbot.waitUntil(lambda: "no batch" not in window.sentence.text(), timeout=WAIT)


def test_files_show_the_plot_and_the_path(window, qtbot, tmp_path: Path) -> None:
    take_steps(qtbot, window, 3)
    for index, suffix in enumerate(("png", "svg", "csv")):
        path = tmp_path / f"game.{suffix}"
        window.save_button.menu().actions()[index].trigger()
        answer(window, path)
        qtbot.waitUntil(lambda path=path: window.sentence.text() == f"Saved: {path}", timeout=WAIT)
    drawn = phase_chart.file_view(window.plot.half_height).place(window.player.path)
    with Image.open(tmp_path / "game.png") as picture:
        assert picture.size == (2 * phase_chart.WIDTH, 2 * phase_chart.HEIGHT)
        at = tuple(round(2 * float(each)) for each in drawn[-1])
        assert picture.getpixel(at) == QColor(phase_chart.ON_PAPER.fake).getRgb()[:3]
    document = (tmp_path / "game.svg").read_text(encoding="utf-8")
    assert " ".join(f"{x:.2f},{y:.2f}" for x, y in drawn.tolist()) in document
    assert "non-saturating, no penalty, alternating" in document
    with (tmp_path / "game.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["psi"]) for row in rows] == pytest.approx(window.player.path[:, 1].tolist())


def test_a_long_title_is_whole_in_a_file(tmp_path: Path) -> None:
    game = GameSettings("non-saturating", Penalty.GRADIENT, 0.011, 0.35, 0.123, 0.123, 20, Steps.SIMULTANEOUS)
    nothing = np.zeros((1, 2))
    chart = phase_chart.PhaseChart(title(game), "", 2.0, nothing, nothing, nothing)
    phase_chart.write_phase_chart(chart, tmp_path / "game.png")
    with Image.open(tmp_path / "game.png") as picture:
        line = np.asarray(picture.convert("L"))[10:60]
    assert line[:, 1300:1400].min() < 128
    assert line[:, -40:].min() == 255


def test_a_file_that_cannot_be_written_says_so(window, qtbot, tmp_path: Path) -> None:
    window.save(tmp_path / "absent" / "game.png")
    qtbot.waitUntil(lambda: "game.png" in window.sentence.text(), timeout=WAIT)
    assert window.sentence.property("alarm")


def test_a_line_is_cut_where_it_leaves_the_plot() -> None:
    view = phase_chart.view_of(468, 448, 2.0)  # as wide as high
    path = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 1.0], [0.0, 1.0], [9.0, 9.0]])
    parts = phase_chart.inside(view, path)
    wide = view.half_width
    assert [part.tolist() for part in parts[:1]] == [[[0.0, 0.0], [pytest.approx(wide), 0.0]]]
    assert parts[1].tolist()[:2] == [[pytest.approx(wide), 1.0], [0.0, 1.0]]
    assert parts[1][-1] == pytest.approx([1.125, 2.0])


def test_it_fits_a_small_screen(window) -> None:
    least = window.minimumSizeHint()  # of a screen of 1366x768 at a scale of 2, with its frame
    assert (least.width() <= 660, least.height() <= 340) == (True, True)
