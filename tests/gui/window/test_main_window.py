"""The window as a person meets it."""

import json
import time
from functools import partial

import pytest
from PySide6.QtCore import QRect, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QMenu,
    QPushButton,
    QScrollBar,
    QToolButton,
    QWidget,
)

from ganstudio import config as cfg
from ganstudio.events import Failed, Marked
from ganstudio.gui.dialogs.fitting import FittingDialog
from ganstudio.gui.model.notice import Notice
from ganstudio.gui.setup.form import SECTIONS, form_settings
from ganstudio.gui.window.main_window import MainWindow
from ganstudio.gui.window.mnemonics import plain
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.runs.folder import RunFolder, RunInfo
from support.panels import tick
from support.window import TINY, WAIT

NAMES = (
    "setupPanel presetCombo datasetCombo samplesPanel timeSlider curvesPanel lossPlot accuracyPlot latentPanel "
    "latentPreview randomLatentButton errorBanner progressBar speedLabel runsPanel morphSquare drawCanvas "
    "projectButton "
) + " ".join(f"latentSlider{number}" for number in range(10))
PANELS = ("setupPanel", "samplesPanel", "curvesPanel", "latentPanel")
ACTIONS = "startPauseAction stopAction stepDAction stepGAction roundAction rewindAction branchAction snapshotAction"
LATER = "coachPanel"
SIZES = [(1366, 768), (900, 600), (683, 373), (911, 512)]  # 768 lines at 100 %, small, 200 % below a title bar, 150 %


class Screen:
    """One of 1366x768, whatever the tests run on."""

    def __init__(self, *_: object) -> None:
        pass

    def availableGeometry(self) -> QRect:
        return QRect(0, 0, 1366, 768)


def reach(window: MainWindow, qtbot, status: str, ticks: int = 0) -> None:
    model = window.model
    qtbot.waitUntil(lambda: model.status == status and len(model.history) >= ticks, timeout=WAIT)


def shown(window: MainWindow, kind: type) -> list:
    return [each for each in window.findChildren(kind) if each.isVisible()]


# Names, words, keys


def test_names_for_tests_and_assistive_tools(open_window):
    window = open_window()
    assert window.objectName() == "mainWindow"
    for name in NAMES.split():
        assert window.findChild(QWidget, name) is not None, name
    for name in ACTIONS.split():
        assert window.findChild(QAction, name) is not None, name
    assert window.findChild(QAction, "startPauseAction").isCheckable()


def test_what_comes_later_is_absent(open_window):
    window = open_window()
    for name in LATER.split():
        assert window.findChild(QWidget, name) is None
        assert window.findChild(QAction, name) is None


def test_every_action_has_a_menu_entry_a_shortcut_and_a_tooltip(open_window):
    window = open_window()
    in_menus = {action for menu in window.findChildren(QMenu) for action in menu.actions()}
    keys: list[str] = []
    for action in window.findChildren(QAction):
        if action.objectName().endswith("Action"):
            in_menu = action in in_menus or action.objectName() == "startPauseAction"  # see startPauseEntry
            assert in_menu, action.objectName()
            assert action.toolTip() != action.text(), action.objectName()
            assert not action.shortcut().isEmpty(), action.objectName()
            keys.append(action.shortcut().toString())
    assert len(keys) == len(set(keys)) >= 19


def test_every_control_has_an_accessible_name(open_window):
    window = open_window()
    for kind in (QAbstractButton, QComboBox, QAbstractSpinBox, QAbstractSlider):
        for each in window.findChildren(kind):
            ours = not each.objectName().startswith("qt_") and not isinstance(each, QScrollBar)
            if ours and each.isVisibleTo(window):
                named = each.accessibleName() or (each.text() if isinstance(each, QAbstractButton) else "")
                assert named, f"{type(each).__name__} {each.objectName()} in {each.parent()}"


@pytest.mark.parametrize("size", [(1366, 768), (683, 373)], ids=["wide", "small"])
def test_the_focus_follows_reading_order_and_is_seen(open_window, qtbot, size):
    window = open_window(size=size)
    qtbot.wait(20)
    parts = [window.findChild(QWidget, name) for name in ("toolBar", *PANELS)]
    met: list[int] = []
    window.setFocus()
    while not met or met[-1] == max(met):  # until round once
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        inside = [number for number, part in enumerate(parts) if part.isAncestorOf(focused)]
        if inside and inside != met[-1:]:
            qtbot.wait(20)
            assert window.rect().contains(focused.mapTo(window, focused.rect().center()))
        met += inside
    assert met[:-1] == sorted(met[:-1])
    assert set(met) >= {0, 1, 2, 3}


# Nothing is clipped


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_the_window_fits(open_window, qtbot, size):
    window = open_window(size=size)
    qtbot.wait(50)
    assert (window.width(), window.height()) == size
    assert window.minimumSizeHint().width() <= 683
    assert window.minimumSizeHint().height() <= 373


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_nothing_is_clipped_and_nothing_scrolls(open_window, qtbot, size):
    window = open_window(size=size)
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    window.actions_["startPause"].trigger()  # so that no number grows while it is looked at
    reach(window, qtbot, "paused")
    assert not shown(window, QMenu)
    for dock in window.dock_layout.docks:
        dock.raise_()
        qtbot.wait(50)
        behind = [other for other in window.dock_layout.docks if other is not dock]
        for each in shown(window, QLabel) + shown(window, QPushButton) + shown(window, QToolButton):
            if not any(other.isAncestorOf(each) for other in behind):
                assert_whole(each, size)
        bars = [bar for bar in shown(window, QScrollBar) if not any(other.isAncestorOf(bar) for other in behind)]
        assert not [bar.parent().parent() for bar in bars if bar.maximum() > 0], size


def assert_whole(widget: QWidget, size: tuple[int, int]) -> None:
    text = f"{widget.objectName()} {widget.text()!r} in a window of {size}"
    assert widget.visibleRegion().boundingRect().size() == widget.size(), text
    if widget.text() and not (isinstance(widget, QLabel) and widget.wordWrap()):
        assert (
            widget.minimumSizeHint().width() <= widget.width() + 1 or widget.sizeHint().width() <= widget.width() + 1
        ), text


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_an_opened_section_never_scrolls_sideways(open_window, qtbot, size):
    window = open_window(size=size)
    area = window.setup.sections.area
    for title in SECTIONS:
        window.setup.sections.open("")
        window.setup.sections.button(title).click()
        qtbot.wait(10)
        assert area.widget().width() <= area.viewport().width() <= window.setup.width()
        assert window.setup.width() <= window.dock_layout.setup.width()
        assert window.setup.sections.opened == title


@pytest.mark.parametrize(
    ("size", "tabs"), [((1366, 768), []), ((900, 600), ["curvesDock", "latentDock"]), ((683, 373), ["all"])]
)
def test_docks_stand_as_the_size_allows(open_window, qtbot, size, tabs):
    window = open_window(size=size)
    together = {dock.objectName() for dock in window.dock_layout.docks if window.tabifiedDockWidgets(dock)}
    wanted = {"setupDock", "runsDock", *tabs}
    assert together == ({dock.objectName() for dock in window.dock_layout.docks} if tabs == ["all"] else wanted)
    qtbot.wait(20)
    assert not window.setup.visibleRegion().isEmpty()  # of those on the left, it is in front


def test_a_persons_own_arrangement_is_left_alone(open_window, qtbot):
    window = open_window()
    _, curves, latent, _ = window.dock_layout.docks
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, latent)
    window.resize(900, 600)
    qtbot.wait(20)
    assert not window.tabifiedDockWidgets(latent)
    window.actions_["resetLayout"].trigger()
    qtbot.wait(20)
    assert window.tabifiedDockWidgets(latent) == [curves]


# Training


def test_space_starts_pauses_and_goes_on(open_window, qtbot):
    window = open_window()
    start = window.actions_["startPause"]
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "training", ticks=2)
    assert start.isChecked()
    assert start.text() == "Pause"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "paused")
    assert not start.isChecked()
    assert start.text() == "Resume"
    qtbot.keyClick(window, Qt.Key.Key_Space)
    reach(window, qtbot, "training")


def test_space_after_a_click_on_a_button_still_starts(open_window, qtbot):
    window = open_window()
    qtbot.mouseClick(window.findChild(QPushButton, "randomLatentButton"), Qt.MouseButton.LeftButton)
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Space)
    reach(window, qtbot, "training")


def test_space_on_a_button_reached_by_tab_presses_it(open_window, qtbot):
    window = open_window()
    button = window.findChild(QToolButton, "datasetsButton")
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert window.model.status == "idle"
    assert window.dialogs["datasets"].isVisible()
    window.dialogs["datasets"].close()


def test_buttons_are_enabled_when_they_do_something(open_window, qtbot):
    window = open_window()

    def enabled() -> set[str]:
        names = ("startPause", "stop", "stepD", "stepG", "round", "snapshot", "exportGrid", "exportCurves")
        return {name for name in names if window.actions_[name].isEnabled()}

    assert enabled() == {"startPause"}
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    assert enabled() == {"startPause", "stop", "snapshot", "exportGrid", "exportCurves"}
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "paused")
    assert enabled() >= {"startPause", "stop", "stepD", "stepG", "round"}
    window.actions_["round"].trigger()
    qtbot.waitUntil(lambda: any(mark.kind == "hand" for mark in window.model.marks), timeout=WAIT)
    window.actions_["stop"].trigger()
    reach(window, qtbot, "finished")
    assert enabled() == {"startPause", "snapshot", "exportGrid", "exportCurves"}


def test_snapshot_saves_the_grid_beside_the_run(open_window, qtbot, monkeypatch):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "paused")
    window.actions_["snapshot"].trigger()
    saved = list((window.model.folder.path / "pictures").glob("*.png"))
    assert len(saved) == 1
    [card] = window.notice_bar.cards
    assert saved[0].name in card.sentence.text()
    assert not card.notice.is_question  # it goes by itself
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    card.findChild(QPushButton).click()
    assert [url.toLocalFile() for url in opened] == [str(saved[0].parent)]


# Set-up


def test_choosing_a_preset_fills_the_form(open_window, qtbot):
    window = open_window()
    combo = window.findChild(QComboBox, "presetCombo")
    row = combo.findData("gan-2014")
    combo.setCurrentIndex(row)
    combo.activated.emit(row)
    assert window.model.config.preset == "gan-2014"
    assert window.setup.field("network.name").value() == "mlp"
    assert window.setup.field("optimizer.batch_size").value() == 100


def test_every_setting_has_a_field(open_window):
    window = open_window()
    for path in (setting.path for setting in form_settings()):
        assert window.setup.field(path).value() == cfg.read(TINY, path), path


def test_during_a_run_fixed_fields_say_why_and_live_ones_take_effect(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    for setting in form_settings():
        field = window.setup.field(setting.path)
        assert field.editor.isEnabled() == setting.live, setting.path
        assert setting.why_fixed in field.editor.toolTip()
    box = window.setup.field("optimizer.d_lr").editor
    box.setValue(1e-4)
    field = window.setup.field("optimizer.d_lr")
    qtbot.waitUntil(lambda: "changed at step" in field.editor.toolTip(), timeout=WAIT)
    assert window.model.marks[-1].new == 1e-4
    assert field.value() == 1e-4


def test_rows_that_say_nothing_are_hidden(open_window):
    window = open_window()
    window.session.settings.change("schedule.mode", "epochs")
    assert window.setup.field("schedule.d_steps").isHidden()
    assert not window.setup.field("schedule.d_epochs").isHidden()


def test_the_data_set_tells_its_size_and_state(open_window):
    window = open_window(cfg.change(TINY, "data.name", "mnist"))
    assert window.findChild(QLabel, "datasetLabel").accessibleName() == "60,000 28x28, built in"


# Errors


def test_the_banner_shows_what_was_kept_and_folds_the_rest(open_window, qtbot):
    window = open_window()
    banner = window.error_banner
    assert not banner.isVisible()
    window.show_failure(Failed("It broke.", "Step 5 is kept.", "Traceback…"))
    assert banner.isVisible()
    assert banner.sentence.text() == "It broke."
    assert banner.kept.text() == "Step 5 is kept."
    assert not banner.details.isVisible()
    banner.details_button.click()
    assert banner.details.isVisible()
    banner.copy_button.click()
    assert QApplication.clipboard().text() == "\n\n".join(["It broke.", banner.kept.text(), "Traceback…"])
    banner.close_button.click()
    assert not banner.isVisible()


def test_start_is_named_only_where_it_does_what_is_said(open_window, qtbot):
    window = open_window()
    banner = window.error_banner
    window.show_failure(Failed("The picture cannot be written."))
    assert not banner.kept.isVisible()
    window.session.notifier.refused.emit(Failed("The data are gone.", "Nothing was changed."))
    assert banner.kept.text() == "Nothing was changed. Press Start to try again."
    assert not banner.settings_button.isVisible()
    window.session.notifier.refused.emit(
        Failed("/runs cannot be written. Choose another folder for runs.", place="runs")
    )
    assert not banner.kept.isVisible()
    banner.settings_button.click()
    assert window.dialogs["settings"].isVisible()
    window.dialogs["settings"].close()


def test_an_error_of_the_run_says_where_it_goes_on(open_window, qtbot, tmp_path):
    window = open_window()
    model = window.model
    model.attach(RunFolder.create(tmp_path / "run", TINY, RunInfo.now(TINY)))
    model.handle(Failed("It broke."))
    assert window.error_banner.kept.text() == "New run starts another one with these settings."
    (tmp_path / "run" / "checkpoints" / "00000040.safetensors").touch()
    model.refresh_rewind_points()
    model.handle(Failed("It broke.", "Step 40 is kept."))
    word = window.actions_["startPause"].text()
    assert window.error_banner.kept.text() == f"Step 40 is kept. {word} continues from step 40."


def test_after_an_error_start_works_and_the_banner_goes(open_window, qtbot, monkeypatch):
    from ganstudio.training.trainer import Trainer

    def fail(self: object) -> None:
        raise RuntimeError("injected")

    window = open_window()
    monkeypatch.setattr(Trainer, "round", fail)
    window.actions_["startPause"].trigger()
    qtbot.waitUntil(lambda: window.error_banner.isVisible(), timeout=WAIT)
    assert not window.actions_["startPause"].isChecked()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: window.session.threads.training is None, timeout=WAIT)
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=1)
    assert not window.error_banner.isVisible()


def test_a_long_error_does_not_widen_the_window(open_window, qtbot):
    window = open_window(size=(683, 373))
    window.show_failure(Failed("word " * 60, "kept " * 30, "line\n" * 100))
    window.error_banner.details_button.click()
    qtbot.wait(20)
    assert window.width() == 683
    assert window.height() == 373


def test_a_warning_of_the_run_is_told(open_window, qtbot):
    window = open_window()
    window.model.handle(Marked(3, "warning", "An old one."))
    assert not window.notice_bar.isVisible()
    window.model.set_status("training")
    window.model.handle(Marked(4, "warning", "The disk is full. Training continues."))
    assert window.notice_bar.sentence.text() == "The disk is full. Training continues."
    window.model.set_status("idle")


def test_a_history_that_cannot_be_read_whole_says_so(open_window, qtbot, tmp_path):
    run = RunFolder.create(tmp_path / "run", TINY, RunInfo.now(TINY))
    run.append(tick(1))
    with (run.path / "history.jsonl").open("a") as file:
        file.write("garbage\n")
    run.append(tick(2))
    window = open_window(run=run.path)
    reach(window, qtbot, "finished", ticks=2)
    assert "1 line of" in window.notice_bar.sentence.text()


# Closing, and what is remembered


def test_closing_in_mid_epoch_saves_within_five_seconds(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    begun = time.monotonic()
    window.close()
    assert time.monotonic() - begun < 5
    assert window.not_ended == []
    run = RunFolder.open(window.model.folder.path)
    assert run.checkpoints()
    last = json.loads((run.path / "history.jsonl").read_text().splitlines()[-1])
    assert "stopped" in str(last)


def test_the_last_run_comes_back_and_start_goes_on(open_window, qtbot):
    window = open_window()
    window.actions_["startPause"].trigger()
    reach(window, qtbot, "training", ticks=2)
    path = window.model.folder.path
    window.close()
    again = open_window()
    again.open_at_start(None)
    reach(again, qtbot, "finished", ticks=1)
    assert again.model.folder.path == path
    step = again.model.step
    again.actions_["startPause"].trigger()
    reach(again, qtbot, "training")
    assert again.model.started.step >= step
    assert path.name in again.windowTitle()


def test_a_last_run_that_is_gone_is_no_error(open_window, qtbot, tmp_path):
    WindowSettings().remember_run(tmp_path / "gone")
    window = open_window()
    window.open_at_start(None)
    qtbot.wait(50)
    assert window.model.status == "idle"
    assert not window.error_banner.isVisible()


def test_layout_and_theme_come_back(open_window, qtbot):
    window = open_window(size=(780, 500))
    window.dock_layout.latent.close()
    window.actions_["lightTheme"].trigger()
    window.close()
    again = open_window(size=None)
    qtbot.wait(20)
    assert again.dock_layout.latent.isHidden()
    assert again.size() == window.size()
    assert again.actions_["lightTheme"].isChecked()
    assert WindowSettings().theme == "light"


def test_a_layout_of_a_wide_screen_is_arranged_anew_on_a_small_one(open_window, qtbot):
    window = open_window(size=(1366, 768))
    window.close()
    state, shape, own = WindowSettings().layout
    small = open_window(size=(683, 384))
    assert not own
    small.dock_layout.restore(state, shape, own)  # as if this screen were the wide one
    small.dock_layout.fit(small.size())
    qtbot.wait(20)
    assert len(small.tabifiedDockWidgets(small.dock_layout.setup)) == 3
    small.close()


def test_recent_runs_are_listed_newest_first(open_window, tmp_path):
    window = open_window()
    for name in ("one", "two", "one"):
        window.session.runOpened.emit(tmp_path / name)
    window.menus.recent.aboutToShow.emit()
    assert [plain(action.text()) for action in window.menus.recent.actions()] == ["one", "two"]
    assert WindowSettings().recent_runs == [tmp_path / "one", tmp_path / "two"]


@pytest.mark.parametrize("name", ["shortcuts", "about", "datasets", "settings"])
def test_dialogs_fit_a_small_screen_and_do_not_block(open_window, qtbot, name):
    window = open_window(size=(683, 373))
    window.actions_[name].trigger()
    dialog = window.dialogs[name]
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert dialog.minimumSizeHint().width() <= 683
    assert dialog.minimumSizeHint().height() <= 373
    dialog.close()


@pytest.mark.parametrize("name", ["shortcuts", "datasets"])
def test_dialogs_show_all_where_there_is_room(open_window, qtbot, name, monkeypatch):
    monkeypatch.setattr(FittingDialog, "screen", Screen)
    window = open_window()
    for _ in range(2):
        window.actions_[name].trigger()
        dialog = window.dialogs[name]
        qtbot.waitUntil(partial(assert_shows_all, dialog), timeout=2000)
        dialog.close()


def assert_shows_all(dialog: QWidget) -> None:
    assert QRect(0, 0, 1366, 768).contains(QRect(0, 0, dialog.width(), dialog.height()))
    assert not [bar for bar in shown(dialog, QScrollBar) if bar.maximum() > 0]
    for label in shown(dialog, QLabel):
        assert_whole(label, (1366, 768))


def test_torch_waits_until_the_window_is_painted(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: window.is_painted, timeout=WAIT)
    with qtbot.waitSignal(window.session.warm, timeout=60_000):
        window.open_at_start(None)


@pytest.mark.parametrize("size", [(1366, 768), (900, 600)], ids=["1366x768", "900x600"])
def test_banners_show_all_of_a_usual_message(open_window, qtbot, size):
    window = open_window(size=size)
    message = "Training stopped: 2.1 GB of memory were asked for and are not free. A batch of 64 pictures would fit."
    window.show_failure(Failed(message, "Step 5,616 is kept.", "Traceback…"))
    window.notice_bar.show_notice(
        Notice("Fashion-MNIST is not on this computer.", (("Download it (31 MB)", window.close),))
    )
    qtbot.wait(50)
    for banner in (window.error_banner, window.notice_bar):
        for each in [*shown(banner, QLabel), *shown(banner, QPushButton)]:
            assert_whole(each, size)
        assert not [bar for bar in shown(banner, QScrollBar) if bar.maximum() > 0]
