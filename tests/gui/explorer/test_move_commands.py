"""Moves in the latent explorer are taken back to the very place where it was."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ganstudio.gui.explorer.axes import Axis, AxisKind
from ganstudio.gui.explorer.draw_canvas import DrawCanvas
from ganstudio.gui.explorer.morph_page import MorphPage
from ganstudio.gui.explorer.move_commands import MovesRecorder
from ganstudio.gui.explorer.page_box import PageBox
from ganstudio.gui.explorer.position import Position
from ganstudio.gui.explorer.sliders_page import SlidersPage
from ganstudio.gui.explorer.walk_page import WalkPage
from ganstudio.gui.model import gesture
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.widgets.slider import Slider
from support.explorer import Kit, kit, shown
from support.panels import CONDITIONAL, SMALL, play

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(tmp_path: Path, thread) -> Kit:
    return kit(tmp_path, thread, CONDITIONAL)


@pytest.fixture
def stack(made: Kit, qtbot) -> UndoStack:
    stack = UndoStack()
    panel = QWidget()
    qtbot.addWidget(panel)
    stack.recorder = MovesRecorder(made.explorer, stack, panel, stack)
    return stack


def same(one: Position, other: Position) -> bool:
    return (
        np.array_equal(one.z, other.z)
        and np.array_equal(one.mix, other.mix)
        and (one.truncation, one.seed, one.active_axis) == (other.truncation, other.seed, other.active_axis)
    )


def test_every_move_comes_back_exactly(made: Kit, stack: UndoStack, qtbot) -> None:
    explorer = made.explorer
    moves = (
        (lambda: explorer.randomise(), "random picture"),
        (lambda: explorer.randomise(12), "seed 12"),
        (lambda: explorer.set_coordinate(Axis(AxisKind.RAW, 3), 1.5), "z 3"),
        (lambda: explorer.set_label(4), "class 4"),
        (lambda: explorer.set_mix(np.full(10, 0.1, np.float32)), "blend of classes"),
        (lambda: explorer.set_truncation(0.7), "truncation 0.70"),
        (lambda: explorer.set_point(np.ones(explorer.z_size, np.float32), description="drawing"), "drawing"),
        (explorer.reset, "reset"),
    )
    places = [explorer.position()]
    for move, words in moves:
        move()
        assert stack.undoText() == words
        places.append(explorer.position())
        qtbot.wait(1)  # each is a deed of its own
    assert stack.count() == len(moves)
    for before in reversed(places[:-1]):
        stack.undo()
        assert same(explorer.position(), before)
    for after in places[1:]:
        stack.redo()
        assert same(explorer.position(), after)


def test_a_drag_is_one_command_however_long_it_rests(made: Kit, stack: UndoStack, qtbot, monkeypatch) -> None:
    held = [True]
    monkeypatch.setattr(gesture, "is_held", lambda: held[0])
    monkeypatch.setattr(gesture, "_PAUSE_SECONDS", 0.0)  # any time between two changes is a long one
    page = shown(qtbot, SlidersPage(made.explorer))
    page.findChild(PageBox).setValue(1)  # z 0 to 9
    slider, first = page.findChild(Slider, "latentSlider2"), made.explorer.position()
    qtbot.mousePress(slider, LEFT, pos=QPoint(20, 8))
    for x in (30, 40, 50):
        qtbot.wait(2)
        qtbot.mouseMove(slider, QPoint(x, 8))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(50, 8))
    held[0] = False
    assert stack.count() == 1
    dragged = made.explorer.position()
    qtbot.wait(3 * gesture._RELEASE_INTERVAL)
    held[0] = True
    qtbot.mousePress(slider, LEFT, pos=QPoint(60, 8))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(60, 8))
    assert stack.count() == 2  # of the same slider, but another drag
    stack.undo()
    assert same(made.explorer.position(), dragged)
    stack.undo()
    assert same(made.explorer.position(), first)


def test_the_morph_point_is_undone_and_a_played_walk_is_no_deed(made: Kit, stack: UndoStack, qtbot) -> None:
    morph, first = shown(qtbot, MorphPage(made.explorer)), made.explorer.position()
    morph.field.move_to(0.2, 0.3)
    morph.field.move_to(0.4, 0.3)
    assert stack.undoText() == "morph"
    assert stack.count() == 1
    stack.undo()
    assert same(made.explorer.position(), first)
    walk = shown(qtbot, WalkPage(made.explorer))
    qtbot.mouseClick(walk.findChild(QPushButton, "walkPlayButton"), LEFT)
    qtbot.waitUntil(lambda: walk.findChild(Slider, "walkTimeSlider").value() > 5)
    qtbot.mouseClick(walk.findChild(QPushButton, "walkPlayButton"), LEFT)
    assert not np.array_equal(made.explorer.z, first.z)
    assert not stack.canUndo()
    walk.findChild(Slider, "walkTimeSlider").setValue(150)
    assert stack.undoText() == "position in the walk"


def test_a_new_generator_is_no_deed_and_moves_of_another_space_go(made: Kit, stack: UndoStack, tmp_path, qtbot) -> None:
    made.explorer.randomise(5)
    play(made.model, tmp_path, 10)
    assert stack.count() == 1
    made.model.begin(SMALL)
    play(made.model, tmp_path, 20)  # knows no classes
    assert not stack.canUndo()
    assert stack.count() == 0


def test_the_canvas_has_the_keys_while_there_is_a_stroke_to_take_back(qtbot) -> None:
    canvas = DrawCanvas()
    qtbot.addWidget(canvas)

    def takes_it() -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        return event.isAccepted()

    assert not takes_it()  # the window's
    canvas.begin_stroke(QPointF(40, 40), erase=False)
    canvas.end_stroke()
    assert takes_it()
    canvas.undo()
    assert not takes_it()
