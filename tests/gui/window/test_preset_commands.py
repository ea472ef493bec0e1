"""Presets in the window: the list, edits that are kept, one's own, new runs and a start over."""

import errno
import threading
from dataclasses import fields, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QTabBar

from ganstudio import config as cfg
from ganstudio import presets, user_presets
from ganstudio.data import catalog
from ganstudio.events import RunStatus, Started, Tick
from ganstudio.gui.setup.preset_box import PresetBox
from ganstudio.runs import runner
from ganstudio.speeds import TrainingSpeeds
from ganstudio.system import atomic, paths
from support.window import TINY, WAIT


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(paths, "presets_home", lambda: tmp_path / "presets")
    monkeypatch.setattr(paths, "speeds_file", lambda: tmp_path / "speeds.toml")


@pytest.fixture
def window(open_window):
    return open_window(presets.load(presets.DEFAULT).config)


@pytest.fixture
def box(window) -> PresetBox:
    return window.findChild(PresetBox, "presetCombo")


def pick(box: PresetBox, name: str) -> None:
    row = box.findData(name)
    box.setCurrentIndex(row)
    box.activated.emit(row)


def notice(window) -> tuple[str, dict[str, QPushButton]]:
    bar = window.notice_bar
    buttons = {each.text(): each for each in bar.findChildren(QPushButton) if each.isVisibleTo(bar)}
    return bar.sentence.text(), buttons


def edit(window, value: float = 0.01) -> None:
    window.session.settings.change("optimizer.d_lr", value)


# The list


@pytest.fixture
def flags(monkeypatch) -> None:
    """A set of imported pictures of that name."""
    flags = replace(catalog.find("cifar10"), name="flags", title="flags", count=500, imported=True)
    look_up = catalog.look_up
    monkeypatch.setattr(catalog, "look_up", lambda name, *home: flags if name == "flags" else look_up(name, *home))


@pytest.mark.usefixtures("flags")
def test_a_preset_for_own_pictures_keeps_the_imported_ones(window) -> None:
    window.model.set_config(cfg.change(window.model.config, "data.name", "flags"))
    window.session.choose_preset("own-64")
    data = window.model.config.data
    assert (window.model.config.preset, data.name, data.size, data.channels) == ("own-64", "flags", 32, 3)
    window.session.choose_preset("mnist-quick")
    assert window.model.config.data.name == "mnist"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
@pytest.mark.usefixtures("flags")
def test_own_pictures_are_no_edit_of_a_preset_for_them(window, box) -> None:
    window.model.set_config(cfg.change(window.model.config, "data.name", "flags"))
    window.session.choose_preset("own-64")
    reset, chosen = window.actions_["resetPreset"], window.model.config
    assert not reset.isEnabled()
    assert window.findChild(QLabel, "editedLabel").isHidden()
    edit(window)
    assert reset.isEnabled()
    assert "learning rate of D" in window.findChild(QLabel, "editedLabel").toolTip()
    assert "MNIST" not in window.findChild(QLabel, "editedLabel").toolTip()
    reset.trigger()
    assert window.model.config == chosen
    assert not reset.isEnabled()
    box.showPopup()
    assert box.facts("own-64") == "flags, ready"
    box.hidePopup()


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_list_tells_title_line_time_and_data_by_group(window, box, qtbot) -> None:
    assert box.currentText() == "MNIST by class"
    assert box.titles()[:2] == ["MNIST by class", "MNIST, quick"]
    headings = [box.itemText(row).casefold() for row in range(box.count()) if not box.itemData(row)]
    assert headings == ["start here", "own pictures", "classics", "modern", "large", "2-d lab"]
    box.showPopup()
    assert "MNIST, built in" in box.facts("mnist-quick")
    assert box.facts("own-64") == "MNIST until pictures of your own are chosen"
    assert "on 2 cores" in box.facts("mnist-quick")
    assert "Fashion-MNIST, 31 MB to download" in box.facts("fashion")
    view = box.view()
    assert view.sizeHintForColumn(0) <= view.viewport().width()  # nothing is cut
    qtbot.keyClicks(view, "spectral")
    assert view.currentIndex().data() == "Hinge, spectral norm"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.model.config.preset == "hinge-sn"


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_time_is_said_as_measured_here_once_a_run_went(window, box) -> None:
    window.setup.facts.speeds.record(presets.load("mnist-quick").config, "cpu", 1.0)
    box.showPopup()
    assert box.facts("mnist-quick").startswith("about 5 min here")
    assert "here" in box.facts("gan-2014")
    box.hidePopup()


def test_the_window_does_not_wait_for_the_disk_to_have_the_speed(window, monkeypatch, qtbot) -> None:
    config = presets.load("mnist-quick").config
    model, may_write, writes = window.model, threading.Event(), []
    write = TrainingSpeeds.write

    def write_slowly(speeds: TrainingSpeeds) -> None:
        may_write.wait(10)
        write(speeds)
        writes.append(threading.current_thread())

    monkeypatch.setattr(TrainingSpeeds, "write", write_slowly)
    model.handle(Started(config, "cpu", "any", "float32", 1, 1, 60_000, 100, 1000))
    for step, seconds in ((0, 0.0), (100, 10.0)):
        model.handle(Tick(step, step * 64, step / 100, seconds, *[0.5] * (len(fields(Tick)) - 4)))
    model.set_status(RunStatus.FINISHED)
    assert not writes
    assert not paths.speeds_file().exists()
    may_write.set()
    qtbot.waitUntil(lambda: bool(writes))
    assert writes[0] is not threading.main_thread()
    assert TrainingSpeeds().estimate(config, 60_000).is_measured_here


def test_a_preset_that_is_gone_is_shown_by_its_name(window, box) -> None:
    window.model.set_config(replace(window.model.config, preset="long-gone"))
    assert box.currentIndex() == -1
    shown = box.grab().toImage()
    box.setPlaceholderText(" ")
    assert box.currentIndex() == -1
    assert box.grab().toImage() != shown


# Edits


def test_edited_stands_beside_the_title_and_reset_is_a_command(window, box) -> None:
    badge, reset = window.findChild(QLabel, "editedLabel"), window.findChild(QPushButton, "resetPresetButton")
    action = window.actions_["resetPreset"]
    assert not badge.isVisible()
    assert not action.isEnabled()
    before = window.model.config
    edit(window)
    assert badge.isVisible()
    assert "learning rate of D: 0.001" in badge.toolTip()
    assert box.currentText() == "MNIST by class"
    assert action.isEnabled()
    reset.click()
    assert window.model.config == before
    assert not badge.isVisible()


def test_choosing_the_same_preset_again_keeps_the_edits(window, box) -> None:
    edit(window)
    pick(box, presets.DEFAULT)
    assert window.model.config.optimizer.d_lr == 0.01
    words, buttons = notice(window)
    assert "your changes to it are kept" in words
    buttons["Reset to preset"].click()
    assert window.model.config.optimizer.d_lr == 0.001


def test_another_preset_says_that_edits_went_and_undo_brings_them_back(window, box, qtbot) -> None:
    edit(window)
    qtbot.wait(10)  # what is done in one turn of the event loop is one deed
    pick(box, "wgan-gp")
    assert window.model.config.preset == "wgan-gp"
    assert "Your changes to MNIST by class" in notice(window)[0]
    window.undo_stack.undo()
    assert (window.model.config.preset, window.model.config.optimizer.d_lr) == (presets.DEFAULT, 0.01)
    assert box.currentText() == "MNIST by class"


# One's own


def test_save_rename_delete_and_put_back(window, box, qtbot) -> None:
    edit(window)
    window.actions_["savePreset"].trigger()
    dialog = window.preset_commands.dialog
    name, button = dialog.findChild(QLineEdit, "presetName"), dialog.findChild(QPushButton, "presetNameButton")
    assert not button.isEnabled()
    qtbot.keyClicks(name, "WGAN-GP")
    assert not button.isEnabled()
    name.clear()
    qtbot.keyClicks(name, "Fast D")
    button.click()
    qtbot.waitUntil(lambda: window.model.config.preset == "fast-d")
    assert (box.currentText(), box.titles()[-1]) == ("Fast D", "Fast D")
    assert not window.actions_["resetPreset"].isEnabled()
    window.actions_["renamePreset"].trigger()
    dialog = window.preset_commands.dialog
    dialog.name.setText("Quick D")
    dialog.button.click()
    qtbot.waitUntil(lambda: (box.currentText(), window.model.config.preset) == ("Quick D", "quick-d"))
    window.actions_["deletePreset"].trigger()
    qtbot.waitUntil(lambda: "Quick D" not in box.titles())
    assert not window.actions_["deletePreset"].isEnabled()
    notice(window)[1]["Put back"].click()
    qtbot.waitUntil(lambda: box.currentText() == "Quick D")
    assert presets.load("quick-d").config.optimizer.d_lr == 0.01


def test_a_preset_that_cannot_be_written_is_said_and_nothing_changes(window, box, monkeypatch, qtbot) -> None:
    def write_to_a_full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic, "write", write_to_a_full_disk)
    window.actions_["savePreset"].trigger()
    window.preset_commands.dialog.name.setText("Fast D")
    window.preset_commands.dialog.button.click()
    qtbot.waitUntil(lambda: "fast-d.toml cannot be written" in notice(window)[0])
    assert window.model.config.preset == presets.DEFAULT
    assert "Fast D" not in box.titles()


def test_the_window_does_not_wait_for_the_disk_to_have_a_preset(window, box, monkeypatch, qtbot) -> None:
    may_write, threads, write = threading.Event(), [], atomic.write

    def write_slowly(*parts: object, **how: object) -> None:
        may_write.wait(10)
        threads.append(threading.current_thread())
        write(*parts, **how)

    monkeypatch.setattr(atomic, "write", write_slowly)
    window.actions_["savePreset"].trigger()
    window.preset_commands.dialog.name.setText("Fast D")
    window.preset_commands.dialog.button.click()
    window.session.choose_preset("lsgan")  # meanwhile
    may_write.set()
    qtbot.waitUntil(lambda: "Fast D" in box.titles())
    assert threads[0] is not threading.main_thread()
    assert window.model.config.preset == "lsgan"


def test_a_name_that_is_taken_is_replaced_only_by_that_word(window, qtbot) -> None:
    user_presets.save(cfg.RunConfig(seed=5), "Mine")
    window.preset_commands.ask_name()
    dialog = window.preset_commands.dialog
    dialog.name.setText("mine")
    assert dialog.button.text() == "Replace"
    dialog.reject()
    assert presets.load("mine").config.seed == 5


def test_import_export_and_settings_of_a_run(window, box, tmp_path, qtbot) -> None:
    commands = window.preset_commands.files
    commands.export_preset("lsgan", tmp_path / "given.toml")
    qtbot.waitUntil(lambda: notice(window)[0].startswith("Saved"))
    commands.import_preset(tmp_path / "given.toml")
    qtbot.waitUntil(lambda: box.titles()[-1] == "Least squares GAN (copy)")
    commands.import_preset(tmp_path / "given.toml")
    assert "already" in notice(window)[0]
    (tmp_path / "broken.toml").write_text("seed = many")
    commands.load_settings(tmp_path / "broken.toml")
    assert "broken.toml" in notice(window)[0]
    assert window.model.config.preset == presets.DEFAULT
    (tmp_path / "run.toml").write_text('preset = "lsgan"\nseed = 8\n[run]\nstatus = "done"\n')
    commands.load_settings(tmp_path / "run.toml")
    assert window.model.config.seed == 8


def test_a_broken_preset_is_said_and_the_others_are_there(window, box) -> None:
    user_presets.save(TINY, "Mine")
    (paths.presets_home() / "broken.toml").write_text("seed =")
    window.setup.presets.reload()
    window.preset_commands.report_problems()
    assert "broken.toml" in notice(window)[0]
    assert box.titles()[-1] == "Mine"


# New runs


@pytest.fixture
def theirs(tmp_path):
    """A run of somebody else, done."""
    config = replace(TINY, steps=2, seed=99)
    for _ in runner.start(config, catalog.load("digits", size=28, channels=1), tmp_path / "theirs").events():
        pass
    return tmp_path / "theirs"


def opened(window, qtbot, run) -> None:
    window.session.open_run(run)
    qtbot.waitUntil(lambda: window.model.status == "finished", timeout=WAIT)


def test_a_new_run_leaves_the_settings_of_a_run_that_was_opened(window, theirs, qtbot) -> None:
    edit(window)
    opened(window, qtbot, theirs)
    assert window.model.config.seed == 99
    window.actions_["newRun"].trigger()
    assert (window.model.config.preset, window.model.config.optimizer.d_lr) == (presets.DEFAULT, 0.01)
    opened(window, qtbot, theirs)
    window.findChild(QPushButton, "newRunButton").click()
    assert window.model.folder is None
    assert window.model.config.seed == 99


def test_start_over_is_as_at_the_first_start(window, theirs, qtbot) -> None:
    opened(window, qtbot, theirs)
    tabs = window.latent.findChild(QTabBar, "explorerTabs")
    tabs.setCurrentIndex(2)
    window.latent.explorer.set_truncation(0.5)
    window.samples.tools.choice.button(1).click()
    window.dock_layout.curves.hide()
    window.actions_["startOver"].trigger()
    assert window.model.folder is None
    assert window.model.config == presets.load(presets.DEFAULT).config
    qtbot.waitUntil(window.dock_layout.curves.isVisible)
    assert (tabs.currentIndex(), window.latent.explorer.truncation) == (0, 1.0)
    assert window.samples.view == 0
    assert window.settings.last_run() is None
    assert window.settings.recent_runs[0] == theirs
