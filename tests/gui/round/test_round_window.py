"""The window of a round in stages, used as a person does; pixels are compared."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip

from ganstudio.events import RoundRecorded, RunStatus
from ganstudio.gui.lab.painting import picture_of
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.round.geometry import path_of
from ganstudio.gui.round.stages import Node, stages_of
from ganstudio.gui.round.thumbnails import _shade
from ganstudio.gui.round.window import RoundWindow
from ganstudio.gui.widgets import theme
from ganstudio.plots.plane import Layer
from ganstudio.round_record import MAP_CELLS, RoundRecord
from support import training
from support.rounds import points, record


@pytest.fixture(scope="module")
def taken() -> RoundRecord:
    """A round that moves both networks far."""
    return record(points(optimizer__d_lr=0.1, optimizer__g_lr=0.1, schedule__d_steps=2))


@pytest.fixture
def window(dressed, qtbot, taken) -> Iterator[RoundWindow]:
    window = RoundWindow(RunModel(taken.config))
    window.requests = []
    window.roundRequested.connect(lambda: window.requests.append(1))
    qtbot.addWidget(window)
    window.resize(1000, 640)
    window.show()
    window.activateWindow()
    window._model.handle(RoundRecorded(taken.step, taken))
    return window


def picture(window: RoundWindow, stage: int) -> QImage:
    window.player.go_to(stage)
    return window.diagram.grab().toImage()


def at(window: RoundWindow, node: Node, across: float = 0.5, down: float = 0.5) -> QPoint:
    """Where a part of a node is."""
    box = window.diagram.boxes()[node].picture
    return QPointF(box.x() + across * box.width(), box.y() + down * box.height()).toPoint()


def is_near(one: QColor, other: QColor, most: int = 24) -> bool:
    return all(abs(a - b) <= most for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def pixels(image: QImage, window: RoundWindow, node: Node) -> np.ndarray:
    """Pixels of a node, inside its frame, (N, 3)."""
    cut = image.copy(window.diagram.boxes()[node].picture.toRect().adjusted(3, 3, -3, -3))
    cut = cut.convertToFormat(QImage.Format.Format_RGB32)
    numbers = np.frombuffer(cut.constBits(), np.uint8).reshape(-1, 4)
    return numbers[:, 2::-1].astype(int)


def has_colour(image: QImage, window: RoundWindow, node: Node, colour: QColor) -> bool:
    return bool((np.abs(pixels(image, window, node) - colour.getRgb()[:3]).max(1) <= 12).any())


def is_empty(window: RoundWindow, stage: int, node: Node) -> bool:
    """Whether nothing is shown in a node but a dash."""
    ground = QColor(theme.current().window).getRgb()[:3]
    return bool((np.abs(pixels(picture(window, stage), window, node) - ground).max(1) > 12).mean() < 0.003)


def test_the_map_of_d_changes_when_d_moves_and_is_back_when_one_goes_back(window, taken) -> None:
    maps = (taken.opinion_map, taken.updates[0].opinion_map, taken.updates[1].opinion_map)
    inside = slice(6, -6), slice(6, -6)  # frames and lines are elsewhere
    changed = np.abs(maps[1] - maps[0])[inside]
    row, column = np.array(np.unravel_index(np.argmax(changed), changed.shape)) + 6
    place = at(window, Node.D, (column + 0.5) / MAP_CELLS, (row + 0.5) / MAP_CELLS)
    wanted = [picture_of(each.astype(float), Layer.OPINION).pixelColor(int(column), int(row)) for each in maps]
    assert not is_near(wanted[0], wanted[1])
    for stage, colour in ((4, wanted[1]), (9, wanted[2])):  # D is lit where it moves
        found = picture(window, stage).pixelColor(place)
        assert is_near(found, colour, 40), (stage, found.name(), colour.name())
    before, after = (picture(window, stage).pixelColor(place) for stage in (1, 6))
    assert is_near(before, wanted[0], 40)
    assert is_near(after, wanted[1], 40)
    window.player.go_to(4)
    window.player.go_back()
    assert window.diagram.grab().toImage() == picture(window, 3)


def test_fakes_are_shown_where_g_puts_them_once_it_has_moved(window, taken) -> None:
    of_g = taken.updates[2]
    far = int(
        np.argmax(np.linalg.norm(of_g.fakes_after - of_g.fakes, axis=1) * (np.abs(of_g.fakes_after).max(1) < 1.2))
    )
    fake = QColor(theme.current().fake)
    for stage, fakes in ((10, of_g.fakes), (14, of_g.fakes_after)):
        x, y = fakes[far] / 2.5
        assert is_near(picture(window, stage).pixelColor(at(window, Node.FAKES, 0.5 + x, 0.5 - y)), fake), stage


def test_lit_nodes_and_lines_have_the_colour_of_the_network_that_learns(window) -> None:
    diagram, palette = window.diagram, theme.current()
    for number, stage in enumerate(window.player.stages):
        image = picture(window, number)
        colour = QColor(palette.d_loss if number < 10 else palette.g_loss)
        for node, box in diagram.boxes().items():
            corner = QPointF(box.picture.x() + 1, box.picture.center().y() - 9).toPoint()
            found = any(is_near(image.pixelColor(corner + QPoint(step, 0)), colour) for step in (-2, -1, 0))
            assert found == (node in stage.lit), (stage.title, node)
        for edge in stage.edges:
            if edge[0] is not edge[1]:
                end = path_of(edge, diagram.boxes()).pointAtPercent(1.0) - QPointF(3, 0)
                tip = [image.pixelColor(end.toPoint() + QPoint(x, y)) for x in (-1, 0, 1, 3) for y in (0, 1, 2)]
                assert any(is_near(each, colour) for each in tip), (stage.title, edge)


def test_points_have_the_colour_of_ds_opinion_of_them(window, taken) -> None:
    of_d = taken.updates[1]
    opinions = np.round(of_d.real.opinions * 8) / 8
    image = picture(window, 6)
    assert has_colour(image, window, Node.OF_REALS, _shade(float(opinions.max())))
    assert not has_colour(picture(window, 5), window, Node.OF_REALS, _shade(float(opinions.max())))
    assert _shade(1.0) == QColor(theme.current().real)
    assert _shade(0.0) == QColor(theme.current().fake)


def test_a_loss_is_a_bar_from_its_stage_on(window) -> None:
    colour = QColor(theme.current().d_loss)
    shown = [has_colour(picture(window, stage), window, Node.D_LOSS, colour) for stage in range(3)]
    assert shown == [False, False, True]


def test_what_is_not_known_yet_is_a_dash(window) -> None:
    assert [is_empty(window, stage, Node.SCORE_PUSH) for stage in (2, 3, 4, 10)] == [True, False, False, True]
    assert [is_empty(window, stage, Node.FAKE_PUSH) for stage in (4, 12, 13, 14)] == [True, True, False, False]
    assert [is_empty(window, stage, Node.OF_FAKES) for stage in (0, 1, 5, 6, 10, 11)] == [True, False] * 3
    assert [is_empty(window, stage, Node.REALS) for stage in (0, 9, 10)] == [False, False, True]
    assert [is_empty(window, stage, Node.G_LOSS) for stage in (9, 11, 12)] == [True, True, False]


@pytest.mark.parametrize("changes", [{"network__z_size": 1, "network__noise": "uniform"}, {"network__packing": 2}, {}])
def test_every_stage_of_other_runs_can_be_shown(window, changes) -> None:
    trainer = training.trainer(engine__precision="float32") if not changes else points(**changes)
    window._model.handle(RoundRecorded(1, record(trainer)))
    pictures = [picture(window, number) for number in range(len(window.player.stages))]
    assert len(pictures) == 10
    assert all(one != other for one, other in pairwise(pictures))
    assert has_colour(pictures[8], window, Node.G_LOSS, QColor(theme.current().g_loss))


def test_keys_and_buttons_go_through_the_stages(window, qtbot) -> None:
    player = window.player
    for key, number in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(window, key)
        assert player.number == number
        assert window.title.text().startswith(f"Round 1, stage {number + 1} of 15: D step 1 of 2:")
        assert window.sentence.text() == player.stage.sentence
        assert window.stage_slider.value() == number
    qtbot.mouseClick(window.next_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.next_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(window.back_button, Qt.MouseButton.LeftButton)
    assert player.number == 2
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert (player.is_playing, player.number, window.play_button.text()) == (True, 3, "Pause")
    assert window.diagram._timer.isActive()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert (player.is_playing, window.play_button.text()) == (False, "Play")
    window.stage_slider.setValue(12)
    assert player.number == 12
    window._model.set_status(RunStatus.PAUSED)
    qtbot.keyClick(window, Qt.Key.Key_R)
    assert window.requests == [1]
    assert window.sentence.text() == "The next round is being trained."


def test_arrow_keys_change_the_pace_where_its_slider_has_the_focus(window, qtbot) -> None:
    window.pace_slider.setFocus()
    qtbot.keyClick(window.pace_slider, Qt.Key.Key_Right)
    assert window.player.number == 0
    assert window.pace_label.text() == "1.3 s a stage"
    assert window.player._timer.interval() == 1300
    window.pace_slider.resetRequested.emit()
    assert window.pace_label.text() == "1.2 s a stage"


def test_a_click_or_a_key_enlarges_a_node_and_escape_goes_back(window, qtbot, taken) -> None:
    diagram = window.diagram
    before = picture(window, 4)
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=at(window, Node.D))
    assert diagram.large is Node.D
    large = diagram.grab().toImage()
    assert is_near(large.pixelColor(diagram.width() // 2, 16), QColor(theme.current().d_loss))
    side, (x, y) = diagram.height() - 32, taken.updates[0].reals[0] / 2.5
    place = QPointF(diagram.width() / 2 + x * side, diagram.height() / 2 - y * side).toPoint()
    near = [large.pixelColor(place + QPoint(x, y)) for x in range(-3, 4) for y in range(-3, 4)]
    assert any(is_near(each, QColor(theme.current().real)) for each in near)
    qtbot.keyClick(diagram, Qt.Key.Key_Escape)
    assert (diagram.large, window.isVisible()) == (None, True)
    assert diagram.grab().toImage() == before
    qtbot.keyClick(diagram, Qt.Key.Key_Down)
    qtbot.keyClick(diagram, Qt.Key.Key_Up)
    assert diagram.large is Node.FAKE_PUSH
    qtbot.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert diagram.large is None
    qtbot.keyClick(diagram, Qt.Key.Key_Escape)
    assert not window.isVisible()


def explained(window: RoundWindow, node: Node) -> str:
    place = at(window, node)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, window.diagram.mapToGlobal(place))
    QApplication.sendEvent(window.diagram, event)
    text = QToolTip.text()
    QToolTip.hideText()
    return text


def test_a_node_explains_what_it_shows(window) -> None:
    assert "G's loss, which G lowers. Click to enlarge." in explained(window, Node.G_LOSS)
    assert "What G makes of an even grid of z" in explained(window, Node.G)
    window._model.handle(RoundRecorded(2, record(training.trainer(objective__loss="relativistic"))))
    assert "a network that makes fakes of noise" in explained(window, Node.G)
    assert "blue where it is to become brighter" in explained(window, Node.FAKE_PUSH)
    window.player.go_to(8)
    assert "which the loss compares with fakes" in explained(window, Node.OF_REALS)


def test_the_theme_changes_the_picture(window, qtbot, qapp) -> None:
    place = at(window, Node.D_LOSS, 0.1, 0.5)
    dark = picture(window, 0).pixelColor(place)
    theme.apply(qapp, "light")
    try:
        assert picture(window, 0).pixelColor(place) == QColor(theme.LIGHT.window) != dark
    finally:
        theme.apply(qapp, "dark")


def test_a_round_that_cannot_be_trained_yet_is_not_waited_for(window) -> None:
    window.player.go_to_next_round()
    assert window.requests == [1]
    assert "Training has not started yet" in window.sentence.text()
    assert window.round_button.isEnabled()
    window._model.set_status(RunStatus.STARTING)
    window.player.go_to_next_round()
    assert window.sentence.text() == "The next round is being trained."
    assert not window.round_button.isEnabled()
    window._model.set_status(RunStatus.FAILED)
    assert window.sentence.text() == window.player.stage.sentence
    assert window.round_button.isEnabled()


def test_playing_stops_where_the_user_lets_training_go_on_or_closes(window, qtbot) -> None:
    window._model.set_status(RunStatus.PAUSED)
    window.player.play(True)
    window._model.set_status(RunStatus.TRAINING)
    assert not window.player.is_playing
    window.player.play(True)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.player.is_playing
    assert not window.diagram._timer.isActive()


def test_another_run_clears_the_stages(window, taken) -> None:
    window._model.begin(taken.config)
    assert (window.player.stage, window.title.text()) == (None, "")
    assert window.sentence.text().startswith("Press Next round")
    assert not window.next_button.isEnabled()
    assert stages_of(taken)
