"""A data set drawn by hand in the window: strokes, eraser, undo, a picture; kept, chosen, changed and removed."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QLabel, QWidget

from ganstudio.data import catalog
from ganstudio.data.points import drawings, sets
from ganstudio.data.points.drawings import Stroke
from ganstudio.errors import ConfigError
from ganstudio.events import RunStatus
from ganstudio.gui.dialogs.dataset_dialog import DatasetDialog
from ganstudio.gui.lab.drawing_dialog import DrawingDialog
from ganstudio.gui.setup.dataset_rows import DatasetRows
from ganstudio.gui.widgets import theme
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.dialogs import Dialogs
from ganstudio.gui.window.draw_commands import DrawCommands
from support.drawing import draw
from support.session import HeardSession, last_notice


@pytest.fixture
def dialog(dressed, qtbot) -> DrawingDialog:
    dialog = DrawingDialog(None)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def remark(dialog: DrawingDialog) -> str:
    return dialog.findChild(QLabel, "drawingRemark").text()


def blue(dialog: DrawingDialog, x: float, y: float) -> bool:
    """Whether the canvas is painted there."""
    canvas = dialog.canvas
    side = min(canvas.width(), canvas.height())
    picture = canvas.grab().toImage()
    place = QPoint(round(canvas.width() / 2 + x * side / 2), round(canvas.height() / 2 - y * side / 2))
    return picture.pixelColor(place * picture.devicePixelRatio()).name() == theme.current().real.lower()


def test_strokes_are_drawn_erased_undone_and_kept(dialog, qtbot):
    assert not dialog.apply_button.isEnabled()
    assert remark(dialog).startswith("Draw with the mouse")
    dialog.accept()
    assert dialog.isVisible()
    draw(dialog, (-0.5, 0.5), (0.5, 0.5))
    dialog.width_slider.setValue(30)
    dialog.tools.button(1).click()
    draw(dialog, (0.0, 0.5))
    assert blue(dialog, -0.4, 0.5)
    assert blue(dialog, 0.4, 0.5)
    assert not blue(dialog, 0.0, 0.5)
    dialog.clear_button.click()
    assert not dialog.apply_button.isEnabled()
    dialog.undo_button.click()
    dialog.undo_button.click()
    assert blue(dialog, 0.0, 0.5)
    draw(dialog, (0.0, 0.5))
    assert remark(dialog) == "On the command line:\n--data.name drawing"
    dialog.name.setText("my bow")
    assert remark(dialog) == "On the command line:\n--data.name 'my bow'"
    with qtbot.waitSignal(dialog.drawn) as drawn:
        dialog.apply_button.click()
    assert drawn.args == ["my bow"]
    assert not dialog.isVisible()
    points = sets.find_source("my bow").distribution.sample(2000, 0)[0]
    assert np.abs(points[:, 1] - 0.5).max() < 0.06
    assert np.abs(points[:, 0]).min() > 0.1
    assert [stroke.erase for stroke in drawings.read_strokes("my bow")] == [False, True]
    assert dialog.canvas.is_empty
    assert dialog.name.text() == "drawing"


def test_a_stroke_that_was_cut_off_does_not_go_on(dialog, qtbot):
    canvas = dialog.canvas
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=canvas.rect().center())
    assert blue(dialog, 0.0, 0.0)
    dialog.reject()
    dialog.show()
    qtbot.mouseMove(canvas, canvas.rect().center() + QPoint(80, 0))
    assert not blue(dialog, 0.0, 0.0)


def test_a_name_is_asked_for_and_one_that_is_taken_is_said(dialog):
    drawings.save("Mine", drawings.draw_strokes([Stroke(((0, 0),))]))
    draw(dialog, (0.0, 0.0))
    for name, words in (
        ("", "Give the data set a name"),
        ("lab-ring", "already a data set named lab-ring"),
        ("mnist", "already a data set named mnist"),
        ("a/b", "cannot be named"),
    ):
        dialog.name.setText(name)
        assert not dialog.apply_button.isEnabled()
        assert words in remark(dialog)
    dialog.name.setText("mine")
    assert dialog.apply_button.text() == "Replace and use"
    dialog.apply_button.click()
    assert drawings.list_names() == ["Mine"]


def test_a_picture_is_loaded_drawn_on_and_opened_again(dialog, tmp_path: Path, monkeypatch):
    picture = Image.new("L", (100, 50), 255)
    picture.paste(0, (0, 0, 50, 50))
    picture.save(tmp_path / "half.png")
    draw(dialog, (0.0, 0.9))
    dialog.load_picture(tmp_path / "missing.png")
    assert "missing.png cannot be read as a picture" in remark(dialog)
    assert dialog.canvas.strokes
    picture.paste(255, (0, 0, 100, 50))
    picture.paste(0, (10, 10, 40, 40))
    picture.save(tmp_path / "half.png")
    dialog.load_picture(tmp_path / "half.png")
    assert blue(dialog, -0.5, 0.0)
    assert not blue(dialog, 0.5, 0.0)
    assert not blue(dialog, 0.0, 0.9)
    draw(dialog, (0.5, 0.0))
    assert blue(dialog, -0.5, 0.0)
    assert blue(dialog, 0.5, 0.0)
    dialog.name.setText("half")
    dialog.apply_button.click()
    dialog.begin("half")
    assert dialog.canvas.strokes == ()
    dialog.show()
    assert blue(dialog, -0.5, 0.0)
    assert blue(dialog, 0.5, 0.0)
    monkeypatch.setattr("ganstudio.system.atomic.write", _fail)
    dialog.apply_button.click()
    assert "cannot be written: no room" in remark(dialog)
    assert dialog.isVisible()


def _fail(*_: object, **__: object) -> None:
    raise OSError("no room")


class _Lab(QObject):
    drawRequested = Signal()


@pytest.fixture
def commands(dressed, qtbot) -> Iterator[DrawCommands]:
    window, session = QWidget(), HeardSession()
    qtbot.addWidget(window)
    panels = SimpleNamespace(lab=_Lab(window))
    context = SimpleNamespace(window=window, session=session, actions=Actions(window), dialogs=Dialogs(), panels=panels)
    yield DrawCommands(context)  # type: ignore[arg-type]
    assert session.shut_down()


def test_what_is_drawn_is_the_data_set_of_the_run_that_is_set_up(commands, qtbot, monkeypatch):
    session, model = commands._session, commands._session.model
    rows = DatasetRows(model, commands._context.window)
    commands.datasetsChanged.connect(rows.reload)
    commands._context.panels.lab.drawRequested.emit()
    dialog = commands._context.dialogs["draw"]
    draw(dialog, (-0.5, 0.5), (0.5, 0.5))
    dialog.apply_button.click()
    assert model.config.data.name == "drawing"
    assert model.config.makes_points
    rows.refresh()
    assert rows._box.currentData() == "drawing"
    assert rows._box.itemIcon(rows._box.currentIndex()).pixmap(16).toImage().pixelColor(8, 4).lightness() > 60
    assert rows._box.itemIcon(0).isNull()
    assert "drawing" in catalog.list_names()

    commands.change("drawing")
    assert [stroke.points[0] for stroke in dialog.canvas.strokes] == [pytest.approx((-0.5, 0.5), abs=0.01)]
    opened = model.open_count
    dialog.apply_button.click()
    assert model.open_count > opened  # the lab reads it again
    with monkeypatch.context() as patched:
        patched.setattr("ganstudio.data.dataset_switch.switch_dataset", _refuse)
        commands._use("drawing")
    assert last_notice(session).text == "drawing is kept, but not chosen for the next run: It does not fit."
    model.set_status(RunStatus.TRAINING)
    commands._use("drawing")
    assert last_notice(session).choices[0][0] == "New run with it"
    last_notice(session).choices[0][1]()
    assert "set up a run with drawing?" in last_notice(session).text
    model.set_status(RunStatus.IDLE)


def _refuse(*_: object) -> None:
    raise ConfigError("It does not fit.")


def test_a_button_of_a_drawing_stays_while_others_change_and_goes_with_what_it_belongs_to(dressed, qtbot):
    strokes = [Stroke(((-0.9, 0.9), (0.9, 0.9)), 0.2)]
    drawings.save("bow", drawings.draw_strokes(strokes), strokes)
    session = HeardSession()
    dialog = DatasetDialog(session.downloads, session.imports, None)
    qtbot.addWidget(dialog)
    dialog.show()
    change, _ = dialog.drawings.buttons("bow")
    dialog.refresh()  # as when a download ends
    qtbot.mousePress(change, Qt.MouseButton.LeftButton)
    dialog.refresh()
    qtbot.wait(20)
    with qtbot.waitSignal(dialog.drawingRequested):
        qtbot.mouseRelease(change, Qt.MouseButton.LeftButton)
    drawings.save("arrow", drawings.draw_strokes(strokes), strokes)
    dialog.refresh()
    assert dialog.drawings.buttons("arrow")
    assert dialog.drawings.buttons("bow")[0] is not change
    assert session.shut_down()


def test_drawings_are_in_the_dialog_of_data_sets_with_a_thumbnail_changed_and_removed(dressed, qtbot, monkeypatch):
    strokes = [Stroke(((-0.9, 0.9), (0.9, 0.9)), 0.2)]
    for name in ("bow", "arrow"):
        drawings.save(name, drawings.draw_strokes(strokes), strokes)
    session = HeardSession()
    dialog = DatasetDialog(session.downloads, session.imports, None)
    qtbot.addWidget(dialog)
    dialog.show()
    thumbnail = next(label for label in dialog.findChildren(QLabel) if label.accessibleName() == "drawing of bow")
    image = thumbnail.pixmap().toImage()
    assert image.pixelColor(image.width() // 2, 1).lightness() > 200
    assert image.pixelColor(image.width() // 2, image.height() // 2).lightness() < 30
    change, remove = dialog.drawings.buttons("bow")
    with qtbot.waitSignal(dialog.drawingRequested) as asked:
        change.click()
    assert asked.args == ["bow"]
    remove.click()
    *_, keep = dialog.drawings.buttons("bow")
    keep.click()
    dialog.drawings.buttons("bow")[1].click()
    with monkeypatch.context() as patched:
        patched.setattr("ganstudio.system.atomic.remove", _fail)
        dialog.drawings.buttons("bow")[2].click()
    assert any("cannot be removed: no room" in label.text() for label in dialog.findChildren(QLabel))
    assert drawings.list_names() == ["arrow", "bow"]
    dialog.drawings.buttons("bow")[1].click()
    with qtbot.waitSignal(dialog.drawingRemoved):
        dialog.drawings.buttons("bow")[2].click()
    assert drawings.list_names() == ["arrow"]
    assert session.shut_down()
