"""The dialog of settings, and what it changes."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel

from ganstudio import preferences
from ganstudio.gui.dialogs.settings_dialog import SettingsDialog
from ganstudio.gui.model import look as looks
from ganstudio.gui.widgets import theme
from ganstudio.gui.window_settings import WindowSettings
from ganstudio.system import paths


@pytest.fixture
def dialog(open_window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SettingsDialog:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in preferences.VARIABLES.values():
        monkeypatch.delenv(name)
    window = open_window()
    window.actions_["settings"].trigger()
    dialog = window.dialogs["settings"]
    assert isinstance(dialog, SettingsDialog)
    return dialog


def choose(box, value: str) -> None:
    row = box.findData(value)
    box.setCurrentIndex(row)
    box.activated.emit(row)


def test_a_folder_that_is_typed_is_taken(dialog, qtbot, tmp_path: Path):
    assert "not moved" in dialog.runs.sentence.text()
    with qtbot.waitSignal(dialog.runsFolderChanged):
        dialog.runs.line.setText(str(tmp_path / "my runs"))
        qtbot.keyClick(dialog.runs.line, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert paths.runs_home() == tmp_path / "my runs"
    assert f"{paths.usual_home(preferences.RUNS)} stays there" in dialog.runs.sentence.text()
    dialog.runs.default_button.click()
    assert paths.runs_home() == paths.usual_home(preferences.RUNS)
    assert not dialog.runs.default_button.isEnabled()


def test_a_folder_may_be_chosen_in_a_dialog(dialog, qtbot, tmp_path: Path):
    dialog.data.choose_button.click()
    asked = dialog.data.findChild(QFileDialog)
    assert asked is not None
    asked.fileSelected.emit(str(tmp_path))
    asked.close()
    assert paths.data_home() == tmp_path
    assert dialog.data.line.text() == str(tmp_path)


def test_dialogs_that_name_a_folder_name_the_new_one(dialog, qtbot, tmp_path: Path):
    window = dialog.parent()
    for name in ("datasets", "about"):
        window.actions_[name].trigger()
    dialog.data.use(tmp_path / "moved here")
    for name in ("datasets", "about"):
        window.actions_[name].trigger()
        shown = window.dialogs[name]
        assert any(str(tmp_path / "moved here") in label.accessibleName() + label.text() for label in labels(shown))
        shown.close()


def labels(widget) -> list[QLabel]:
    return widget.findChildren(QLabel)


def test_a_folder_that_cannot_be_written_is_refused_in_words(dialog, qtbot):
    dialog.runs.line.setText("/proc/runs")
    qtbot.keyClick(dialog.runs.line, Qt.Key.Key_Return)
    assert "/proc/runs cannot be written" in dialog.runs.sentence.text()
    assert dialog.runs.sentence.property("alarm")
    assert paths.runs_home() == paths.usual_home(preferences.RUNS)


def test_a_variable_that_comes_before_is_named(dialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GANSTUDIO_RUNS", str(tmp_path / "ruled"))
    dialog.refresh()
    assert "GANSTUDIO_RUNS" in dialog.runs.sentence.text()
    assert str(tmp_path / "ruled") in dialog.runs.sentence.text()


def test_broken_preferences_are_told(dialog):
    assert not dialog._problem.isVisible()
    preferences.file().parent.mkdir(parents=True)
    preferences.file().write_text("runs = ")
    dialog.refresh()
    assert dialog._problem.isVisible()
    assert "preferences.toml" in dialog._problem.text()


def test_the_theme_follows_the_desktop_at_once(dialog, monkeypatch: pytest.MonkeyPatch):
    hints = QGuiApplication.styleHints()
    seen = {"scheme": Qt.ColorScheme.Light}
    monkeypatch.setattr(theme, "desktop_scheme", lambda: seen["scheme"])
    window = dialog.parent()
    choose(dialog.theme_box, theme.SYSTEM)
    assert theme.current() is theme.LIGHT
    assert window.actions_["lightTheme"].isChecked()
    for scheme, expected in ((Qt.ColorScheme.Dark, theme.DARK), (Qt.ColorScheme.Light, theme.LIGHT)):
        seen["scheme"] = scheme
        hints.colorSchemeChanged.emit(scheme)
        assert theme.current() is expected
    seen["scheme"] = Qt.ColorScheme.Unknown
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Unknown)
    assert theme.current() is theme.DARK
    assert WindowSettings().theme == theme.SYSTEM
    window.actions_["lightTheme"].trigger()  # the user's choice: the desktop is not followed any more
    assert dialog.theme_box.currentData() == "light"
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.current() is theme.LIGHT
    assert isinstance(window.look, looks.Look)


def test_a_new_set_up_may_be_opened_at_start(dialog, open_window, tmp_path: Path):
    (tmp_path / "run.toml").write_text("")
    WindowSettings().remember_run(tmp_path)
    choose(dialog.start_box, "new")
    opened: list[Path] = []
    for expected in ([], [tmp_path]):
        window = open_window()
        window.session.open_run = opened.append
        window.open_at_start(None)
        assert opened == expected
        choose(dialog.start_box, "last")
