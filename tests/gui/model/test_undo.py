"""Undo: what a user did can be taken back, and done again."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from ganstudio.gui.model.undo import Command, UndoStack
from ganstudio.gui.window.undo_keys import UndoKeys
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import tick
from support.window import TINY, WAIT


class Put(Command):
    """Puts a number into a list; those of one kind are joined."""

    def __init__(self, where: list[int], old: int, new: int, kind: int = -1) -> None:
        super().__init__(f"put {new}")
        self.kind, self.good = kind, True
        self._where, self._old, self._new = where, old, new

    def take_back(self) -> None:
        self._where[0] = self._old

    def do_again(self) -> None:
        self._where[0] = self._new

    def fits(self) -> bool:
        return self.good

    def merge(self, later: Command) -> bool:
        self._new = later._new
        self.setText(later.text())
        return True


def put(stack: UndoStack, where: list[int], new: int, kind: int = -1) -> Put:
    command = Put(where, where[0], new, kind)
    where[0] = new
    stack.push(command)
    return command


def test_a_pushed_command_is_done_and_can_be_taken_back_and_done_again(qapp):
    stack, where = UndoStack(), [0]
    put(stack, where, 1)
    put(stack, where, 2)
    assert where == [2]
    stack.undo()
    assert where == [1]
    assert (stack.undoText(), stack.redoText()) == ("put 1", "put 2")
    stack.redo()
    assert where == [2]
    stack.undo()
    stack.undo()
    stack.undo()  # there is nothing more
    assert where == [0]


def test_commands_of_a_kind_are_joined(qapp):
    stack, where = UndoStack(), [0]
    for new in (1, 2, 3):
        put(stack, where, new, kind=7)
    assert stack.count() == 1
    assert stack.undoText() == "put 3"
    stack.undo()
    assert where == [0]
    stack.redo()
    assert where == [3]


def test_what_no_longer_fits_leaves_the_stack_and_what_is_below_it_is_undone(qapp):
    stack, where = UndoStack(), [0]
    put(stack, where, 1)
    stale, later = put(stack, where, 2), put(stack, where, 3)
    stale.good = later.good = False
    stack.prune()
    assert stack.undoText() == "put 1"
    stack.undo()
    assert where == [0]
    assert stack.count() == 1
    stack.redo()
    assert where == [1]


def test_what_a_command_sets_off_neither_prunes_it_nor_is_pushed(qapp):
    stack, where = UndoStack(), [0]
    command = put(stack, where, 1)

    class Where(list):
        def __setitem__(self, index: int, value: int) -> None:
            command.good = False
            stack.prune()
            stack.push(Put([0], 0, 9))
            super().__setitem__(index, value)

    command._where = Where([1])
    stack.undo()
    assert command._where == [0]
    assert stack.count() == 1
    stack.prune()
    assert stack.count() == 0


def test_a_text_field_has_the_keys_while_something_is_typed_in_it(open_window, qtbot):
    window = open_window()
    done = []
    window.actions_["undo"].triggered.connect(lambda: done.append("undo"))
    where = [0]
    put(window.undo_stack, where, 1)
    field = window.setup.field("optimizer.d_lr").editor
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.lineEdit().text() != "0.5"  # its own
    assert where == [1]
    field.selectAll()
    qtbot.keyClicks(field, "0.25")
    qtbot.keyClick(field, Qt.Key.Key_Return)  # told: now it is the window's to take back
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert done == ["undo"]


def test_the_edit_menu_says_what_would_be_undone(open_window):
    window = open_window()
    undo, redo = window.actions_["undo"], window.actions_["redo"]
    assert not undo.isEnabled()
    where = [0]
    put(window.undo_stack, where, 1)
    assert undo.isEnabled()
    assert undo.text() == "Undo put 1"
    assert undo.toolTip() == "Undo put 1 (Ctrl+Z)"
    undo.trigger()
    assert where == [0]
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    assert (redo.text(), redo.isEnabled()) == ("Redo put 1", True)
    redo.trigger()
    assert where == [1]


def press(qtbot, widget, keys: str = "Ctrl+Z") -> None:
    """A shortcut of the window."""
    qtbot.keySequence(widget, keys)


def test_edits_before_a_run_are_undone_one_field_at_a_time(open_window, qtbot):
    window = open_window()
    setup, model, stack = window.setup, window.model, window.undo_stack
    first = model.config
    batch = setup.field("optimizer.batch_size").editor
    for value in (32, 64):
        batch.setValue(value)
    qtbot.wait(1)  # what is set within one turn of the event loop is one deed
    setup.field("optimizer.d_lr").editor.setValue(0.01)
    assert stack.count() == 2
    assert stack.undoText() == "learning rate of D 0.01"
    press(qtbot, window)
    assert model.config.optimizer.d_lr == first.optimizer.d_lr
    assert stack.undoText() == "batch size 64"
    press(qtbot, window)
    assert model.config == first
    assert batch.value() == first.optimizer.batch_size
    press(qtbot, window, "Ctrl+Shift+Z")
    assert model.config.optimizer.batch_size == 64


def test_a_preset_is_undone_with_the_edits_that_it_threw_away(open_window, qtbot):
    window = open_window()
    window.setup.field("optimizer.d_lr").editor.setValue(0.01)
    edited = window.model.config
    qtbot.wait(1)
    window.session.choose_preset("wgan-gp")
    assert window.model.config.objective.loss != edited.objective.loss
    assert "preset" in window.actions_["undo"].text()
    window.actions_["undo"].trigger()
    assert window.model.config == edited
    window.session.settings.choose_dataset("fashion-mnist")
    assert window.actions_["undo"].text() == "Undo data set Fashion-MNIST"
    window.actions_["undo"].trigger()
    assert window.model.config == edited


def test_a_live_edit_is_undone_by_another_one_with_a_mark_of_its_own(open_window, qtbot):
    window = open_window()
    model, session = window.model, window.session
    before = model.config.optimizer.d_lr
    window.setup.field("optimizer.d_lr").editor.setValue(0.01)  # before the run: not its business
    before = model.config.optimizer.d_lr
    session.training.start()
    qtbot.waitUntil(lambda: model.status == "training" and len(model.history) > 0, timeout=WAIT)
    assert not window.undo_stack.canUndo()
    field = window.setup.field("optimizer.d_lr").editor
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.2")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: model.config.optimizer.d_lr == 0.2, timeout=WAIT)
    assert window.actions_["undo"].text() == "Undo learning rate of D 0.2"
    assert f"{before:g} to 0.2<br>Undo (Ctrl+Z) sets the old value again." in field.toolTip()
    press(qtbot, field)  # the field has the focus, but what was typed is told
    qtbot.waitUntil(lambda: model.config.optimizer.d_lr == before, timeout=WAIT)
    assert field.value() == before
    assert [(mark.old, mark.new) for mark in model.marks if mark.kind == "change"] == [(before, 0.2), (0.2, before)]
    window.actions_["redo"].trigger()
    window.actions_["undo"].trigger()  # at once: the run has not taken the first yet
    window.actions_["redo"].trigger()
    qtbot.waitUntil(lambda: model.config.optimizer.d_lr == 0.2, timeout=WAIT)
    session.training.stop()
    qtbot.waitUntil(lambda: model.status == "finished", timeout=WAIT)
    window.actions_["undo"].trigger()  # the run continues with it
    assert session.settings.edits == {"optimizer.d_lr": before}
    session.new_run()
    assert window.undo_stack.undoText() == "new run"  # the edits of that one are gone with it
    assert window.undo_stack.count() == 1


def test_what_is_undone_out_of_sight_is_said(open_window, qtbot):
    window = open_window()
    said = []
    window.session.notifier.noticed.connect(lambda notice: said.append(notice.text if notice else ""))
    window.setup.sections.go_to("optimizer.d_lr")
    qtbot.waitUntil(window.setup.field("optimizer.d_lr").isVisible)
    window.setup.field("optimizer.d_lr").editor.setValue(0.01)
    press(qtbot, window)
    assert said == []
    press(qtbot, window, "Ctrl+Shift+Z")
    window.dock_layout.setup.hide()
    press(qtbot, window)
    assert said == ["Undone: learning rate of D 0.01."]


def test_a_preset_that_left_an_open_run_is_undone_by_opening_it(open_window, qtbot, tmp_path):
    folder = RunFolder.create(tmp_path / "one", TINY, RunInfo.now(TINY))
    folder.append(tick(30))
    window = open_window(run=folder.path)
    model = window.model
    qtbot.waitUntil(lambda: model.folder is not None and len(model.history) > 0, timeout=WAIT)
    window.session.choose_preset("wgan-gp")
    assert model.folder is None
    chosen = model.config
    window.actions_["undo"].trigger()
    qtbot.waitUntil(lambda: model.folder is not None and model.folder.path == folder.path, timeout=WAIT)
    assert model.config == TINY
    qtbot.waitUntil(lambda: window.session.threads.following is None, timeout=WAIT)
    window.actions_["redo"].trigger()
    assert (model.folder, model.config) == (None, chosen)


def test_a_field_loses_the_focus_while_its_dialog_is_deleted(qapp) -> None:
    keys, field = UndoKeys(), QComboBox()
    keys._watched = field
    shiboken6.delete(field)  # Python loses the parts of a dialog before Qt says that the focus has gone
    keys._focus_changed(None, None)
    assert keys._watched is None
