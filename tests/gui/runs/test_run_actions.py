"""Actions on the selected runs."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from ganstudio.runs import labels
from support.run_list import choose, names
from support.window import WAIT


def test_enter_and_double_click_open_a_run(panel, qtbot, home):
    choose(panel, "measured")
    with qtbot.waitSignal(panel.openRequested) as signal:
        qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert signal.args == [home / "measured"]
    place = panel.view.visualRect(panel.runs.index(0)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.openRequested) as signal:
        qtbot.mouseDClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert signal.args == [home / "twig"]


def begin_to_rename(panel) -> QLineEdit:
    choose(panel, "measured")
    panel.view.setFocus()
    panel.run_actions.action("rename").trigger()
    editor = panel.view.findChild(QLineEdit)
    editor.setText("the good one")
    return editor


def test_f2_renames_in_place_and_the_title_is_kept(panel, qtbot, home):
    editor = begin_to_rename(panel)
    with qtbot.waitSignal(panel.relabelled, timeout=WAIT):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    assert labels.read(home / "measured").title == "the good one"
    assert [run.summary.name for run in panel.view.selected_runs()] == ["measured"]


def test_a_click_elsewhere_right_after_enter_names_the_run_once(panel, qtbot, home):
    editor = begin_to_rename(panel)
    with qtbot.waitSignal(panel.relabelled, timeout=WAIT):
        enter = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(editor, enter)
        panel._filter.setFocus()  # before Qt has done anything else; a warning of it fails the test
    assert labels.read(home / "measured").title == "the good one"
    assert panel.view.state() == panel.view.State.NoState


def test_rename_again_leaves_what_is_being_typed(panel, qtbot, home):
    editor = begin_to_rename(panel)
    panel.run_actions.action("rename").trigger()  # a warning of Qt fails the test
    assert panel.view.findChild(QLineEdit) is editor
    assert editor.text() == "the good one"


def test_another_run_is_renamed_while_a_title_is_being_typed(panel, qtbot, home):
    begin_to_rename(panel)
    selection = panel.view.selectionModel()  # as by Ctrl and the arrow keys: the current run stays
    selection.select(panel.runs.index(names(panel).index("twig")), selection.SelectionFlag.ClearAndSelect)
    with qtbot.waitSignal(panel.relabelled, timeout=WAIT):
        panel.run_actions.action("rename").trigger()  # a warning of Qt fails the test
    assert labels.read(home / "measured").title == "the good one"
    assert panel.view.state() == panel.view.State.EditingState


def test_renaming_and_pinning_are_undone(panel, qtbot, home):
    choose(panel, "measured")
    panel.runs.setData(panel.runs.index(1), "the good one")
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    assert panel.undo_stack.undoText() == "renaming of measured"
    panel.undo_stack.undo()
    qtbot.waitUntil(lambda: "measured" in names(panel), timeout=WAIT)
    assert labels.read(home / "measured").title == ""
    panel.undo_stack.redo()
    qtbot.waitUntil(lambda: "the good one" in names(panel), timeout=WAIT)
    choose(panel, "the good one")
    panel.run_actions.action("pin").trigger()
    qtbot.waitUntil(lambda: names(panel)[0] == "the good one", timeout=WAIT)
    assert panel.undo_stack.undoText() == "pinning of the good one"
    panel.undo_stack.undo()
    qtbot.waitUntil(lambda: names(panel)[1] == "the good one", timeout=WAIT)
    assert labels.read(home / "measured").title == "the good one"


def test_two_or_more_are_compared(panel, qtbot, home):
    choose(panel, "twig")
    assert not panel.run_actions.action("compare").isEnabled()
    choose(panel, "twig", "measured")
    assert not panel.run_actions.action("open").isEnabled()
    with qtbot.waitSignal(panel.compareRequested) as signal:
        panel.run_actions.action("compare").trigger()
    assert signal.args == [[home / "twig", home / "measured"]]


def test_a_label_that_cannot_be_read_is_not_replaced_by_a_new_title(panel, qtbot, home):
    label = home / "measured" / "label.toml"
    label.write_bytes(b"\xff\xfet\0i\0t\0l\0e\0")
    panel.runs.setData(panel.runs.index(1), "the good one")
    qtbot.waitUntil(lambda: bool(panel.failures), timeout=WAIT)
    assert "label.toml cannot be read: it is saved as UTF-16" in panel.failures.pop().message
    assert label.read_bytes() == b"\xff\xfet\0i\0t\0l\0e\0"
    panel.failures.clear()


def test_a_run_whose_settings_cannot_be_read_hides_no_other(panel, qtbot, home):
    (home / "measured" / "run.toml").write_text("title = " + "[" * 3000 + "]" * 3000)
    panel.refresh()
    qtbot.waitUntil(lambda: len(names(panel)) == 2, timeout=WAIT)
    assert "measured" not in names(panel)
